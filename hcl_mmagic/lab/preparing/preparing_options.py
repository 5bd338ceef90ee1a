"""The command line that all scripts share; imports nothing heavy."""
import argparse
import os

from ..command_line import parse_positive


def build_parser(name: str, root: str) -> argparse.ArgumentParser:
    """A parser with the options of every data set; ``root`` is where the
    configs expect it."""
    parser = argparse.ArgumentParser(
        description=f'Check {name} and list its usable files in '
        'ROOT/annotations. Pictures are only read. A stopped run goes on '
        'where it stopped.')
    add = parser.add_argument
    add('root',
        nargs='?',
        default=root,
        metavar='ROOT',
        help='folder of the data set (default: %(default)s)')
    add('--workers',
        type=parse_positive,
        default=os.cpu_count() or 1,
        metavar='N',
        help='processes that decode pictures (default: one per core)')
    add('--strict',
        action='store_true',
        help='write no list if a file is bad or a count is not the published '
        'one')
    return parser
