"""Measure restoring in several runtimes, side by side."""
from hcl_mmagic.lab.benchmarking.runtime_comparison import main

if __name__ == '__main__':
    main()
