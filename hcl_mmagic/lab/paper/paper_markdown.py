"""Set results beside those of the paper, as Markdown.

``python tools/analysis_tools/paper_tables.py work_dirs/results -o TABLES.md``

A result file is what ``tools/test.py --out`` or ``score_folder.py --json``
writes, called METHOD_TEST.json, as a config is: ``hcl_ffhq_256.json``. Blank
cells were not run; a dash stands where a result file has no such number.
"""
import argparse
from itertools import groupby
from pathlib import Path
from typing import Iterator, List, Mapping, Sequence

from ...errors import ConfigError
from ..command_line import command, fail, own_config
from .paper_layout import NAMES, Column, Row, Table
from .paper_numbers import DETECTION_RATIOS, RESTORATION_RATIOS, TABLES
from .paper_results import (Result, Scores, find_files, known_tests,
                            read_results, result_name, split_name)

NOT_RUN = ''
NO_NUMBER = '–'
# As many as the paper prints.
DECIMALS = {'PSNR': 2, 'PSNR_outside': 2, 'FID': 2}
OTHER_DECIMALS = 3


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Collect result files into the paper's tables, the "
        "paper's figures beside ours.")
    add = parser.add_argument
    add('results',
        nargs='*',
        metavar='RESULTS',
        help='result files (METHOD_TEST.json, such as hcl_ffhq_256.json), or '
        'folders of them')
    add('-o', '--out', metavar='FILE.md', help='write the tables there')
    add('--overwrite', action='store_true', help='replace an existing FILE.md')
    return parser.parse_args()


@command
def main() -> None:
    args = parse_args()
    if args.out and Path(args.out).exists() and not args.overwrite:
        fail(f'{args.out} exists: name another file, or give --overwrite')
    results = read_results(find_files(args.results), TABLES)
    text = '\n'.join(to_markdown(results)) + '\n'
    if args.out:
        Path(args.out).parent.mkdir(parents=True, exist_ok=True)
        Path(args.out).write_text(text, encoding='utf-8')
    else:
        print(text, end='')


def to_markdown(results: Mapping[str, Result]) -> Iterator[str]:
    """All tables, line by line."""
    yield '# Results beside those of the paper'
    yield ''
    yield ('"paper": [HCL, ICCV 2023](https://arxiv.org/abs/2308.14061). '
           '"here": result files. Blank: not run; '
           f'{NO_NUMBER}: the result file has no such number. F1 and IoU are '
           'those of the intact class. What was scored stands at the end. The '
           'paper does not name the pictures that it scored, and its equation '
           '1 is a composite; the code of its authors scores the raw image, '
           'as `tools/test.py --protocol authors` does.')
    for table in TABLES:
        yield from table_lines(table, results)
    yield from file_lines(results)


def table_lines(table: Table, results: Mapping[str, Result]) -> Iterator[str]:
    """One table with its title and note, line by line."""
    yield from ('', f'## {table.title}', '')
    if table.note:
        yield from (table.note, '')
    yield to_line(['', '', *(column.title for column in table.columns)])
    yield to_line(['---'] * 2 + ['---:'] * len(table.columns))
    for row in all_rows(table, results):
        label = method_label(row.method)
        if row.paper:
            cells = [NOT_RUN if cell == '-' else cell
                     for cell in row.paper.split()]  # yapf: disable
            yield to_line([row.title, f'{label}, paper', *cells])
        cells = [measured(row, column, results) for column in table.columns]
        runs = row in table.rows and any(
            has_config(result_name(row, column)) for column in table.columns)
        if runs or not set(cells) <= {NOT_RUN, NO_NUMBER}:
            yield to_line([row.title, f'{label}, here', *cells])


def all_rows(table: Table, results: Mapping[str, Result]) -> Iterator[Row]:
    """The rows of a table, after those of each score or task the rows of
    other methods that have results."""
    tests = known_tests(TABLES)
    found = [split_name(name, tests) for name in sorted(results)]
    for (title, metric,
         test), group in groupby(table.rows, lambda row:
                                 (row.title, row.metric, row.test)):
        rows = list(group)
        yield from rows
        of_table = {test or column.test for column in table.columns} - {''}
        known = {row.method for row in rows}
        for method in dict.fromkeys(method for method, test in found
                                    if test in of_table):
            if method not in known:
                yield Row(title, method, metric=metric, test=test)


def method_label(method: str) -> str:
    """How a method is shown: 'blind_[DETECTOR_]INPAINTOR' as both parts."""
    if not method.startswith('blind_'):
        return NAMES.get(method, method)
    parts = method.split('_')[1:]
    if len(parts) == 1:
        parts.insert(0, 'hcl')
    return ' → '.join(NAMES.get(part, part) for part in parts)


def has_config(name: str) -> bool:
    """Whether a method runs in this package on a test."""
    try:
        own_config(name)
    except ConfigError:
        return False
    return True


def measured(row: Row, column: Column, results: Mapping[str, Result]) -> str:
    """The cell of a row and a column that is measured here."""
    result = results.get(result_name(row, column))
    if result is None:
        return NOT_RUN
    metric = row.metric or column.metric
    key = f'{metric}@{column.ratio}' if column.ratio else metric
    return to_cell(result.scores, key, DECIMALS.get(metric, OTHER_DECIMALS))


def file_lines(results: Mapping[str, Result]) -> Iterator[str]:
    """What each result file is of, line by line."""
    yield from ('', '## Result files', '')
    if not results:
        yield 'None.'
        return
    yield ('Pictures that were scored, all and by mask ratio. FID depends on '
           'their number.')
    yield ''
    bins: List[str] = [*DETECTION_RATIOS, *RESTORATION_RATIOS]
    yield to_line(['', 'scored', 'pictures', *(f'{name} %' for name in bins)])
    yield to_line(['---'] * 2 + ['---:'] * (1 + len(bins)))
    for name, result in sorted(results.items()):
        counts = [
            to_cell(result.scores, key, 0)
            for key in ('num_images', *(f'num_images@{bin_name}'
                                        for bin_name in bins))
        ]
        yield to_line([name, result.scored or 'not said', *counts])


def to_cell(scores: Scores, key: str, decimals: int) -> str:
    """A number of a result file, or a dash."""
    score = scores.get(key)
    return NO_NUMBER if score is None else f'{score:.{decimals}f}'


def to_line(cells: Sequence[str]) -> str:
    """A line of a Markdown table."""
    return f'| {" | ".join(cells)} |'
