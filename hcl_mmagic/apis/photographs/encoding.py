"""Photographs as the content of files."""
import io
from typing import Optional

import numpy as np
from PIL import Image

from .photograph import Photograph


def encode_photograph(photograph: Photograph,
                      keep_format: bool = False) -> bytes:
    """The photograph as the content of a file (PNG for now)."""
    samples = photograph.pixels
    if photograph.alpha is not None:
        samples = np.dstack([samples, photograph.alpha])
    stream = io.BytesIO()
    Image.fromarray(samples.squeeze(2) if samples.shape[2] == 1 else samples
                    ).save(stream, 'PNG')
    return stream.getvalue()


def result_extension(photograph: Photograph, keep_format: bool = False) -> str:
    """Ending of the name of what ``encode_photograph`` gives."""
    return '.png'


def keep_format_changes(photograph: Photograph) -> Optional[str]:
    """What re-encoding in the original's format changes, in one sentence;
    None if nothing."""
    return None
