"""The check of a whole config, printed and as JSON."""
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
from mmagic.registry import DATA_SAMPLERS, DATASETS
from mmengine.config import Config
from tqdm import tqdm

from ...errors import HCLError
from ...visualization.panel import PanelRow
from ..corruptions.pipeline_samples import to_row
from .data_findings import (Finding, judge_mask_files, judge_source,
                            judge_splits)
from .data_inspection import PhotographFacts, inspect_all, inspect_masks
from .data_sources import Source, describe_photographs, find_sources

_MAX_MASK_FILES = 500
_SHEET_SAMPLES = 8
_RATIO_SAMPLES = 64  # drawn where damage is synthesised
_LABELS = dict(gt_path='clean', img_path='damaged', mask_path='mask')
_BAR_WIDTH = 40


@dataclass
class Report:
    """What was found.

    Attributes:
        splits (dict): Counts, formats and sizes by split and kind of file.
        ratios (list[float]): Shares of corrupted pixels, of all pairs that
            are trained on or of drawn samples.
        findings (list[Finding]): What speaks against training.
        rows (list[PanelRow]): The first samples that training will see.
    """

    splits: dict[str, dict] = field(default_factory=dict)
    ratios: list[float] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    rows: list[PanelRow] = field(default_factory=list)

    def add(self, findings: Iterable[Finding]) -> None:
        """Keep findings, each once: train and val may share folders."""
        for finding in findings:
            if finding not in self.findings:
                self.findings.append(finding)


def check_config(cfg: Config, workers: int) -> Report:
    """Read all files that a config trains and tests on."""
    report = Report()
    facts: dict[str, list[PhotographFacts]] = {}
    for source in find_sources(cfg):
        found = inspect_all(source.photographs, source.loader, workers)
        facts.setdefault(source.split, []).extend(found)
        report.add(judge_source(source, found))
        _add_mask_files(report, source, workers)
        label = describe_photographs(source)
        if label:
            report.splits[f'{source.split}: {label}'] = summarise(found)
    report.add(judge_splits(facts))
    _add_samples(report, cfg, facts.get('train', []))
    return report


def _add_mask_files(report: Report, source: Source, workers: int) -> None:
    step = -(-len(source.mask_files) // _MAX_MASK_FILES) or 1
    masks = inspect_masks(source.mask_files[::step], source.masks_inverted,
                          workers)
    report.add(judge_mask_files(masks, source.masks_inverted))


def _add_samples(report: Report, cfg: Config,
                 trained: Sequence[PhotographFacts]) -> None:
    """Draw what training will see, unless nothing is there to train on."""
    report.ratios = [fact.mask.ratio for fact in trained if fact.mask]
    if all(fact.flaw for fact in trained):
        return
    count = _SHEET_SAMPLES if report.ratios else _RATIO_SAMPLES
    try:
        rows = _draw_samples(cfg, count)
    except HCLError as error:
        report.add([Finding(True, f'training would stop: {error}')])
        return
    report.rows = rows[:_SHEET_SAMPLES]
    if not report.ratios:
        report.ratios = [
            float(row.mask.mean()) for row in rows if row.mask is not None
        ]


def _draw_samples(cfg: Config, count: int) -> list[PanelRow]:
    """Draw samples as the training loop would."""
    loader = cfg.train_dataloader
    dataset = DATASETS.build(loader.dataset)
    sampler = DATA_SAMPLERS.build(
        loader.sampler,
        default_args=dict(
            dataset=dataset, seed=cfg.get('randomness', {}).get('seed', 0)))
    indices = islice(sampler, count)
    return [
        to_row(dataset[index])._replace(title=None)
        for index in tqdm(indices, desc='samples', total=count, unit='')
    ]


def summarise(facts: Sequence[PhotographFacts]) -> dict[str, dict]:
    """By kind of file ('clean', 'damaged', 'mask'): number of readable files,
    formats, traits, and min, median, max of height and width."""
    summary = {}
    for key, label in _LABELS.items():
        heads = [fact.files[key] for fact in facts if key in fact.files]
        if heads:
            sizes = np.array([head.size for head in heads])
            summary[label] = dict(
                files=len(heads),
                formats=dict(Counter(head.kind for head in heads)),
                traits=dict(
                    Counter(trait for head in heads for trait in head.traits)),
                height=_spread(sizes[:, 0]),
                width=_spread(sizes[:, 1]))
    return summary


def _spread(values: np.ndarray) -> list[float]:
    return [
        float(statistic(values)) for statistic in (np.min, np.median, np.max)
    ]


def count_ratios(ratios: Sequence[float]) -> dict[str, int]:
    """Histogram of shares of corrupted pixels by bins in percent, low < ratio
    <= high; under '0' those without damage."""
    counts = {'0': sum(ratio == 0 for ratio in ratios)}
    for low in range(0, 100, 10):
        counts[f'{low}-{low + 10}'] = sum(low < 100 * ratio <= low + 10
                                          for ratio in ratios)
    return counts


def print_report(report: Report) -> None:
    """Print counts, sizes, ratios, then what was found."""
    for label, summary in report.splits.items():
        print(label)
        for kind, numbers in summary.items():
            formats = ', '.join(
                f'{count} {name}'
                for name, count in (*numbers['formats'].items(),
                                    *numbers['traits'].items()))
            sizes = ' x '.join('/'.join(f'{value:.0f}'
                                        for value in numbers[side])
                               for side in ('width', 'height'))
            print(f'  {kind:8} {formats}; {sizes} pixels (min/median/max)')
    if report.ratios:
        print(f'Corrupted share of {len(report.ratios)} training samples, in '
              'percent:')
        counts = count_ratios(report.ratios)
        for name, count in counts.items():
            bar = '#' * round(_BAR_WIDTH * count / max(counts.values()))
            print(f'  {name:>6} {count:6} {bar}'.rstrip())
    for is_error, text in report.findings:
        print(f'{"ERROR" if is_error else "warning"}: {text}')
    if not report.findings:
        print('Nothing speaks against training on these data.')


def plain_report(report: Report) -> dict:
    """The report without its pictures, as JSON can hold it."""
    texts: dict[bool, list[str]] = {True: [], False: []}
    for is_error, text in report.findings:
        texts[is_error].append(text)
    return dict(
        errors=texts[True],
        warnings=texts[False],
        splits=report.splits,
        ratios=count_ratios(report.ratios))
