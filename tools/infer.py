"""Restore photographs; the same as the installed command ``hcl-restore``."""
import sys

from hcl_mmagic.restore_command.main import main

if __name__ == '__main__':
    sys.exit(main())
