"""Models of hcl_mmagic.

Symbols of shapes: N images, C channels, H x W pixels, S stages (index 0 =
finest), ``Hs x Ws`` pixels of a stage. Masks: 1 = corrupted, 0 = intact.
Images inside the networks: RGB in [-1, 1].
"""

from .blind_inpaintor import BlindInpaintor
from .decoder import MaskGuidedDecoder
from .detector_head import ContrastiveDetectorHead
from .discriminator import SNPatchDiscriminator
from .encoder import HCLEncoder
from .functional import MaskHierarchy
from .hcl_restorer import HCLRestorer
from .losses import (CircleLoss, ConsistencyLoss, HierarchicalContrastiveLoss,
                     MultiStageLoss, OfflinePerceptualLoss,
                     SelfAdaptiveBCELoss, VGGPerceptualLoss, WGANGPLoss)
from .mask_detector import GivenMaskDetector, MaskDetector
from .mprnet import MPRNet
from .orientation import CentreClassifier, PixelVote, SplitJudge
from .pixel_classifier_head import PixelClassifierHead
from .pretrained_encoder import PretrainedEncoder
from .refiner import ConvUNetRefiner
from .restoration import Restoration
from .segmentation_detector import SegmentationDetector
from .vcnet import (VCNet, VCNetDiscriminator, VCNetInpaintingNetwork,
                    VCNetMaskDetector, VCNetMaskNetwork)

__all__ = [
    'BlindInpaintor', 'CentreClassifier', 'CircleLoss', 'ConsistencyLoss',
    'ContrastiveDetectorHead', 'ConvUNetRefiner', 'GivenMaskDetector',
    'HCLEncoder', 'HCLRestorer', 'HierarchicalContrastiveLoss', 'MPRNet',
    'MaskDetector', 'MaskGuidedDecoder', 'MaskHierarchy', 'MultiStageLoss',
    'OfflinePerceptualLoss', 'PixelClassifierHead', 'PixelVote',
    'PretrainedEncoder', 'Restoration', 'SNPatchDiscriminator',
    'SegmentationDetector', 'SelfAdaptiveBCELoss', 'SplitJudge', 'VCNet',
    'VCNetDiscriminator', 'VCNetInpaintingNetwork', 'VCNetMaskDetector',
    'VCNetMaskNetwork', 'VGGPerceptualLoss', 'WGANGPLoss'
]
