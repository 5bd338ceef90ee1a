"""A page in the browser; the same as the installed command ``hcl-webui``."""
import sys

from hcl_mmagic.webui.main import main

if __name__ == '__main__':
    sys.exit(main())
