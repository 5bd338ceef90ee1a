"""Config of the model that official weights belong to."""

from dataclasses import dataclass
from typing import Any, Dict, Optional, Tuple

from .sizes import OfficialSizes


@dataclass(frozen=True)
class DetectionSettings:
    """What the tensors of an official checkpoint cannot tell.

    The defaults are those of the official recipes.

    Args:
        temperature (float): Temperature of the 2-means.
        sure_fractions (tuple[float], optional): Share of each side's pixels
            that counts as sure, finest stage first. None: 1.0 at the finest,
            0.95 at the others.
        num_iterations (int): Iterations of the 2-means.
        num_restarts (int): Restarts of the 2-means.
        upsample_mode (str): Interpolation of decoder and refiner, 'bilinear'
            or 'nearest'.
        activation_first (bool): GELU before instead of after the strided
            convolutions of the encoder.
    """
    temperature: float = 0.1
    sure_fractions: Optional[Tuple[float, ...]] = None
    num_iterations: int = 3
    num_restarts: int = 1
    upsample_mode: str = 'bilinear'
    activation_first: bool = False


def model_config(sizes: OfficialSizes, settings: DetectionSettings,
                 base: Dict[str, Any]) -> Dict[str, Any]:
    """Config of the whole model, in the official way throughout; ``base``, the
    config of an ``HCLRestorer``, gives the losses and the data preprocessor.
    """
    common = dict(
        base_channels=sizes.base_channels,
        channel_mults=sizes.channel_mults,
        num_conv_stages=sizes.num_conv_stages,
        window_size=sizes.window_size)
    model = dict(
        base,
        encoder=dict(
            type='HCLEncoder',
            **common,
            depths=sizes.encoder_depths,
            activation_first=settings.activation_first),
        detector=_detector(sizes, settings, base),
        decoder=None,
        refiner=None,
        discriminator=None)
    if sizes.decoder_depths is not None:
        model['decoder'] = dict(
            type='MaskGuidedDecoder',
            **common,
            depths=sizes.decoder_depths,
            bottleneck_depth=sizes.bottleneck_depth,
            bottleneck_window_size=sizes.bottleneck_window_size,
            upsample_mode=settings.upsample_mode)
    if sizes.refiner_channels is not None:
        model['refiner'] = dict(
            type='ConvUNetRefiner',
            base_channels=sizes.refiner_channels,
            channel_mults=sizes.refiner_mults,
            upsample_mode=settings.upsample_mode)
    if sizes.discriminator_channels is not None:
        model['discriminator'] = dict(
            type='SNPatchDiscriminator',
            base_channels=sizes.discriminator_channels)
    _drop_losses_without_network(model)
    return model


def _detector(sizes: OfficialSizes, settings: DetectionSettings,
              base: Dict[str, Any]) -> Dict[str, Any]:
    fractions = settings.sure_fractions or (1.0, ) + (0.95, ) * (
        len(sizes.channel_mults) - 1)
    naming = dict(
        type='CentreClassifier', projection_channels=sizes.projection_channels)
    return dict(
        type='ContrastiveDetectorHead',
        stage_channels=[
            sizes.base_channels * mult for mult in sizes.channel_mults
        ],
        projection_channels=sizes.projection_channels,
        fuse_stages=sizes.fuse_stages,
        split=dict(
            type='TwoMeansSplit',
            sure_fractions=fractions,
            num_iterations=settings.num_iterations,
            num_restarts=settings.num_restarts,
            temperature=settings.temperature,
            finer_centres='clustered',
            naming=naming if sizes.has_classifier else None),
        losses=base['detector']['losses'])


def _drop_losses_without_network(model: Dict[str, Any]) -> None:
    """No network, no loss of what it makes."""
    for network, losses in (('decoder', ['loss_coarse']),
                            ('refiner', ['loss_refined', 'loss_perceptual']),
                            ('discriminator', ['loss_adversarial'])):
        if model[network] is None:
            for loss in losses:
                model[loss] = None
