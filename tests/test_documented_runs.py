"""Commands of README and docs that take moments do run.

As they stand there, but in this process, on small data and, where a training
would have to come first, with random weights.
"""
import runpy
import sys
from pathlib import Path
from typing import List

import pytest
import torch
from documented_commands import ROOT, fenced_blocks, record_commands
from mmagic.registry import MODELS
from mmengine.config import Config
from mmengine.registry import DefaultScope
from PIL import Image
from small_data_sets import write_small_data_sets

from hcl_mmagic.datasets.resizing import read_resized
from hcl_mmagic.datasets.sample_photographs import locate_packaged_file
from hcl_mmagic.restore_command.main import main as restore

# By document, beginnings of the commands that are run, in its order.
RUNS = {
    'README.md': [
        'hcl-restore photo.jpg scans/',
        'tools/analysis_tools/browse_corruptions.py configs/hcl_quickstart.py',
        'tools/analysis_tools/check_data.py data/own'
    ],
    'docs/evaluation.md': [
        'tools/test.py CONFIG CHECKPOINT --out metrics.json --save-dir',
        'tools/analysis_tools/score_folder.py'
    ],
    'docs/experiments.md': [
        'tools/test.py configs/NAME.py',
        'tools/analysis_tools/paper_tables.py',
        'tools/analysis_tools/freeze_test_set.py configs/hcl_quickstart.py',
        'tools/test.py configs/hcl_quickstart.py CHECKPOINT --test-set',
        'tools/analysis_tools/freeze_test_set.py --verify'
    ],
    'docs/weights.md': ['tools/model_converters/publish_model.py']
}
TRAINED = 'work_dirs/quickstart/iter_500.pth'
PLACEHOLDERS = dict(
    CONFIG='configs/hcl_quickstart.py',
    NAME='hcl_quickstart',
    CHECKPOINT=TRAINED)


@pytest.fixture(scope='module')
def belongings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the documents take for granted in a user's folder."""
    folder = write_small_data_sets(tmp_path_factory.mktemp('belongings'))
    for name in ('configs', 'hcl_mmagic'):
        (folder / name).symlink_to(ROOT / name)
    coffee = locate_packaged_file('skimage/data/coffee.png')
    (folder / 'scans').mkdir()
    for name in ('photo.jpg', 'scans/a.jpg'):
        Image.fromarray(read_resized(coffee, 96)).save(folder / name)
    cfg = Config.fromfile(ROOT / PLACEHOLDERS['CONFIG'])
    with DefaultScope.overwrite_default_scope('mmagic'):
        state = MODELS.build(cfg.model).state_dict()
    for name in (TRAINED, 'work_dirs/hcl_places_512/iter_150000.pth'):
        (folder / name).parent.mkdir(parents=True)
        torch.save(
            dict(meta=dict(cfg=cfg.pretty_text), state_dict=state),
            folder / name)
    return folder


def _commands(document: str, folder: Path) -> List[List[str]]:
    """Those of a document that are to be run; Python is left out."""
    code = '\n'.join(
        block.code for block in fenced_blocks('bash')
        if block.document == document)
    recorded = [
        command[1:] if command[0] == 'python' else command
        for command in record_commands(code, folder)
    ]
    chosen = []
    for beginning in RUNS[document]:
        command = next((command for command in recorded
                        if ' '.join(command).startswith(beginning)), None)
        assert command, f'{document} has no longer the command {beginning}'
        chosen.append(command)
    return chosen


def _run(command: List[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in PLACEHOLDERS.items():
        command = [text.replace(name, value) for text in command]
    if command[0] == 'hcl-restore':
        assert restore(command[1:]) == 0
        return
    with monkeypatch.context() as patch:
        path = ROOT / command[0]
        patch.setattr(sys, 'argv', command)
        runpy.run_path(str(path), run_name='__main__')


@pytest.mark.slow
@pytest.mark.parametrize('document', RUNS)
def test_documented_commands_run(document: str, belongings: Path,
                                 tmp_path: Path,
                                 monkeypatch: pytest.MonkeyPatch) -> None:
    commands = _commands(document, tmp_path / 'recording')
    for path in belongings.iterdir():
        (tmp_path / path.name).symlink_to(path)
    monkeypatch.chdir(tmp_path)
    for command in commands:
        _run(command, monkeypatch)
