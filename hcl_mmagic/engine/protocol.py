"""What a test scores, and the test of HCL's authors."""
import copy
import inspect
import os
from typing import Any, Callable, Dict, Iterator, List, Optional, Union

from mmagic.registry import MODELS
from mmengine.config import Config

from hcl_mmagic.errors import ConfigError

# By the folder of a data set, in place of which part the authors test on
# which: by none where they test on the same part.
AUTHORS_PARTS: Dict[str, Dict[str, str]] = {
    'places365': {
        'val_large': 'test_large',
        'val_256': 'test_256'
    },
    'imagenet': {
        'val': 'test'
    },
    'celebahq': {
        'val': 'test'
    },
    'ffhq': {},
    'irregular_masks': {},
    'logo30k': {},
    'istd': {},
    'raindrop': {},
}
AUTHORS_NUM_IMAGES = 3000

Names = Union[str, List[str]]


def set_authors_protocol(cfg: Config) -> None:
    """Test as the authors' code does (xyfJASON/HCL, ``engine/tester.py``).

    Photographs and pasted content come from the parts of ``AUTHORS_PARTS``,
    the first 3,000 photographs are taken, and the network's raw image is
    scored. A ConfigError if the config tests on data that the authors did not.
    """
    cfg.test_dataloader = copy.deepcopy(cfg.get('test_dataloader'))
    for dataset in _test_datasets(cfg):
        _set_authors_part(dataset)
        dataset.indices = AUTHORS_NUM_IMAGES
    if _composites(cfg):
        cfg.model.composite = False


def describe_test(cfg: Config, protocol: Optional[str] = None) -> str:
    """What a test scores and by which protocol, in a line such as 'composite
    image; places365/val_large'."""
    parts = []
    if _scores_restoration(cfg):
        parts.append('composite image' if _composites(cfg) else 'raw image')
    names = dict.fromkeys(map(_part_name, _test_datasets(cfg)))
    parts.append(', '.join(names))
    if protocol:
        parts.append(f'protocol: {protocol}')
    return '; '.join(parts)


def _test_datasets(cfg: Config) -> Iterator[Any]:
    """Configs of the test data, one per data loader."""
    loaders = cfg.get('test_dataloader') or []
    for loader in loaders if isinstance(loaders, list) else [loaders]:
        yield loader['dataset']


def _set_authors_part(dataset: Any) -> None:
    """Take photographs and content from the parts that the authors test on."""
    parts = _authors_parts(dataset.get('data_root') or f"a {dataset['type']}")
    prefix = dataset.get('data_prefix')
    if prefix:
        prefix.gt = _each(lambda part: parts.get(part, part), prefix.gt)
    for source in _with_folders(dataset.get('pipeline')):
        source.folder = _each(_authors_folder, source.folder)


def _each(change: Callable[[str], str], names: Names) -> Names:
    """One name or several, changed."""
    return change(names) if isinstance(names, str) else list(
        map(change, names))


def _with_folders(pipeline: Any) -> Iterator[Any]:
    """Configs of what draws from folders, wherever it is in a pipeline."""
    if isinstance(pipeline, dict):
        if 'folder' in pipeline:
            yield pipeline
        pipeline = list(pipeline.values())
    if isinstance(pipeline, (list, tuple)):
        for part in pipeline:
            yield from _with_folders(part)


def _authors_folder(folder: str) -> str:
    root, part = os.path.split(os.path.normpath(folder))
    return os.path.join(root, _authors_parts(root).get(part, part))


def _authors_parts(root: str) -> Dict[str, str]:
    name = os.path.basename(os.path.normpath(root))
    if name not in AUTHORS_PARTS:
        raise ConfigError(
            "--protocol authors: the authors' code tests on folders called "
            f'{", ".join(AUTHORS_PARTS)}, but the config takes {root}')
    return AUTHORS_PARTS[name]


def _composites(cfg: Config) -> Optional[bool]:
    """Whether the model keeps what is intact; None if it never does."""
    model = cfg.get('model') or {}
    kind: Any = model.get('type')
    kind = MODELS.get(kind) if isinstance(kind, str) else kind
    option = inspect.signature(kind).parameters.get('composite')
    return None if option is None else model.get('composite', option.default)


def _scores_restoration(cfg: Config) -> bool:
    evaluators = cfg.get('test_evaluator') or []
    if isinstance(evaluators, dict):
        evaluators = [evaluators]
    return any(metric['type'].startswith('Restoration')
               for evaluator in evaluators
               for metric in evaluator.get('metrics', [evaluator]))


def _part_name(dataset: Any) -> str:
    """A part of a data set by the names of its folder and of the part."""
    root = os.path.basename(os.path.normpath(dataset.get('data_root') or ''))
    if dataset['type'] == 'FrozenTestSet':
        return f'frozen test set {root}'
    part = (dataset.get('data_prefix') or {}).get('gt', '')
    if not isinstance(part, str):
        part = '+'.join(part)
    if not part:
        listed = os.path.basename(dataset.get('ann_file') or '')
        part = os.path.splitext(listed)[0]
    return os.path.join(root, part).strip('./') or dataset['type']
