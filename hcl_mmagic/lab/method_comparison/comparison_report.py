"""Results as JSON and as Markdown tables."""
import math
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Dict, List, Mapping, Sequence

from torch import device as Device

from ...engine import AtomicLocalBackend
from ...evaluation.functional import RatioBin
from ...evaluation.score_tables import (DETECTION_ROWS, REGION_ROWS,
                                        RESTORATION_ROWS, format_line,
                                        format_number, format_table)
from ..benchmarking.machine import describe_machine
from ..command_line import write_json
from .frozen_samples import FrozenSamples
from .method_results import Line, Result, Usage

SHOWN_DIGITS = 12  # of a hash
# Scores of the tables, by the label of their column.
COLUMNS = {
    'Accuracy': 'Accuracy',
    'IoU corrupted': 'IoU_corrupted',
    'IoU intact': 'IoU_intact',
    'F1 corrupted': 'F1_corrupted',
    'F1 intact': 'F1_intact',
    'PSNR': 'PSNR',
    'SSIM': 'SSIM',
    'LPIPS': 'LPIPS',
    'PSNR inside': 'PSNR_inside',
    'SSIM inside': 'SSIM_inside',
    'LPIPS inside': 'LPIPS_inside',
}
STYLES = {**DETECTION_ROWS, **RESTORATION_ROWS, **REGION_ROWS}
USAGE_COLUMNS = ('seconds / picture', 'x first', 'MB')
MEANING = """\
Detection scores are those of the masks before any dilation, means over the
pictures; 'inside' are the pixels that the true mask calls corrupted. All
scores are in the JSON file, and docs/evaluation.md defines them. Seconds are
the median of the timed pictures, one by one, from the 8 bit picture to mask
and restored picture, all in memory; 'x first' is their ratio to the first
method's. MB is the most memory, weights included: what a GPU had allocated,
or by how much a CPU's process grew. A detector with an inpaintor takes the
seconds of both, and the memory of the one that needs more beside the weights
of the other."""


@dataclass
class Report:
    """Everything that is written; ``sources`` has ``role``, ``name``,
    ``config`` and ``checkpoints`` of each method and part."""
    test_sets: Sequence[FrozenSamples]
    ratio_bins: Sequence[RatioBin]
    device: Device
    num_timed: int
    notes: List[str] = field(default_factory=list)
    sources: List[Dict[str, Any]] = field(default_factory=list)
    lines: List[Line] = field(default_factory=list)

    def write(self, folder: Path) -> str:
        """Write ``comparison.json`` and ``comparison.md``."""
        text = self.to_markdown()
        write_json(self.to_dict(), folder / 'comparison.json')
        AtomicLocalBackend().put_text(text, folder / 'comparison.md')
        return text

    def to_dict(self) -> Dict[str, Any]:
        """Everything but the pictures, as JSON can hold it."""
        return dict(
            test_sets={
                test_set.name:
                dict(
                    folder=str(test_set.folder),
                    fingerprint=test_set.fingerprint,
                    num_images=len(test_set),
                    methods={
                        line.name: self._numbers(line, test_set.name)
                        for line in self.lines
                    })
                for test_set in self.test_sets
            },
            sources=self.sources,
            machine=describe_machine(self.device),
            device=str(self.device),
            timed=self.num_timed,
            notes=self.notes)

    def _numbers(self, line: Line, test_set: str) -> Dict[str, Any]:
        result = line.results[test_set]
        scores = {
            key: score if math.isfinite(score) else None  # as JSON has it
            for key, score in result.scores.items()
        }
        usage = None
        if result.usage is not None:
            usage = dict(
                asdict(result.usage),
                seconds_ratio=self._ratio(result.usage, test_set))
        return dict(scores=scores, usage=usage)

    def _ratio(self, usage: Usage, test_set: str) -> float:
        """Seconds as a multiple of those of the first method."""
        first = next(
            usage for usage in (line.results[test_set].usage
                                for line in self.lines) if usage is not None)
        return usage.seconds / first.seconds

    def to_markdown(self) -> str:
        """One table for each test set, and where all comes from."""
        lines = ['# Comparison', '']
        for test_set in self.test_sets:
            lines += [
                f'## {test_set.name}', '',
                f'{test_set.description}, fingerprint '
                f'`{test_set.fingerprint}`.', '', *self._table(test_set.name),
                '', *self._tables_by_ratio(test_set.name)
            ]
        lines += ['## Methods', '', *_source_table(self.sources), '']
        lines += [
            '## How to read this', '', MEANING, '', *self._circumstances()
        ]
        return '\n'.join(lines) + '\n'

    def _table(self, test_set: str) -> List[str]:
        results = {line.name: line.results[test_set] for line in self.lines}
        columns = {
            label: key
            for label, key in COLUMNS.items()
            if any(key in result.scores for result in results.values())
        }
        titles = [
            'Method', *(f'{label} {STYLES[key].better}'
                        for label, key in columns.items()), *USAGE_COLUMNS
        ]
        rows = [
            format_line(titles),
            format_line(['---', *['---:'] * (len(titles) - 1)])
        ]
        for name, result in results.items():
            scores = [
                format_number(result.scores.get(key), STYLES[key].digits)
                for key in columns.values()
            ]
            rows.append(
                format_line(
                    [name, *scores, *self._usage_cells(result, test_set)]))
        return rows

    def _usage_cells(self, result: Result, test_set: str) -> List[str]:
        usage = result.usage
        if usage is None:
            return [format_number(None, 0)] * len(USAGE_COLUMNS)
        return [
            format_number(usage.seconds, 4),
            format_number(self._ratio(usage, test_set), 2),
            format_number(usage.peak_bytes / 1e6, 1)
        ]

    def _tables_by_ratio(self, test_set: str) -> List[str]:
        if not self.ratio_bins:
            return []
        tables = []
        for styles in (DETECTION_ROWS, {**RESTORATION_ROWS, **REGION_ROWS}):
            keys = [key for key in COLUMNS.values() if key in styles]
            scores = {
                line.name: line.results[test_set].scores
                for line in self.lines
                if any(key in line.results[test_set].scores for key in keys)
                # A detector has the same scores with every inpaintor.
                and not (styles is DETECTION_ROWS and line.detector)
            }
            tables += [
                f'By mask ratio, {test_set}:', '',
                format_table(scores, {key: styles[key]
                                      for key in keys}), ''
            ]
        return tables

    def _circumstances(self) -> List[str]:
        machine = describe_machine(self.device)
        where = machine['gpu'] or machine['processor']
        return [
            f'{where}, {machine["threads"]} CPU threads, torch '
            f'{machine["torch"]}; {self.num_timed} pictures timed.',
            *(f'\n{note}' for note in self.notes)
        ]


def _source_table(sources: Sequence[Mapping[str, Any]]) -> List[str]:
    rows = [
        format_line(
            ['', 'Name', 'Config', 'Checkpoint', 'SHA-256', 'Iterations']),
        format_line(['---'] * 5 + ['---:'])
    ]
    for source in sources:
        for checkpoint in source['checkpoints'] or [{}]:
            rows.append(
                format_line([
                    source['role'], source['name'], source['config']
                    or 'built in',
                    checkpoint.get('file', ''),
                    checkpoint.get('sha256', '')[:SHOWN_DIGITS],
                    format_number(checkpoint.get('iterations'), 0)
                ]))
    return rows
