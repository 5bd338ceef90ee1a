"""Check data before training."""
from hcl_mmagic.lab.data_checking.check_command import main

if __name__ == '__main__':
    main()
