"""The command line that all scripts share; imports nothing heavy."""
import argparse
import os

import cli


def build_parser(name: str, root: str) -> argparse.ArgumentParser:
    """A parser with the options of every data set.

    Args:
        name (str): The data set.
        root (str): Where the configs expect it.

    Returns:
        argparse.ArgumentParser: To be completed and used.
    """
    parser = argparse.ArgumentParser(
        description=f'Check {name} and list its usable files in '
        'ROOT/annotations. Pictures are only read. A stopped run goes on '
        'where it stopped.')
    parser.add_argument(
        'root',
        nargs='?',
        default=root,
        metavar='ROOT',
        help='folder of the data set (default: %(default)s)')
    parser.add_argument(
        '--workers',
        type=cli.parse_positive,
        default=os.cpu_count() or 1,
        metavar='N',
        help='processes that decode pictures (default: one per core)')
    parser.add_argument(
        '--strict',
        action='store_true',
        help='write no list if a file is bad or a count is not the published '
        'one')
    return parser
