"""What a detector's split of a picture looks like, in numbers.

Damage and clean pictures differ a little in each of them; a
:class:`~.verdict.VerdictCalibration` weighs them.
"""

from typing import (TYPE_CHECKING, Dict, List, NamedTuple, Optional, Sequence,
                    Tuple)

import numpy as np
from scipy import ndimage
from torch import Tensor, nn

from .map_statistics import (boundary_step, directions, explained_share, gap,
                             has_two_sides, log, mean, steps)

if TYPE_CHECKING:  # importing them takes seconds
    from ..models import DetectedMasks
    from ..models.padding import Padding

# 'fine' and 'coarse' are the finest and the coarsest stage.
FEATURE_NAMES = (
    # The clusters.
    'cluster_cosine',  # between the centres, coarse; 1 without centres
    'certainty',  # mean of |2p - 1|, fine
    'sure_share',  # of the pixels with p < 0.05 or p > 0.95, fine
    'explained_fine',  # share of the features' variance between the sides
    'explained_coarse',
    # The classifier of the sides.
    'orientation_log_odds',  # see Orientation.log_odds; 0 without one
    'vote_inside',  # mean logit of the pixels in the mask; 0 without votes
    'vote_gap',  # that minus the mean logit outside
    'vote_peak',  # logit that one pixel in a hundred exceeds
    # The shape of the mask, fine.
    'area_share',
    'boundary_share',  # of the pairs of neighbours: on different sides
    'parts',  # log(1 + number of 4-connected parts)
    'largest_part',  # its share of the mask
    'border_share',  # of the picture's border: corrupted
    'stage_agreement',  # IoU with the next coarser stage's mask
    # The encoder's features.
    'boundary_step',  # log(step across the boundary / mean step), fine
    'variation_fine',  # log of the mean step between neighbours
    'variation_coarse',
    'directions_fine',  # log of the number of independent directions
    'directions_coarse',
    # The picture, grey values or colours in [0, 1].
    'picture_explained',  # share of the colours' variance between the sides
    'picture_step',  # log(step across the boundary / mean step)
    'detail',  # log of the mean absolute Laplacian
    'detail_gap',  # that inside minus that outside
    'flat_share',  # of the pixels whose neighbourhood has one colour
    'flat_inside',  # that inside the mask
)

SURE = 0.05
PEAK_SHARE = 0.01
# Of 255 levels, between the pixels of a flat 3x3 neighbourhood.
FLAT_RANGE = 3.5 / 255


class _Stage(NamedTuple):
    """One stage of one picture, without padding."""
    features: np.ndarray  # (C, Hs, Ws), float64
    prob: np.ndarray  # (Hs, Ws), float64
    centres: np.ndarray  # (2, C'), float64

    @property
    def mask(self) -> np.ndarray:
        """1 = corrupted, 0 = intact, (Hs, Ws), bool."""
        return self.prob > 0.5


def measure_split(image: Tensor, padding: 'Padding',
                  features: Sequence[Tensor], found: 'DetectedMasks',
                  detector: nn.Module) -> List[Dict[str, float]]:
    """Measure what was found in a batch of pictures.

    Padding takes no part. Nothing is NaN or infinite, however small or flat
    a picture is: what cannot be told of it, as no pixel is on one side, is 0.

    Args:
        image (Tensor): The pictures in [-1, 1] at the size that the detector
            saw, before padding, ``(N, 3, H, W)``.
        padding (Padding): The padding they got.
        features (Sequence[Tensor]): The encoder's features, finest first,
            ``(N, C_s, H_s, W_s)``.
        found (DetectedMasks): What the detector found.
        detector (nn.Module): What found it. Votes of pixels are those of its
            split's ``classifier`` at the finest stage, or else of its
            ``naming`` at the coarsest, if it has one of these.

    Returns:
        list[dict[str, float]]: Of each picture, the features of
        :data:`FEATURE_NAMES`.
    """
    inside = padding.inside(features)
    sizes = [
        feature.shape[-2:] if inside is None else _extent(inside[stage])
        for stage, feature in enumerate(features)
    ]
    split = getattr(detector, 'split', None)
    naming = getattr(split, 'naming', None)
    log_odds = None
    if naming is not None:
        log_odds = _to_numpy(naming.log_odds(features, found))
    votes, stage_of_votes = _pixel_votes(split, features)
    centres = found.centres or [
        prob.new_zeros(len(prob), 2, 0) for prob in found.mask_prob
    ]
    rows = []
    for index, picture in enumerate(image):
        stages = [
            _Stage(
                _cut(feature[index], size), _cut(prob[index, 0], size),
                _to_numpy(pair[index])) for feature, prob, pair, size in zip(
                    features, found.mask_prob, centres, sizes)
        ]
        fine, coarse = stages[0], stages[-1]
        vote = None if votes is None else _cut(votes[index,
                                                     0], sizes[stage_of_votes])
        pixels = (_to_numpy(picture).transpose(1, 2, 0) + 1) / 2
        enlarged = _enlarge(fine.mask, features[0], padding)
        measured = {
            **_measure_clusters(fine, coarse),
            'orientation_log_odds':
            0. if log_odds is None else log_odds[index],
            **_measure_votes(vote, stages[stage_of_votes].mask),
            **_measure_shape(fine.mask, stages[1:2]),
            **_measure_features(fine, coarse),
            **_measure_picture(pixels, enlarged),
        }
        rows.append({name: float(measured[name]) for name in FEATURE_NAMES})
    return rows


