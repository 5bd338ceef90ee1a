"""Which photographs are restored, and whether they can be, before anything is
touched."""
import os
from collections import Counter
from typing import Dict, Iterator, List

from ..errors import ConfigError
from ..photographs.finding import Input, file_identity, find_inputs
from .arguments import Options
from .input_reading import format_of
from .pipeline import Job


def list_inputs(args: Options, passed_over: Counter[str]) -> List[Input]:
    """The photographs that the command line names; suffixes of other files are
    counted in ``passed_over``. A ConfigError if they cannot be restored as
    asked."""
    # Results and masks are no photographs to restore.
    left_out = [
        folder for folder in (args.out, args.save_to, args.mask) if folder
    ]
    inputs = find_inputs(args.inputs, args.recursive, left_out, passed_over)
    if args.in_place:
        # What has several names is restored once, and stays one file.
        by_file: Dict[object, Input] = {}
        for item in inputs:
            by_file.setdefault(file_identity(item.path) or item.path, item)
        inputs = list(by_file.values())
        _refuse_lossy(args, inputs)
    return inputs


def check_targets(args: Options, jobs: List[Job]) -> None:
    """Refuse, with a ConfigError, to write what would overwrite an original,
    and folders that are none."""
    originals = {file_identity(job.item.path) for job in jobs} - {None}
    for target in _targets(args, jobs):
        if file_identity(target) in originals:
            raise ConfigError(
                f'{target} is an original and would be overwritten: write '
                'the results to another folder, or say --in-place.')
    if args.in_place and args.save_to:
        folders = {file_identity(os.path.dirname(job.item.path) or os.curdir)
                   for job in jobs}  # yapf: disable
        if file_identity(args.save_to) in folders:
            raise ConfigError(
                f'--save-to needs a folder of its own, but {args.save_to} '
                'holds originals.')
    if args.detections is not None and not os.path.isdir(args.detections):
        raise ConfigError(
            f'--detections: there is no folder {args.detections}.')
    if args.report and os.path.isdir(args.report):
        raise ConfigError(f'--report {args.report} is a folder.')


def make_folders(args: Options) -> None:
    """Make the folders for what is written; a ConfigError if one cannot be."""
    for folder in (args.out, args.save_to, os.path.dirname(args.report or '')):
        try:
            if folder:
                os.makedirs(folder, exist_ok=True)
        except OSError as error:
            raise ConfigError(
                f'Cannot make the folder {folder}: {error.strerror}.')


def _refuse_lossy(args: Options, inputs: List[Input]) -> None:
    """Say at once what would fail for each of many JPEG files."""
    lossy = [item.path for item in inputs if format_of(item.path) == 'JPEG']
    if lossy and args.format != 'keep':
        raise ConfigError(
            f'{lossy[0]} is a JPEG file. --in-place needs --format keep for '
            'these: a restored one is encoded as JPEG again, so that '
            'untouched pixels change a little, too.')


def _targets(args: Options, jobs: List[Job]) -> Iterator[str]:
    """Every file that may be written, apart from the originals."""
    if args.report:
        yield args.report
    for names in (job.names for job in jobs):
        if args.out:
            yield from (os.path.join(args.out, name)
                        for name in {names.own, names.png})
        for kind in args.save:
            yield os.path.join(args.save_to or args.out or '',
                               names.extras[kind])
