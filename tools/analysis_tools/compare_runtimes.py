"""Compare what two runtimes make of the same photographs."""
from hcl_mmagic.lab.benchmarking.runtime_parity import main

if __name__ == '__main__':
    main()
