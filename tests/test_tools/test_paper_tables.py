"""The tables of the paper, and results in their cells."""
import json
from pathlib import Path
from typing import Callable, Dict, List

import pytest

TOOL = 'analysis_tools/paper_tables.py'
CONFIGS = Path(__file__).resolve().parents[2] / 'configs'


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> Dict[str, object]:
    """Tables by the number in their title."""
    tools = CONFIGS.parent / 'tools/analysis_tools'
    monkeypatch.syspath_prepend(str(tools))
    from paper_numbers import TABLES
    return {table.title.partition(':')[0]: table for table in TABLES}


@pytest.fixture
def make_tables(run_tool: Callable, tmp_path: Path,
                capsys: pytest.CaptureFixture) -> Callable:
    """Runs the tool on results, gives the rows of each table."""

    def make(**results: dict) -> Dict[str, List[List[str]]]:
        (tmp_path / 'results').mkdir()
        for name, scores in results.items():
            (tmp_path / 'results' / f'{name}.json').write_text(
                json.dumps(scores))
        run_tool(TOOL, 'results')
        rows: Dict[str, List[List[str]]] = {}
        for line in capsys.readouterr().out.splitlines():
            if line.startswith('## '):
                title = line[3:].partition(':')[0]
            elif line.startswith('| '):
                cells = [cell.strip() for cell in line.split('|')[1:-1]]
                rows.setdefault(title, []).append(cells)
        return rows

    return make


def _find(rows: List[List[str]], title: str, method: str) -> List[str]:
    return next(row[2:] for row in rows if row[:2] == [title, method])


def test_every_row_has_a_figure_for_every_column(tables: dict) -> None:
    for table in tables.values():
        for row in table.rows:
            assert not row.paper or len(row.paper.split()) == len(
                table.columns), row


def test_every_result_file_is_named_after_a_config(tables: dict) -> None:
    for table in tables.values():
        for row in table.rows:
            for column in table.columns if row.is_measured else ():
                name = row.result or column.result
                assert (CONFIGS / f'{name}.py').is_file(), name
                assert row.metric or column.metric


@pytest.mark.parametrize('name', ['Table 3', 'Table 4', 'Table 5', 'Table 7'])
def test_hcl_is_the_best_wherever_the_paper_says_so(tables: dict,
                                                    name: str) -> None:
    """'Best performance in terms of all metrics': finds slips of the pen."""
    table = tables[name]
    for title in {row.title for row in table.rows}:
        figures = {
            row.method: row.paper.split()
            for row in table.rows if row.title == title
        }
        ours = figures.pop('HCL')
        for others in figures.values():
            for column, our, other in zip(table.columns, ours, others):
                if our == '-':
                    continue
                lower = '↓' in (title or column.title)
                assert (float(our) < float(other)) == lower, (title, column)


def test_table_6_ends_with_the_ffhq_columns_of_table_1(tables: dict) -> None:
    complete = [
        row.paper.split() for row in tables['Table 6'].rows
        if row.method == 'complete'
    ]
    of_ffhq = [
        row.paper.split()[:2] for row in tables['Table 1'].rows
        if row.method == 'HCL'
    ]
    assert complete == of_ffhq


def test_results_stand_below_the_paper(make_tables: Callable) -> None:
    tables = make_tables(
        hcl_imagenet_256={
            'F1_intact@30-60': 0.98765,
            'PSNR@20-40': 26.4049,
            'FID@0-20': None,
            'num_images': 3000
        })
    rows = tables['Table 1']
    assert rows[0][2:5] == ['FFHQ 0-30 %', 'FFHQ 30-60 %', 'ImageNet 0-30 %']
    assert _find(rows, 'F1 ↑', 'HCL, paper')[3] == '0.985'
    assert _find(rows, 'F1 ↑', 'HCL, here') == ['', '', '–', '0.988', '', '']
    rows = tables['Table 3']
    assert _find(rows, 'PSNR ↑', 'HCL, here')[3:6] == ['–', '26.40', '–']
    assert _find(rows, 'FID ↓', 'HCL, here') == [''] * 3 + ['–'] * 3 + [''] * 3


