"""The other direction of restoration."""
import numpy as np
from mmagic.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from hcl_mmagic.errors import ConfigError


@TRANSFORMS.register_module()
class ContentAsTruth(BaseTransform):
    """Let the pasted picture be the truth (HCL, ICCV 2023, section 4.3.1).

    A photograph with content of another one can be restored in two
    directions. A model with ``reverse_mask=True`` keeps the corrupted pixels
    and paints the intact ones, so its image has to be compared with the whole
    picture that the content is a part of. Image and mask stay as they are, 1
    = corrupted: the detector is scored as ever, and scores ``_outside`` the
    mask are those of the restored part.

    Required Keys:

    - content (uint8 ``(H, W, 3)``, 0 to 255, RGB; :class:`CorruptImage` with
      ``keep_content=True`` leaves it)

    Modified Keys:

    - gt (becomes a copy of the content)

    Removed Keys:

    - content
    """

    def transform(self, results: dict) -> dict:
        """Replace ``results['gt']``; ConfigError if there is no content."""
        if 'content' not in results:
            raise ConfigError("ContentAsTruth needs 'content': let the "
                              'CorruptImage before it have keep_content=True.')
        results['gt'] = np.array(results.pop('content'))
        return results
