"""Result files, and where they stand in the paper's tables."""
import json
import sys
from pathlib import Path
from typing import Dict, List, NamedTuple, Optional, Sequence, Set, Tuple

from ..command_line import fail
from .paper_layout import Column, Row, Table

Scores = Dict[str, Optional[float]]

# What the line about the test begins with in the tables beside a result file:
# SCORED of hcl_mmagic/evaluation/score_tables.py.
SCORED = 'Scored: '


class Result(NamedTuple):
    """Numbers of a result file, and which images of which data they are of, ''
    if that is not known."""
    scores: Scores
    scored: str


def result_name(row: Row, column: Column) -> str:
    """Name of the result file of a cell, without '.json'."""
    return row.result or f'{row.method}_{row.test or column.test}'


def known_tests(tables: Sequence[Table]) -> Set[str]:
    """Every TEST of result files METHOD_TEST.json."""
    tests = {
        test
        for table in tables
        for test in (*(row.test for row in table.rows),
                     *(column.test for column in table.columns))
    }
    return tests - {''}


def split_name(name: str, tests: Set[str]) -> Tuple[str, str]:
    """METHOD and TEST of METHOD_TEST, two '' if it is no such name."""
    test = max((test for test in tests if name.endswith(f'_{test}')),
               key=len, default='')  # yapf: disable
    return name[:-len(test) - 1] if test else '', test


def find_files(paths: Sequence[str]) -> List[Path]:
    """Result files, those of folders by name."""
    files = []
    for path in map(Path, paths):
        if path.is_dir():
            files += sorted(path.glob('*.json'))
        elif path.is_file():
            files.append(path)
        else:
            fail(f'there is no result file or folder {path}')
    return files


def read_results(files: Sequence[Path],
                 tables: Sequence[Table]) -> Dict[str, Result]:
    """The results by name; files of no table are warned about."""
    tests = known_tests(tables)
    others = {row.result for table in tables for row in table.rows}
    results: Dict[str, Result] = {}
    for file in files:
        name = file.stem
        if name not in others and not split_name(name, tests)[0]:
            print(
                f'Warning: {file} is left out: result files are called '
                'METHOD_TEST.json, and TEST is one of '
                f'{", ".join(sorted(tests))}.',
                file=sys.stderr)
        elif name in results:
            fail(f'there are two result files {file.name}, the second is '
                 f'{file}')
        else:
            results[name] = Result(read_scores(file), read_scored(file))
    return results


def read_scores(file: Path) -> Scores:
    """One result file: a flat object of numbers or null."""
    try:
        scores = json.loads(file.read_text(encoding='utf-8'))
    except ValueError as error:
        fail(f'{file} is not JSON: {error}')
    if not isinstance(scores, dict) or not all(
            value is None or type(value) in (int, float)
            for value in scores.values()):
        fail(f'{file} is not a result file, a flat JSON object of '
             'numbers, as tools/test.py --out writes it')
    return scores


def read_scored(file: Path) -> str:
    """What the tables beside a result file say about its test."""
    tables = file.with_suffix('.md')
    if not tables.is_file():
        return ''
    lines = tables.read_text(encoding='utf-8').splitlines()
    return next(
        (line[len(SCORED):] for line in lines if line.startswith(SCORED)), '')
