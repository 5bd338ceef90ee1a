from .mask_repairer import MaskRepairer
from .repair_unet import RepairUNet

__all__ = ['MaskRepairer', 'RepairUNet']
