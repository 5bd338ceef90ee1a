"""Write the test samples of a config to files, or check such files."""
from hcl_mmagic.lab.test_set_freezing import main

if __name__ == '__main__':
    main()
