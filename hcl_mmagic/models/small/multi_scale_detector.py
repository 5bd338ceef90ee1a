"""MultiScaleDetector: looks at a picture at one scale after the other."""
from math import log2
from typing import (Any, Dict, List, NamedTuple, Optional, Sequence, Tuple,
                    Union)

import torch
import torch.nn.functional as F
from mmagic.registry import MODELS
from torch import Tensor, nn

from ...parts import build_part
from ..blind.mask_detector import MaskDetector
from ..detection.pixel_classifier import soft_jaccard
from ..functional import at_least_float32, enlarge
from ..pictures import Padding


class Look(NamedTuple):
    """What one look at a picture has found: the encoder's features, finest
    first, ``(N, C_s, H / d, W / d)`` with ``d = 2 ** (s + 1)``, and the
    log-odds of 'corrupted', ``(N, 1, H, W)``, float32."""
    features: Tuple[Tensor, ...]
    log_odds: Tensor


@MODELS.register_module()
class MultiScaleDetector(MaskDetector):
    """Finds damage of every size: looks at the whole picture at a small size
    first, then at twice that size, and so on up to its own.

    A pasted picture shows from afar, a scratch only from near. Each look
    receives the features of the one before (``carries`` of the encoder), so
    a closer look, which may show nothing but the inside of what was pasted,
    knows what surrounds it.

    Args:
        encoder (dict): Config of the encoder, a
            :class:`~.pyramid_encoder.PyramidEncoder`.
        classifier (dict): Config of the classifier of pixels of all stages,
            a :class:`~..detection.PixelClassifierHead`.
        contrast (dict, optional): Config of a
            :class:`~..detection.ContrastiveDetectorHead` whose losses shape
            the features of the first look in training.
        detail_channels (int): Width of the convolutions that bring the
            classifier's map to the picture's own size.
        pixel_weight (float): Weight of the binary cross-entropy of that map.
        overlap_weight (float): Weight of its soft Jaccard loss, which finds
            thin damage worth while, but takes for damaged what more probably
            is intact.
        first_side (int): Short side of the first look, in pixels; within a
            factor of the square root of 2, as each look has exactly twice the
            size of the one before.
        num_train_looks (int): Looks in training, at most.
        train_crop (int): Side of the part of a picture that is seen in the
            last look of training, in pixels.
        data_preprocessor (dict, optional): Config of the data preprocessor.
        init_cfg (dict, optional): Initialisation, see mmengine's BaseModule.
    """

    def __init__(self,
                 *,
                 encoder: dict,
                 classifier: dict,
                 contrast: Optional[dict] = None,
                 detail_channels: int = 32,
                 pixel_weight: float = 1.0,
                 overlap_weight: float = 1.0,
                 first_side: int = 128,
                 num_train_looks: int = 3,
                 train_crop: int = 160,
                 data_preprocessor: Optional[Union[dict, nn.Module]] = None,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(
            data_preprocessor=data_preprocessor, init_cfg=init_cfg)
        self.encoder = MODELS.build(encoder)
        self.classifier = MODELS.build(classifier)
        self.contrast = build_part(contrast)
        self.pixel_weight = pixel_weight
        self.overlap_weight = overlap_weight
        self.first_side = first_side
        self.num_train_looks = num_train_looks
        self.train_crop = train_crop
        # The picture's pixels, the features and the log-odds of each 2x2.
        self.detail = nn.Sequential(
            nn.Conv2d(
                4 * 3 + self.encoder.stage_channels[0] + 1,
                detail_channels,
                3,
                padding=1), nn.ReLU(),
            nn.Conv2d(detail_channels, detail_channels, 3, padding=1),
            nn.ReLU(), nn.Conv2d(detail_channels, 4, 3, padding=1))
        for parameter in self.detail[-1].parameters():
            nn.init.zeros_(parameter)
        self.to(memory_format=torch.channels_last)

    @property
    def size_divisor(self) -> int:
        """int: Sides of what one look sees are multiples of this."""
        return self.encoder.size_divisor

    def look(self,
             picture: Tensor,
             coarser: Optional[Sequence[Tensor]] = None,
             mask: Optional[Tensor] = None) -> Tuple[Look, Dict[str, Tensor]]:
        """One look; with the true mask, learn from it.

        Args:
            picture (Tensor): Damaged pictures in [-1, 1], ``(N, 3, H, W)``;
                H and W are multiples of ``size_divisor``.
            coarser (Sequence[Tensor], optional): The features of the look at
                the same pictures at half their size, without the coarsest or
                with it.
            mask (Tensor, optional): True share of corrupted pixels in [0, 1],
                1 = corrupted, ``(N, 1, H, W)``, float. Only for training.

        Returns:
            tuple[Look, dict[str, Tensor]]: What was found, and the losses
            (none without the mask).
        """
        features = self.encoder(picture, coarser)
        found, losses = self.classifier(features, mask)
        coarse_odds = found.log_odds[0]
        seen = torch.cat(
            (F.pixel_unshuffle(picture, 2), features[0], coarse_odds), dim=1)
        correction = at_least_float32(F.pixel_shuffle(self.detail(seen), 2))
        size = (picture.shape[-2], picture.shape[-1])
        log_odds = enlarge(coarse_odds, size) + correction
        if mask is not None:
            losses['loss_pixel_detail'] = self.pixel_weight * \
                F.binary_cross_entropy_with_logits(log_odds, mask)
            losses['loss_overlap_detail'] = self.overlap_weight * \
                soft_jaccard(log_odds.sigmoid(), mask).mean()
            if self.contrast is not None and coarser is None:
                losses.update(self.contrast(features, (mask > 0.5).float())[1])
        return Look(features, log_odds), losses

    def mask_prob(self,
                  corrupted: Tensor,
                  data_samples: Optional[Any] = None) -> Tensor:
        """Probability of 'corrupted' of pictures of any size.

        Args:
            corrupted (Tensor): Damaged images in [-1, 1], ``(N, 3, H, W)``.
            data_samples (DataSample, optional): Not looked at.

        Returns:
            Tensor: ``(N, 1, H, W)`` in [0, 1], float32.
        """
        halvings = max(
            round(log2(min(corrupted.shape[-2:]) / self.first_side)), 0)
        padding = Padding.to_multiple(corrupted,
                                      self.size_divisor * 2**halvings)
        padded = padding.pad(corrupted)
        found: Optional[Look] = None
        for level in range(halvings, -1, -1):
            found, _ = self.look(
                _shrunk(padded, level), found and found.features)
        assert found is not None
        return padding.crop(found.log_odds.sigmoid())

    def loss(self, corrupted: Tensor, mask: Tensor) -> Dict[str, Tensor]:
        """Losses of one to ``num_train_looks`` looks, the last one at the
        pictures' own size.

        Args:
            corrupted (Tensor): Damaged images in [-1, 1], ``(N, 3, H, W)``;
                H and W are multiples of ``size_divisor`` times
                ``2 ** (num_train_looks - 1)``.
            mask (Tensor): True mask, 1 = corrupted, 0 = intact,
                ``(N, 1, H, W)``, float.

        Returns:
            dict[str, Tensor]: Every loss, the mean over the looks.

        Raises:
            ValueError: If the pictures are smaller than ``train_crop``.
        """
        first = int(torch.randint(self.num_train_looks, ()))
        known: Optional[Sequence[Tensor]] = None
        of_looks: List[Dict[str, Tensor]] = []
        for level in range(first, -1, -1):
            picture, share = _shrunk(corrupted, level), _shrunk(mask, level)
            if level == 0:
                picture, share, known = self._part(picture, share, known)
            found, losses = self.look(picture, known, share)
            known = found.features
            of_looks.append(losses)
        return {
            name:
            torch.stack(
                [losses[name]
                 for losses in of_looks if name in losses]).sum() /
            len(of_looks)
            for name in of_looks[0]
        }

    def _part(
        self, picture: Tensor, share: Tensor, known: Optional[Sequence[Tensor]]
    ) -> Tuple[Tensor, Tensor, Optional[Sequence[Tensor]]]:
        """A square of the pictures at random, and the same of what the coarser
        look knows; a closer one needs all but its coarsest stage."""
        step, size = self.size_divisor, self.train_crop
        if size > min(picture.shape[-2:]):
            raise ValueError(
                f'The detector learns from parts of train_crop={size} pixels '
                f'a side, got pictures of {tuple(picture.shape[-2:])}: take '
                'a smaller train_crop, or larger pictures.')
        top, left = (
            step * int(torch.randint((length - size) // step + 1, ()))
            for length in picture.shape[-2:])

        def cut(image: Tensor, finer: int = 0) -> Tensor:
            return image[..., top >> finer:(top + size) >> finer,
                         left >> finer:(left + size) >> finer]

        known = known and [
            cut(stage, finer) for finer, stage in enumerate(known[:-1], 2)
        ]
        return cut(picture), cut(share), known


def _shrunk(image: Tensor, halvings: int) -> Tensor:
    return F.avg_pool2d(image, 2**halvings) if halvings else image
