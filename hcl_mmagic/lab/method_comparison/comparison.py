"""All methods on all test sets, one after the other."""
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Dict, Iterator, List, Optional, Sequence

import torch
from mmengine.logging import MMLogger
from mmengine.registry import init_default_scope

from ...apis.checkpoints.devices import choose_device
from ...engine.allocator import keep_freed_memory
from ...errors import ConfigError
from ...evaluation.functional import RatioBin, check_ratio_bins
from ...visualization.panel import write_png
from .bench import Bench
from .comparison_report import Report
from .frozen_samples import FrozenSamples
from .method_building import (build_detector, build_method, build_pair,
                              build_unrestored, free_memory)
from .method_results import Line, Result, spread_indices
from .method_sources import DETECTOR, INPAINTOR, METHOD, UNRESTORED, Source
from .method_weights import check_files, describe_checkpoints
from .picture_grid import draw_grid
from .scorer import Scorer
from .stand_ins import ConfidenceFolder

NUM_PICTURES = 6
NO_LPIPS = ('LPIPS is left out: there is no file of its network, see '
            'docs/evaluation.md.')


@dataclass(frozen=True)
class Settings:
    """The options of compare_methods.py, see its ``-h``."""
    sources: Sequence[Source]
    test_sets: Sequence[str]
    out_dir: Path
    num_samples: Optional[int] = None
    ratio_bins: Sequence[RatioBin] = ()
    pictures: Optional[Sequence[int]] = None
    num_timed: int = 10
    device: str = 'cpu'
    threads: Optional[int] = None
    dilation: Optional[int] = None


def compare(settings: Settings) -> str:
    """Run everything, write tables and pictures; gives the tables.

    Every method first tries one picture of each test set, so that what cannot
    work is told before hours of work. The tables are written anew after each
    method: a run that is stopped keeps what it has.
    """
    init_default_scope('mmagic')
    # Else mmengine tells what every single network was built with.
    MMLogger.get_current_instance().setLevel('WARNING')
    device = _check(settings)
    test_sets = _open_test_sets(settings)
    pictures = _choose_pictures(settings, test_sets)
    keep_freed_memory()  # as in a test
    if settings.threads is not None:
        torch.set_num_threads(settings.threads)
    scorer = Scorer(settings.ratio_bins, device)
    trial = Bench([FrozenSamples(folder, 1) for folder in settings.test_sets],
                  {name: ()
                   for name in pictures}, scorer, device, 1)
    print('A trial of every method', file=sys.stderr)
    for _ in _run_all(settings, trial):
        pass
    report = Report(test_sets, settings.ratio_bins, device, settings.num_timed)
    if not scorer.has_lpips:
        report.notes.append(NO_LPIPS)
    if settings.dilation is not None:
        report.notes.append(f'Masks grow by {settings.dilation} pixels to '
                            'every side before an inpaintor repairs them.')
    for source in settings.sources:
        report.sources.append(
            dict(
                role=source.role,
                name=source.name,
                config=source.config,
                checkpoints=describe_checkpoints(source)))
    bench = Bench(test_sets, pictures, scorer, device, settings.num_timed)
    for line in _run_all(settings, bench):
        report.lines.append(line)
        report.write(settings.out_dir)
    for name, indices in pictures.items():
        write_png(settings.out_dir / f'{name}.png',
                  draw_grid(name, indices, report.lines[1:]))
    return report.to_markdown()


def _check(settings: Settings) -> torch.device:
    """Complain about what cannot work before anything is built."""
    if settings.out_dir.exists():
        raise ConfigError(f'{settings.out_dir} exists: remove it, if it is of '
                          'no use, or name another folder')
    check_ratio_bins(settings.ratio_bins)
    for source in settings.sources:
        check_files(source)
    device = choose_device(settings.device)
    if device.type not in ('cpu', 'cuda'):
        raise ConfigError('--device must be cpu, cuda or cuda:N, as nothing '
                          f'else is timed here, got {settings.device}')
    return device


def _open_test_sets(settings: Settings) -> List[FrozenSamples]:
    test_sets = [
        FrozenSamples(folder, settings.num_samples)
        for folder in settings.test_sets
    ]
    names = [test_set.name for test_set in test_sets]
    for name in names:
        if names.count(name) > 1:
            raise ConfigError(f"two test sets are called '{name}': their "
                              'folders name the tables, so rename one')
    return test_sets


def _choose_pictures(
        settings: Settings,
        test_sets: Sequence[FrozenSamples]) -> Dict[str, Sequence[int]]:
    """Indices of the samples to draw, by test set."""
    chosen: Dict[str, Sequence[int]] = {}
    for test_set in test_sets:
        size = len(test_set)
        indices = settings.pictures or spread_indices(NUM_PICTURES, size)
        if not 0 <= min(indices) <= max(indices) < size:
            raise ConfigError(f'--pictures must be from 0 to {size - 1}, the '
                              f'samples of {test_set.name}, got '
                              f'{" ".join(map(str, indices))}')
        chosen[test_set.name] = indices
    return chosen


def _run_all(settings: Settings, bench: Bench) -> Iterator[Line]:
    """The lines of the tables, one after the other."""
    results = bench.run(build_unrestored())
    for result in results.values():
        result.usage = None  # nothing is done
    yield Line(UNRESTORED, results)
    for source in _of_role(settings, METHOD):
        yield Line(source.name, bench.run(build_method(source, bench.device)))
        free_memory()
    for source in _of_role(settings, DETECTOR):
        yield from _run_detector(source, settings, bench)


def _of_role(settings: Settings, role: str) -> List[Source]:
    return [source for source in settings.sources if source.role == role]


def _run_detector(source: Source, settings: Settings,
                  bench: Bench) -> Iterator[Line]:
    """A detector alone, then with each inpaintor."""
    with TemporaryDirectory() as folder:
        found = {
            test_set.name: ConfidenceFolder(Path(folder, str(number)))
            for number, test_set in enumerate(bench.test_sets)
        }
        detected = bench.run(build_detector(source, bench.device), keep=found)
        free_memory()
        # The true mask alone has nothing to tell.
        if source.config is not None:
            yield Line(source.name, detected)
        for inpaintor in _of_role(settings, INPAINTOR):
            pair = build_pair(source.name, inpaintor, settings.dilation,
                              bench.device)
            repaired = bench.run(pair, given=found)
            yield Line(
                pair.name, {
                    name: _join(detected[name], result)
                    for name, result in repaired.items()
                }, source.name)
            del pair
            free_memory()


def _join(detected: Result, repaired: Result) -> Result:
    """A detector and then an inpaintor."""
    assert detected.usage is not None and repaired.usage is not None
    return Result({
        **detected.scores,
        **repaired.scores
    }, repaired.pictures, detected.usage.then(repaired.usage))
