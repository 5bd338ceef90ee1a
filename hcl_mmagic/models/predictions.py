"""From tensors to MMagic's data samples."""

from typing import TYPE_CHECKING, Any, List, Optional, Sequence

import torch
from torch import Tensor

from ..errors import HCLError

if TYPE_CHECKING:  # importing it costs seconds
    from mmagic.models.data_preprocessors import DataPreprocessor


def check_finite(corrupted: Tensor, data_samples: Any) -> None:
    """Refuse pictures that no clustering can deal with.

    Args:
        corrupted (Tensor): Damaged images, ``(N, 3, H, W)``.
        data_samples (DataSample): Stacked samples; their paths go into the
            message.

    Raises:
        HCLError: If a pixel is NaN or infinite.
    """
    finite = corrupted.isfinite().flatten(1).all(1)
    if not finite.all():
        index = int((~finite).nonzero()[0])
        paths = data_samples.metainfo.get('gt_path') or []
        name = paths[index] if index < len(paths) else f'number {index}'
        raise HCLError(f'image {name} of the batch has pixels that are NaN or '
                       'infinite: repair or remove it')


def to_data_samples(mask_prob: Sequence[Tensor],
                    image: Optional[Tensor],
                    corrupted: Tensor,
                    data_samples: Any,
                    data_preprocessor: 'DataPreprocessor',
                    mask_threshold: float = 0.5) -> List[Any]:
    """Put the results of a batch where MMagic's metrics look for them.

    Args:
        mask_prob (Sequence[Tensor]): Probability of 'corrupted' in [0, 1]
            after each stage of the detector, the final one first,
            ``(N, 1, H, W)``.
        image (Tensor, optional): Restored images in [-1, 1],
            ``(N, 3, H, W)``; None for a mere detector.
        corrupted (Tensor): Damaged images in [-1, 1], ``(N, 3, H, W)``.
        data_samples (DataSample): Stacked samples of the batch.
        data_preprocessor (DataPreprocessor): Undoes its normalisation and
            channel order.
        mask_threshold (float): A pixel is corrupted where the final
            probability is above this.

    Returns:
        list[DataSample]: One per image, on the CPU, with ``input``
        (``(3, H, W)``, BGR in [0, 255]) and ``output``: ``pred_img``
        (likewise), ``pred_mask`` (``(1, H, W)``, 1 = corrupted, 0 = intact),
        ``mask_prob`` (``(1, H, W)``, probability of 'corrupted') and
        ``stage_mask_prob`` (``(S, H, W)``, what each stage made of it).
    """
    # Imports transformers: only when there is something to pack.
    from mmagic.structures import DataSample

    stage_mask_prob = torch.cat(list(mask_prob), dim=1).cpu()
    pred_mask = (stage_mask_prob[:, :1] > mask_threshold).float()
    inputs = data_preprocessor.destruct(corrupted, data_samples).cpu()
    if image is not None:
        image = data_preprocessor.destruct(image, data_samples).cpu()
    results = []
    for index, sample in enumerate(data_samples.cpu().split(True)):
        output = DataSample(
            pred_mask=pred_mask[index],
            mask_prob=stage_mask_prob[index, :1],
            stage_mask_prob=stage_mask_prob[index])
        if image is not None:
            output.pred_img = image[index]
        sample.output = output
        sample.input = inputs[index]
        results.append(sample)
    return results
