"""Scores as Markdown tables in the layout of the paper."""
import math
import re
from typing import (Dict, Iterable, List, Mapping, NamedTuple, Optional,
                    Sequence)

Scores = Mapping[str, Optional[float]]
"""Scores of one method by key, as in a result file."""


class Row(NamedTuple):
    """How one score is shown: ``better`` is an arrow."""

    label: str
    better: str
    digits: int


DETECTION_ROWS: Dict[str, Row] = {
    'Accuracy': Row('Acc', '↑', 3),
    'F1_intact': Row('F1', '↑', 3),
    'BCE': Row('BCE', '↓', 3),
    'IoU_intact': Row('IoU', '↑', 3),
    'F1_corrupted': Row('F1 of the corrupted class', '↑', 3),
    'IoU_corrupted': Row('IoU of the corrupted class', '↑', 3),
}
"""In the order of the paper, whose F1 and IoU are those of the intact
class."""
ORIENTATION_ROWS: Dict[str, Row] = {
    'OrientationAccuracy':
    Row('Damage told from picture', '↑', 3),
    'IoU_corrupted_oracle':
    Row('IoU of the corrupted class, always told right', '↑', 3),
}
RESTORATION_ROWS: Dict[str, Row] = {
    'PSNR': Row('PSNR', '↑', 2),
    'SSIM': Row('SSIM', '↑', 3),
    'FID': Row('FID', '↓', 2),
    'LPIPS': Row('LPIPS', '↓', 3),
    'MAE': Row('MAE', '↓', 4),
}
REGION_ROWS: Dict[str, Row] = {
    f'{key}_{region}': row._replace(label=f'{row.label} {region}')
    for region in ('inside', 'outside')
    for key, row in RESTORATION_ROWS.items()
}
BASELINE_ROWS: Dict[str, Row] = {
    'PSNR_input': Row('PSNR, damaged picture', '↑', 2),
    'PSNR_inside_input': Row('PSNR inside, damaged picture', '↑', 2),
    'PSNR_inside_mean_fill': Row('PSNR inside, mean colour', '↑', 2),
}

REPORT_TITLE = '# Scores'
SCORED = 'Scored: '
"""What the line about the test begins with; ``paper_tables.py`` reads it."""
MISSING = '–'
_BIN = re.compile(r'@(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)$')
_STAGE = re.compile(r'_s(\d+)(?=@|$)')


def format_report(scores: Scores, scored: str = '') -> str:
    """All scores of one method, as a Markdown document: for each test set,
    tables with one column per bin of the mask ratio, then whatever fits into
    none of them. Keys such as ``faces/PSNR`` belong to one of several test
    sets; ``scored`` is a line that says which images of which data the scores
    are of."""
    test_sets: Dict[str, Dict[str, Optional[float]]] = {}
    for key, score in scores.items():
        test_set, _, name = key.rpartition('/')
        test_sets.setdefault(test_set, {})[name] = score
    lines = [
        line for test_set, part in test_sets.items()
        for line in _report_lines(test_set, part)
    ]
    if scored:
        lines[2:2] = [f'{SCORED}{scored}', '']  # below the first title
    return '\n'.join(lines)


def _report_lines(test_set: str, scores: Scores) -> List[str]:
    """The tables of one test set, ending with an empty line."""
    sections = {
        'Corruption detection': DETECTION_ROWS,
        'Naming of the two classes': ORIENTATION_ROWS,
        'Corruption detection by stage, 0 is the finest': _stage_rows(scores),
        'Restoration': RESTORATION_ROWS,
        'Restoration inside and outside the true mask': REGION_ROWS,
        'Without restoration': BASELINE_ROWS,
    }
    lines = [f'{REPORT_TITLE}: {test_set}' if test_set else REPORT_TITLE, '']
    if scores.get('num_skipped'):
        lines += [f'{scores["num_skipped"]:.0f} pictures were left out: '
                  'a file of theirs cannot be read.', '']  # yapf: disable
    shown = set()
    for title, rows in sections.items():
        present = [key for key in scores if _BIN.sub('', key) in rows]
        if present:
            lines += [f'## {title}', '', format_table({'': scores}, rows), '']
            shown.update(present)
    others = [
        key for key in scores
        if key not in shown and not key.startswith('num_')
    ]
    if others:
        lines += ['## Other scores', '', '| | |', '|---|---|']
        lines += [
            f'| {key} | {format_number(scores[key], 4)} |' for key in others
        ]
        lines.append('')
    return lines


def format_table(results: Mapping[str, Scores],
                 rows: Mapping[str, Row],
                 bins: Optional[Sequence[str]] = None) -> str:
    """One Markdown table of one or several methods, without a line break at
    its end.

    As in the paper, each score has one line per method and each bin of the
    mask ratio one column; the column 'all' holds the scores without a bin. A
    number that is missing is shown as a dash.

    Args:
        results (Mapping[str, Mapping[str, float or None]]): Scores by method.
            The name of a single method may be ''.
        rows (Mapping[str, Row]): The scores to show, by key; those that no
            method has are left out.
        bins (Sequence[str], optional): Columns, such as ``['0-20']``, 'all'
            for the scores without a bin. None takes those that there are.
    """
    if bins is None:
        bins = find_bins(results.values(), rows)
    named = set(results) != {''}
    lines = [
        format_line(['Mask ratio (%)', *['Method'] * named, *bins]),
        format_line([*['---'] * (1 + named), *['---:'] * len(bins)])
    ]
    images = {'num_images': Row('images', '', 0)}
    for key, row in {**images, **rows}.items():
        if not any(
                _key(key, name) in scores for scores in results.values()
                for name in bins):
            continue
        for method, scores in results.items():
            cells = [
                format_number(scores.get(_key(key, name)), row.digits)
                for name in bins
            ]
            label = f'{row.label} {row.better}'.rstrip()
            lines.append(format_line([label, *[method] * named, *cells]))
    return '\n'.join(lines)


def find_bins(results: Iterable[Scores], keys: Iterable[str]) -> List[str]:
    """Columns of a table of the scores called ``keys``: 'all' if there is one
    without a bin, then the bins in ascending order, such as '0-20'."""
    names = set(keys)
    with_all, bounds = False, set()
    for scores in results:
        for key in scores:
            if _BIN.sub('', key) not in names:
                continue
            match = _BIN.search(key)
            if match is None:
                with_all = True
            else:
                bounds.add((float(match[1]), float(match[2])))
    return ['all'] * with_all + [
        f'{low:g}-{high:g}' for low, high in sorted(bounds)
    ]


def _stage_rows(scores: Scores) -> Dict[str, Row]:
    """Rows of the coarser stages, the finest (stage 0) first."""
    stages = sorted({
        int(match[1])
        for match in map(_STAGE.search, scores) if match is not None
    })
    rows = {}
    for key, row in DETECTION_ROWS.items():
        for stage in [0, *stages] if stages else ():
            suffix = f'_s{stage}' if stage else ''
            rows[key +
                 suffix] = row._replace(label=f'{row.label}, stage {stage}')
    return rows


def _key(name: str, bin_name: str) -> str:
    return name if bin_name == 'all' else f'{name}@{bin_name}'


def format_number(value: Optional[float], digits: int) -> str:
    """A cell of a table, a dash where there is no number."""
    if value is None or not math.isfinite(value):
        return MISSING
    return f'{value:.{digits}f}'


def format_line(cells: Iterable[str]) -> str:
    """A line of a Markdown table."""
    return '| ' + ' | '.join(cells) + ' |'
