"""Test samples as files, so that two people score the same pixels.

Layout of a frozen test set, which ``tools/analysis_tools/freeze_test_set.py``
writes::

    DIR/corrupted/000000.png   damaged photograph, RGB
    DIR/clean/000000.png       the truth, RGB
    DIR/mask/000000.png        white = corrupted, black = intact
    DIR/manifest.json          where each sample comes from, hashes, seed
"""
import hashlib
import json
import os
from collections.abc import Callable, Sequence
from typing import Any, Optional, Union

import numpy as np
from mmagic.registry import DATASETS
from mmengine.dataset import BaseDataset

from hcl_mmagic.errors import DataNotFoundError, FrozenTestSetError
from hcl_mmagic.photographs.eight_bits import read_image

MANIFEST = 'manifest.json'
FORMAT = 1
# Key of a sample, its folder, and how its file is decoded.
PICTURES = (
    ('img', 'corrupted', 'RGB'),
    ('gt', 'clean', 'RGB'),
    ('mask', 'mask', 'L'),
)


def hash_pixels(picture: np.ndarray) -> str:
    """SHA-256 of what a picture shows (uint8 ``(H, W, 3)`` RGB, or ``(H, W)``
    grey), however its file is compressed: ``sha256(str(picture.shape).encode()
    + picture.tobytes())``."""
    return hashlib.sha256(str(picture.shape).encode() +
                          picture.tobytes()).hexdigest()


def fingerprint(samples: Sequence[dict]) -> str:
    """One hash of all the pixels of a test set, to be quoted with scores, from
    the manifest's samples in their order (each with ``sha256``, a dict with
    one hash per folder)."""
    hashes = [
        sample['sha256'][folder] for sample in samples
        for _, folder, _ in PICTURES
    ]
    return hashlib.sha256('\n'.join(hashes).encode()).hexdigest()


def read_manifest(folder: str) -> dict[str, Any]:
    """Read the manifest of a frozen test set and check it: ``format``,
    ``fingerprint``, ``samples`` (each with ``name``, ``gt``, ``mask_ratio``,
    ``sha256`` and, if it has one, the name of its ``corruption``), and what
    they were made from.

    DataNotFoundError if there is none, FrozenTestSetError if it cannot be read
    or was changed.
    """
    path = os.path.join(folder, MANIFEST)
    if not os.path.isfile(path):
        raise DataNotFoundError(
            f'{folder} is no frozen test set: it has no {MANIFEST}. '
            'tools/analysis_tools/freeze_test_set.py makes one.')
    try:
        with open(path, encoding='utf-8') as file:
            manifest = json.load(file)
        version = manifest['format']
        if version == FORMAT:
            expected = manifest['fingerprint']
            found = fingerprint(manifest['samples'])
    except (ValueError, KeyError, TypeError) as error:
        raise FrozenTestSetError(
            f'{path} is not the manifest of a frozen test set '
            f'({type(error).__name__}: {error}): copy it anew.') from error
    if version != FORMAT:
        raise FrozenTestSetError(
            f'{path} has format {version}, this version of hcl_mmagic reads '
            f'format {FORMAT}.')
    if found != expected:
        raise FrozenTestSetError(
            f'{path} was changed: its samples have the fingerprint {found}, '
            f'but it says {expected}. Copy it anew.')
    return manifest


@DATASETS.register_module()
class FrozenTestSet(BaseDataset):
    """Test samples that were frozen to files, checked as they are read.

    A manifest that was changed or a file that is missing ends at the start;
    a file with other pixels than those that were frozen ends when its sample
    is read, before it can be scored. Hashing takes a few milliseconds per
    sample.

    Args:
        data_root (str): Folder of the frozen test set.
        pipeline (Sequence[dict or Callable]): Transforms of a sample with
            ``img`` and ``gt`` (uint8 ``(H, W, 3)``, RGB), ``mask`` (float32
            ``(H, W, 1)``, 1 = corrupted, 0 = intact), ``img_path``,
            ``gt_path``, ``mask_path``, ``sample_idx`` and, if the manifest
            has it, ``corruption``. They should only pack it.
        indices (int or Sequence[int], optional): Use only the first (or, if
            negative, the last) samples, or those listed.

    Raises:
        DataNotFoundError: If the manifest or a file is missing.
        FrozenTestSetError: If the manifest was changed.
    """

    METAINFO = dict(dataset_type='frozen_test_set', task_name='inpainting')

    def __init__(self,
                 *,
                 data_root: str,
                 pipeline: Sequence[Union[dict, Callable]] = (dict(
                     type='PackInputs', keys=['img']), ),
                 indices: Optional[Union[int, Sequence[int]]] = None) -> None:
        super().__init__(
            data_root=data_root,
            pipeline=list(pipeline),
            indices=indices,
            test_mode=True)

    def load_data_list(self) -> list[dict]:
        """One dict per sample with the three paths, ``sha256`` and, if there
        is one, ``corruption``."""
        infos = []
        for sample in read_manifest(self.data_root)['samples']:
            info = {
                f'{key}_path':
                os.path.join(self.data_root, folder, f"{sample['name']}.png")
                for key, folder, _ in PICTURES
            }
            for path in info.values():
                if not os.path.isfile(path):
                    raise DataNotFoundError(
                        f'The frozen test set lacks {path}: copy it anew.')
            info['sha256'] = sample['sha256']
            if 'corruption' in sample:
                info['corruption'] = sample['corruption']
            infos.append(info)
        return infos

    def prepare_data(self, idx: int) -> Any:
        """Read a sample, check its pixels and run the pipeline on it;
        FrozenTestSetError if a file shows other pixels than were frozen."""
        results = self.get_data_info(idx)
        expected = results.pop('sha256')
        for key, folder, mode in PICTURES:
            path = results[f'{key}_path']
            results[key] = read_image(path, mode)
            found = hash_pixels(results[key])
            if found != expected[folder]:
                raise FrozenTestSetError(
                    f'{path} does not show what was frozen: the SHA-256 of '
                    f'its pixels is {found}, {MANIFEST} has '
                    f'{expected[folder]}. Copy the test set anew; scores on '
                    'this one would be wrong.')
        results['mask'] = (results['mask'] > 0).astype(np.float32)[..., None]
        for key in ('img', 'gt'):
            results[f'{key}_channel_order'] = 'rgb'
            results[f'{key}_color_type'] = 'color'
        return self.pipeline(results)
