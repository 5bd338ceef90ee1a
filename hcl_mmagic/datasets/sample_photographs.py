"""Real photographs that come with installed packages."""
import os
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any, Union

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
    """Locate photographs inside installed packages, without importing them:
    any of 'train' and 'test' (clean photographs), 'noise_train' and
    'noise_test' (what corrupts them). No picture is in two splits.

    ValueError if a split is unknown, DataNotFoundError if a package or a file
    is missing.
    """
    paths = []
    for split in [splits] if isinstance(splits, str) else splits:
        if split not in _PHOTOGRAPHS:
            raise ValueError(f'split must be one of {list(_PHOTOGRAPHS)}, '
                             f'got {split!r}.')
        paths += [locate_packaged_file(name) for name in _PHOTOGRAPHS[split]]
    return paths


def locate_packaged_file(name: str) -> str:
    """Locate a file such as 'skimage/data/coffee.png' inside an installed
    package, without importing it; DataNotFoundError if it is missing."""
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
        **options: ``pipeline``, ``test_mode``, ``seed``, ``repeats`` and
            ``indices`` of :class:`PhotographDataset`.
    """

    def __init__(self, *, split: Union[str, Sequence[str]],
                 **options: Any) -> None:
        super().__init__(files=packaged_photographs(split), **options)
