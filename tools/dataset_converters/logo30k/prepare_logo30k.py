"""List the watermarks of LOGO-30K with their masks."""
from hcl_mmagic.lab.preparing.logo30k import main

if __name__ == '__main__':
    main()
