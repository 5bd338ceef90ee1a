"""What loading training data of a config takes with lists of millions of
photographs: seconds to the first batch, memory, resume.

Names stand for few files under many folders, which are links to one.
"""
import argparse
import json
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Optional

from ...errors import ConfigError
from ...photographs.finding import find_images

_FOLDER = 'data_large'


def make_data(root: Path, photographs: str, number: int) -> None:
    """Lists of so many names of photographs, in the layout of
    docs/datasets.md."""
    paths = [os.path.abspath(path) for path in find_images(photographs)]
    files = root / 'files'
    files.mkdir(parents=True)
    names = []
    for index, path in enumerate(paths):
        names.append(f'{index:08}{os.path.splitext(path)[1]}')
        os.symlink(path, files / names[-1])
    lists = root / 'annotations'
    lists.mkdir()
    with open(lists / f'{_FOLDER}.txt', 'w', encoding='utf-8') as file:
        for start in range(0, number, len(names)):
            folder = f'links/{start // len(names):07}'
            (root / folder).parent.mkdir(exist_ok=True)
            os.symlink(files, root / folder)
            file.writelines(f'{folder}/{name}\n'
                            for name in names[:number - start])


def measure(config: str, root: Path, photographs: str, number: int,
            iteration: int) -> dict[str, Any]:
    """Seconds and bytes of the training loader of a config, which begins at an
    iteration. The contents and masks are of the same names."""
    start = time.perf_counter()
    from mmengine.registry import init_default_scope
    from mmengine.runner import Runner

    from ...engine.options import load_config
    seconds = dict(imports=time.perf_counter() - start)
    before = _memory([os.getpid()])
    cfg = load_config(config, [])
    init_default_scope(cfg.get('default_scope', 'mmagic'))
    loader_cfg = cfg.train_dataloader
    loader_cfg.dataset.data_root = str(root)
    loader_cfg.dataset.data_prefix = dict(gt=_FOLDER)
    for transform in loader_cfg.dataset.pipeline:
        if transform.type == 'MaskFromFolder':
            transform.folder = photographs
        for content in transform.get('contents', []):
            content.folder = str(root / _FOLDER)
    start = time.perf_counter()
    loader = Runner.build_dataloader(loader_cfg, seed=0)
    seconds['dataset'] = time.perf_counter() - start
    if iteration:
        loader.batch_sampler.sampler.start_iteration(iteration,
                                                     loader.batch_size)
    batches = iter(loader)
    next(batches)
    seconds['first_batch'] = time.perf_counter() - start
    for _ in range(20):
        next(batches)
    workers = [worker.pid for worker in batches._workers]
    return dict(
        names=len(loader.dataset), iteration=iteration,
        seconds={name: round(value, 1) for name, value in seconds.items()},
        megabytes_before=before,
        megabytes_of_all=_memory([os.getpid(), *workers]),
        megabytes_of_rank=_memory([os.getpid()]),
        megabytes_of_workers=[_memory([worker]) for worker in workers],
        load=os.getloadavg()[0])  # yapf: disable


def _memory(processes: Sequence[int]) -> int:
    """Memory of processes, what several share counted once."""
    total = 0
    for process in processes:
        text = Path(f'/proc/{process}/smaps_rollup').read_text()
        total += next(int(line.split()[1]) for line in text.splitlines()
                      if line.startswith('Pss:'))
    return total // 1024


def parse_args(arguments: Optional[Sequence[str]] = None
               ) -> argparse.Namespace:  # yapf: disable
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add('config', help='of Places, with a list of photographs')
    add('photographs', help='folder of some')
    add('work', help='folder for lists and links; made if it is not there')
    add('--names', type=int, default=1_800_000, help='(default: 1800000)')
    add('--iteration', type=int, default=0,
        help='to begin with, as after a resume (default: 0)')  # yapf: disable
    return parser.parse_args(arguments)


def main() -> None:
    """Measure, and print one JSON object."""
    args = parse_args()
    root = Path(args.work)
    if not root.exists():
        make_data(root, args.photographs, args.names)
    elif not (root / 'annotations').is_dir():
        raise ConfigError(f'{root} is none of these folders: name a new one')
    print(json.dumps(measure(args.config, root, args.photographs, args.names,
                             args.iteration)))  # yapf: disable
