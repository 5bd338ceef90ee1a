"""Measure what restoring photographs takes."""
from hcl_mmagic.lab.benchmarking.restoring_cost import main

if __name__ == '__main__':
    main()
