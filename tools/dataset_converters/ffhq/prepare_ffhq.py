"""List the faces of FFHQ, split as its authors do."""
from hcl_mmagic.lab.preparing.ffhq import main

if __name__ == '__main__':
    main()
