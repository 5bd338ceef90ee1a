"""How time and memory grow with the pictures and with the batch."""
from hcl_mmagic.lab.benchmarking.scaling import main

if __name__ == '__main__':
    main()
