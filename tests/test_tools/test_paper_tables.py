"""The tables of the paper, and results in their cells."""
import json
from pathlib import Path
from typing import Callable, Dict, List

import pytest

from hcl_mmagic.lab.paper.paper_numbers import TABLES

TOOL = 'analysis_tools/paper_tables.py'
CONFIGS = Path(__file__).resolve().parents[2] / 'configs'


@pytest.fixture
def tables() -> Dict[str, object]:
    """Tables by the number in their title."""
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


def test_every_method_has_a_config_for_every_cell(tables: dict) -> None:
    for table in tables.values():
        for row in table.rows:
            for column in table.columns:
                name = row.result or f'{row.method}_{row.test or column.test}'
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
        ours = figures.pop('hcl')
        for others in figures.values():
            for column, our, other in zip(table.columns, ours, others):
                if our == other == '0.050':  # the one tie, in Table 4
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
        if row.method == 'hcl'
    ]
    assert complete == of_ffhq


def test_the_tie_of_table_4_is_there(tables: dict) -> None:
    assert {
        row.method: row.paper.split()[0]
        for row in tables['Table 4'].rows if row.metric == 'BCE'
    } == dict(vcnet='0.050', hcl='0.050')  # yapf: disable


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


@pytest.mark.parametrize('name, table, title, label', [
    ('vcnet_places_256', 'Table 3', 'PSNR ↑', 'VCNet'),
    ('mprnet_imagenet_256', 'Table 3', 'PSNR ↑', 'MPRNet'),
    ('vcnet_places_256_on-celebahq', 'Table 5', 'PSNR ↑', 'VCNet'),
    ('vcnet_logo30k_256', 'Table 7', '', 'VCNet'),
    ('split-then-refine_logo30k_256', 'Table 7', '', 'Split then Refine'),
    ('bs2am_logo30k_256', 'Table 7', '', 'BS²AM'),
    ('blind_mat-f_places_512', 'Table 2', '', 'HCL → MAT-F'),
    ('blind_segmenter_mat-f_places_512', 'Table 2', '', 'Segmenter → MAT-F'),
    ('blind_vcnet-mask_hcl-known-mask_places_512', 'Table 2', '',
     "VCNet → HCL's restoration"),
    ('blind_lama_places_512', 'Table 2', '', 'HCL → lama'),
    ('my_method_ffhq_256', 'Table 3', 'PSNR ↑', 'my_method'),
    ('vcnet_ffhq_256_bidirectional', 'Without figures in the paper',
     'bidirectional, FFHQ', 'VCNet'),
    ('mine_istd_256', 'Without figures in the paper', 'shadows, ISTD', 'mine'),
])
def test_results_of_any_method_get_a_row(make_tables: Callable, name: str,
                                         table: str, title: str,
                                         label: str) -> None:
    rows = make_tables(**{name: {'PSNR': 31.4159, 'PSNR@20-40': 31.4159}})
    assert '31.42' in _find(rows[table], title, f'{label}, here')
    shown = [
        row for part, lines in rows.items() if part != 'Result files'
        for row in lines if '31.42' in row
    ]
    assert len(shown) == 1


def test_methods_that_run_have_a_blank_row_and_others_none(
        make_tables: Callable) -> None:
    tables = make_tables()
    assert _find(tables['Table 3'], 'FID ↓', 'MPRNet, here') == [''] * 9
    assert _find(tables['Table 7'], '', 'VCNet, here') == [''] * 3
    assert _find(tables['Table 2'], '',
                 "Segmenter → HCL's restoration, here") == [''] * 4
    assert _find(tables['Table 2'], '', 'Segmenter → MAT-F, here') == [''] * 4
    assert _find(tables['Table 7'], '', 'SIRF, here') == [''] * 3
    for rows in tables.values():
        assert not any('lama' in method for _, method, *_ in rows)


def test_a_restoration_has_no_row_among_the_masks(
        make_tables: Callable) -> None:
    tables = make_tables(nafnet_places_256={'PSNR@20-40': 30.})
    assert _find(tables['Table 3'], 'PSNR ↑', 'nafnet, here')[7] == '30.00'
    assert not any('nafnet' in row[1] for row in tables['Table 1'])
    assert not any('SSIM' in row[0] and 'nafnet' in row[1]
                   for row in tables['Table 3'])


def test_what_was_scored_is_told(run_tool: Callable, tmp_path: Path,
                                 capsys: pytest.CaptureFixture) -> None:
    from hcl_mmagic.engine.launch import write_metrics
    write_metrics(
        {
            'num_images': 540,
            'num_images@0-20': 180,
            'num_images@0-30': 300
        }, str(tmp_path / 'hcl_istd_256.json'), 'raw image; istd/test')
    (tmp_path / 'bvmr_logo30k_256.json').write_text('{"num_images": 7.0}')
    run_tool(TOOL, 'hcl_istd_256.json', 'bvmr_logo30k_256.json', '-o',
             'new/tables.md')
    assert capsys.readouterr().out == ''
    lines = (tmp_path / 'new/tables.md').read_text().splitlines()
    assert lines[-4:] == [
        '|  | scored | pictures | 0-30 % | 30-60 % | 0-20 % | 20-40 % | '
        '40-60 % |', '| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |',
        '| bvmr_logo30k_256 | not said | 7 | – | – | – | – | – |',
        '| hcl_istd_256 | raw image; istd/test | 540 | 300 | – | 180 | – | – |'
    ]


@pytest.mark.parametrize('name',
                         ['metrics', 'ffhq_256', 'hcl_places_256_on-faces'])
def test_an_unknown_name_is_left_out_with_a_warning(
        run_tool: Callable, tmp_path: Path, capsys: pytest.CaptureFixture,
        name: str) -> None:
    (tmp_path / f'{name}.json').write_text('{"PSNR": 31.4159}')
    run_tool(TOOL, f'{name}.json')
    captured = capsys.readouterr()
    assert f'Warning: {name}.json is left out' in captured.err
    assert 'METHOD_TEST.json' in captured.err and 'ffhq_256' in captured.err
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
