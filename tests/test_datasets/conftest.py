"""Small pictures on disk, and the registry scope of the configs."""
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from mmengine.registry import DefaultScope
from PIL import Image


@pytest.fixture(autouse=True)
def mmagic_scope() -> Iterator[None]:
    """The scope in which configs build their transforms."""
    with DefaultScope.overwrite_default_scope('mmagic'):
        yield


@pytest.fixture
def save_images(tmp_path: Path) -> Callable[..., Path]:
    """Write random JPEG pictures into a new folder."""

    def save(name: str, count: int, size: tuple[int, int] = (40, 56)) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        rng = np.random.default_rng(sum(name.encode()))
        for index in range(count):
            small = rng.integers(256, size=(5, 7, 3), dtype=np.uint8)
            image = Image.fromarray(small).resize(size[::-1], Image.BICUBIC)
            image.save(folder / f'{index:03d}.jpg', quality=95)
        return folder

    return save
