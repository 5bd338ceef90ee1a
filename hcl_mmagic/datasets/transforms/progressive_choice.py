"""Pipelines that follow one another in the course of a training."""
from collections.abc import Sequence

from mmagic.registry import TRANSFORMS
from mmcv.transforms import BaseTransform, Compose


@TRANSFORMS.register_module()
class ProgressiveChoice(BaseTransform):
    """Another pipeline from a certain sample of the training on.

    Small crops first and large ones at the end, for instance. What a sample
    gets depends on its number alone, so a resumed run is where it was. Where
    samples have no number, as in a test, the last pipeline is taken.

    Required Keys:

    - draw (int or None; datasets of this package add it where the sampler is
      :class:`~hcl_mmagic.datasets.SeededInfiniteSampler`)

    Args:
        first_draws (Sequence[int]): Number of the first sample of each
            pipeline, across all processes: rising, from 0. If the pipelines
            make pictures of several sizes, multiples of the batch size of all
            processes, as a batch has one size.
        transforms (Sequence[Sequence[dict]]): Configs of as many pipelines.

    Raises:
        ValueError: If the numbers do not rise from 0, or there is not one per
            pipeline.
    """

    def __init__(self, *, first_draws: Sequence[int],
                 transforms: Sequence[Sequence[dict]]) -> None:
        if (len(first_draws) != len(transforms) or not first_draws
                or first_draws[0] != 0
                or list(first_draws) != sorted(set(first_draws))):
            raise ValueError(
                'ProgressiveChoice: first_draws must have one number per '
                f'pipeline, rising from 0, got {list(first_draws)} for '
                f'{len(transforms)} pipelines.')
        self.first_draws = list(first_draws)
        self.pipelines = [Compose(list(steps)) for steps in transforms]

    def transform(self, results: dict) -> dict:
        """Run the pipeline of this part of the training."""
        draw = results.get('draw')
        if draw is None:
            return self.pipelines[-1](results)
        begun = sum(first <= draw for first in self.first_draws)
        return self.pipelines[begun - 1](results)
