"""Convert a checkpoint of the authors' implementation of HCL."""
from hcl_mmagic.lab.model_files.official_conversion import main

if __name__ == '__main__':
    main()
