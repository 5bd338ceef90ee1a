"""Losses of hcl_mmagic."""

from .circle_loss import CircleLoss
from .consistency_loss import ConsistencyLoss
from .feature_loss import FeatureLoss
from .hierarchical_contrastive_loss import HierarchicalContrastiveLoss
from .kernel_alignment_loss import KernelAlignmentLoss
from .multi_stage_loss import MultiStageLoss
from .patch_gan_loss import PatchGANLoss
from .perceptual_loss import OfflinePerceptualLoss, VGGPerceptualLoss
from .self_adaptive_bce_loss import SelfAdaptiveBCELoss
from .wgan_gp_loss import WGANGPLoss

__all__ = [
    'CircleLoss', 'ConsistencyLoss', 'FeatureLoss',
    'HierarchicalContrastiveLoss', 'KernelAlignmentLoss', 'MultiStageLoss',
    'OfflinePerceptualLoss', 'PatchGANLoss', 'SelfAdaptiveBCELoss',
    'VGGPerceptualLoss', 'WGANGPLoss'
]
