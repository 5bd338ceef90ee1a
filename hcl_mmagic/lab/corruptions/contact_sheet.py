"""A contact sheet of damaged photographs: damaged | mask | clean.

``python tools/analysis_tools/browse_corruptions.py CFG.py -o sheet.png`` shows
what a config's data pipeline makes; without a config it shows every registered
pattern, with its default parameters, on photographs that come with
scikit-image, scikit-learn and matplotlib.
"""
import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Iterator

from ..command_line import add_cfg_options, command, fail

if TYPE_CHECKING:  # importing it costs seconds
    from ...visualization import PanelRow


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add('config',
        nargs='?',
        help='config file (default: every registered pattern)')
    add('-o',
        '--output',
        required=True,
        metavar='FILE',
        help='picture to write: .png, .jpg or another ending OpenCV knows')
    add('--num',
        type=int,
        metavar='N',
        help='photographs of each pattern (default: 1), or samples of the '
        'config (default: 16)')
    add('--patterns',
        nargs='+',
        default=[],
        metavar='NAME',
        help='only these patterns, such as graffiti; without a config')
    add('--size',
        type=int,
        default=256,
        metavar='PX',
        help='side of the photographs, at least 16; without a config')
    add('--cell',
        type=int,
        default=256,
        metavar='PX',
        help='longest side of a picture on the sheet')
    add('--seed', type=int, default=0)
    add('--split',
        choices=['train', 'val', 'test'],
        default='train',
        help='whose pipeline of the config to show')
    add_cfg_options(parser)
    args = parser.parse_args()
    if args.num is None:
        args.num = 16 if args.config else 1
    if args.num < 1 or args.size < 16 or args.cell < 16:
        fail('--num takes at least 1, --size and --cell at least 16')
    return args


@command
def main() -> None:
    args = parse_args()
    import cv2

    from ...engine.fileio import AtomicLocalBackend
    from ...errors import ConfigError
    from ...visualization import make_panel
    ending = Path(args.output).suffix
    if not ending or not cv2.haveImageWriter(args.output):
        raise ConfigError(f'{args.output}: no picture format is known by the '
                          f"ending '{ending}'; take .png or .jpg")
    rows = _rows_of_config(args) if args.config else _rows_of_patterns(args)
    sheet = make_panel(list(rows), args.cell)
    _, encoded = cv2.imencode(ending, sheet[..., ::-1])
    AtomicLocalBackend().put(encoded.tobytes(), args.output)
    print(f'{args.output}: {sheet.shape[1]} x {sheet.shape[0]} pixels')


def _rows_of_config(args: argparse.Namespace) -> 'Iterator[PanelRow]':
    from .pipeline_samples import draw_samples
    for _, row in draw_samples(args.config, args.cfg_options, args.split,
                               args.num, args.seed):
        yield row


def _rows_of_patterns(args: argparse.Namespace) -> 'Iterator[PanelRow]':
    from mmengine.registry import init_default_scope

    from ...datasets import PackagedPhotographs, SeededIndex, mix_seed
    from ...errors import ConfigError
    from ...visualization import PanelRow
    init_default_scope('mmagic')
    pipelines = _registered_patterns()
    unknown = set(args.patterns) - set(pipelines)
    if unknown:
        raise ConfigError(f'no pattern is called {sorted(unknown)[0]}; there '
                          f'are {", ".join(pipelines)}')
    load = [
        dict(type='LoadResizedPhotograph', short_side=args.size),
        dict(
            type='Crop',
            keys=['gt'],
            crop_size=(args.size, args.size),
            random_crop=False)
    ]
    for position, name in enumerate(args.patterns or pipelines):
        photographs = PackagedPhotographs(
            split=['test', 'train'], pipeline=load + pipelines[name])
        for number in range(args.num):
            # Another photograph for each pattern, the same in every sheet.
            seed = mix_seed(args.seed, position, number)
            sample = photographs[SeededIndex(
                (position + number) % len(photographs), seed)]
            yield PanelRow(
                corrupted=sample['img'],
                mask=sample['mask'][..., 0],
                gt_img=sample['gt'],
                title=name)


def _registered_patterns() -> dict[str, list[dict]]:
    """A pipeline for each pattern that needs no files, by name: first what
    is pasted under a mask, then what brings its own shape."""
    from mmagic.registry import TRANSFORMS

    from ...datasets.transforms import (CorruptionPattern, DrawnContent,
                                        corruption_name)
    mask: dict = dict(
        type='RandomStrokeMask', thickness=(24, 60), reference_size=256,
        ratio_range=(0.1, 0.4))  # yapf: disable
    contents = {
        'image': dict(type='PackagedContent', split=['noise_train', 'train'])
    }
    shapes = {}
    for name, transform in TRANSFORMS.module_dict.items():
        if issubclass(transform, DrawnContent):
            contents[corruption_name(transform)] = dict(type=name)
        elif issubclass(transform, CorruptionPattern) and \
                'folder' not in _required(transform):
            shapes[corruption_name(transform)] = [dict(type=name)]
    pasted = {
        name: [mask, dict(type='CorruptImage', contents=[content])]
        for name, content in contents.items()
    }
    return {**pasted, **shapes}


def _required(transform: type) -> list[str]:
    """Arguments without a default."""
    import inspect
    return [
        name
        for name, argument in inspect.signature(transform).parameters.items()
        if argument.default is argument.empty
    ]
