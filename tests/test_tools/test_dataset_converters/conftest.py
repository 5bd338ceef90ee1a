"""Miniatures of data sets, and a way to prepare them."""
from pathlib import Path
from typing import Callable, Dict, List, Tuple

import numpy as np
import pytest
from PIL import Image


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Folder of the miniature."""
    path = tmp_path / 'data'
    path.mkdir()
    return path


@pytest.fixture
def save(root: Path) -> Callable[..., Path]:
    """Write a picture, random or given, under its name."""

    def save(name: str,
             size: Tuple[int, int] = (12, 10),
             pixels: np.ndarray = None) -> Path:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if pixels is None:
            rng = np.random.default_rng(sum(name.encode()))
            pixels = rng.integers(256, size=(*size[::-1], 3), dtype=np.uint8)
        Image.fromarray(pixels).save(path)
        return path

    return save


@pytest.fixture
def save_pair(save: Callable) -> Callable[..., None]:
    """Write a damaged picture, its clean one, and a mask if it is named."""

    def save_pair(damaged: str,
                  clean: str,
                  mask: str = '',
                  inverted: bool = False) -> None:
        photograph = np.full((10, 12, 3), 60, np.uint8)
        hole = np.zeros((10, 12), bool)
        hole[2:5, 3:9] = True
        save(clean, pixels=photograph)
        save(damaged, pixels=np.where(hole[..., None], 200, photograph)
             .astype(np.uint8))  # yapf: disable
        if mask:
            white = hole != inverted
            save(mask, pixels=white.astype(np.uint8) * 255)

    return save_pair


@pytest.fixture
def prepare(run_tool: Callable, root: Path,
            capsys: pytest.CaptureFixture) -> Callable[..., str]:
    """Run a script on the miniature; returns what it printed."""

    def prepare(name: str, *options: object) -> str:
        run_tool(f'dataset_converters/{name}/prepare_{name}.py', root,
                 '--workers', 2, *options)
        return ''.join(capsys.readouterr())

    return prepare


@pytest.fixture
def prepare_in_vain(prepare: Callable,
                    capsys: pytest.CaptureFixture) -> Callable[..., str]:
    """Run a script that has to fail; returns the one line it says."""

    def prepare_in_vain(name: str, *options: object) -> str:
        with pytest.raises(SystemExit, match='1'):
            prepare(name, *options)
        return capsys.readouterr().err.splitlines()[-1]

    return prepare_in_vain


@pytest.fixture
def lists(root: Path) -> Callable[[], Dict[str, List[str]]]:
    """Reads the lists, and the report of bad files, by their names."""

    def read() -> Dict[str, List[str]]:
        return {
            path.stem: path.read_text().splitlines()
            for path in (root / 'annotations').glob('*.txt')
        }

    return read
