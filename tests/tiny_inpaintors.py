"""MMagic's inpainting models with few channels, and parts to go with them."""
from typing import Any, Dict

import torch
from mmagic.registry import MODELS
from mmagic.structures import DataSample
from mmengine.config import Config
from mmengine.model import BaseModel
from mmengine.optim import OptimWrapper, OptimWrapperDict
from torch import Tensor, nn

from hcl_mmagic.models import BlindInpaintor, MaskDetector

PREPROCESSOR = dict(type='DataPreprocessor', mean=[127.5] * 3, std=[127.5] * 3)
L1 = dict(type='L1Loss', loss_weight=1.0)
AOT = dict(
    type='AOTInpaintor',
    data_preprocessor=PREPROCESSOR,
    encdec=dict(
        type='AOTEncoderDecoder',
        encoder=dict(type='AOTEncoder', mid_channels=4, out_channels=8),
        decoder=dict(type='AOTDecoder', in_channels=8, mid_channels=4),
        dilation_neck=dict(type='AOTBlockNeck', in_channels=8,
                           num_aotblock=1)),
    disc=dict(
        type='SoftMaskPatchDiscriminator',
        in_channels=3,
        base_channels=4,
        num_conv=3,
        with_spectral_norm=True),
    loss_gan=dict(type='GANLoss', gan_type='smgan', loss_weight=0.01),
    loss_l1_valid=L1,
    train_cfg=dict(disc_step=1, start_iter=0))
# For 64 px pictures; the generator has no narrower form.
GLOBAL_LOCAL = dict(
    type='GLInpaintor',
    data_preprocessor=PREPROCESSOR,
    encdec=dict(
        type='GLEncoderDecoder',
        encoder=dict(type='GLEncoder'),
        decoder=dict(type='GLDecoder'),
        dilation_neck=dict(type='GLDilationNeck')),
    disc=dict(
        type='GLDiscs',
        global_disc_cfg=dict(
            in_channels=3,
            max_channels=8,
            fc_in_channels=8 * 4 * 4,
            fc_out_channels=1024,
            num_convs=4),
        local_disc_cfg=dict(
            in_channels=3,
            max_channels=8,
            fc_in_channels=8 * 4 * 4,
            fc_out_channels=1024,
            num_convs=3)),
    loss_gan=dict(type='GANLoss', gan_type='vanilla', loss_weight=0.001),
    loss_l1_hole=L1,
    train_cfg=dict(
        disc_step=1, start_iter=3, iter_tc=1, iter_td=2, local_size=(32, 32)))


class BrightnessDetector(MaskDetector):
    """Calls bright pixels corrupted; its weights start at 1."""

    def __init__(self) -> None:
        super().__init__(data_preprocessor=PREPROCESSOR)
        self.norm = nn.BatchNorm2d(1)

    def mask_prob(self, corrupted: Tensor, data_samples: Any) -> Tensor:
        return self.norm(corrupted.mean(1, keepdim=True)).sigmoid()

    def loss(self, corrupted: Tensor, mask: Tensor) -> Dict[str, Tensor]:
        prob = self.mask_prob(corrupted, None)
        return dict(loss_mask=(prob - mask).abs().mean())


def build_inpaintor(config: Dict[str, Any], **changes: Any) -> BaseModel:
    """An inpainting model with weights drawn from seed 0."""
    torch.manual_seed(0)
    return MODELS.build(Config(dict(config, **changes))._cfg_dict)


def build_blind(detector: Any = None,
                inpaintor: Any = None,
                **options: Any) -> BlindInpaintor:
    """BrightnessDetector with a tiny AOT-GAN, unless told otherwise."""
    return BlindInpaintor(
        detector=detector or BrightnessDetector(),
        inpaintor=inpaintor or build_inpaintor(AOT),
        data_preprocessor=PREPROCESSOR,
        **options)


def optimizers(**networks: nn.Module) -> OptimWrapperDict:
    """An optimizer of each network."""
    return OptimWrapperDict(
        **{
            name: OptimWrapper(torch.optim.Adam(network.parameters(), 1e-3))
            for name, network in networks.items()
        })


def damaged_batch(size: int = 64, count: int = 2) -> Dict[str, Any]:
    """Dark noise with a white square, as a data loader gives it.

    Returns:
        dict: ``inputs``, RGB in [0, 255], and ``data_samples`` with
        ``gt_img``, likewise, and ``mask``, 1 = corrupted.
    """
    torch.manual_seed(1)
    inputs, samples = [], []
    for index in range(count):
        clean = torch.randint(0, 100, (3, size, size)).float()
        mask = torch.zeros(1, size, size)
        start = size // 4 + 2 * index
        mask[..., start:start + size // 4, start:start + size // 4] = 1
        inputs.append(torch.where(mask > 0.5, 255., clean))
        samples.append(
            DataSample(
                metainfo=dict(gt_channel_order='rgb', img_channel_order='rgb'),
                gt_img=clean,
                mask=mask))
    return dict(inputs=inputs, data_samples=samples)
