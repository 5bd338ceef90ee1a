"""Tests of reading the text of a config without running it."""
from pathlib import Path

import pytest
from mmengine import Config

from hcl_mmagic.apis.checkpoints.config_text import read_config_text
from hcl_mmagic.errors import CheckpointError

CONFIGS = Path(__file__).resolve().parents[3] / 'configs'


@pytest.mark.parametrize('name', [
    'hcl_quickstart.py', 'hcl_places_256_mixed.py', 'hcl_detector_bsds_64.py',
    'hcl_own_pairs_256.py'
])
def test_it_reads_what_mmengine_writes(name: str) -> None:
    cfg = Config.fromfile(CONFIGS / name)
    assert read_config_text(cfg.pretty_text) == cfg.to_dict()


def test_names_refer_to_earlier_assignments() -> None:
    text = 'width = -1.5\nmodel = dict(a=[width, None], b={"c": (True, )})'
    assert read_config_text(text)['model'] == dict(
        a=[-1.5, None], b=dict(c=(True, )))


@pytest.mark.parametrize('text', [
    'import os', 'a = __import__("os").mkdir("run")', 'a = open("run", "w")',
    'a = dict([("b", 1)])', 'a = dict(**{"b": 1})', 'a = {**{}}', 'a = b',
    'a = [x for x in ()]', 'a = f"{1}"', 'a.b = 1', 'a = 2 ** 10 ** 10',
    'a = [1] * 10 ** 9', 'open("run", "w")', 'a = dict(b=lambda: 1)', 'a += 1'
])
def test_code_is_refused(text: str, tmp_path: Path,
                         monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CheckpointError, match='line 1 of the stored config'):
        read_config_text(text)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize('text', [
    'a = (', 'a = \0', 'a = {[]: 1}', 'a = ' + '[' * 5000,
    'a = ' + '-' * 50_000 + '1'
])
def test_broken_text_is_told(text: str) -> None:
    with pytest.raises(CheckpointError, match='stored config'):
        read_config_text(text)
