"""``hcl-restore weights``: published weights, listed and fetched."""
import argparse
from pathlib import Path

from ..apis.checkpoints.locating import DEFAULT_NAME, cache_folder
from ..apis.checkpoints.published import (PublishedWeights, download,
                                          find_published, package_index,
                                          read_index)


def manage_weights(args: argparse.Namespace) -> int:
    """List weights, or download some; the exit code is 0. An HCLError if there
    is no such index, or no such weights to be had."""
    models = read_index(Path(args.index) if args.index else package_index())
    if args.kind == 'list':
        for model in models:
            print(_line(model))
        print(f'Cache folder: {cache_folder()}')
        return 0
    model = find_published(models, args.name)
    if not model.path.is_file():
        print(f'Downloading {model.address}', flush=True)
    path = download(model)
    print(f'{path} is there, with the SHA-256 {model.sha256}.')
    if model.name != DEFAULT_NAME:
        print('Use it: hcl-restore photo.jpg -o restored --checkpoint '
              f'{model.name}')
    return 0


def _line(model: PublishedWeights) -> str:
    if model.path.is_file():
        place = f'here: {model.path}'
    elif model.is_packaged:
        place = f'missing: {model.path}'
    else:
        place = f'to be had: {model.address}'
    return f'{model.name}  {model.sha256[:8]}  {place}'
