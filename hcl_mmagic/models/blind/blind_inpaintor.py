"""BlindInpaintor: any detector of damage with any inpainting model."""

from math import lcm
from typing import Any, Dict, Optional, Union

import torch
from mmagic.registry import MODELS
from mmengine.model import is_model_wrapper
from mmengine.optim import OptimWrapperDict
from torch import Tensor, nn

from ...errors import ConfigError
from ...parts import build_part, unwrap
from ...weights import load_part_weights
from ..damage_model import DamageModel
from ..functional import dilate
from ..hcl import HCLRestorer
from ..pictures import Restoration
from .conventions import find_convention
from .known_mask_inpaintor import KnownMaskInpaintor


@MODELS.register_module()
class BlindInpaintor(DamageModel):
    """Repairs what a detector finds with a model that needs to be told.

    As in Table 2 of the paper, where the masks of several detectors go into
    MAT (HCL, ICCV 2023, section 4.2).

    The inpaintor sees what its own MMagic pipeline would show it on the
    detected mask, see :class:`~hcl_mmagic.models.blind.InputConvention`.

    Training is the inpaintor's own ``train_step`` on the damaged pictures
    with the detected masks (the true ones, where nothing was found in a whole
    batch) and the clean pictures as the truth. Its optimizers are built by
    MMagic's ``MultiOptimWrapperConstructor``, from the names of whole
    networks inside the model, such as ``modules='inpaintor.generator'``: a
    pattern like ``inpaintor.generator.*`` would list every weight several
    times.

    ``PConvInpaintor`` needs 'generator' alone; an ``HCLRestorer`` needs
    'generator' (``modules=['inpaintor.encoder', 'inpaintor.decoder']``),
    'refiner' and 'discriminator'; ``train_detector=True`` needs 'detector'
    (``modules='detector'``) besides. Several processes need
    ``model_wrapper_cfg = dict(type='PartwiseDistributedDataParallel')``.
    An ``EMAHook`` leaves a frozen detector as it is to the last bit with
    ``ema_type='mmengine.ExponentialMovingAverage'``; MMagic's class of that
    name rounds at every step.

    Args:
        detector (dict or nn.Module): Config of the detector: a
            :class:`~hcl_mmagic.models.MaskDetector`, or an ``HCLRestorer``
            without a decoder.
        inpaintor (dict or nn.Module): Config of an inpainting model of
            MMagic, or of an ``HCLRestorer`` without a detector.
        mask_threshold (float): A pixel is corrupted where its probability is
            above this, in [0, 1].
        dilation (int): Pixels that the mask grows by to every side before it
            is repaired.
        composite (bool): In predictions, take the pixels outside the grown
            mask from the input; otherwise return the inpaintor's image.
        train_detector (bool): Train the detector, too, by its own losses on
            the true mask. Otherwise training changes nothing of it.
        detector_checkpoint (str, optional): Local file with the detector's
            weights: of the detector alone, of a whole ``HCLRestorer``, or of
            a ``BlindInpaintor``. Read when the model is built; a checkpoint
            of the whole model that is loaded later overrides it.
        inpaintor_checkpoint (str, optional): Likewise, of the inpaintor, such
            as MMagic publishes.
        input_convention (dict, optional): Fields of ``InputConvention`` that
            the inpaintor differs in, or all of them if its class is unknown.
        data_preprocessor (dict, optional): Config of the data preprocessor:
            RGB from [0, 255] to [-1, 1].
        init_cfg (dict, optional): Initialisation, see mmengine's BaseModule.

    Raises:
        ConfigError: If the parts cannot work together.
        CheckpointError: If a checkpoint is missing or does not fit its part.
    """

    # Training is the inpaintor's own `train_step`, not a sum of losses.
    modes = ('tensor', 'predict')

    def __init__(self,
                 *,
                 detector: Union[dict, nn.Module],
                 inpaintor: Union[dict, nn.Module],
                 mask_threshold: float = 0.5,
                 dilation: int = 0,
                 composite: bool = True,
                 train_detector: bool = False,
                 detector_checkpoint: Optional[str] = None,
                 inpaintor_checkpoint: Optional[str] = None,
                 input_convention: Optional[dict] = None,
                 data_preprocessor: Union[dict, nn.Module, None] = None,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(data_preprocessor, init_cfg)
        if not 0 <= mask_threshold <= 1 or dilation < 0:
            raise ConfigError(
                'BlindInpaintor: mask_threshold must be in [0, 1] and '
                'dilation 0 pixels or more, got '
                f'{mask_threshold} and {dilation}')
        self.mask_threshold = mask_threshold
        self.dilation = dilation
        self.composite = composite
        self.train_detector = train_detector
        self.checkpoints = dict(
            detector=detector_checkpoint, inpaintor=inpaintor_checkpoint)
        self.detector: nn.Module = build_part(detector)
        self.inpaintor: nn.Module = build_part(inpaintor)
        self._check_parts()
        self.known_mask = KnownMaskInpaintor(
            self.inpaintor, find_convention(self.inpaintor, input_convention))
        if not train_detector:
            self.detector.requires_grad_(False)
        self._load_parts()

    def _check_parts(self) -> None:
        """Complain about an HCLRestorer that does the other part's work."""
        if isinstance(self.detector,
                      HCLRestorer) and self.detector.decoder is not None:
            raise ConfigError('BlindInpaintor: an HCLRestorer detects with '
                              'decoder=None, but this one restores')
        if isinstance(self.inpaintor,
                      HCLRestorer) and self.inpaintor.detector is not None:
            raise ConfigError('BlindInpaintor: an HCLRestorer inpaints with '
                              'detector=None, but this one detects')

    def _load_parts(self) -> None:
        """Give the parts the weights of their own checkpoints."""
        for name, path in self.checkpoints.items():
            if path is not None:
                load_part_weights(getattr(self, name), path, name)

    def init_weights(self) -> None:
        """Initialise what has no weights yet, when training begins."""
        super().init_weights()
        # A checkpoint may lack networks that only training needs: all are
        # drawn anew, so what it has is read again.
        self._load_parts()

    def train(self, mode: bool = True) -> 'BlindInpaintor':
        """Switch to training or evaluation; a frozen detector stays as it is
        at test."""
        super().train(mode)
        if not self.train_detector:
            self.detector.eval()
        return self

    @property
    def size_divisor(self) -> int:
        """int: Sides that both parts can take are multiples of this."""
        return lcm(
            getattr(self.detector, 'size_divisor', 1),
            self.known_mask.size_divisor)

    def restore(self,
                corrupted: Tensor,
                data_samples: Optional[Any] = None) -> Restoration:
        """Find and repair the damage of pictures of any size.

        Damaged images are RGB in [-1, 1], ``(N, 3, H, W)``; the stacked
        samples are for a ``GivenMaskDetector``. The image is the inpaintor's,
        not composited; the mask is the grown one that was repaired. All
        float32. A detector whose mask is not of the picture's size raises a
        ConfigError.
        """
        mask_prob = self._detect(corrupted, data_samples)
        mask = self._cut(mask_prob)
        return Restoration(
            mask, (mask_prob, ), refined=self.repair(corrupted, mask))

    def restore_samples(self, corrupted: Tensor,
                        data_samples: Any) -> Restoration:
        """See :class:`~..damage_model.DamageModel`."""
        return self.restore(corrupted, data_samples)

    def repair(self, corrupted: Tensor, mask: Tensor) -> Tensor:
        """The inpaintor's image under a given mask, which is taken as it is,
        without dilation; see
        :meth:`~.known_mask_inpaintor.KnownMaskInpaintor.repair`."""
        return self.known_mask.repair(corrupted, mask)

    def train_step(self, data: Dict[str, Any],
                   optim_wrapper: OptimWrapperDict) -> Dict[str, Tensor]:
        """One iteration: find the damage, train the detector if it is to be,
        then the inpaintor's own step on what was found.

        The wrappers are the inpaintor's, and 'detector' with
        ``train_detector``. The detector's losses are logged under names that
        begin with 'detector_'.

        Raises:
            ConfigError: If an optimizer is missing, the crops are of a size
                that the inpaintor cannot be trained at, or the model was
                wrapped for several processes in another way.
        """
        if is_model_wrapper(self.inpaintor):
            raise ConfigError(
                'BlindInpaintor trains in several processes only with '
                "model_wrapper_cfg=dict(type='PartwiseDistributedDataParallel"
                "')")
        data = self.data_preprocessor.cast_data(data)
        batch = self.data_preprocessor(data, training=True)
        corrupted, samples = batch['inputs'], batch['data_samples']
        mask = self._detect_for_training(corrupted, samples)
        if not mask.any():
            # MMagic's losses divide by the share of the mask.
            mask = samples.mask.to(mask)
        log: Dict[str, Tensor] = {}
        if self.train_detector:
            log.update(self._train_detector(corrupted, samples, optim_wrapper))
        log.update(self.known_mask.train_step(data, mask, optim_wrapper))
        return log

    def _detect(self, corrupted: Tensor,
                data_samples: Optional[Any]) -> Tensor:
        """Probability of 'corrupted', ``(N, 1, H, W)``."""
        detector = unwrap(self.detector)
        mask_prob = detector(corrupted, data_samples, mode='tensor')
        expected = (len(corrupted), 1, *corrupted.shape[-2:])
        if tuple(mask_prob.shape) != expected:
            raise ConfigError(
                f'{type(detector).__name__} as a detector must give a mask of '
                f"the picture's size, {expected}, got "
                f'{tuple(mask_prob.shape)}')
        return mask_prob

    def _cut(self, mask_prob: Tensor) -> Tensor:
        """The mask to repair, float, of a probability, ``(N, 1, H, W)``."""
        return dilate((mask_prob > self.mask_threshold).float(), self.dilation)

    @torch.no_grad()
    def _detect_for_training(self, corrupted: Tensor, samples: Any) -> Tensor:
        """The mask that a test would repair, ``(N, 1, H, W)``."""
        training = self.detector.training
        self.detector.eval()
        mask = self._cut(self._detect(corrupted, samples))
        self.detector.train(training)
        return mask

    def _train_detector(self, corrupted: Tensor, samples: Any,
                        optim_wrapper: OptimWrapperDict) -> Dict[str, Tensor]:
        """A step of the detector on the true mask."""
        if 'detector' not in optim_wrapper:
            raise ConfigError(
                'train_detector=True, but the config has no optimizer for '
                "it: add detector=dict(type='OptimWrapper', "
                "modules='detector', optimizer=...) to optim_wrapper")
        wrapper = optim_wrapper['detector']
        with wrapper.optim_context(self.detector):
            losses = self.detector(corrupted, samples, mode='loss')
        total, log = unwrap(self.detector).parse_losses(losses)
        wrapper.update_params(total)
        return {f'detector_{name}': value for name, value in log.items()}
