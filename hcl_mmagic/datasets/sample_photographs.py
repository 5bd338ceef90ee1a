"""Real photographs that come with installed packages."""
import os
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Union

from mmagic.registry import DATASETS

from hcl_mmagic.datasets.clean_image_dataset import CleanImageDataset
from hcl_mmagic.errors import DataNotFoundError

# No picture is in two splits; near-duplicates (the other view of the
# motorcycle) and drawings are left out.
_PHOTOGRAPHS = dict(
    train=('skimage/data/astronaut.png', 'skimage/data/motorcycle_left.png',
           'skimage/data/rocket.jpg', 'sklearn/datasets/images/china.jpg',
           'sklearn/datasets/images/flower.jpg'),
    test=('skimage/data/chelsea.png', 'skimage/data/coffee.png'),
    noise_train=('skimage/data/retina.jpg',
                 'skimage/data/hubble_deep_field.jpg',
                 'skimage/data/brick.png', 'skimage/data/grass.png',
                 'skimage/data/camera.png'),
    noise_test=('matplotlib/mpl-data/sample_data/grace_hopper.jpg',
                'skimage/data/ihc.png', 'skimage/data/gravel.png'),
)
_INSTALL_NAMES = dict(
    skimage='scikit-image', sklearn='scikit-learn', matplotlib='matplotlib')


def packaged_photographs(splits: Union[str, Sequence[str]]) -> list[str]:
    """Locate photographs inside installed packages, without importing them.

    Args:
        splits (str or Sequence[str]): Any of 'train' and 'test' (clean
            photographs), 'noise_train' and 'noise_test' (what corrupts
            them). No picture is in two splits.

    Returns:
        list[str]: Paths of the image files.

    Raises:
        ValueError: If a split is unknown.
        DataNotFoundError: If a package or a file is missing.
    """
    paths = []
    for split in [splits] if isinstance(splits, str) else splits:
        if split not in _PHOTOGRAPHS:
            raise ValueError(f'split must be one of {list(_PHOTOGRAPHS)}, '
                             f'got {split!r}.')
        paths += [locate_packaged_file(name) for name in _PHOTOGRAPHS[split]]
    return paths


def locate_packaged_file(name: str) -> str:
    """Locate a file inside an installed package, without importing it.

    Args:
        name (str): Package and path, such as 'skimage/data/coffee.png'.

    Returns:
        str: Path of the file.

    Raises:
        DataNotFoundError: If the package or the file is missing.
    """
    package, _, path = name.partition('/')
    install_name = _INSTALL_NAMES[package]
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise DataNotFoundError(
            f'The file {name} comes with {install_name}, which '
            f'is not installed: pip install {install_name}')
    located = os.path.join(spec.submodule_search_locations[0], path)
    if not os.path.isfile(located):
        raise DataNotFoundError(
            f'The installed {install_name} lacks the file {located}: '
            'reinstall it.')
    return located


@DATASETS.register_module()
class PackagedPhotographs(CleanImageDataset):
    """Clean photographs of installed packages: nothing to download.

    Args:
        split (str or Sequence[str]): See :func:`packaged_photographs`.
        pipeline (Sequence[dict or Callable]): Transforms.
        test_mode (bool): Whether samples are fixed by their index.
        seed (int): What the test samples depend on besides their index.
        repeats (int): Samples per photograph.
    """

    def __init__(self,
                 *,
                 split: Union[str, Sequence[str]],
                 pipeline: Sequence[Union[dict, Callable]] = (),
                 test_mode: bool = False,
                 seed: int = 0,
                 repeats: int = 1) -> None:
        super().__init__(
            files=packaged_photographs(split),
            pipeline=pipeline,
            test_mode=test_mode,
            seed=seed,
            repeats=repeats)
