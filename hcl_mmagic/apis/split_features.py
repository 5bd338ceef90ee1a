"""What a detector's split of a picture looks like, in numbers.

Damage and clean pictures differ a little in each of them; a
:class:`~.verdict.VerdictCalibration` weighs them.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Callable, Dict

import numpy as np
from scipy import ndimage

from .map_statistics import (boundary_step, directions, explained_share, gap,
                             has_two_sides, log, mean, steps)
from .networks import Split, SplitStage, network_values

SURE = 0.05
PEAK_SHARE = 0.01
# Of 255 levels, between the pixels of a flat 3x3 neighbourhood.
FLAT_RANGE = 3.5 / 255


def measure_split(picture: np.ndarray, split: Split) -> Dict[str, float]:
    """Measure what was found in a picture, ``(h, w, 1 or 3)``, uint8, as the
    detector saw it: the features of :data:`FEATURES`.

    Nothing is NaN or infinite, however small or flat a picture is: what
    cannot be told of it, as no pixel is on one side, is 0.
    """
    view = _View(picture, split)
    return {name: float(measure(view)) for name, measure in FEATURES.items()}


@dataclass(frozen=True, eq=False)
class _View:
    """What several features rest on, in float64."""
    picture: np.ndarray
    split: Split

    @cached_property
    def fine(self) -> SplitStage:
        return self._stage(0)

    @cached_property
    def coarse(self) -> SplitStage:
        return self._stage(-1)

    def _stage(self, index: int) -> SplitStage:
        return SplitStage(*(np.asarray(array, np.float64)
                            for array in self.split.stages[index]))

    @property
    def mask(self) -> np.ndarray:
        """1 = corrupted, 0 = intact, of the finest stage, bool."""
        return self.fine.mask

    @property
    def cluster_cosine(self) -> float:
        one, other = self.coarse.centres
        return one @ other if len(one) else 1.

    @cached_property
    def votes(self) -> np.ndarray:
        """Zeros where there are none."""
        if self.split.votes is None:
            return np.zeros(self.voted_mask.shape)
        return np.asarray(self.split.votes, np.float64)

    @property
    def voted_mask(self) -> np.ndarray:
        return self.split.stages[self.split.votes_stage].mask

    @property
    def doubt(self) -> np.ndarray:
        return np.abs(self.fine.prob - 0.5)

    @cached_property
    def part_sizes(self) -> np.ndarray:
        """Pixels of each connected part of the mask."""
        return np.bincount(ndimage.label(self.mask)[0].ravel())[1:]

    @property
    def border(self) -> np.ndarray:
        mask = self.mask
        return np.concatenate((mask[0], mask[-1], mask[:, 0], mask[:, -1]))

    @property
    def stage_agreement(self) -> float:
        """IoU with the next coarser stage's mask; 1 if there is none."""
        if len(self.split.stages) < 2:
            return 1.
        height, width = self.mask.shape
        coarser = self.split.stages[1].mask
        enlarged = coarser.repeat(2, 0).repeat(2, 1)[:height, :width]
        either = (self.mask | enlarged).sum()
        return (self.mask & enlarged).sum() / either if either else 1.

    @cached_property
    def colours(self) -> np.ndarray:
        """RGB in [0, 1], ``(3, h, w)``."""
        planes = network_values(self.picture).transpose(2, 0, 1)
        planes = np.repeat(planes, 3 // len(planes), axis=0)
        return (np.array(planes, np.float64, order='C') + 1) / 2

    @property
    def values(self) -> np.ndarray:
        """RGB in [0, 1], ``(h, w, 3)``."""
        return self.colours.transpose(1, 2, 0)

    @cached_property
    def damaged(self) -> np.ndarray:
        """The mask at the picture's size."""
        rows, columns = self.split.stride
        height, width = self.picture.shape[:2]
        return self.mask.repeat(rows, 0).repeat(columns, 1)[:height, :width]

    @cached_property
    def detail(self) -> np.ndarray:
        """Absolute Laplacian of the grey values."""
        return np.abs(ndimage.laplace(self.values.mean(2)))

    @property
    def detail_gap(self) -> float:
        inside, outside = (
            mean(self.detail[side]) for side in (self.damaged, ~self.damaged))
        return log(inside) - log(outside) if has_two_sides(
            self.damaged) else 0.

    @cached_property
    def flat(self) -> np.ndarray:
        """Pixels whose neighbourhood has one colour, bool."""
        neighbourhood = (3, 3, 1)
        return (ndimage.maximum_filter(self.values, neighbourhood) -
                ndimage.minimum_filter(self.values, neighbourhood)
                ).max(2) < FLAT_RANGE  # yapf: disable


# 'fine' and 'coarse' are the finest and the coarsest stage.
FEATURES: Dict[str, Callable[[_View], float]] = dict(
    # The clusters.
    # Between the centres, coarse; 1 without centres.
    cluster_cosine=lambda view: view.cluster_cosine,
    certainty=lambda view: 2 * view.doubt.mean(),  # mean of |2p - 1|
    # Of the pixels with p < 0.05 or p > 0.95.
    sure_share=lambda view: (view.doubt > 0.5 - SURE).mean(),
    # Share of the features' variance between the sides.
    explained_fine=lambda view: explained_share(view.fine.features, view.mask),
    explained_coarse=lambda view: explained_share(view.coarse.features, view.
                                                  coarse.mask),
    # The classifier of the sides; 0 without one, or without votes.
    orientation_log_odds=lambda view: view.split.naming_log_odds,
    # Mean logit of the pixels in the mask.
    vote_inside=lambda view: mean(view.votes[view.voted_mask]),
    # That minus the mean logit outside.
    vote_gap=lambda view: gap(view.votes, view.voted_mask),
    # Logit that one pixel in a hundred exceeds.
    vote_peak=lambda view: np.quantile(view.votes, 1 - PEAK_SHARE),
    # The shape of the mask, fine.
    area_share=lambda view: view.mask.mean(),
    # Of the pairs of neighbours: on different sides.
    boundary_share=lambda view: mean(steps(view.mask[None].astype(float))),
    # log(1 + number of 4-connected parts)
    parts=lambda view: np.log1p(len(view.part_sizes)),
    # Its share of the mask.
    largest_part=lambda view: view.part_sizes.max(initial=0) / max(
        view.part_sizes.sum(), 1),
    # Of the picture's border: corrupted.
    border_share=lambda view: view.border.mean(),
    stage_agreement=lambda view: view.stage_agreement,
    # The encoder's features.
    # log(step across the boundary / mean step)
    boundary_step=lambda view: boundary_step(view.fine.features, view.mask),
    # log of the mean step between neighbours
    variation_fine=lambda view: log(mean(steps(view.fine.features))),
    variation_coarse=lambda view: log(mean(steps(view.coarse.features))),
    # log of the number of independent directions
    directions_fine=lambda view: directions(view.fine.features),
    directions_coarse=lambda view: directions(view.coarse.features),
    # The picture.
    # Share of the colours' variance between the sides.
    picture_explained=lambda view: explained_share(view.colours, view.damaged),
    picture_step=lambda view: boundary_step(view.colours, view.damaged),
    # log of the mean absolute Laplacian
    detail=lambda view: log(view.detail.mean()),
    detail_gap=lambda view: view.detail_gap,  # that inside minus that outside
    # Of the pixels whose neighbourhood has one colour.
    flat_share=lambda view: view.flat.mean(),
    # That inside the mask.
    flat_inside=lambda view: mean(view.flat[view.damaged]))
FEATURE_NAMES = tuple(FEATURES)
