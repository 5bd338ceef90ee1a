"""``hcl-restore receipts``: what is done of a job, and what is left."""
import argparse
import contextlib
import json
import os
import shlex
from typing import Any, Callable, Iterator, Optional

from ..errors import ConfigError, HCLError
from ..jobs.manifest import line_of, read_manifest
from ..jobs.receipt_checking import Findings, check_manifest, check_receipts
from ..jobs.receipts import Receipt
from ..jobs.storage import open_folder
from ..photographs.finding import Input
from .report import counts_in_words, printable


def check_job(args: argparse.Namespace) -> int:
    """Check the receipts of a job, as ``hcl-restore receipts --help`` says;
    the exit code is 0 if every photograph is finished, else 1. A ConfigError
    if there is nothing to check, an HCLError if a file cannot be written."""
    if args.left and not args.manifest:
        raise ConfigError('--left needs --manifest: without it nobody knows '
                          'what was never begun')
    folder = open_folder(args.out)
    with _lines_to(args.merged) as merge, _lines_to(args.left) as leave:

        def add(receipt: Receipt) -> None:
            merge(json.dumps(receipt.row, sort_keys=True) + '\n')

        def keep(item: Input) -> None:
            leave(line_of(item))

        if args.manifest:
            findings = check_manifest(
                folder, read_manifest(args.manifest, left_out=[args.out]),
                args.contents, add, keep)
        else:
            findings = check_receipts(folder, args.contents, add)
        if not findings.counts and not findings.problems:
            raise ConfigError(f'There are no receipts in {args.out}: nothing '
                              'was restored there with --manifest.')
    _tell(findings, args)
    return 0 if findings.is_complete else 1


def _tell(findings: Findings, args: argparse.Namespace) -> None:
    for line in findings.examples:
        print(printable(line))
    print(f'Receipts: {counts_in_words(findings.counts)}.')
    if len(findings.recipes) > 1:
        print('Not all of one making:')
        for recipe, number in findings.recipes.most_common():
            print(f'  {number} by {recipe}')
    if findings.is_complete:
        whole = 'Every photograph of the manifest' if args.manifest else \
            'Every photograph that was begun'
        print(f'{whole} is finished, and its result is there.')
        return
    parts = [
        f'{problem}: {number}'
        for problem, number in findings.problems.most_common()
    ]
    print(f'Not finished: {"; ".join(parts)}.')
    if args.left:
        print(f'hcl-restore --manifest {shlex.quote(args.left)} '
              f'-o {shlex.quote(args.out)} does what is left.')


@contextlib.contextmanager
def _lines_to(path: Optional[str]) -> Iterator[Callable[[str], Any]]:
    """What writes lines to a file, which appears when all are written; for no
    path one that does nothing. An HCLError if the file cannot be written."""
    if not path:
        yield lambda line: None
        return
    unfinished = f'{path}.incomplete'
    try:
        with open(unfinished, 'w', encoding='utf-8',
                  errors='surrogateescape') as file:  # yapf: disable
            yield file.write
        os.replace(unfinished, path)
    except OSError as error:
        if isinstance(error, HCLError):
            raise
        raise HCLError(
            f'{path} cannot be written: {error.strerror}.') from None
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(unfinished)
