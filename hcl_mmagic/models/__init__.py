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
from .losses import (CircleLoss, HierarchicalContrastiveLoss,
                     VGGPerceptualLoss, WGANGPLoss)
from .mask_detector import GivenMaskDetector, MaskDetector
from .orientation import CentreClassifier, PixelVote, SplitJudge
from .pixel_classifier_head import PixelClassifierHead
from .refiner import ConvUNetRefiner
from .restoration import Restoration

__all__ = [
    'BlindInpaintor', 'CentreClassifier', 'CircleLoss', 'ContrastiveDetectorHead',
    'ConvUNetRefiner', 'GivenMaskDetector', 'HCLEncoder', 'HCLRestorer',
    'HierarchicalContrastiveLoss', 'MaskDetector', 'MaskGuidedDecoder',
    'MaskHierarchy', 'PixelClassifierHead', 'PixelVote', 'Restoration',
    'SNPatchDiscriminator', 'SplitJudge', 'VGGPerceptualLoss', 'WGANGPLoss'
]
