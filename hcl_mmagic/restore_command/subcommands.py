"""What ``hcl-restore`` does beside restoring; imports nothing heavy."""
import argparse
from dataclasses import dataclass
from importlib import import_module
from typing import Callable, Dict, Optional, Sequence, Tuple


@dataclass(frozen=True)
class Subcommand:
    """A word that may come first on the command line. As a folder may be
    called so, what follows has to fit."""
    build_parser: Callable[[], argparse.ArgumentParser]
    function: str  # of the module of this package, 'module.function'
    follows: Tuple[str, ...]  # how what may follow ends

    def run(self, args: argparse.Namespace) -> int:
        """Do it; the exit code."""
        module, _, name = self.function.partition('.')
        return getattr(import_module(f'..{module}', __name__), name)(args)


# An OUT can be called anything; a folder of photographs is followed by these.
_ANYTHING = ''
_OF_RESTORING = {'-o', '--out', '--in-place'}


def find_subcommand(arguments: Sequence[str]) -> Optional[Subcommand]:
    """The subcommand that a command line asks for; None if it asks for
    photographs to be restored."""
    found = SUBCOMMANDS.get(arguments[0]) if arguments else None
    if found is None or len(arguments) == 1:
        return found
    if _ANYTHING in found.follows and _OF_RESTORING & set(arguments):
        return None
    ends = found.follows + ('-h', '--help')
    return found if arguments[1].lower().endswith(ends) else None


def build_review_parser() -> argparse.ArgumentParser:
    """The parser of ``hcl-restore review``."""
    parser = argparse.ArgumentParser(
        prog='hcl-restore review',
        description='Make one page of HTML, which needs no server, of a '
        'report: every photograph before and after, with its mask and the '
        'command that redoes or undoes it, those that need a look first.')
    parser.add_argument(
        'report', metavar='REPORT', help='what --report FILE.json has written')
    parser.add_argument(
        '-o',
        '--out',
        metavar='FILE',
        help='the page (default: REPORT with the ending .html)')
    return parser


def build_doctor_parser() -> argparse.ArgumentParser:
    """The parser of ``hcl-restore doctor``."""
    return argparse.ArgumentParser(
        prog='hcl-restore doctor',
        description='Look at what is installed, packages, devices and '
        'weights, and restore a drawn picture. What is wrong is named with '
        'the command that mends it; nothing is changed. Exit code: 0 if all '
        'is well, 1 if not.')


def build_weights_parser() -> argparse.ArgumentParser:
    """The parser of ``hcl-restore weights``."""
    parser = argparse.ArgumentParser(
        prog='hcl-restore weights',
        description='Published weights, by name. Nothing is ever downloaded '
        'but by this command.')
    kinds = parser.add_subparsers(dest='kind', required=True)
    listing = kinds.add_parser('list', help='say which there are, and where')
    getting = kinds.add_parser(
        'download',
        help='fetch weights into the cache folder; their SHA-256 is checked, '
        'and no other file is overwritten')
    getting.add_argument('name', metavar='NAME')
    for part in (listing, getting):
        part.add_argument(
            '--index',
            metavar='FILE',
            help='another model index (model-index.yml) than that of the '
            'package')
    return parser


def build_receipts_parser() -> argparse.ArgumentParser:
    """The parser of ``hcl-restore receipts``."""
    parser = argparse.ArgumentParser(
        prog='hcl-restore receipts',
        description='Check the receipts of what was restored with --manifest, '
        'by any number of processes. Exit code: 0 if every photograph is '
        'finished, 1 if not.')
    parser.add_argument('out', metavar='OUT', help='folder of the results')
    parser.add_argument(
        '--manifest',
        metavar='LIST',
        help='what was to be restored; without it only what was begun is '
        'looked at')
    parser.add_argument(
        '--left',
        metavar='FILE',
        help='write a manifest of what is missing, has failed or lost its '
        'result')
    parser.add_argument(
        '--merged',
        metavar='FILE',
        help='write all receipts to one file, one JSON object a line')
    parser.add_argument(
        '--contents',
        action='store_true',
        help='read the results, too, and compare their SHA-256 (default: '
        'their sizes)')
    return parser


SUBCOMMANDS: Dict[str, Subcommand] = {
    'review':
    Subcommand(build_review_parser, 'review.write_review', ('.json', '.csv')),
    'doctor':
    Subcommand(build_doctor_parser, 'doctor.examine', ()),
    'weights':
    Subcommand(build_weights_parser, 'weights.manage_weights',
               ('list', 'download')),
    'receipts':
    Subcommand(build_receipts_parser, 'receipts_command.check_job',
               (_ANYTHING, )),
}
