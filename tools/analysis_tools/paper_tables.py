"""Set results beside those of the paper, as Markdown.

``python tools/analysis_tools/paper_tables.py work_dirs/results -o TABLES.md``

A result file is what ``tools/test.py --out`` writes, named after its config:
``hcl_ffhq_256.json``. Blank cells were not run; a dash stands where a result
file has no such number.
"""
import argparse
import json
import sys
from pathlib import Path
from typing import Dict, Iterator, List, Mapping, Optional, Sequence

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # for cli

import cli  # noqa: E402
from paper_numbers import TABLES, Column, Row, Table  # noqa: E402

Scores = Dict[str, Optional[float]]

NOT_RUN = ''
NO_NUMBER = '–'
# As many as the paper prints.
DECIMALS = {'PSNR': 2, 'FID': 2}
OTHER_DECIMALS = 3


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Collect result files into the paper's tables, the "
        "paper's figures beside ours.")
    parser.add_argument(
        'results',
        nargs='*',
        metavar='RESULTS',
        help='result files (CONFIG_NAME.json), or folders of them')
    parser.add_argument(
        '-o', '--out', metavar='FILE.md', help='write the tables there')
    parser.add_argument(
        '--overwrite', action='store_true', help='replace an existing FILE.md')
    return parser.parse_args()


def main() -> None:
    args = parse_args()
    if args.out and Path(args.out).exists() and not args.overwrite:
        cli.fail(f'{args.out} exists: name another file, or give --overwrite')
    results = read_results(find_files(args.results))
    text = '\n'.join(to_markdown(results)) + '\n'
    if args.out:
        Path(args.out).parent.mkdir(parents=True, exist_ok=True)
        Path(args.out).write_text(text, encoding='utf-8')
    else:
        print(text, end='')


def find_files(paths: Sequence[str]) -> List[Path]:
    """Result files, those of folders by name."""
    files = []
    for path in map(Path, paths):
        if path.is_dir():
            files += sorted(path.glob('*.json'))
        elif path.is_file():
            files.append(path)
        else:
            cli.fail(f'there is no result file or folder {path}')
    return files


def read_results(files: Sequence[Path]) -> Dict[str, Scores]:
    """The scores of each config; files of no table are warned about."""
    known = {
        row.result or column.result
        for table in TABLES
        for row in table.rows if row.is_measured for column in table.columns
    }
    results: Dict[str, Scores] = {}
    for file in files:
        if file.stem not in known:
            print(
                f'Warning: {file} is left out: no table has results of '
                f'{file.stem}. Result files are named after their config: '
                f'{", ".join(sorted(known))}.',
                file=sys.stderr)
        elif file.stem in results:
            cli.fail(f'there are two result files {file.name}, the second is '
                     f'{file}')
        else:
            results[file.stem] = read_scores(file)
    return results


def read_scores(file: Path) -> Scores:
    """One result file: a flat object of numbers or null."""
    try:
        scores = json.loads(file.read_text(encoding='utf-8'))
    except ValueError as error:
        cli.fail(f'{file} is not JSON: {error}')
    if not isinstance(scores, dict) or not all(
            value is None or type(value) in (int, float)
            for value in scores.values()):
        cli.fail(f'{file} is not a result file, a flat JSON object of '
                 'numbers, as tools/test.py --out writes it')
    return scores


def to_markdown(results: Mapping[str, Scores]) -> Iterator[str]:
    """All tables, line by line.

    Args:
        results (Mapping[str, Scores]): Scores by the name of their config.

    Yields:
        str: A line of Markdown.
    """
    yield '# Results beside those of the paper'
    yield ''
    yield ('"paper": [HCL, ICCV 2023](https://arxiv.org/abs/2308.14061). '
           '"here": result files of this package. Blank: not run; '
           f'{NO_NUMBER}: the result file has no such number. F1 and IoU are '
           'those of the intact class.')
    for table in TABLES:
        yield from table_lines(table, results)
    yield ''
    yield '## Result files'
    yield ''
    yield 'Photographs scored:' if results else 'None.'
    yield ''
    for name, scores in sorted(results.items()):
        yield f'- {name}: {to_cell(scores, "num_images", 0)}'


def table_lines(table: Table, results: Mapping[str, Scores]) -> Iterator[str]:
    """One table with its title and note, line by line."""
    yield from ('', f'## {table.title}', '')
    if table.note:
        yield from (table.note, '')
    yield to_line(['', '', *(column.title for column in table.columns)])
    yield to_line(['---'] * 2 + ['---:'] * len(table.columns))
    for row in table.rows:
        if row.paper:
            cells = [NOT_RUN if cell == '-' else cell
                     for cell in row.paper.split()]  # yapf: disable
            yield to_line([row.title, f'{row.method}, paper', *cells])
        if row.is_measured:
            cells = [measured(row, column, results)
                     for column in table.columns]  # yapf: disable
            yield to_line([row.title, f'{row.method}, here', *cells])


def measured(row: Row, column: Column, results: Mapping[str, Scores]) -> str:
    """The cell of a row and a column that is measured here."""
    scores = results.get(row.result or column.result)
    if scores is None:
        return NOT_RUN
    metric = row.metric or column.metric
    key = f'{metric}@{column.ratio}' if column.ratio else metric
    return to_cell(scores, key, DECIMALS.get(metric, OTHER_DECIMALS))


def to_cell(scores: Scores, key: str, decimals: int) -> str:
    """A number of a result file, or a dash."""
    score = scores.get(key)
    return NO_NUMBER if score is None else f'{score:.{decimals}f}'


def to_line(cells: Sequence[str]) -> str:
    """A line of a Markdown table."""
    return f'| {" | ".join(cells)} |'


if __name__ == '__main__':
    cli.run(main)
