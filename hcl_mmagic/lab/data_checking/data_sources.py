"""Which files a config trains and validates on."""
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Optional, Union

from mmagic.registry import DATASETS
from mmengine.config import Config

from ...datasets.pairing import PAIR_FOLDERS
from ...engine.options import load_config
from ...errors import DataNotFoundError, HCLError
from ...photographs.finding import IMAGE_EXTENSIONS, find_images
from ..command_line import own_config

LOADER = 'LoadPairedPhotograph'


@dataclass
class Source:
    """The photographs of one dataset.

    Attributes:
        split (str): 'train', 'val' or 'test'.
        photographs (list[dict]): ``gt_path`` and maybe ``img_path`` and
            ``mask_path`` of each.
        loader (dict): Config of the ``LoadPairedPhotograph`` in its pipeline.
        short_side (int): What photographs are resized to, 0 if they are not.
        missing (dict): By folder, the files without a partner there.
        ignore_missing (bool): Whether the config leaves these out.
        other_files (Counter): How many files of which extension are left out.
        mask_files (list[str]): What its ``MaskFromFolder`` draws from.
        masks_inverted (bool): Whether that takes black for corrupted.
        problem (str): Why the photographs could not be listed, else ''.
    """

    split: str
    photographs: list[dict] = field(default_factory=list)
    loader: dict = field(default_factory=dict)
    short_side: int = 0
    missing: dict[str, list[str]] = field(default_factory=dict)
    ignore_missing: bool = False
    other_files: Counter = field(default_factory=Counter)
    mask_files: list[str] = field(default_factory=list)
    masks_inverted: bool = False
    problem: str = ''


def load_data_config(data: str, options: list[str]) -> Config:
    """Load a config file; or the one that trains on a folder of pictures with
    clean/ and maybe damaged/ and mask/, pointed there."""
    if os.path.isfile(data):
        return load_config(data, options)
    before = os.environ.get('OWN_PICTURES')
    os.environ['OWN_PICTURES'] = data
    try:
        return load_config(_config_for_folder(data), options)
    finally:  # or later configs of this process would train on that folder
        del os.environ['OWN_PICTURES']
        if before is not None:
            os.environ['OWN_PICTURES'] = before


def _config_for_folder(folder: str) -> str:
    if not os.path.isdir(folder):
        raise DataNotFoundError(f'there is no folder or config {folder}')
    found = [
        name for name in PAIR_FOLDERS.values()
        if os.path.isdir(os.path.join(folder, name))
    ]
    if 'clean' not in found:
        raise DataNotFoundError(
            f'{folder} has no folder clean/: put photographs without damage '
            'there, and if they are pairs, their damaged twins of the same '
            'names into damaged/ beside it, masks into mask/; see '
            'docs/own_pictures.md')
    name = 'pairs' if 'damaged' in found else 'pictures'
    return own_config(f'hcl_own_{name}_256')


def find_parts(config: object, kind: str) -> Iterator[dict]:
    """All parts of a config that are of one type, however deep."""
    if isinstance(config, dict):
        if config.get('type') == kind:
            yield config
        config = list(config.values())
    if isinstance(config, (list, tuple)):
        for part in config:
            yield from find_parts(part, kind)


def find_sources(cfg: Config) -> list[Source]:
    """List the photographs of every dataset of a config; a test dataset only
    where it is not that of the validation."""
    datasets = {
        split: (cfg.get(f'{split}_dataloader') or {}).get('dataset')
        for split in ('train', 'val', 'test')
    }
    if datasets['test'] == datasets['val']:
        del datasets['test']
    return [
        _find_source(split, part) for split, dataset in datasets.items()
        if dataset for part in _unwrap(dataset)
    ]


def _unwrap(dataset: dict) -> list[dict]:
    """The datasets inside MMEngine's ConcatDataset, RepeatDataset, ..."""
    parts = dataset.get('datasets') or [
        part for part in [dataset.get('dataset')] if part
    ]
    if not parts:
        return [dataset]
    return [inner for part in parts for inner in _unwrap(part)]


def _find_source(split: str, config: dict) -> Source:
    source = Source(split)
    pipeline = config.get('pipeline', [])
    source.loader = dict(next(find_parts(pipeline, LOADER), {}))
    resizing = source.loader or next(
        find_parts(pipeline, 'LoadResizedPhotograph'), {})
    source.short_side = resizing.get('short_side') or 0
    if config['type'] == 'PairedPhotographDataset':
        source.ignore_missing = config.get('ignore_unpaired', False)
        config['ignore_unpaired'] = True  # to look at the others all the same
    listing = {key: value for key, value in config.items() if key != 'repeats'}
    listing.update(pipeline=[], test_mode=False)
    try:
        dataset = DATASETS.build(listing)
        infos = [dataset.get_data_info(index) for index in range(len(dataset))]
        source.photographs = [{
            key: path
            for key, path in info.items() if key.endswith('_path')
        } for info in infos if 'gt_path' in info]
        source.missing = getattr(dataset, 'missing', {})
        source.other_files = _count_other_files(
            getattr(dataset, 'folders', []))
        for mask in find_parts(pipeline, 'MaskFromFolder'):
            source.mask_files += find_images(
                mask.get('folder', ''), mask.get('list_file', ''))
            source.masks_inverted = mask.get('invert', False)
    except HCLError as error:
        source.problem = str(error)
    return source


def _count_other_files(folders: Union[str, list, dict]) -> Counter:
    if isinstance(folders, dict):
        folders = list(folders.values())
    counts: Counter = Counter()
    for folder in [folders] if isinstance(folders, str) else folders:
        for _, _, names in os.walk(folder, followlinks=True):
            counts.update(
                Path(name).suffix.lower() or 'no extension' for name in names
                if name[0] != '.'
                and not name.lower().endswith(IMAGE_EXTENSIONS))
    return counts


def describe_photographs(source: Source) -> Optional[str]:
    """What the photographs are: clean ones, pairs, pairs with masks."""
    if not source.photographs:
        return None
    first = source.photographs[0]
    kind = 'clean photographs'
    if 'img_path' in first:
        kind = 'pairs' + (' with masks' if 'mask_path' in first else '')
    return f'{len(source.photographs)} {kind}'