def test_rows_can_have_results_of_their_own(make_tables: Callable) -> None:
    tables = make_tables(
        hcl_ffhq_256={
            'BCE@0-30': 0.1,
            'BCE': 7
        },
        **{
            'hcl_ffhq_256_single-stage': {
                'BCE@0-30': 0.2
            },
            'hcl_logo30k_256': {
                'PSNR': 40,
                'SSIM': 0.99
            }
        })
    rows = tables['Table 6']
    assert _find(rows, 'BCE ↓', 'complete, here') == ['0.100', '–']
    assert _find(rows, 'BCE ↓', 'without sample selection, here') == ['', '']
    rows = tables['Figure 8']
    assert _find(rows, 'BCE ↓', 'single stage, here') == ['0.200', '–']
    assert _find(rows, 'BCE ↓', 'hierarchical, here') == ['0.100', '–']
    assert _find(tables['Table 7'], '', 'HCL, here') == ['40.00', '0.990', '–']


def test_the_number_of_photographs_is_told(
        run_tool: Callable, tmp_path: Path,
        capsys: pytest.CaptureFixture) -> None:
    (tmp_path / 'hcl_istd_256.json').write_text('{"num_images": 540.0}')
    run_tool(TOOL, 'hcl_istd_256.json', '-o', 'new/tables.md')
    assert capsys.readouterr().out == ''
    text = (tmp_path / 'new/tables.md').read_text()
    assert text.endswith('Photographs scored:\n\n- hcl_istd_256: 540\n')


def test_an_unknown_file_is_left_out_with_a_warning(
        run_tool: Callable, tmp_path: Path,
        capsys: pytest.CaptureFixture) -> None:
    (tmp_path / 'metrics.json').write_text('{"PSNR": 31.4159}')
    run_tool(TOOL, 'metrics.json')
    captured = capsys.readouterr()
    assert 'Warning: metrics.json is left out' in captured.err
    assert 'hcl_ffhq_256' in captured.err
    assert '31.4' not in captured.out


@pytest.mark.parametrize('text, message', [
    ('{"PSNR": ', 'is not JSON'),
    ('[1]', 'is not a result file'),
    ('{"PSNR": {"a": 1}}', 'is not a result file'),
    ('{"PSNR": "30"}', 'is not a result file'),
    ('{"PSNR": true}', 'is not a result file'),
])
def test_what_is_no_result_file_ends_in_one_line(run_tool: Callable,
                                                 tmp_path: Path,
                                                 capsys: pytest.CaptureFixture,
                                                 text: str,
                                                 message: str) -> None:
    (tmp_path / 'hcl_istd_256.json').write_text(text)
    with pytest.raises(SystemExit, match='1'):
        run_tool(TOOL, 'hcl_istd_256.json')
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith('Error: hcl_istd_256.json') and message in last


@pytest.mark.parametrize('arguments, message', [
    (['nowhere'], 'no result file or folder nowhere'),
    (['a', 'b'], 'two result files hcl_istd_256.json'),
    (['a', '-o', 'old.md'], 'old.md exists'),
])
def test_nothing_is_mixed_up_or_overwritten(run_tool: Callable, tmp_path: Path,
                                            capsys: pytest.CaptureFixture,
                                            arguments: List[str],
                                            message: str) -> None:
    (tmp_path / 'old.md').write_text('precious')
    for folder in ('a', 'b'):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / 'hcl_istd_256.json').write_text('{"PSNR": 30}')
    with pytest.raises(SystemExit, match='1'):
        run_tool(TOOL, *arguments)
    assert message in capsys.readouterr().err
    assert (tmp_path / 'old.md').read_text() == 'precious'
    run_tool(TOOL, 'a', '-o', 'old.md', '--overwrite')
    assert '30.00' in (tmp_path / 'old.md').read_text()
