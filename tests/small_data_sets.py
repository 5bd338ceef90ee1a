"""Every data set that a config names, in small, as a user has it."""
import runpy
import sys
from pathlib import Path
from typing import Optional, Tuple

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).parents[1]
FACES = 'CelebA-HQ-img'


def write_small_data_sets(folder: Path) -> Path:
    """Write all data sets into ``data`` of a folder.

    Those of the paper are prepared by their scripts, of those of our own
    measurements the number of files is true: configs pick ranges of them.

    Args:
        folder (Path): Where ``data`` is made.

    Returns:
        Path: The folder.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        _save_clean()
        _save_pairs()
        _save_numbered()
        for script in ROOT.glob('tools/dataset_converters/*/prepare_*.py'):
            patch.setattr(sys, 'argv', [str(script), '--workers', '1'])
            runpy.run_path(str(script), run_name='__main__')
    return folder


def save(name: str,
         size: Tuple[int, int] = (40, 30),
         value: int = 100,
         box: Optional[int] = None) -> None:
    """Write a grey picture; ``box`` is the grey of its upper left quarter."""
    pixels = np.full((*size[::-1], 3), value, np.uint8)
    if box:
        pixels[:size[1] // 2, :size[0] // 2] = box
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)


def _save_clean() -> None:
    for name in ('places365/data_large/a/airfield/00000001.jpg',
                 'places365/val_large/Places365_val_00000001.jpg',
                 'imagenet/train/n01440764/n01440764_10026.JPEG',
                 'imagenet/val/ILSVRC2012_val_00000001.JPEG'):
        save(f'data/{name}')
    for number in ('00000', '60000'):
        save(f'data/ffhq/images1024x1024/{number}/{number}.png', (1024, ) * 2)
    for index in range(3):
        save(f'data/celebahq/{FACES}/{index}.jpg', (64, 64))
    Path('data/celebahq/CelebA-HQ-to-CelebA-mapping.txt').write_text(
        'idx orig_idx orig_file\n0 0 000001.jpg\n1 162770 162771.jpg\n'
        '2 182637 182638.jpg\n')
    for number in range(6):
        name = f'irregular_masks/testing_mask_dataset/{number:05d}.png'
        save(f'data/{name}', (64, 64), value=0, box=255)


def _save_pairs() -> None:
    istd = ['istd/{0}/{0}_%s/1-1.png' % part for part in 'ACB']
    logo = [
        f'logo30k/27kpng/{part}'
        for part in ('{0}_images/image/COCO_1-A-1.png', 'natural/COCO_1.jpg',
                     '{0}_images/mask/COCO_1-A-1.png')
    ]
    rain = [
        f'raindrop/{{0}}/{part}.png' for part in ('data/0_rain', 'gt/0_clean')
    ]
    for names, splits in ((istd, ('train', 'test')), (logo, ('train', 'val')),
                          (rain, ('train', 'test_a', 'test_b'))):
        for split in splits:
            damaged, clean, *masks = (f'data/{name}'.format(split)
                                      for name in names)
            save(damaged, box=200)
            save(clean)
            for mask in masks:
                save(mask, value=0, box=255)


def _save_numbered() -> None:
    """BSDS500, a photograph of each class of ImageNet, faces, own pairs."""
    counts = {
        'bsds500/train': 200,
        'bsds500/test': 200,
        'bsds500/val': 100,
        'imagenet_sample': 1000,
        'cid22': 209,
        'clic2025': 26,
        'clothing': 900,
        'grocery': 388,
        'urban100': 2,
        'wallpapers': 2,
        'faces': 4,
        'own/clean': 20,
        'own/damaged': 20
    }
    for folder, count in counts.items():
        box = 200 if folder == 'own/damaged' else None
        for index in range(count):
            save(f'data/{folder}/{index:04d}.jpg', (12, 9), box=box)
    for index in range(10):
        save(f'data/film_damage/hair/{index}.png', (40, 40), value=0, box=255)
