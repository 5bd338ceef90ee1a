"""HCLRestorer: from a damaged photograph to its mask and its repair."""

from typing import Any, Dict, List, Optional, Union

import torch
from mmagic.registry import MODELS
from mmengine.model import BaseModel
from torch import Tensor, nn

from .predictions import check_finite, to_data_samples
from .restoring_steps import RestoringSteps
from .training_steps import TrainingSteps


@MODELS.register_module()
class HCLRestorer(TrainingSteps, RestoringSteps, BaseModel):
    """Blind image restoration by hierarchical contrastive learning.

    Paper: `Hierarchical Contrastive Learning for Pattern-Generalizable Image
    Corruption Detection, ICCV 2023 <https://arxiv.org/abs/2308.14061>`_.

    encoder -> detector -> decoder -> refiner. Training has two phases, as in
    the authors' code (the paper has none): the decoder and the refiner first
    get the true mask, then the detected one (``mask_source``, switched by
    ``PhaseSwitchHook``). Without a decoder the model is a detector.

    Without a detector it is an inpainting model. It restores the true mask in
    training and the samples' ``given_mask`` at test, and its encoder sees 0
    instead of the pixels under the mask. They would change the repair
    otherwise: the decoder's attention never looks at damaged pixels, but
    skips carry each pixel's own features past it.

    Args:
        encoder (dict): Config of the encoder.
        detector (dict, optional): Config of the detector head.
        decoder (dict, optional): Config of the decoder.
        refiner (dict, optional): Config of the refiner; needs a decoder. The
            coarse image reaches it without a gradient.
        discriminator (dict, optional): Config of the discriminator of the
            refined image; needs ``loss_adversarial``.
        loss_coarse (dict, optional): Config of the pixel loss of the coarse
            image.
        loss_refined (dict, optional): Config of the pixel loss of the refined
            image.
        loss_perceptual (dict, optional): Config of the perceptual loss of
            both images.
        loss_adversarial (dict, optional): Config of the adversarial loss.
        mask_source (str, optional): Mask for decoder and refiner in training:
            'true' or 'predicted'. By default 'predicted', or 'true' without a
            detector.
        composite (bool): At test, take the pixels outside the mask from the
            input; otherwise return the network's image as it is.
        residual (bool): Let decoder and refiner tell what to add to a smooth
            filling of the mask, see :func:`~.functional.fill_smoothly`, and
            the refiner see the picture's own pixels outside of it. In the
            authors' code they make the whole image, which takes long to
            learn.
        smooth_mask (bool): Enlarge the detector's maps bilinearly, where they
            are smaller than the picture. The authors' code repeats pixels,
            which costs thin damage its shape.
        flip_test (bool): At test, detect in the picture and in its mirror
            image, and take the mean of both maps. Encoder and detector run
            twice for it; ``docs/hcl_small.md`` has the gain.
        reverse_mask (bool): At test, restore from the corrupted pixels the
            picture that *they* belong to (HCL section 4.3.1, 'bidirectional
            blind image inpainting').
        repair_context (int, optional): At test, run decoder and refiner only
            on rectangles around the damage, with at least this many pixels
            of the picture on each side. Faster the less is damaged, but the
            networks see less: ``docs/benchmarks.md`` has the price. None runs
            them on the whole picture.
        data_preprocessor (dict, optional): Config of the data preprocessor.
        init_cfg (dict, optional): Initialisation, see mmengine's BaseModule.

    Raises:
        ValueError: If a part or a loss lacks what it needs.
    """

    def __init__(self,
                 *,
                 encoder: dict,
                 detector: Optional[dict] = None,
                 decoder: Optional[dict] = None,
                 refiner: Optional[dict] = None,
                 discriminator: Optional[dict] = None,
                 loss_coarse: Optional[dict] = None,
                 loss_refined: Optional[dict] = None,
                 loss_perceptual: Optional[dict] = None,
                 loss_adversarial: Optional[dict] = None,
                 mask_source: Optional[str] = None,
                 composite: bool = True,
                 residual: bool = False,
                 smooth_mask: bool = False,
                 flip_test: bool = False,
                 reverse_mask: bool = False,
                 repair_context: Optional[int] = None,
                 data_preprocessor: Optional[Union[dict, nn.Module]] = None,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(data_preprocessor, init_cfg)
        self.encoder = MODELS.build(encoder)
        self.detector = detector and MODELS.build(detector)
        self.decoder = decoder and MODELS.build(decoder)
        self.refiner = refiner and MODELS.build(refiner)
        self.discriminator = discriminator and MODELS.build(discriminator)
        self.loss_coarse = loss_coarse and MODELS.build(loss_coarse)
        self.loss_refined = loss_refined and MODELS.build(loss_refined)
        self.loss_perceptual = loss_perceptual and MODELS.build(
            loss_perceptual)
        self.loss_adversarial = loss_adversarial and MODELS.build(
            loss_adversarial)
        self._check_parts()
        self.mask_source = mask_source or ('predicted' if detector else 'true')
        self.composite = composite
        self.residual = residual
        self.smooth_mask = smooth_mask
        self.flip_test = flip_test
        self.reverse_mask = reverse_mask
        if reverse_mask and self.detector is None:
            raise ValueError('HCLRestorer: reverse_mask needs a detector; '
                             'without one, give the reversed mask')
        if repair_context is not None and not (composite and self.decoder):
            raise ValueError('HCLRestorer: repair_context needs a decoder and '
                             'composite=True, as nothing is made of the rest '
                             'of the picture')
        self.repair_context = repair_context

    def _check_parts(self) -> None:
        """Complain about parts that cannot work together."""
        if self.detector is None and self.decoder is None:
            raise ValueError('HCLRestorer: needs a detector, a decoder, or '
                             'both, and got neither')
        needs = (('refiner', 'decoder'), ('discriminator', 'refiner'),
                 ('discriminator', 'loss_adversarial'), ('loss_adversarial',
                                                         'discriminator'),
                 ('loss_coarse', 'decoder'), ('loss_refined', 'refiner'),
                 ('loss_perceptual', 'refiner'))
        for part, needed in needs:
            if getattr(self, part) is not None and getattr(self,
                                                           needed) is None:
                raise ValueError(
                    f'HCLRestorer: {part} needs {needed}, which is missing')

    def forward(
            self,
            inputs: Tensor,
            data_samples: Optional[Any] = None,
            mode: str = 'tensor') -> Union[Tensor, Dict[str, Tensor], List]:
        """The entry point of mmengine's runner.

        Args:
            inputs (Tensor): Damaged images in [-1, 1], ``(N, 3, H, W)``.
            data_samples (DataSample, optional): The batch's stacked samples.
                ``loss`` reads ``gt_img`` and ``mask`` (1 = corrupted); the
                others read neither, but restore ``given_mask`` if the samples
                carry one.
            mode (str): 'tensor', 'loss' or 'predict'.

        Returns:
            Tensor | dict[str, Tensor] | list[DataSample]: The restored image
            (the mask's probability for a mere detector), the losses of the
            generator side, or one sample per image, see :meth:`predict`.

        Raises:
            ValueError: If the mode is unknown.
            HCLError: See :meth:`restore` and :meth:`predict`.
        """
        if mode == 'tensor':
            restoration = self.restore(inputs, _given_mask(data_samples))
            return (restoration.mask_prob[0]
                    if restoration.image is None else restoration.image)
        if mode == 'loss':
            return self.loss(inputs, data_samples)
        if mode == 'predict':
            return self.predict(inputs, data_samples)
        raise ValueError("HCLRestorer: mode must be 'tensor', 'loss' or "
                         f"'predict', got {mode!r}")

    def predict(self, corrupted: Tensor, data_samples: Any) -> List[Any]:
        """Detect and restore; the truth is never looked at.

        Args:
            corrupted (Tensor): Damaged images in [-1, 1], ``(N, 3, H, W)``.
            data_samples (DataSample): Stacked samples. A ``given_mask``
                (1 = corrupted, ``(N, 1, H, W)``) replaces the detected mask.

        Returns:
            list[DataSample]: The samples, each with ``input`` and ``output``,
            see :func:`~hcl_mmagic.models.predictions.to_data_samples`.

        Raises:
            HCLError: If a picture has pixels that are not numbers, or there
                is neither a mask nor a detector.
        """
        check_finite(corrupted, data_samples)
        restoration = self.restore(corrupted, _given_mask(data_samples))
        image = restoration.image
        if image is not None and self.composite:
            image = torch.where(restoration.mask > 0.5, image, corrupted)
        return to_data_samples(restoration.mask_prob, image, corrupted,
                               data_samples, self.data_preprocessor)


def _given_mask(data_samples: Optional[Any]) -> Optional[Tensor]:
    """The mask that the samples ask to restore, if they do."""
    return None if data_samples is None else data_samples.get('given_mask')