def _pixel_votes(split: Optional[nn.Module],
                 features: Sequence[Tensor]) -> Tuple[Optional[Tensor], int]:
    """Logits of 'corrupted' of single pixels, if there are some, and the
    stage that they are of."""
    classifier = getattr(split, 'classifier', None)
    if classifier is not None:
        return classifier(features)[0].log_odds[0], 0
    naming = getattr(split, 'naming', None)
    return naming and naming.pixel_logits(features), -1


def _measure_clusters(fine: _Stage, coarse: _Stage) -> Dict[str, float]:
    one, other = coarse.centres
    distance = np.abs(fine.prob - 0.5)
    return dict(
        cluster_cosine=float(one @ other) if len(one) else 1.,
        certainty=2 * distance.mean(),
        sure_share=(distance > 0.5 - SURE).mean(),
        explained_fine=explained_share(fine.features, fine.mask),
        explained_coarse=explained_share(coarse.features, coarse.mask))


def _measure_votes(vote: Optional[np.ndarray],
                   mask: np.ndarray) -> Dict[str, float]:
    if vote is None:
        return dict(vote_inside=0., vote_gap=0., vote_peak=0.)
    return dict(
        vote_inside=mean(vote[mask]),
        vote_gap=gap(vote, mask),
        vote_peak=np.quantile(vote, 1 - PEAK_SHARE))


def _measure_shape(mask: np.ndarray,
                   coarser: Sequence[_Stage]) -> Dict[str, float]:
    parts, count = ndimage.label(mask)
    sizes = np.bincount(parts.ravel())[1:]
    height, width = mask.shape
    border = np.concatenate((mask[0], mask[-1], mask[:, 0], mask[:, -1]))
    agreement = 1.
    for stage in coarser:  # one, or none if there is a single stage
        enlarged = stage.mask.repeat(2, 0).repeat(2, 1)[:height, :width]
        both, any_of_them = (mask & enlarged).sum(), (mask | enlarged).sum()
        agreement = both / any_of_them if any_of_them else 1.
    return dict(
        area_share=mask.mean(),
        boundary_share=mean(steps(mask[None].astype(float))),
        parts=np.log1p(count),
        largest_part=sizes.max() / sizes.sum() if count else 0.,
        border_share=border.mean(),
        stage_agreement=agreement)


def _measure_features(fine: _Stage, coarse: _Stage) -> Dict[str, float]:
    return dict(
        boundary_step=boundary_step(fine.features, fine.mask),
        variation_fine=log(mean(steps(fine.features))),
        variation_coarse=log(mean(steps(coarse.features))),
        directions_fine=directions(fine.features),
        directions_coarse=directions(coarse.features))


def _measure_picture(pixels: np.ndarray, mask: np.ndarray) -> Dict[str, float]:
    colours = pixels.transpose(2, 0, 1)
    detail = np.abs(ndimage.laplace(pixels.mean(2)))
    neighbourhood = (3, 3, 1)
    flat = (ndimage.maximum_filter(pixels, neighbourhood) -
            ndimage.minimum_filter(pixels, neighbourhood)).max(2) < FLAT_RANGE
    inside = mean(detail[mask]), mean(detail[~mask])
    return dict(
        picture_explained=explained_share(colours, mask),
        picture_step=boundary_step(colours, mask),
        detail=log(detail.mean()),
        detail_gap=(log(inside[0]) -
                    log(inside[1]) if has_two_sides(mask) else 0.),
        flat_share=flat.mean(),
        flat_inside=mean(flat[mask]))


def _enlarge(mask: np.ndarray, feature: Tensor,
             padding: 'Padding') -> np.ndarray:
    """The mask at the picture's size."""
    scales = [
        padded // side
        for padded, side in zip(padding.padded_size, feature.shape[-2:])
    ]
    height, width = padding.size
    return mask.repeat(scales[0], 0).repeat(scales[1], 1)[:height, :width]


def _extent(inside: Tensor) -> List[int]:
    """Height and width of the part of a stage that is no padding."""
    return [int(inside[0, 0].any(axis).sum()) for axis in (1, 0)]


def _cut(values: Tensor, size: Sequence[int]) -> np.ndarray:
    """Leave out the padding, which lies below and to the right."""
    return _to_numpy(values[..., :size[0], :size[1]])


def _to_numpy(values: Tensor) -> np.ndarray:
    return values.detach().double().cpu().numpy()
