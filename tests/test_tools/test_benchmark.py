"""The command line of benchmark.py, on a model of a few channels."""
import json
import subprocess
import sys
from pathlib import Path
from typing import Callable

import pytest
import torch

from hcl_mmagic.lab.benchmarking import machine
from hcl_mmagic.photographs.finding import DATA_HELP

ROOT = Path(__file__).resolve().parents[2]
TOOL = 'analysis_tools/benchmark.py'
NETWORKS = {
    'encoder', 'projections', 'clustering', 'decoder', 'refiner', 'rest'
}
PARTS = dict(
    infer=NETWORKS,
    detect={'first centres', '2-means', 'sure sets', 'naming', 'rest'},
    train=NETWORKS
    | {'discriminator step', 'losses', 'backward', 'optimizer'},
    data={
        'LoadResizedPhotograph', 'Crop', 'RandomChoice', 'CorruptImage',
        'PackInputs', 'rest'
    })
KEYS = {
    'images_per_second', 'seconds_median', 'seconds_spread', 'seconds_all',
    'peak_memory_bytes', 'gflop', 'gflops_per_second',
    'matmul_gflops_per_second', 'share_of_matmul_rate',
    'bandwidth_bytes_per_second', 'parts', 'task', 'size', 'batch', 'device',
    'dtype', 'compile', 'config', 'cfg_options', 'checkpoint', 'machine'
}


@pytest.fixture
def benchmark(run_tool: Callable, tiny_config: Path,
              monkeypatch: pytest.MonkeyPatch) -> Callable:
    """Runs the tool on the tiny config and returns what it wrote."""

    def run(*arguments: object) -> dict:
        monkeypatch.setattr(machine, 'MATRIX_SIDE', dict(cpu=64))
        monkeypatch.setattr(machine, 'COPIED_BYTES', dict(cpu=2**20))
        run_tool(TOOL, tiny_config, *arguments, '--repeats', 3, '--warmup', 1,
                 '--json', 'results/benchmark.json')
        path = tiny_config.parent / 'results' / 'benchmark.json'
        assert [file.name for file in path.parent.iterdir()] == [path.name]
        return json.loads(path.read_text())

    return run


def test_help_imports_nothing_heavy() -> None:
    code = ('import runpy, sys\nsys.argv = ["benchmark.py", "-h"]\n'
            f'try: runpy.run_path({str(ROOT / "tools" / TOOL)!r}, '
            'run_name="__main__")\n'
            'except SystemExit: print({"torch", "numpy"} & set(sys.modules))')
    result = subprocess.run([sys.executable, '-c', code],
                            capture_output=True,
                            text=True)
    assert '--cfg-options' in result.stdout
    assert result.stdout.splitlines()[-1] == 'set()'


@pytest.mark.parametrize('task', ['infer', 'detect', 'train', 'data'])
def test_report_is_whole_and_consistent(benchmark: Callable,
                                        capsys: pytest.CaptureFixture,
                                        task: str) -> None:
    report = benchmark('--task', task, '--size', 64, '--batch', 2)
    assert set(report) == KEYS
    assert (report['task'], report['size'], report['batch']) == (task, 64, 2)
    median = report['seconds_median']
    assert sorted(report['seconds_all'])[1] == median
    assert report['images_per_second'] == pytest.approx(2 / median)
    assert report['peak_memory_bytes'] > 0 or task == 'data'

    parts = report['parts']
    assert set(parts) == PARTS[task]
    assert list(parts)[-1] == 'rest'
    assert sum(part['share'] for part in parts.values()) == pytest.approx(1)
    printed = capsys.readouterr().out
    assert all(f' {part} ' in printed for part in parts)


def test_parts_are_consistent_with_the_whole(benchmark: Callable) -> None:
    report = benchmark('--size', 64)
    parts = report['parts'].values()
    assert sum(part['gflop']
               for part in parts) == pytest.approx(report['gflop'])
    assert report['gflops_per_second'] == pytest.approx(
        report['gflop'] / report['seconds_median'])
    assert report['share_of_matmul_rate'] == pytest.approx(
        report['gflops_per_second'] / report['matmul_gflops_per_second'])
    for part in parts:
        assert part['gflops_per_second'] == pytest.approx(part['gflop'] /
                                                          part['seconds'])
        assert part['roofline_share'] == pytest.approx(
            part['roofline_seconds'] / part['seconds'])
        least = max(
            part['gflop'] / report['matmul_gflops_per_second'],
            part['gbytes'] * 1e9 / report['bandwidth_bytes_per_second'])
        assert part['roofline_seconds'] >= least * (1 - 1e-6)


def test_work_is_proportional_to_the_batch(benchmark: Callable) -> None:
    one, three = (
        benchmark('--size', 64, '--batch', batch)['gflop'] for batch in (1, 3))
    assert three == pytest.approx(3 * one)


def test_inference_pads_what_does_not_fit(benchmark: Callable) -> None:
    odd = benchmark('--size', 50)
    assert odd['size'] == 50
    assert odd['gflop'] == benchmark('--size', 64)['gflop']


