"""A tiny restorer and data set, evaluated by MMagic's own loops.

Run as a script it evaluates in one of several processes (gloo, CPU):
``python evaluation_runner.py RANK NUM_RANKS INIT_FILE WORK_DIR BACKBONES``;
process 0 writes ``WORK_DIR/metrics.json``.
"""
import json
import sys
from pathlib import Path

import torch
import torch.distributed as dist
from mmagic.structures import DataSample
from mmengine.hooks import Hook
from mmengine.model import BaseModel
from mmengine.runner import Runner
from torch import nn
from torch.utils.data import Dataset

import hcl_mmagic.evaluation  # noqa: F401
import hcl_mmagic.visualization  # noqa: F401

BINS = [(0, 30), (30, 60), (60, 100)]


def make_sample(index, size=32):
    """One predicted sample, all of it a function of its index.

    Its values are those that PNG files of 8 and 16 bits can hold.
    """
    generator = torch.Generator().manual_seed(index)

    def draw(channels):
        return torch.rand(channels, size, size, generator=generator)

    stage_mask_prob = (65535 * draw(3)).round() / 65535
    gt_img = (255 * draw(3)).round()
    mask = (draw(1) > 0.3 + 0.1 * index).float()
    damaged = torch.where(mask > 0, (255 * draw(3)).round(), gt_img)
    sample = DataSample(
        gt_img=gt_img,
        mask=mask,
        input=damaged,
        metainfo=dict(sample_idx=index, gt_path=f'folder/photo_{index}.png'))
    sample.output = DataSample(
        pred_img=(gt_img + 10 * draw(3)).round().clamp(0, 255),
        pred_mask=(stage_mask_prob[:1] > 0.5).float(),
        mask_prob=stage_mask_prob[:1],
        stage_mask_prob=stage_mask_prob)
    return sample


class Samples(Dataset):
    """A data set of a given length."""

    metainfo = dict(name='samples')

    def __init__(self, length):
        self.length = length

    def __len__(self):
        return self.length

    def __getitem__(self, index):
        return dict(inputs=torch.tensor(index), data_samples=index)


class Restorer(BaseModel):
    """Predicts :func:`make_sample` of the index that it is given."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1))

    def forward(self, inputs, data_samples=None, mode='tensor'):
        return [make_sample(int(index)) for index in inputs]


class KeepMetrics(Hook):
    """Keeps the metrics, which MMagic's loops do not return."""

    def after_val_epoch(self, runner, metrics=None):
        self.metrics = metrics

    def after_test_epoch(self, runner, metrics=None):
        self.metrics = metrics


def make_runner(work_dir, length=7, batch_size=2, more_metrics=(), **settings):
    """A runner that validates and tests on the same samples."""
    loader = dict(
        batch_size=batch_size,
        num_workers=0,
        sampler=dict(type='mmengine.DefaultSampler', shuffle=False),
        dataset=Samples(length))
    # MMagic's own metrics stand beside ours under a prefix.
    evaluator = [
        dict(type='ImageCount', ratio_bins=BINS),
        dict(type='MaskDetection', ratio_bins=BINS),
        dict(type='RestorationQuality', ratio_bins=BINS),
        *(dict(type=metric, prefix='mmagic')
          for metric in ('PSNR', 'SSIM', 'MAE')), *more_metrics
    ]
    defaults = dict(
        val_dataloader=loader,
        val_cfg=dict(type='MultiValLoop'),
        val_evaluator=evaluator,
        test_dataloader=loader,
        test_cfg=dict(type='MultiTestLoop'),
        test_evaluator=evaluator,
        default_scope='mmagic',
        log_level='WARNING',
        experiment_name=str(work_dir))
    return Runner(Restorer(), str(work_dir), **{**defaults, **settings})


def backbone_metrics(folder):
    """LPIPS and FID with the networks of a folder."""
    shared = dict(ratio_bins=BINS, device='cpu')
    return [
        dict(
            type='RestorationLPIPS',
            checkpoint=f'{folder}/alexnet.pth',
            **shared),
        dict(
            type='RestorationFID',
            checkpoint=f'{folder}/scripted.pt',
            min_images=2,
            **shared)
    ]


def evaluate(work_dir, backbones):
    """Metrics of a test run with an uneven last batch."""
    runner = make_runner(
        work_dir,
        more_metrics=backbone_metrics(backbones),
        custom_hooks=[
            dict(
                type='SaveResultsHook',
                out_dir=str(Path(work_dir).parent / 'saved'))
        ])
    keeper = KeepMetrics()
    runner.register_hook(keeper)
    runner.test()
    return {key: float(value) for key, value in keeper.metrics.items()}


if __name__ == '__main__':
    rank, num_ranks, init_file, work_dir, backbones = sys.argv[1:]
    dist.init_process_group(
        'gloo',
        init_method=f'file://{init_file}',
        rank=int(rank),
        world_size=int(num_ranks))
    results = evaluate(Path(work_dir) / f'rank{rank}', backbones)
    if rank == '0':
        (Path(work_dir) / 'metrics.json').write_text(json.dumps(results))
    dist.destroy_process_group()
