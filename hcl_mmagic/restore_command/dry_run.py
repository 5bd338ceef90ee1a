"""What the command would do, without networks and without writing."""
import os
from typing import List

from ..errors import PhotographError
from .arguments import Options
from .input_reading import LoadedInput
from .pipeline import Job
from .report import Entry, printable, reason_of
from .restoring_run import build_reader, is_done
from .result_writing import refuse_to_lose


def tell_plans(args: Options, jobs: List[Job]) -> int:
    """Print a line for each photograph, which is read for it; how many cannot
    be restored."""
    reader = build_reader(args)
    num_failing = 0
    for job in jobs:
        name = printable(job.item.path)
        if args.skip_existing and args.out and is_done(args.out, job):
            print(f'skip     {name}: its result is there')
            continue
        try:
            loaded = reader.read(job.item)
        except Exception as error:
            num_failing += 1
            print(f'fail     {name}: {printable(reason_of(error))}')
            continue
        print(_plan(args, job, name, loaded))
    return num_failing


def _plan(args: Options, job: Job, name: str, loaded: LoadedInput) -> str:
    if loaded.not_looked_at and not loaded.pages:
        kept = 'keep' if args.in_place else 'copy'
        return f'{kept}     {name}: {loaded.not_looked_at}'
    details = ''
    if loaded.mask_path:
        details += f', with the mask {printable(loaded.mask_path)}'
    if loaded.pages:
        details += f', {len(loaded.pages)} pages'
    if args.in_place:
        try:
            refuse_to_lose(loaded.photograph)
        except PhotographError as error:
            return f'fail     {name}, if it is damaged: {error}'
        return f'restore  {name}, in place if it is damaged{details}'
    keeps = args.format == 'keep' or loaded.pages
    target = os.path.join(args.out or '',
                          job.names.own if keeps else job.names.png)
    origin = loaded.photograph.origin
    if origin is not None and origin.format == 'TIFF':
        target = os.path.join(args.out or '', job.names.own)
    return f'restore  {name} -> {printable(target)}{details}'


def planned(entries: List[Entry]) -> str:
    """The last line of a dry run."""
    number = len(entries)
    plural = '' if number == 1 else 's'
    return f'{number} photograph{plural}; nothing was written.'
