"""Damaged photographs of any size, without a data set."""
from typing import Dict

import numpy as np
from mmagic.registry import TRANSFORMS
from mmengine.dataset import pseudo_collate

from hcl_mmagic.datasets.sample_photographs import packaged_photographs
from hcl_mmagic.datasets.seeding import seeded_rng
from hcl_mmagic.datasets.transforms.corruption import blend, feather
from hcl_mmagic.photographs.eight_bits import read_image

FEATHER_RADIUS = 3.  # pixels, as in the recipes


def damaged_batch(size: int, batch: int) -> Dict:
    """Paste parts of photographs into others; the same at every call.

    Args:
        size (int): Side of the pictures in pixels.
        batch (int): Number of pictures.

    Returns:
        dict: What a data loader yields: ``inputs``, a list of uint8 tensors
        ``(3, size, size)``, and ``data_samples`` with ``gt_img`` (likewise)
        and ``mask`` (1 = corrupted, 0 = intact, ``(1, size, size)``).
    """
    clean = packaged_photographs(['train', 'test'])
    contents = packaged_photographs('noise_train')
    # Strokes as thick, compared to the picture, as in the quickstart.
    draw_mask = TRANSFORMS.build(
        dict(
            type='RandomStrokeMask',
            thickness=(6, 15),
            reference_size=64,
            ratio_range=(0.1, 0.4)))
    pack = TRANSFORMS.build(dict(type='PackInputs', keys=['img']))
    samples = []
    for index in range(batch):
        with seeded_rng(index):
            results = draw_mask(
                dict(
                    gt=square_of(clean[index % len(clean)], size),
                    gt_channel_order='rgb',
                    img_channel_order='rgb'))
            content = square_of(contents[index % len(contents)], size)
        soft = feather(results['mask'], FEATHER_RADIUS)
        results['img'] = blend(results['gt'], content, soft)
        samples.append(pack(results))
    return pseudo_collate(samples)


def square_of(path: str, size: int) -> np.ndarray:
    """A random square of a photograph, which is mirrored at its edges where
    it is too small; uint8 ``(size, size, 3)``."""
    image = read_image(path)
    missing = [max(size - side, 0) for side in image.shape[:2]]
    image = np.pad(image, [(0, rows) for rows in missing] + [(0, 0)],
                   'symmetric')
    top, left = (
        np.random.randint(side - size + 1) for side in image.shape[:2])
    return image[top:top + size, left:left + size]
