"""Time a model or its data."""
from hcl_mmagic.lab.benchmarking.benchmark_command import main

if __name__ == '__main__':
    main()
