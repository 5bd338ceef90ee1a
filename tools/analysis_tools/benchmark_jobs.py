"""Measure jobs of many photographs: shares, kills, memory."""
from hcl_mmagic.lab.benchmarking.job_benchmark import main

if __name__ == '__main__':
    main()
