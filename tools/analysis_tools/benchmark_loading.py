"""Measure how training starts with lists of millions of photographs."""
from hcl_mmagic.lab.benchmarking.loading_benchmark import main

if __name__ == '__main__':
    main()
