"""List the photographs of ImageNet (ILSVRC 2012)."""
from hcl_mmagic.lab.preparing.imagenet import main

if __name__ == '__main__':
    main()