def test_compile_takes_the_networks(benchmark: Callable,
                                    monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = []

    def stand_in(function: Callable) -> Callable:
        compiled.append(type(function.__self__).__name__)
        return function

    monkeypatch.setattr(torch, 'compile', stand_in)
    report = benchmark('--size', 64, '--compile')
    assert compiled == ['HCLEncoder', 'MaskGuidedDecoder', 'ConvUNetRefiner']
    assert report['compile']
    assert set(report['parts']) == PARTS['infer']


def test_data_is_as_large_as_its_pipeline_makes_it(
        benchmark: Callable, capsys: pytest.CaptureFixture) -> None:
    report = benchmark('--task', 'data', '--size', 128)
    assert report['size'] == 64
    assert report['gflop'] is None
    assert report['machine']['threads'] == 1
    assert '--size 128 does nothing' in capsys.readouterr().out


PIXEL_CLASSIFIER = """
model['detector'] = dict(
    _delete_=True,
    type='PixelClassifierHead',
    stage_channels=[4, 8, 16],
    hidden_channels=8)
"""


@pytest.mark.parametrize('task', ['infer', 'train'])
def test_a_detector_without_clusters_is_one_part(benchmark: Callable,
                                                 tiny_config: Path,
                                                 task: str) -> None:
    tiny_config.write_text(tiny_config.read_text() + PIXEL_CLASSIFIER)
    parts = benchmark('--task', task, '--size', 64)['parts']
    assert 'detector' in parts
    assert not {'projections', 'clustering'} & set(parts)


def test_a_detector_without_clusters_has_no_clustering_to_measure(
        benchmark: Callable, tiny_config: Path,
        capsys: pytest.CaptureFixture) -> None:
    tiny_config.write_text(tiny_config.read_text() + PIXEL_CLASSIFIER)
    with pytest.raises(SystemExit, match='1'):
        benchmark('--task', 'detect', '--size', 64)
    assert ('which the PixelClassifierHead of' in capsys.readouterr().err)


def test_training_needs_no_vgg_weights(benchmark: Callable, tiny_config: Path,
                                       monkeypatch: pytest.MonkeyPatch,
                                       capsys: pytest.CaptureFixture) -> None:
    monkeypatch.setattr(torch.hub, 'get_dir', lambda: str(tiny_config.parent))
    text = tiny_config.read_text()
    tiny_config.write_text(text + "model['loss_perceptual'] = dict(\n"
                           "    _delete_=True, type='VGGPerceptualLoss')\n")
    benchmark('--task', 'train', '--size', 64)
    assert 'random VGG-19 weights' in capsys.readouterr().out


@pytest.mark.skipif(torch.cuda.is_available(), reason='about the CPU')
def test_mixed_precision_computes_in_bfloat16(
        benchmark: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    from hcl_mmagic.models import HCLEncoder
    seen = set()
    forward = HCLEncoder.forward

    def spy(self: HCLEncoder, image: torch.Tensor) -> tuple:
        features = forward(self, image)
        seen.add(features[-1].dtype)
        return features

    monkeypatch.setattr(HCLEncoder, 'forward', spy)
    for task in ('infer', 'train'):
        seen.clear()
        benchmark('--task', task, '--size', 64, '--dtype', 'bf16')
        assert seen == {torch.bfloat16}, task


def test_a_checkpoint_is_loaded(benchmark: Callable, tiny_config: Path,
                                capsys: pytest.CaptureFixture) -> None:
    from mmagic.registry import MODELS
    from mmengine.config import Config
    model = MODELS.build(Config.fromfile(tiny_config).model)
    torch.save(
        dict(state_dict=model.state_dict()), tiny_config.parent / 'all.pth')
    assert benchmark('--size', 64, '--checkpoint',
                     'all.pth')['checkpoint'] == 'all.pth'

    torch.save(
        dict(state_dict=model.encoder.state_dict()),
        tiny_config.parent / 'bad.pth')
    with pytest.raises(SystemExit, match='1'):
        benchmark('--checkpoint', 'bad.pth')
    assert capsys.readouterr().err.splitlines()[-1].startswith(
        'Error: bad.pth does not fit the config: ')


@pytest.mark.parametrize('arguments, message', [
    (['missing.py'], 'there is no config file missing.py'),
    (['tiny.py', '--batch', '0'], '--batch must be at least 1, got 0'),
    (['tiny.py', '--size', '0'], '--size must be at least 1, got 0'),
    (['tiny.py', '--repeats', '0'], '--repeats must be at least 1, got 0'),
    (['tiny.py', '--device', 'gpu'
      ], '--device must be cpu, cuda or cuda:<index>, got gpu'),
    (['tiny.py', '--device', 'cuda:99'], None),
    (['tiny.py', '--dtype', 'fp16'
      ], '--dtype fp16 needs a GPU; a CPU can do fp32 and bf16'),
    (['tiny.py', '--dtype', 'tf32'
      ], '--dtype tf32 needs a GPU; a CPU can do fp32 and bf16'),
    (['tiny.py', '--checkpoint', 'no.pth'
      ], 'there is no checkpoint file no.pth'),
    (['tiny.py', '--task', 'data', '--compile'
      ], '--compile does nothing for --task data: leave it out'),
    (['tiny.py', '--task', 'train', '--size', '50'
      ], '--size 50: tiny.py trains on sides that are multiples of 32'),
    (['tiny.py', '--cfg-options', 'modle.composite=False'
      ], "--cfg-options: the config has no 'modle.composite'"),
    ([str(ROOT / 'configs/hcl_places_512.py'), '--task', 'data'
      ], 'The image folder data/places365/data_large does not exist, nor does '
     'the list data/places365/annotations/data_large.txt: '
     f'{DATA_HELP}.'),
])
def test_mistakes_end_in_one_line(run_tool: Callable, tiny_config: Path,
                                  capsys: pytest.CaptureFixture,
                                  arguments: list, message: str) -> None:
    with pytest.raises(SystemExit, match='1'):
        run_tool(TOOL, *arguments)
    if message is None:  # the number of GPUs depends on the machine
        message = (f'--device cuda:99: torch finds '
                   f'{torch.cuda.device_count()} CUDA devices; use --device '
                   'cpu')
    lines = capsys.readouterr().err.splitlines()
    assert [line for line in lines
            if line.startswith('Error: ')] == [f'Error: {message}']
    assert lines[-1] == f'Error: {message}'
