"""``hcl-restore doctor``: what is installed, and what is wrong with it."""
import argparse
import platform
from pathlib import Path
from typing import Optional

from ..version import __version__
from .doctor_checks import CHECKS, Finding


def examine(args: Optional[argparse.Namespace] = None) -> int:
    """Print what is found; exit code 0 if all is well, 1 if not."""
    print(f'hcl_mmagic {__version__} in {Path(__file__).parents[1]}')
    print(f'Python {platform.python_version()}, {platform.platform()}',
          flush=True)  # yapf: disable
    number = 0
    for check in CHECKS:
        for finding in check():
            number += finding.fix is not None
            _tell(finding)
    if number:
        plural = ' is' if number == 1 else 's are'
        print(f'{number} thing{plural} wrong; mend them from above to below, '
              'and ask again.')
    else:
        print('All is well.')
    return int(number > 0)


def _tell(finding: Finding) -> None:
    mark = 'ok   ' if finding.fix is None else 'WRONG'
    print(f'{mark} {finding.what}: {finding.told}', flush=True)
    if finding.fix is not None:
        print(f'      fix: {finding.fix}', flush=True)
