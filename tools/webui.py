"""A page in the browser that restores photographs: ``python tools/webui.py``.

The same as the installed command ``hcl-webui``.
"""
import sys

import cli


def main() -> None:
    from hcl_mmagic.webui.main import main as serve
    sys.exit(serve())


if __name__ == '__main__':
    cli.run(main)
