"""What every model of damaged pictures is to mmengine's runner."""

from abc import ABCMeta, abstractmethod
from typing import Any, Dict, List, Optional, Tuple, Union

import torch
from mmengine.model import BaseModel
from torch import Tensor

from ..errors import HCLError
from .pictures import Restoration


class DamageModel(BaseModel, metaclass=ABCMeta):
    """Finds the damage of pictures, repairs it, or does both."""

    modes: Tuple[str, ...] = ('tensor', 'loss', 'predict')
    # In a prediction: take the pixels outside the mask from the input, and
    # call a pixel corrupted where its probability is above this.
    composite = False
    mask_threshold = 0.5

    @abstractmethod
    def restore_samples(self, corrupted: Tensor,
                        data_samples: Any) -> Restoration:
        """Masks and images of ``(N, 3, H, W)`` in [-1, 1]; the truth in the
        samples is not looked at."""

    def loss_of_samples(self, corrupted: Tensor,
                        data_samples: Any) -> Dict[str, Tensor]:
        """Weighted losses against ``mask`` (1 = corrupted) and, in [-1, 1],
        ``gt_img`` of the samples."""
        raise NotImplementedError

    def forward(
            self,
            inputs: Tensor,
            data_samples: Optional[Any] = None,
            mode: str = 'tensor') -> Union[Tensor, Dict[str, Tensor], List]:
        """The entry point of mmengine's runner.

        Args:
            inputs (Tensor): Damaged images in [-1, 1], ``(N, 3, H, W)``.
            data_samples (DataSample, optional): The batch's stacked samples.
                Only ``loss`` reads the truth.
            mode (str): One of :attr:`modes`.

        Returns:
            Tensor | dict[str, Tensor] | list[DataSample]: The restored image,
            of a mere detector the probability of 'corrupted'; the weighted
            losses; or one sample per image, see :meth:`predict`.

        Raises:
            ValueError: If the mode is unknown.
        """
        if mode not in self.modes:
            raise ValueError(f'{type(self).__name__}: mode must be one of '
                             f'{", ".join(self.modes)}, got {mode!r}')
        if mode == 'loss':
            return self.loss_of_samples(inputs, data_samples)
        if mode == 'predict':
            return self.predict(inputs, data_samples)
        restoration = self.restore_samples(inputs, data_samples)
        image = restoration.image
        return restoration.mask_prob[0] if image is None else image

    def predict(self, corrupted: Tensor, data_samples: Any) -> List[Any]:
        """Detect and restore.

        Args:
            corrupted (Tensor): Damaged images in [-1, 1], ``(N, 3, H, W)``.
            data_samples (DataSample): Stacked samples. A ``given_mask``
                (1 = corrupted, ``(N, 1, H, W)``) replaces the detected mask
                in the models that read one.

        Returns:
            list[DataSample]: One per image, on the CPU, with ``input``
            (``(3, H, W)``, BGR in [0, 255]) and ``output``: ``pred_img``
            (likewise, if images are restored), ``pred_mask`` (``(1, H, W)``,
            1 = corrupted, 0 = intact), ``mask_prob`` (``(1, H, W)``,
            probability of 'corrupted') and ``stage_mask_prob``
            (``(S, H, W)``, what each stage made of it, finest first).

        Raises:
            HCLError: If a picture has pixels that are not numbers.
        """
        # Imports transformers: only when there is something to pack.
        from mmagic.structures import DataSample

        _check_finite(corrupted, data_samples)
        restoration = self.restore_samples(corrupted, data_samples)
        image = restoration.image
        if image is not None and self.composite:
            image = torch.where(restoration.mask > 0.5, image, corrupted)

        to_pixels = self.data_preprocessor.destruct
        inputs = to_pixels(corrupted, data_samples).cpu()
        images = image if image is None else to_pixels(image,
                                                       data_samples).cpu()
        mask_prob = None
        if restoration.mask_prob:
            mask_prob = torch.cat(restoration.mask_prob, dim=1).cpu()
        samples = data_samples.cpu().split(True)
        for index, sample in enumerate(samples):
            output = DataSample()
            if mask_prob is not None:
                prob = mask_prob[index]
                output.pred_mask = (prob[:1] > self.mask_threshold).float()
                output.mask_prob = prob[:1]
                output.stage_mask_prob = prob
            if images is not None:
                output.pred_img = images[index]
            sample.output = output
            sample.input = inputs[index]
        return samples


def find_given_mask(data_samples: Optional[Any]) -> Optional[Tensor]:
    """The mask that the samples ask to restore, ``(N, 1, H, W)``, if any."""
    return None if data_samples is None else data_samples.get('given_mask')


def _check_finite(corrupted: Tensor, data_samples: Any) -> None:
    """Refuse pictures that no clustering can deal with."""
    finite = corrupted.isfinite().flatten(1).all(1)
    if not finite.all():
        index = int((~finite).nonzero()[0])
        paths = data_samples.metainfo.get('gt_path') or []
        name = paths[index] if index < len(paths) else f'number {index}'
        raise HCLError(f'image {name} of the batch has pixels that are NaN or '
                       'infinite: repair or remove it')
