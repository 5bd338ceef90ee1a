"""The command line of tools/train.py, on a toy model."""
import json
from pathlib import Path
from typing import Callable

import pytest
import torch
from mmengine.runner import Runner


def error_line(run_tool: Callable, capsys: pytest.CaptureFixture, *arguments:
               object) -> str:
    """Run train.py, which has to fail with exit code 1 and one line."""
    with pytest.raises(SystemExit, match='1'):
        run_tool('train.py', *arguments)
    lines = capsys.readouterr().err.splitlines()
    assert len([line for line in lines if line.startswith('Error: ')]) == 1
    return lines[-1]


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list:
    """Collects the runners that train.py has trained."""
    runners = []
    train = Runner.train

    def train_and_keep(self: Runner) -> None:
        runners.append(self)
        train(self)

    monkeypatch.setattr(Runner, 'train', train_and_keep)
    return runners


def learning_rates(runner: Runner) -> dict:
    return {
        name: wrapper.optimizer.param_groups[0]['lr']
        for name, wrapper in runner.optim_wrapper.items()
    }


def test_trains_into_a_folder_named_after_the_config(run_tool: Callable,
                                                     toy_config: Path) -> None:
    run_tool('train.py', toy_config)
    work_dir = toy_config.parent / 'work_dirs' / 'toy'
    assert (work_dir / 'iter_3.pth').is_file()
    assert (work_dir / 'toy.py').is_file()


def test_work_dir_and_options_override_the_config(run_tool: Callable,
                                                  toy_config: Path,
                                                  trained: list) -> None:
    run_tool('train.py', toy_config, '--work-dir', 'here', '--cfg-options',
             'train_cfg.max_iters=1', 'model_wrapper_cfg=None')
    assert trained[0].iter == 1
    assert (toy_config.parent / 'here' / 'toy.py').is_file()


def test_resume_goes_on_from_the_latest_checkpoint(run_tool: Callable,
                                                   toy_config: Path,
                                                   trained: list) -> None:
    run_tool('train.py', toy_config, '--resume')
    run_tool('train.py', toy_config, '--resume', '--cfg-options',
             'train_cfg.max_iters=5')
    assert trained[0].iter == 3
    assert len(trained[0].model.dtypes) == 6
    assert trained[1].iter == 5
    # Two more iterations of two passes.
    assert len(trained[1].model.dtypes) == 4


def test_resume_takes_a_path(run_tool: Callable, toy_config: Path,
                             trained: list) -> None:
    run_tool('train.py', toy_config, '--cfg-options',
             'default_hooks.checkpoint.interval=1')
    run_tool('train.py', toy_config, '--resume', 'work_dirs/toy/iter_2.pth')
    assert len(trained[1].model.dtypes) == 2


@pytest.mark.skipif(torch.cuda.is_available(), reason='about the CPU')
def test_amp_computes_in_bfloat16_on_a_cpu(run_tool: Callable,
                                           toy_config: Path,
                                           trained: list) -> None:
    run_tool('train.py', toy_config, '--amp')
    assert set(trained[0].model.dtypes) == {torch.bfloat16}


def test_without_amp_everything_is_float32(run_tool: Callable,
                                           toy_config: Path,
                                           trained: list) -> None:
    run_tool('train.py', toy_config)
    assert set(trained[0].model.dtypes) == {torch.float32}


@pytest.mark.parametrize('batch_size', [2, 16])
def test_auto_scale_lr_is_linear_in_the_batch_size(run_tool: Callable,
                                                   toy_config: Path,
                                                   trained: list,
                                                   batch_size: int) -> None:
    run_tool('train.py', toy_config, '--auto-scale-lr', '--cfg-options',
             f'train_dataloader.batch_size={batch_size}')
    scale = batch_size / 8
    assert learning_rates(trained[0]) == pytest.approx(
        dict(generator=1e-2 * scale, discriminator=2e-2 * scale))


def test_rates_stay_without_auto_scale_lr(run_tool: Callable, toy_config: Path,
                                          trained: list) -> None:
    run_tool('train.py', toy_config)
    assert learning_rates(trained[0]) == dict(
        generator=1e-2, discriminator=2e-2)


@pytest.mark.parametrize('arguments, message', [
    (['missing.py'], 'no config file missing.py'),
    (['toy.py', '--resume', 'no.pth'], 'no checkpoint file no.pth'),
    (['toy.py', '--cfg-options', 'randomness.seed'
      ], "takes KEY=VALUE, but got 'randomness.seed'"),
    (['toy.py', '--cfg-options', 'train_cgf.max_iters=1'
      ], "the config has no 'train_cgf.max_iters'"),
    (['toy.py', '--cfg-options', 'default_scope.a=1'
      ], "'default_scope.a=1' does not fit"),
    (['toy.py', '--cfg-options', 'load_from=old.pth'
      ], 'no checkpoint file old.pth'),
    (['toy.py', '--cfg-options', 'model.depth=3'
      ], r"ToyGAN.__init__() got an unexpected keyword argument 'depth'"),
    (['toy.py', '--cfg-options', 'train_dataloader.dataset.size=3'
      ], r"ToyDataset.__init__() got an unexpected keyword argument 'size'"),
    (['toy.py', '--cfg-options', 'model.type=ToyGun'
      ], 'ToyGun is not in the mmagic::model registry'),
    (['toy.py', '--auto-scale-lr', '--cfg-options', 'auto_scale_lr=None'
      ], 'auto_scale_lr = dict(base_batch_size=...)'),
    (['toy.py', '--amp', '--cfg-options', 'train_cfg=None'
      ], 'toy.py has no train_cfg'),
    (['toy.py', '--launcher', 'slurm'], 'SLURM_PROCID is not set'),
])
def test_mistakes_end_in_one_line(run_tool: Callable, toy_config: Path,
                                  capsys: pytest.CaptureFixture,
                                  arguments: list, message: str) -> None:
    assert message in error_line(run_tool, capsys, *arguments)


@pytest.mark.skipif(torch.cuda.is_available(), reason='about the CPU')
def test_float16_on_a_cpu_ends_in_one_line(
        run_tool: Callable, toy_config: Path,
        capsys: pytest.CaptureFixture) -> None:
    line = error_line(run_tool, capsys, toy_config, '--amp', '--amp-dtype',
                      'float16')
    assert 'float16 needs a GPU' in line


def test_other_errors_keep_their_trace(
        run_tool: Callable, toy_config: Path, trained: list,
        monkeypatch: pytest.MonkeyPatch) -> None:

    def fail(self: Runner) -> None:
        raise TypeError('a bug')

    monkeypatch.setattr(Runner, 'train', fail)
    with pytest.raises(TypeError, match='a bug'):
        run_tool('train.py', toy_config)


def test_logs_are_json_lines(run_tool: Callable, toy_config: Path) -> None:
    run_tool('train.py', toy_config)
    scalars = next(toy_config.parent.glob('work_dirs/toy/*/vis_data/*.json'))
    for line in scalars.read_text().splitlines():
        json.loads(line)
