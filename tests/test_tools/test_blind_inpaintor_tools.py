"""tools/train.py and tools/test.py on a BlindInpaintor and its parts."""
import json
from pathlib import Path
from typing import Callable, Dict

import pytest
import torch
from mmengine.config import Config
from tiny_inpaintors import AOT, PREPROCESSOR, build_blind
from tiny_restorer import ROOT

from hcl_mmagic.models import GivenMaskDetector

OPTIMIZER = dict(type='OptimWrapper', optimizer=dict(type='Adam', lr=1e-3))


@pytest.fixture
def blind_config(tmp_path: Path) -> Path:
    """Config of a true mask with a tiny AOT-GAN, whose weights lie beside."""
    inpaintor = build_blind(GivenMaskDetector()).inpaintor
    torch.save(inpaintor.state_dict(), tmp_path / 'part.pth')
    cfg = Config.fromfile(f'{ROOT}/configs/hcl_quickstart.py')
    cfg.model = dict(
        type='BlindInpaintor',
        data_preprocessor=PREPROCESSOR,
        detector=dict(type='GivenMaskDetector'),
        inpaintor=AOT,
        inpaintor_checkpoint=str(tmp_path / 'part.pth'))
    cfg.optim_wrapper = dict(
        constructor='MultiOptimWrapperConstructor',
        generator=dict(OPTIMIZER, modules='inpaintor.generator'),
        disc=dict(OPTIMIZER, modules='inpaintor.disc'))
    cfg.custom_hooks = []
    cfg.default_hooks.checkpoint.interval = 2
    cfg.train_cfg.update(max_iters=2, val_interval=10)
    cfg.train_dataloader.update(
        batch_size=2, num_workers=0, persistent_workers=False)
    cfg.test_dataloader.dataset.repeats = 1
    path = tmp_path / 'blind.py'
    cfg.dump(path)
    return path


def scores(path: Path) -> Dict[str, float]:
    return json.loads(path.read_text())


@pytest.mark.slow
def test_parts_are_trained_and_tested_with_and_without_their_files(
        run_tool: Callable, blind_config: Path) -> None:
    folder = blind_config.parent
    run_tool('train.py', blind_config)
    checkpoint = folder / 'work_dirs/blind/iter_2.pth'
    weights = torch.load(checkpoint, weights_only=True)['state_dict']
    part = torch.load(folder / 'part.pth', weights_only=True)
    # Two steps of 1e-3 away from the weights of the file.
    name = 'generator.encoder.encoder.1.conv.weight'
    change = weights[f'inpaintor.{name}'] - part[name]
    assert 0 < change.abs().max() < 3e-3
    # The checkpoint of the whole also serves as that of the part.
    run_tool('test.py', blind_config, '--out', 'part.json', '--cfg-options',
             f'model.inpaintor_checkpoint={checkpoint}')
    (folder / 'part.pth').unlink()
    run_tool('test.py', blind_config, checkpoint, '--out', 'whole.json')
    of_part, of_whole = (
        scores(folder / f'{name}.json') for name in ('part', 'whole'))
    assert of_part == of_whole and of_whole['IoU_corrupted'] == 1
