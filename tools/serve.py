"""Photographs over HTTP; the same as the installed command ``hcl-serve``."""
import sys

from hcl_mmagic.service.main import main

if __name__ == '__main__':
    sys.exit(main())
