"""KnownMaskInpaintor: one interface to all inpainting models."""

from functools import cached_property
from typing import Any, Dict, List

import torch
from mmengine.optim import OptimWrapperDict
from torch import Tensor, nn

from ...errors import ConfigError
from ..pictures import Padding
from .conventions import InputConvention
from .local_window import damage_window

# Pixels of [0, 255] are shifted and divided by this to [-1, 1].
PIXEL_SCALE = 127.5


class KnownMaskInpaintor:
    """An inpainting model that gets what its own pipeline would give it.

    A model with a method ``repair(corrupted, mask)`` of its own, as
    :class:`~hcl_mmagic.models.HCLRestorer` has, is asked through that; any
    other one through the ``forward_tensor`` of MMagic's inpainting models.

    Args:
        model (nn.Module): The inpainting model, with its data preprocessor.
        convention (InputConvention): What it expects of its input.
    """

    def __init__(self, model: nn.Module, convention: InputConvention) -> None:
        # Any: it is asked by the methods of MMagic's models.
        self.model: Any = model
        self.convention = convention
        order = getattr(model.data_preprocessor, 'output_channel_order', None)
        self._channel_order = (order or convention.channel_order).lower()

    @property
    def size_divisor(self) -> int:
        """int: Sides that the network can take are multiples of this."""
        return getattr(self.model, 'size_divisor',
                       self.convention.size_divisor)

    def repair(self, corrupted: Tensor, mask: Tensor) -> Tensor:
        """The network's image under a given mask, of pictures of any size: RGB
        in [-1, 1], ``(N, 3, H, W)``, float32, not composited; mask 1 =
        corrupted, ``(N, 1, H, W)``, float."""
        if hasattr(self.model, 'repair'):
            return self.model.repair(corrupted, mask)
        from mmagic.structures import DataSample  # imports transformers
        padding = Padding.to_multiple(corrupted, self.size_divisor,
                                      self.convention.smallest_size)
        mask = padding.pad(mask)
        inputs = self._to_inputs(padding.pad(corrupted), mask)
        image, _ = self.model.forward_tensor(inputs, DataSample(mask=mask))
        return padding.crop(self._from_outputs(image.float()))

    def train_step(self, data: Dict[str, Any], mask: Tensor,
                   optim_wrapper: OptimWrapperDict) -> Dict[str, Tensor]:
        """One iteration of the model's own training, on other masks.

        Args:
            data (dict): A batch from the data loader: ``inputs``, damaged
                images, RGB in [0, 255], ``(3, H, W)`` each; ``data_samples``
                with ``gt_img``, likewise.
            mask (Tensor): What to repair instead of the samples' mask, 1 =
                corrupted, 0 = intact, ``(N, 1, H, W)``, float.
            optim_wrapper (OptimWrapperDict): See
                :attr:`InputConvention.optimizers`.

        Raises:
            ConfigError: If an optimizer is missing, or the model cannot be
                trained at this size.
        """
        self._check_optimizers(optim_wrapper)
        self._check_size(*mask.shape[-2:])
        wrapper = (
            optim_wrapper['generator']
            if self.convention.single_optimizer else optim_wrapper)
        try:
            return self.model.train_step(
                self._training_data(data, mask), wrapper)
        except RuntimeError as error:
            # Some discriminators end in layers for pictures of one size.
            if self.convention.local_window and 'shapes cannot' in str(error):
                raise ConfigError(
                    self._size_advice(*mask.shape[-2:])) from error
            raise

    def _to_inputs(self, corrupted: Tensor, mask: Tensor) -> Tensor:
        """What the model's pipeline and data preprocessor would make of the
        picture under this mask."""
        image = self._reorder(corrupted)
        if self._rescales:
            image = (image * PIXEL_SCALE + PIXEL_SCALE -
                     self._mean) / self._std
        if self.convention.fill_value is None:
            return image
        fill = (self.convention.fill_value - self._mean) / self._std
        return torch.where(mask > 0.5, fill, image)

    def _from_outputs(self, image: Tensor) -> Tensor:
        """The way back to RGB in [-1, 1]."""
        if self._rescales:
            image = (image * self._std + self._mean -
                     PIXEL_SCALE) / PIXEL_SCALE
        return self._reorder(image)

    def _reorder(self, image: Tensor) -> Tensor:
        """From RGB to the model's channel order, or back,
        ``(..., 3, H, W)``."""
        return image.flip(-3) if self._channel_order == 'bgr' else image

    @property
    def _mean(self) -> Tensor:
        """Mean of the model's data preprocessor, which has none where it
        leaves the pixels as they are; it moves with the model."""
        return getattr(self.model.data_preprocessor, 'mean', torch.tensor(0.))

    @property
    def _std(self) -> Tensor:
        """Standard deviation, likewise."""
        return getattr(self.model.data_preprocessor, 'std', torch.tensor(1.))

    @cached_property
    def _rescales(self) -> bool:
        """Whether the model's pixels are in another range than [-1, 1];
        asked late, as a model on the meta device cannot tell."""
        return bool((self._mean != PIXEL_SCALE).any()
                    or (self._std != PIXEL_SCALE).any())

    def _training_data(self, data: Dict[str, Any],
                       mask: Tensor) -> Dict[str, List[Any]]:
        """The batch as the model's own pipeline would have packed it."""
        inputs, samples = [], []
        for picture, sample, region in zip(data['inputs'],
                                           data['data_samples'], mask):
            picture = self._reorder(picture.float())
            if self.convention.fill_value is not None:
                picture = picture.masked_fill(region > 0.5,
                                              self.convention.fill_value)
            inputs.append(picture)
            samples.append(self._training_sample(sample, region))
        return dict(inputs=inputs, data_samples=samples)

    def _training_sample(self, sample: Any, mask: Tensor) -> Any:
        """The sample with this mask, ``(1, H, W)``, in the model's order."""
        metainfo = dict(
            sample.metainfo,
            gt_channel_order=self._channel_order,
            img_channel_order=self._channel_order)
        if self.convention.local_window:
            metainfo['mask_bbox'] = damage_window(
                mask, self.model.train_cfg.local_size)
        return type(sample)(
            metainfo=metainfo, gt_img=self._reorder(sample.gt_img), mask=mask)

    def _check_optimizers(self, optim_wrapper: OptimWrapperDict) -> None:
        """Complain about optimizers that the model's step would miss."""
        needed = [
            name for name in self.convention.optimizers if name == 'generator'
            or getattr(self.model, name, None) is not None
        ]
        missing = [
            name for name in needed
            if not isinstance(optim_wrapper, OptimWrapperDict)
            or name not in optim_wrapper
        ]
        if missing:
            raise ConfigError(
                f'{type(self.model).__name__} is trained by the optimizers '
                f'{", ".join(needed)}, but the config has no {missing[0]!r}: '
                "give optim_wrapper constructor='MultiOptimWrapperConstructor'"
                f" and {missing[0]}=dict(type='OptimWrapper', modules="
                f"'inpaintor.{missing[0]}', optimizer=...), see BlindInpaintor"
            )

    def _check_size(self, height: int, width: int) -> None:
        """Complain about crops that the networks cannot be trained on."""
        name = type(self.model).__name__
        if getattr(self.model, 'train_cfg', {}) is None:
            raise ConfigError(f'{name} cannot be trained without a train_cfg: '
                              'see its config in MMagic')
        divisor, smallest = self.size_divisor, self.convention.smallest_size
        if height % divisor or width % divisor or min(height,
                                                      width) < smallest:
            raise ConfigError(
                f'{name} trains on crops whose sides are multiples of '
                f'{divisor} pixels and have at least {smallest}, got '
                f'{height}x{width}: change the crop size of '
                'train_dataloader.dataset.pipeline')
        if self.convention.local_window:
            local_height, local_width = self.model.train_cfg.local_size
            if local_height > height or local_width > width:
                raise ConfigError(self._size_advice(height, width))

    def _size_advice(self, height: int, width: int) -> str:
        """What to do about crops that the discriminators cannot take."""
        local_height, local_width = self.model.train_cfg.local_size
        return (
            f'{type(self.model).__name__} cannot be trained on crops of '
            f'{height}x{width} with windows of {local_height}x{local_width}: '
            'change the crop size of train_dataloader.dataset.pipeline, '
            "inpaintor.train_cfg.local_size, or 'fc_in_channels' of "
            'inpaintor.disc')
