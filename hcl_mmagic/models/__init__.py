"""Models of hcl_mmagic.

Symbols of shapes: N images, C channels, H x W pixels, S stages (index 0 =
finest), ``Hs x Ws`` pixels of a stage. Masks: 1 = corrupted, 0 = intact.
Images inside the networks: RGB in [-1, 1].
"""

from .blind import BlindInpaintor, GivenMaskDetector, MaskDetector
from .compared import (AttendedImageLoss, BlindS2AMNetwork, BVMRNetwork,
                       DHANLoss, DHANNetwork, DirectRestorer, MATDiscriminator,
                       MATGenerator, MATInpaintor, MPRNet,
                       SegmentationDetector, SIRFLoss, SIRFNetwork,
                       SplitThenRefineNetwork, VCNet, VCNetDiscriminator,
                       VCNetInpaintingNetwork, VCNetMaskDetector,
                       VCNetMaskNetwork, WatermarkLayersLoss)
from .detection import (CentreClassifier, ContrastiveDetectorHead,
                        DetectedMasks, MaskHierarchy, PixelClassifierHead,
                        PixelVote, SplitJudge, TwoMeansSplit)
from .hcl import (ConvUNetRefiner, HCLEncoder, HCLRestorer, MaskGuidedDecoder,
                  SNPatchDiscriminator)
from .losses import (CircleLoss, ConsistencyLoss, HierarchicalContrastiveLoss,
                     MultiStageLoss, OfflinePerceptualLoss, PatchGANLoss,
                     SelfAdaptiveBCELoss, VGGPerceptualLoss, WGANGPLoss)
from .pictures import Restoration
from .small import (LitePerceptualLoss, MaskRepairer, MultiScaleDetector,
                    PyramidEncoder, RepairUNet)

__all__ = [
    'AttendedImageLoss', 'BVMRNetwork', 'BlindInpaintor', 'BlindS2AMNetwork',
    'CentreClassifier', 'CircleLoss', 'ConsistencyLoss',
    'ContrastiveDetectorHead', 'ConvUNetRefiner', 'DHANLoss', 'DHANNetwork',
    'DetectedMasks', 'DirectRestorer', 'GivenMaskDetector', 'HCLEncoder',
    'HCLRestorer', 'HierarchicalContrastiveLoss', 'LitePerceptualLoss',
    'MATDiscriminator', 'MATGenerator', 'MATInpaintor', 'MPRNet',
    'MaskDetector', 'MaskGuidedDecoder', 'MaskHierarchy', 'MaskRepairer',
    'MultiScaleDetector', 'MultiStageLoss', 'OfflinePerceptualLoss',
    'PatchGANLoss', 'PixelClassifierHead', 'PixelVote', 'PyramidEncoder',
    'RepairUNet', 'Restoration', 'SIRFLoss', 'SIRFNetwork',
    'SNPatchDiscriminator', 'SegmentationDetector', 'SelfAdaptiveBCELoss',
    'SplitJudge', 'SplitThenRefineNetwork', 'TwoMeansSplit', 'VCNet',
    'VCNetDiscriminator', 'VCNetInpaintingNetwork', 'VCNetMaskDetector',
    'VCNetMaskNetwork', 'VGGPerceptualLoss', 'WGANGPLoss',
    'WatermarkLayersLoss'
]
