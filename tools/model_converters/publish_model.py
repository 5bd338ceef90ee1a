"""Make the small file that others restore photographs with."""
from hcl_mmagic.lab.model_files.publish_command import main

if __name__ == '__main__':
    main()
