"""The command line of tools/test.py, on a toy model."""
import json
from pathlib import Path
from typing import Callable

import pytest


def test_out_is_a_flat_json_of_numbers(run_tool: Callable,
                                       toy_config: Path) -> None:
    run_tool('train.py', toy_config)
    run_tool('test.py', toy_config, 'work_dirs/toy/iter_3.pth', '--out',
             'results/metrics.json')
    out = toy_config.parent / 'results' / 'metrics.json'
    # A second test replaces the tables of the first.
    run_tool('test.py', toy_config, 'work_dirs/toy/iter_3.pth', '--out',
             'results/metrics.json')
    # Seven samples, 0 to 6; what is not finite has no number in JSON.
    assert json.loads(out.read_text()) == dict(mean_index=3.0, nothing=None)
    table = out.with_suffix('.md').read_text().splitlines()
    assert '| mean_index | 3.0000 |' in table and '| nothing | – |' in table
    assert 'Scored: ToyDataset' in table


@pytest.mark.parametrize('name', ['results', 'metrics.md'])
def test_out_must_be_able_to_hold_json(run_tool: Callable, toy_config: Path,
                                       capsys: pytest.CaptureFixture,
                                       name: str) -> None:
    (toy_config.parent / 'results').mkdir()
    (toy_config.parent / 'any.pth').touch()
    with pytest.raises(SystemExit, match='1'):
        run_tool('test.py', toy_config, 'any.pth', '--out', name)
    assert 'such as metrics.json' in capsys.readouterr().err


def test_tables_overwrite_only_tables(run_tool: Callable, toy_config: Path,
                                      capsys: pytest.CaptureFixture) -> None:
    notes = toy_config.parent / 'notes.md'
    notes.write_text('mine')
    (toy_config.parent / 'any.pth').touch()
    with pytest.raises(SystemExit, match='1'):
        run_tool('test.py', toy_config, 'any.pth', '--out', 'notes.json')
    assert 'would overwrite notes.md' in capsys.readouterr().err
    assert notes.read_text() == 'mine'


def test_a_missing_checkpoint_ends_in_one_line(
        run_tool: Callable, toy_config: Path,
        capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit, match='1'):
        run_tool('test.py', toy_config, 'nowhere.pth')
    assert capsys.readouterr().err.splitlines()[-1] == (
        'Error: there is no checkpoint file nowhere.pth')


def test_the_authors_protocol_is_refused_for_other_data(
        run_tool: Callable, toy_config: Path,
        capsys: pytest.CaptureFixture) -> None:
    (toy_config.parent / 'any.pth').touch()
    with pytest.raises(SystemExit, match='1'):
        run_tool('test.py', toy_config, 'any.pth', '--protocol', 'authors')
    assert 'takes a ToyDataset' in capsys.readouterr().err


def test_frozen_pixels_follow_no_other_protocol(
        run_tool: Callable, toy_config: Path,
        capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit, match='2'):
        run_tool('test.py', toy_config, '--test-set', 'frozen', '--protocol',
                 'authors')
    assert 'not allowed with argument --test-set' in capsys.readouterr().err
