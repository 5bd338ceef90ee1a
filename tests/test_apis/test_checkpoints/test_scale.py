"""Tests of reading the scale of the training photographs."""
from pathlib import Path
from typing import Any, List

import pytest
from mmengine import Config

from hcl_mmagic.apis.checkpoints.scale import read_scale

CONFIGS = Path(__file__).resolve().parents[3] / 'configs'


@pytest.mark.parametrize('name, short_side, crop_size', [
    ('hcl_quickstart', 96, 64),
    ('hcl_detector_bsds_64', 80, 64),
    ('hcl_places_256', 256, 256),
    ('hcl_places_256_mixed', 256, 256),
    ('hcl_places_512', 512, 512),
    ('hcl_ffhq_256', 256, 256),
    ('hcl_istd_256', 256, 256),
    ('hcl_small', 128, 512),
    ('hcl_own_pairs_256', 256, 256),
    ('hcl_own_pictures_256', 256, 256),
])
def test_recipes(name: str, short_side: int, crop_size: int) -> None:
    cfg = Config.fromfile(CONFIGS / f'{name}.py').to_dict()
    assert read_scale(cfg) == (short_side, crop_size)


def _scale(pipeline: List[Any]) -> tuple:
    dataset = dict(type='Repeat', dataset=dict(type='A', pipeline=pipeline))
    return tuple(read_scale(dict(train_dataloader=dict(dataset=dataset))))


def test_a_crop_of_the_full_size_stands_for_both() -> None:
    crop = dict(type='Crop', crop_size=(96, 128))
    assert _scale([dict(type='LoadResizedPhotograph'), crop]) == (96, 96)


def test_a_resize_alone_stands_for_both() -> None:
    assert _scale([dict(type='Resize', scale=(-1, 80))]) == (80, 80)


def test_nothing_known_is_256() -> None:
    assert _scale([]) == (256, 256)
    assert tuple(read_scale({})) == (256, 256)
