"""Folders of saved results, read as the samples that metrics take."""
import os
from typing import Any, Dict, Mapping, Optional

import cv2
import numpy as np

from hcl_mmagic.errors import ConfigError, DataNotFoundError, PhotographError
from hcl_mmagic.photographs.eight_bits import read_image
from hcl_mmagic.photographs.finding import find_images
from hcl_mmagic.photographs.reading import read_photograph

IMAGE_ROLES = ('restored', 'clean', 'damaged')
NUM_POLARITY_CHECKS = 20


class ResultFolders:
    """What a method made of a set of pictures, and the truth, as files.

    Files of the folders belong together if their paths below the folder are
    the same but for the extension. Every picture must be in every folder.

    Args:
        folders (Mapping[str, str]): Folder by role: 'restored' and 'clean'
            (8 bit colour), and as far as there are 'damaged', 'mask' (true
            masks, white = corrupted) and 'pred_mask' (detected masks or grey
            probabilities of 'corrupted', 8 or 16 bit).
        mask_threshold (float, optional): True masks are corrupted where they
            are above this share of white. None refuses grey masks.

    Raises:
        DataNotFoundError: If a folder is missing, empty, or lacks pictures
            that another one has.
        ConfigError: If two files of a folder have one name.
    """

    def __init__(self,
                 folders: Mapping[str, str],
                 *,
                 mask_threshold: Optional[float] = None) -> None:
        self.mask_threshold = mask_threshold
        self.paths = {
            role: _list_folder(role, folder)
            for role, folder in folders.items()
        }
        self.names = sorted(self.paths['restored'])
        for role, paths in self.paths.items():
            _check_same_names(role, paths, self.paths['restored'])

    def __len__(self) -> int:
        return len(self.names)

    def read(self, name: str) -> dict:
        """Read the files of one picture as the sample that MMagic's metrics
        get.

        ``gt_img``, ``input`` and ``output.pred_img`` are float32 BGR ``(3, H,
        W)`` in [0, 255], ``mask`` and ``output.pred_mask`` ``(1, H, W)``, 1 =
        corrupted, 0 = intact, ``output.mask_prob`` ``(1, H, W)`` in [0, 1]. A
        PhotographError if a file is broken, a ConfigError if the sizes differ
        or the true mask is grey.
        """
        pictures = {}
        for role, paths in self.paths.items():
            pictures[role] = (
                _read_bgr(paths[name])
                if role in IMAGE_ROLES else _read_map(paths[name]))
        self._check_sizes(name, pictures)
        sample: Dict[str, Any] = dict(
            gt_img=pictures['clean'],
            output=dict(pred_img=pictures['restored']))
        if 'damaged' in pictures:
            sample['input'] = pictures['damaged']
        if 'mask' in pictures:
            sample['mask'] = self._to_binary(name, pictures['mask'])
        if 'pred_mask' in pictures:
            mask_prob = pictures['pred_mask']
            sample['output'].update(
                mask_prob=mask_prob,
                stage_mask_prob=mask_prob,
                pred_mask=(mask_prob > 0.5).astype(np.float32))
        return sample

    def check_polarity(self) -> None:
        """Raise a ConfigError if the true masks seem to be black where damage
        is.

        Looks at some pictures, spread over the folders: whether in most of
        them the damaged (or else the restored) picture differs from the clean
        one more outside the mask than inside.
        """
        role = 'input' if 'damaged' in self.paths else 'pred_img'
        step = max(1, len(self) // NUM_POLARITY_CHECKS)
        verdicts = []
        for name in self.names[::step]:
            try:
                sample = self.read(name)
            except PhotographError:
                continue  # named when it is scored
            image = sample.get(role, sample['output']['pred_img'])
            verdicts.append(
                _seems_inverted(image, sample['gt_img'], sample['mask']))
        votes = [verdict for verdict in verdicts if verdict is not None]
        if 2 * sum(votes) > len(votes):
            kind = 'damaged' if role == 'input' else 'restored'
            raise ConfigError(
                f'The true masks seem to be inverted: in {sum(votes)} of '
                f'{len(votes)} pictures looked at, the {kind} picture differs '
                'from the clean one more where the mask is black. White must '
                'be corrupted; invert them, or pass --trust-masks if they '
                'are right')

    def _check_sizes(self, name: str, pictures: Dict[str, np.ndarray]) -> None:
        sizes = {
            role: f'{picture.shape[2]}x{picture.shape[1]}'
            for role, picture in pictures.items()
        }
        if len(set(sizes.values())) > 1:
            listed = ', '.join(f'{role} {size}'
                               for role, size in sizes.items())
            raise ConfigError(f'The pictures {name} differ in size: {listed}')

    def _to_binary(self, name: str, mask: np.ndarray) -> np.ndarray:
        if self.mask_threshold is not None:
            return (mask > self.mask_threshold).astype(np.float32)
        grey = (mask != 0) & (mask != 1)
        if grey.any():
            raise ConfigError(
                f'The true mask {self.paths["mask"][name]} is not black and '
                f'white: {100 * grey.mean():.1f} percent of its pixels are '
                f'neither 0 nor 255, up to {255 * mask[grey].max():.0f}. Make '
                'it binary, or pass --mask-threshold 0.5')
        return mask


def _list_folder(role: str, folder: str) -> Dict[str, str]:
    """Paths of a folder's images by name."""
    option = '--' + role.replace('_', '-')
    if not os.path.isdir(folder):
        raise DataNotFoundError(f'{option}: there is no folder {folder}')
    listed: Dict[str, str] = {}
    try:
        paths = find_images(folder)
    except DataNotFoundError:  # its message is about training data
        raise DataNotFoundError(
            f'{option}: there is no image in {folder}') from None
    for path in paths:
        name = os.path.splitext(os.path.relpath(path, folder))[0]
        if name in listed:
            raise ConfigError(f'{option}: {listed[name]} and {path} have one '
                              'name; keep one of them')
        listed[name] = path
    return listed


def _check_same_names(role: str, paths: Dict[str, str],
                      restored: Dict[str, str]) -> None:
    option = '--' + role.replace('_', '-')
    for holder, missing in ((option, sorted(set(restored) - set(paths))),
                            ('--restored',
                             sorted(set(paths) - set(restored)))):
        if missing:
            more = '' if len(missing) <= 3 else f' and {len(missing) - 3} more'
            other = '--restored' if holder == option else option
            raise DataNotFoundError(
                f'{holder} lacks pictures that {other} has: '
                f'{", ".join(missing[:3])}{more}. Files pair by their path '
                'below the folder, without extension')


def _read_bgr(path: str) -> np.ndarray:
    """float32 BGR ``(3, H, W)`` in [0, 255]."""
    rgb = read_image(path)
    return np.ascontiguousarray(rgb[..., ::-1].transpose(2, 0, 1), np.float32)


def _read_map(path: str) -> np.ndarray:
    """Grey image of 8 or 16 bits as float32 ``(1, H, W)`` in [0, 1]."""
    pixels = read_photograph(path).pixels
    grey = pixels[..., 0] if pixels.shape[2] == 1 else cv2.cvtColor(
        pixels, cv2.COLOR_RGB2GRAY)
    highest = 255 if grey.dtype == np.uint8 else 65535
    return (grey[None] / highest).astype(np.float32)


def _seems_inverted(image: np.ndarray, clean: np.ndarray,
                    mask: np.ndarray) -> Optional[bool]:
    """None where nothing can be told."""
    error = np.abs(image - clean).mean(axis=0, keepdims=True)
    inside, outside = error[mask == 1], error[mask == 0]
    if not inside.size or not outside.size or not error.any():
        return None
    return bool(inside.mean() < outside.mean())
