"""MMagic's own tools and runtime, unchanged, with a model of this package."""
import json
import subprocess
import sys
from pathlib import Path

import mmagic
import pytest
import torch

ROOT = Path(__file__).parents[1]
TOOLS = Path(mmagic.__file__).parent / '.mim' / 'tools'
CONFIG = f"""
_base_ = [
    'mmagic::_base_/default_runtime.py',
    '{ROOT}/configs/_base_/models/hcl_narrow_restorer.py'
]
custom_imports = dict(imports=['hcl_mmagic'])
train_dataloader = dict(
    batch_size=2,
    num_workers=0,
    sampler=dict(type='InfiniteSampler'),
    dataset=dict(
        type='PackagedPhotographs',
        split='train',
        pipeline=[
            dict(type='LoadResizedPhotograph', short_side=64),
            dict(type='Crop', keys=['gt'], crop_size=(64, 64)),
            dict(type='RandomRectangleMask', ratio_range=(0.1, 0.4)),
            dict(
                type='CorruptImage',
                contents=[dict(type='ConstantColorContent')]),
            dict(type='PackInputs', keys=['img'])
        ]))
val_dataloader = dict(
    train_dataloader, sampler=dict(type='DefaultSampler', shuffle=False))
test_dataloader = val_dataloader
val_evaluator = dict(type='Evaluator', metrics=[dict(type='PSNR')])
test_evaluator = val_evaluator
train_cfg = dict(type='IterBasedTrainLoop', max_iters=2, val_interval=2)
val_cfg = dict(type='MultiValLoop')
test_cfg = dict(type='MultiTestLoop')
optim_wrapper = dict(
    constructor='MultiOptimWrapperConstructor',
    generator=dict(
        type='OptimWrapper',
        modules=['encoder', 'detector', 'decoder'],
        optimizer=dict(type='Adam', lr=1e-3)),
    refiner=dict(
        type='OptimWrapper',
        modules='refiner',
        optimizer=dict(type='Adam', lr=1e-3)))
"""
# Each run under a name of its own, as MMEngine keeps what a name stands for.
RUN = """
import runpy, sys
assert 'hcl_mmagic' not in sys.modules
for name, tool, *arguments in {runs!r}:
    sys.argv = [tool, *arguments, '--cfg-options', f'experiment_name={{name}}',
                f'train_cfg.max_iters={{2 if name == "train" else 3}}']
    runpy.run_path({tools!r} + '/' + tool, run_name='__main__')
"""


@pytest.mark.slow
def test_mmagic_trains_resumes_and_tests(tmp_path: Path) -> None:
    (tmp_path / 'tiny.py').write_text(CONFIG)
    runs = [('train', 'train.py', 'tiny.py'),
            ('resume', 'train.py', 'tiny.py', '--resume'),
            ('test', 'test.py', 'tiny.py', 'work_dirs/tiny/iter_3.pth',
             '--out', 'metrics.json')]
    result = subprocess.run([
        sys.executable, '-W', 'ignore', '-c',
        RUN.format(runs=runs, tools=str(TOOLS))
    ],
                            cwd=tmp_path,
                            capture_output=True,
                            text=True)
    assert result.returncode == 0, result.stderr
    assert 'resumed epoch: 0, iter: 2' in result.stdout
    assert json.loads((tmp_path / 'metrics.json').read_text())['PSNR'] > 0
    checkpoint = torch.load(
        tmp_path / 'work_dirs/tiny/iter_3.pth', weights_only=True)
    assert checkpoint['message_hub']['runtime_info']['iter'] == 2
    losses = checkpoint['message_hub']['log_scalars']['train/loss']
    # Of the iterations before and after.
    assert len(losses['log_history']) == 3
