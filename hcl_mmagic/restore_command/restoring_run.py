"""Photographs on their way through the networks, as the options say."""
import os
import sys
from itertools import chain
from typing import (Any, Callable, Dict, Iterable, Iterator, List, Optional,
                    Sequence)

from tqdm import tqdm

from .. import apis
from ..apis.mask_editing import MaskOptions
from ..errors import ConfigError
from ..jobs.storage import LocalFolder, open_folder
from .arguments import Options
from .claims import Claims
from .common_marks import CommonMarks, find_common_marks
from .input_reading import GivenMasks, InputReader
from .pipeline import Job, Pipeline
from .replaying import KeptDetections
from .report import Entry, printable, warn, weights_in_words
from .result_writing import ResultWriter


class RestoringRun:
    """Restores photographs; networks are loaded when the first one needs them.

    With ``--skip-existing`` results that are there are left out, and so is
    what another process is working on.

    Attributes:
        networks (dict): What the report says of the networks that were needed.
    """

    def __init__(self, args: Options) -> None:
        self.networks: Dict[str, Any] = {}
        self._args = args
        self._inferencer: Optional[apis.HCLInferencer] = None
        shares = args.skip_existing and args.out
        self._weights: Optional[str] = None
        self._claims = Claims(args.out) if shares and args.out else None

    def restore(self, jobs: List[Job]) -> None:
        """Restore photographs, and note in their lines of the report what
        became of them. An HCLError if there are no networks to do it."""
        names = {id(job.entry): job.names.own for job in jobs}
        progress = tqdm(
            total=len(jobs), unit='photograph', smoothing=0, disable=None)

        def show(entry: Entry) -> None:
            entry.weights = self._weights
            if self._claims:
                self._claims.release(names[id(entry)])
            say_failure(progress, entry)
            progress.update()

        with progress:
            left = self._left(jobs, show)
            first = next(left, None)
            try:
                if first is not None:
                    self._pipeline(jobs, show).run(chain([first], left))
            finally:
                if self._claims:
                    self._claims.release_all()

    def _left(self, jobs: Iterable[Job],
              on_done: Callable[[Entry], None]) -> Iterator[Job]:
        """What is to be done when its turn has come."""
        for job in jobs:
            if self._claims is not None:
                if not self._claims.take(job.names.own):
                    job.entry.reason = 'another process is restoring it'
                elif not is_done(self._args.out or '', job):
                    yield job
                    continue
                job.entry.status = 'skipped'
                on_done(job.entry)
            else:
                yield job

    def _pipeline(self, jobs: Sequence[Job],
                  on_done: Callable[[Entry], None]) -> Pipeline:
        if self._inferencer is None:
            self._inferencer = load_inferencer(self._args)
            self.networks.update(self._inferencer.describe_networks())
            self._weights = weights_in_words(self.networks)
        marks = None
        if self._args.same_mark:
            # Of all photographs, done or not: so it is the same every time.
            marks = find_common_marks([job.item for job in jobs],
                                      build_reader(self._args),
                                      self._inferencer)
        return build_pipeline(self._args, self._inferencer, on_done, marks)


def say_failure(progress: tqdm, entry: Entry) -> None:
    """Tell why a photograph failed, if it did, above the bar."""
    if entry.status != 'failed':
        return
    assert entry.reason is not None
    name, reason = printable(entry.input), printable(entry.reason)
    if name not in reason:
        reason = f'{name}: {reason}'
    progress.write(f'Failed: {reason}', file=sys.stderr)


def is_done(out: str, job: Job) -> bool:
    """Whether a result is below OUT already."""
    return any(
        os.path.lexists(os.path.join(out, name))
        for name in (job.names.own, job.names.png))


def load_inferencer(args: Options) -> apis.HCLInferencer:
    """The networks as the options say; stderr says what they run on. An
    HCLError if there are none, or if an option does not fit them."""
    inferencer = apis.HCLInferencer(
        args.checkpoint,
        inpaintor=args.inpaintor,
        inpaintor_checkpoint=args.inpaintor_checkpoint,
        detects=not (args.inpaintor and (args.masks_only or args.detections)),
        device=args.device,
        dtype=args.dtype,
        max_memory=args.max_memory,
        mask_options=MaskOptions(**args.mask_options),
        verdict_thresholds=args.verdict_thresholds,
        reverse=args.reverse)
    if not (args.masks_only or args.detections):
        _set_thresholds(args, inferencer)
    for item in inferencer.describe_networks().values():
        if item:
            print(f'{item["name"]} runs on {item["runs_on"]}.',
                  file=sys.stderr)  # yapf: disable
    return inferencer


def _set_thresholds(args: Options, inferencer: apis.HCLInferencer) -> None:
    """One that was not given is that of the weights."""
    given = args.clean_below, args.damaged_above
    if given == (None, None):
        return
    calibration = inferencer.calibration
    if calibration is None:
        warn('--clean-below and --damaged-above have no effect: the weights '
             'give no probability of damage')
        return
    own = calibration.thresholds
    clean_below, damaged_above = (own_one if one is None else one
                                  for one, own_one in zip(given, own))
    if clean_below > damaged_above:
        raise ConfigError(
            f'clean_below {clean_below:g} is above damaged_above '
            f'{damaged_above:g}, that of the weights: say both')
    inferencer.verdict_thresholds = clean_below, damaged_above


def build_reader(args: Options) -> InputReader:
    """What reads photographs, with their masks."""
    return InputReader(
        GivenMasks(args.mask) if args.mask else None,
        needs_mask=args.masks_only,
        infrared=args.infrared,
        refuse=args.refuse,
        refuse_loss=args.in_place and args.format == 'lossless',
        from_manifest=bool(args.manifest))


def build_pipeline(
        args: Options,
        inferencer: apis.HCLInferencer,
        on_done: Callable[[Entry], None],
        marks: Optional[CommonMarks] = None,
        on_written: Callable[[Job], None] = lambda job: None) -> Pipeline:
    """What photographs go through, see :class:`.pipeline.Pipeline`."""
    reader = build_reader(args)
    writer = ResultWriter(
        args.out,
        save=args.save,
        save_to=args.save_to,
        keep_format=args.format == 'keep',
        restore_uncertain=args.restore_uncertain,
        open_folder=open_folder if args.manifest else LocalFolder)
    return Pipeline(
        reader,
        inferencer,
        writer,
        mask_mode=args.mask_mode or 'replace',
        batch_size=1 if args.detections or marks else args.batch_size,
        workers=args.workers,
        on_done=on_done,
        detections=None if args.detections is None else KeptDetections(
            args.detections, args.clean_below, args.damaged_above),
        marks=marks,
        on_written=on_written)
