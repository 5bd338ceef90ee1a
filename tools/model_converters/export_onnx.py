"""Make the file that runs without PyTorch."""
from hcl_mmagic.lab.model_files.export_command import main

if __name__ == '__main__':
    main()
