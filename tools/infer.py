"""Restore photographs: ``python tools/infer.py IN... -o OUT``.

The same as the installed command ``hcl-restore``.
"""
import sys

import cli


def main() -> None:
    from hcl_mmagic.restore_command.main import main as restore
    sys.exit(restore())


if __name__ == '__main__':
    cli.run(main)
