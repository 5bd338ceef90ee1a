"""Test a checkpoint: ``python tools/test.py CONFIG [CHECKPOINT]``."""
from hcl_mmagic.lab.testing_command import main

if __name__ == '__main__':
    main()
