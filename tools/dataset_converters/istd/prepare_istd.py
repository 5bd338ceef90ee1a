"""List the shadows of ISTD or ISTD+ with their masks."""
from hcl_mmagic.lab.preparing.istd import main

if __name__ == '__main__':
    main()
