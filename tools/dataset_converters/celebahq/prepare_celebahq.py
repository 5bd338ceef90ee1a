"""List the faces of CelebA-HQ, split as CelebA is."""
from hcl_mmagic.lab.preparing.celebahq import main

if __name__ == '__main__':
    main()
