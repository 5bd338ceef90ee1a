"""What happens to a photograph after it was damaged."""
import numpy as np
from mmagic.datasets.transforms import Albumentations
from mmagic.registry import TRANSFORMS


@TRANSFORMS.register_module()
class ChangeDamaged(Albumentations):
    """Change a damaged photograph as a whole: compression, noise, tone.

    Damaged and clean photograph get the same random change. JPEG and
    sharpening carry a trace of the damage over its edge, so the truth of
    intact pixels is then taken from the damaged photograph, and only that of
    corrupted ones from the changed clean one: where ``alpha`` is 0, ``img``
    and ``gt`` are equal as before. What a repair is to reach is the changed
    photograph without damage.

    Changes that carry damage far, such as a strong blur, do not belong here:
    the mask would no longer tell where it is seen.

    Required Keys:

    - img, gt (uint8 ``(H, W, 3)``, RGB)
    - alpha (float32 ``(H, W, 1)``, 0 = intact)

    Modified Keys:

    - img, gt

    Args:
        transforms (list[dict]): Changes of albumentations that keep the size,
            such as ``dict(type='ImageCompression', quality_lower=40)``.
    """

    def __init__(self, *, transforms: list[dict]) -> None:
        super().__init__(keys=['img', 'gt'], transforms=transforms)
        self.aug.add_targets(dict(gt='image'))

    def transform(self, results: dict) -> dict:
        """Change ``results['img']`` and ``results['gt']``."""
        changed = self.aug(image=results['img'], gt=results['gt'])
        results['img'] = changed['image']
        results['gt'] = np.where(results['alpha'] > 0, changed['gt'],
                                 changed['image'])
        return results
