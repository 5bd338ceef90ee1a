"""From the options to the photographs."""
import os
import sys
import time
from typing import Any, Callable, Dict, Iterator, List

from tqdm import tqdm

from .. import apis
from ..apis.mask_editing import MaskOptions
from ..errors import ConfigError, DataNotFoundError, HCLError
from ..photographs.finding import Input, file_identity, find_inputs
from .arguments import EXIT_INTERRUPTED, Options
from .input_reading import GivenMasks, InputReader, format_of
from .names import choose_names
from .pipeline import Job, Pipeline
from .report import Entry, printable, summary, write_report
from .result_writing import ResultWriter


def restore_photographs(args: Options) -> int:
    """Restore what the command line names; the exit code is 0, 1 if a
    photograph failed, 130 after Ctrl-C.

    A ConfigError if the options cannot work; nothing was touched then. An
    HCLError if there is no photograph, or no checkpoint.
    """
    start = time.perf_counter()
    inputs = _list_inputs(args)
    names = choose_names([item.relative for item in inputs])
    jobs = [
        Job(item, own_names, Entry(item.path))
        for item, own_names in zip(inputs, names)
    ]
    _check_targets(args, jobs)
    entries = [job.entry for job in jobs]
    networks: Dict[str, Any] = {}
    interrupted = False
    try:
        _run(args, jobs, networks)
    except KeyboardInterrupt:
        interrupted = True
        print('Interrupted: what was not reached is as it was.',
              file=sys.stderr)  # yapf: disable
    seconds = time.perf_counter() - start
    print(summary(entries, seconds))
    if args.report:
        _write_report(args.report, entries, seconds, networks)
    if interrupted:
        return EXIT_INTERRUPTED
    return int(any(entry.status == 'failed' for entry in entries))


def _list_inputs(args: Options) -> List[Input]:
    # Results and masks are no photographs to restore.
    left_out = [
        folder for folder in (args.out, args.save_to, args.mask) if folder
    ]
    inputs = find_inputs(args.inputs, args.recursive, left_out)
    if args.in_place:
        # What has several names is restored once, and stays one file.
        by_file: Dict[object, Input] = {}
        for item in inputs:
            by_file.setdefault(file_identity(item.path) or item.path, item)
        inputs = list(by_file.values())
        _refuse_lossy(args, inputs)
    if not inputs:
        hint = '' if args.recursive else ('; --recursive looks in the folders '
                                          'below, too')
        raise DataNotFoundError(
            f'There is no photograph in {", ".join(args.inputs)}{hint}.')
    return inputs


def _check_targets(args: Options, jobs: List[Job]) -> None:
    """Refuse to write what would overwrite an original."""
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
    if args.report and os.path.isdir(args.report):
        raise ConfigError(f'--report {args.report} is a folder.')
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


def _run(args: Options, jobs: List[Job], networks: Dict[str, Any]) -> None:
    """Restore what is left to do; ``networks`` gets what the report says of
    those that did it."""
    progress = tqdm(
        total=len(jobs), unit='photograph', smoothing=0, disable=None)

    def show(entry: Entry) -> None:
        if entry.status == 'failed':
            assert entry.reason is not None
            name, reason = printable(entry.input), printable(entry.reason)
            if name not in reason:
                reason = f'{name}: {reason}'
            progress.write(f'Failed: {reason}', file=sys.stderr)
        progress.update()

    with progress:
        left = []
        for job in jobs:
            if args.skip_existing and args.out and _is_done(args.out, job):
                job.entry.status = 'skipped'
                progress.update()
            else:
                left.append(job)
        if left:
            inferencer = _build_inferencer(args)
            networks.update(inferencer.describe_networks())
            _build_pipeline(args, inferencer, show).run(left)


def _write_report(path: str, entries: List[Entry], seconds: float,
                  networks: Dict[str, Any]) -> None:
    try:
        write_report(path, entries, seconds, networks or None)
    except OSError as error:
        raise HCLError(f'Cannot write the report {path}: {error.strerror}; '
                       'the photographs are done.') from error


def _is_done(out: str, job: Job) -> bool:
    return any(
        os.path.lexists(os.path.join(out, name))
        for name in (job.names.own, job.names.png))


def _build_inferencer(args: Options) -> apis.HCLInferencer:
    return apis.HCLInferencer(
        args.checkpoint,
        inpaintor=args.inpaintor,
        inpaintor_checkpoint=args.inpaintor_checkpoint,
        detects=not (args.inpaintor and args.masks_only),
        device=args.device,
        dtype=args.dtype,
        max_memory=args.max_memory,
        mask_options=MaskOptions(**args.mask_options),
        verdict_thresholds=args.verdict_thresholds,
        reverse=args.reverse)


def _build_pipeline(args: Options, inferencer: apis.HCLInferencer,
                    on_done: Callable[[Entry], None]) -> Pipeline:
    reader = InputReader(
        GivenMasks(args.mask) if args.mask else None,
        needs_mask=args.masks_only,
        infrared=args.infrared,
        refuse=args.refuse,
        refuse_loss=args.in_place and args.format == 'lossless')
    writer = ResultWriter(
        args.out,
        save=args.save,
        save_to=args.save_to,
        keep_format=args.format == 'keep',
        restore_uncertain=args.restore_uncertain)
    return Pipeline(
        reader,
        inferencer,
        writer,
        mask_mode=args.mask_mode or 'replace',
        batch_size=args.batch_size,
        workers=args.workers,
        on_done=on_done)
