"""HCLRestorer: from a damaged photograph to its mask and its repair."""

from math import lcm
from typing import Any, Dict, Optional, Sequence, Tuple, Union

from mmagic.registry import MODELS
from mmengine.optim import OptimWrapperDict
from torch import Tensor, nn

from ...errors import ConfigError
from ...parts import build_part
from ..adversarial_training import check_mask_source
from ..damage_model import DamageModel, find_given_mask
from ..detection import DetectedMasks
from ..pictures import EncodedPicture, Padding, Restoration, hide, stage_masks
from .repair import repair_image
from .training import forward_pass, image_losses, train_iteration

# What a part cannot do without.
NEEDS = (('refiner', 'decoder'), ('discriminator', 'refiner'),
         ('discriminator', 'loss_adversarial'),
         ('loss_adversarial', 'discriminator'), ('loss_coarse', 'decoder'),
         ('loss_refined', 'refiner'), ('loss_perceptual', 'refiner'))


@MODELS.register_module()
class HCLRestorer(DamageModel):
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
        refiner (dict, optional): Config of the refiner of the coarse image,
            which reaches it without a gradient.
        discriminator (dict, optional): Config of the discriminator of the
            refined image.
        loss_coarse (dict, optional): Pixel loss of the coarse image.
        loss_refined (dict, optional): Pixel loss of the refined image.
        loss_perceptual (dict, optional): Perceptual loss of both images.
        loss_adversarial (dict, optional): Adversarial loss.
        mask_source (str, optional): Mask for decoder and refiner in training:
            'true' or 'predicted'. By default 'predicted', or 'true' without a
            detector.
        composite (bool): At test, take the pixels outside the mask from the
            input; otherwise return the network's image as it is.
        reverse_mask (bool): At test, restore from the corrupted pixels the
            picture that *they* belong to (HCL section 4.3.1, 'bidirectional
            blind image inpainting').
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
                 reverse_mask: bool = False,
                 data_preprocessor: Union[dict, nn.Module, None] = None,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(data_preprocessor, init_cfg)
        self.encoder: Any = build_part(encoder)
        self.detector: Any = build_part(detector)
        self.decoder: Any = build_part(decoder)
        self.refiner: Any = build_part(refiner)
        self.discriminator: Optional[nn.Module] = build_part(discriminator)
        self.loss_coarse: Any = build_part(loss_coarse)
        self.loss_refined: Any = build_part(loss_refined)
        self.loss_perceptual: Any = build_part(loss_perceptual)
        self.loss_adversarial: Any = build_part(loss_adversarial)
        self.mask_source = mask_source or ('predicted' if detector else 'true')
        self.composite = composite
        self.reverse_mask = reverse_mask
        # Sides that every network can take are multiples of this.
        self.size_divisor = lcm(*(part.size_divisor
                                  for part in (self.encoder, self.decoder,
                                               self.refiner) if part))
        self._check_parts()

    def _check_parts(self) -> None:
        """Complain about parts that cannot work together."""
        if self.detector is None and self.decoder is None:
            raise ValueError('HCLRestorer: needs a detector, a decoder, or '
                             'both, and got neither')
        for part, needed in NEEDS:
            if getattr(self, part) and not getattr(self, needed):
                raise ValueError(
                    f'HCLRestorer: {part} needs {needed}, which is missing')
        check_mask_source(self.mask_source, self)
        if self.reverse_mask and self.detector is None:
            raise ValueError('HCLRestorer: reverse_mask needs a detector; '
                             'without one, give the reversed mask')

    def restore(self,
                corrupted: Tensor,
                given_mask: Optional[Tensor] = None) -> Restoration:
        """Find and repair the damage of pictures of any size: masks and
        images of theirs.

        Args:
            corrupted (Tensor): Damaged images in [-1, 1], ``(N, 3, H, W)``.
            given_mask (Tensor, optional): Mask to restore instead of the
                detected one, 1 = corrupted, 0 = intact, ``(N, 1, H, W)``,
                float.

        Raises:
            ConfigError: If there is neither a mask nor a detector.
        """
        encoded = self.encode(corrupted, given_mask)
        mask_prob: Tuple[Tensor, ...] = ()
        masks: Sequence[Tensor] = ()
        if self.detector is not None:
            found = self.detect(encoded)
            mask_prob = found.at_size(encoded.padding.padded_size)
            mask, masks = (mask_prob[0] > 0.5).float(), found.mask
        if given_mask is not None:
            mask = encoded.padding.pad(given_mask)
            masks = stage_masks(mask, encoded.features)
        if self.reverse_mask:
            mask, *masks = (1 - item for item in (mask, *masks))
        coarse, refined = repair_image(self.decoder, self.refiner,
                                       encoded.features, masks, mask)
        restoration = Restoration(mask, mask_prob or (mask, ), coarse, refined)
        return restoration.map(encoded.padding.crop)

    def encode(self,
               corrupted: Tensor,
               mask: Optional[Tensor] = None) -> EncodedPicture:
        """Features of pictures of any size, for the arguments and the error
        of :meth:`restore`; a model with a detector needs no mask."""
        if self.detector is None:
            if mask is None:
                raise ConfigError(
                    'This model finds no damage, it repairs masks that it is '
                    "given, and got none: add 'given_mask' to the data "
                    'samples (hcl-restore: --mask), or take a model with a '
                    'detector')
            corrupted = hide(corrupted, mask)
        padding = Padding.to_multiple(corrupted, self.size_divisor)
        return EncodedPicture(self.encoder(padding.pad(corrupted)), padding)

    def detect(self, encoded: EncodedPicture) -> DetectedMasks:
        """Find the damage of padded pictures; padding takes no part."""
        inside = encoded.padding.inside(encoded.features)
        return self.detector(encoded.features, inside=inside)[0]

    def repair(self, corrupted: Tensor, mask: Tensor) -> Tensor:
        """Repair a given mask in pictures of any size, detecting nothing: the
        networks' image in [-1, 1], ``(N, 3, H, W)``, float32, not composited.
        A mere detector raises a ConfigError."""
        if self.decoder is None:
            raise ConfigError('This model only detects damage: to repair it, '
                              'take one with a decoder')
        encoded = self.encode(corrupted, mask)
        padded = encoded.padding.pad(mask)
        coarse, refined = repair_image(self.decoder, self.refiner,
                                       encoded.features,
                                       stage_masks(padded,
                                                   encoded.features), padded)
        image = coarse if refined is None else refined
        assert image is not None  # there is a decoder
        return encoded.padding.crop(image)

    def restore_samples(self, corrupted: Tensor,
                        data_samples: Any) -> Restoration:
        """See :class:`~..damage_model.DamageModel`; reads ``given_mask``."""
        return self.restore(corrupted, find_given_mask(data_samples))

    def loss_of_samples(self, corrupted: Tensor,
                        data_samples: Any) -> Dict[str, Tensor]:
        """Losses of the generator side; the sides of the pictures are
        multiples of ``size_divisor``."""
        images, losses = forward_pass(self, corrupted, data_samples.mask)
        losses.update(image_losses(self, images, data_samples.gt_img))
        return losses

    def train_step(self, data: Dict[str, Any],
                   optim_wrapper: OptimWrapperDict) -> Dict[str, Tensor]:
        """One iteration, see :func:`~.training.train_iteration`."""
        data = self.data_preprocessor(data, training=True)
        samples = data['data_samples']
        return train_iteration(self, data['inputs'], samples.mask,
                               samples.gt_img, optim_wrapper)
