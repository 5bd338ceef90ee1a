"""SegmentationDetector: any segmentation model of mmsegmentation finds the
damage."""

from typing import TYPE_CHECKING, Any, Dict, Iterator, Optional, Tuple

from mmagic.registry import MODELS
from mmengine.config import ConfigDict
from torch import Tensor, nn

from ...errors import ConfigError, IncompatibleStackError, WeightsNotFoundError
from ..blind import MaskDetector
from ..pictures import Padding

if TYPE_CHECKING:  # importing it costs seconds
    from mmseg.models import EncoderDecoder

PREFIX = 'segmentor.'


@MODELS.register_module()
class SegmentationDetector(MaskDetector):
    """Segments pictures into intact and corrupted pixels.

    The network, its heads, its losses and, at test, its sliding window are
    those of `mmsegmentation <https://github.com/open-mmlab/mmsegmentation>`_,
    built in its own registry. Class 0 is intact, class 1 corrupted.

    The weights have the names that mmsegmentation gives them
    (``backbone...``, ``decode_head...``): a checkpoint of its own training
    loads here, and one from here loads there.

    Args:
        segmentor (dict): Config of an ``EncoderDecoder`` of mmsegmentation or
            of a class derived from it. Every head has 2 classes, or one
            output channel and losses with ``use_sigmoid=True``. With a
            ``data_preprocessor``, the network gets the pictures in the channel
            order and with the mean and deviation that this states, as
            backbones with pretrained weights need; without one RGB in
            [-1, 1].
        size_divisor (int): Pictures are mirrored at the right and the lower
            border until their sides are multiples of it, in pixels.
        data_preprocessor (dict, optional): Config of the data preprocessor.
        init_cfg (dict, optional): Initialisation, see mmengine's BaseModule.

    Raises:
        ConfigError: If it is no such model, or has other classes.
        IncompatibleStackError: If mmsegmentation is not installed.
    """

    def __init__(self,
                 *,
                 segmentor: dict,
                 size_divisor: int = 32,
                 data_preprocessor: Optional[dict] = None,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(
            data_preprocessor=data_preprocessor, init_cfg=init_cfg)
        self.segmentor = _build_segmentor(segmentor)
        self.size_divisor = size_divisor
        self._register_state_dict_hook(_without_prefix)
        self._register_load_state_dict_pre_hook(_with_prefix)

    def init_weights(self) -> None:
        """Set the weights that training starts from.

        Raises:
            WeightsNotFoundError: If a file of pretrained weights is missing.
        """
        try:
            super().init_weights()
        except FileNotFoundError as error:
            raise WeightsNotFoundError(
                f'{type(self).__name__}: pretrained weights: {error} Put the '
                'file there, or train from scratch with '
                'model.segmentor.backbone.init_cfg=None') from error

    def mask_prob(self,
                  corrupted: Tensor,
                  data_samples: Optional[Any] = None) -> Tensor:
        """See :class:`~..blind.MaskDetector`: softmax of the two classes'
        logits, or sigmoid of the single one."""
        padding = Padding.to_multiple(corrupted, self.size_divisor)
        inputs = self._network_values(padding.pad(corrupted))
        size = inputs.shape[2:]
        logits = self.segmentor.inference(inputs, [
            dict(ori_shape=size, img_shape=size, pad_shape=size)
            for _ in inputs
        ]).float()
        if logits.shape[1] == 1:
            prob = logits.sigmoid()
        else:
            prob = logits.softmax(dim=1)[:, 1:]
        return padding.crop(prob)

    def loss(self, corrupted: Tensor, mask: Tensor) -> Dict[str, Tensor]:
        """Losses of the segmentation model's own heads, named by
        mmsegmentation, such as 'decode.loss_ce', and each head's share of
        rightly classified pixels in percent, such as 'decode.acc_seg'."""
        from mmengine.structures import PixelData
        from mmseg.structures import SegDataSample

        padding = Padding.to_multiple(corrupted, self.size_divisor)
        labels = (padding.pad(mask) > 0.5).long()
        losses = self.segmentor.loss(
            self._network_values(padding.pad(corrupted)), [
                SegDataSample(gt_sem_seg=PixelData(data=label))
                for label in labels
            ])
        if self.segmentor.out_channels == 1:
            # mmsegmentation's accuracy asks which channel is the largest.
            losses = {
                name: loss
                for name, loss in losses.items()
                if not name.endswith('acc_seg')
            }
        return losses

    def _network_values(self, corrupted: Tensor) -> Tensor:
        """RGB in [-1, 1] as the network's own preprocessing would give it."""
        from mmseg.models import SegDataPreProcessor

        preprocessor = self.segmentor.data_preprocessor
        if not isinstance(preprocessor, SegDataPreProcessor):
            return corrupted
        images = (corrupted + 1) * 127.5
        if not preprocessor.channel_conversion:  # mmseg loads pictures as BGR
            images = images.flip(1)
        if hasattr(preprocessor, 'mean'):
            images = (images - preprocessor.mean) / preprocessor.std
        return images


def _build_segmentor(config: dict) -> 'EncoderDecoder':
    """Build a model in mmsegmentation's registry and check that it fits."""
    try:
        from mmseg.models import EncoderDecoder
        from mmseg.registry import MODELS as MMSEG_MODELS
    except ModuleNotFoundError as error:
        raise IncompatibleStackError(
            'SegmentationDetector needs mmsegmentation, which is not '
            f"installed ({error}): pip install 'mmsegmentation==1.2.2'"
        ) from error

    # Everything inside is built in this scope, whatever the default one is.
    segmentor = MMSEG_MODELS.build(ConfigDict(config, _scope_='mmseg'))
    if not isinstance(segmentor, EncoderDecoder):
        raise ConfigError(
            'SegmentationDetector: segmentor must be an EncoderDecoder of '
            'mmsegmentation or a class derived from it, got '
            f'{type(segmentor).__name__}')
    for name, head in _heads(segmentor):
        _check_classes(name, head)
    segmentor.test_cfg = ConfigDict({
        'mode': 'whole',
        **(segmentor.test_cfg or {})
    })
    return segmentor


def _heads(segmentor: nn.Module) -> Iterator[Tuple[str, Any]]:
    """Names and modules of all heads."""
    from mmseg.models.decode_heads.decode_head import BaseDecodeHead
    for name, module in segmentor.named_modules():
        if isinstance(module, BaseDecodeHead):
            yield name, module


def _check_classes(name: str, head: Any) -> None:
    """Complain about a head that does not tell two classes apart."""
    if head.num_classes > 2:
        raise ConfigError(
            f'SegmentationDetector: {name} has {head.num_classes} classes, '
            'expected 2 (0 = intact, 1 = corrupted): set num_classes=2 in '
            'decode_head and in every auxiliary_head of the segmentor')
    losses = head.loss_decode
    losses = losses if isinstance(losses, nn.ModuleList) else [losses]
    if head.out_channels == 1 and not all(
            getattr(loss, 'use_sigmoid', True) for loss in losses):
        raise ConfigError(
            f'SegmentationDetector: {name} has one output channel, whose '
            'losses need use_sigmoid=True: set it, or num_classes=2 and '
            'out_channels=2')


def _without_prefix(module: nn.Module, weights: Dict[str, Tensor], prefix: str,
                    metadata: dict) -> None:
    """Give the weights the names that mmsegmentation knows."""
    for key in list(weights):
        if key.startswith(prefix + PREFIX):
            name = key.removeprefix(prefix + PREFIX)
            weights[prefix + name] = weights.pop(key)


def _with_prefix(weights: Dict[str, Tensor], prefix: str, *others:
                 Any) -> None:
    """Undo :func:`_without_prefix` before the weights are loaded."""
    for key in list(weights):
        if key.startswith(prefix):
            name = key.removeprefix(prefix)
            weights[prefix + PREFIX + name] = weights.pop(key)
