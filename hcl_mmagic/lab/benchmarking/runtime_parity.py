"""Compare what two runtimes make of the same photographs: masks, verdicts and
restored bytes.

``python tools/analysis_tools/compare_runtimes.py PHOTOGRAPHS --count 200``
"""
import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Dict, List

import numpy as np

from ..command_line import command, fail, parse_positive, write_json
from .runtime_comparison import ENDINGS

if TYPE_CHECKING:
    from ...apis import RestorationResult


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Restore photographs, on each of which graffiti is '
        'painted, in PyTorch and in ONNX Runtime, and count what differs. '
        'The same photographs get the same graffiti. Masks are cut at a '
        'confidence of 0.5 whatever the verdict, so that all are compared.')
    add = parser.add_argument
    add('photographs', help='folder, or pattern')
    add('--count',
        type=parse_positive,
        default=200,
        help='photographs, evenly spread over all (default: 200)')
    add('--checkpoints',
        nargs=2,
        metavar='FILE',
        help='two files of weights (default: those of the package, for '
        'either runtime)')
    add('--json', metavar='FILE', help='the numbers as a file, too')
    return parser.parse_args()


@command
def main() -> None:
    args = parse_args()
    from ...apis import HCLInferencer, MaskOptions
    from ...apis.checkpoints import find_checkpoint
    from ...apis.sources import open_sources
    checkpoints = args.checkpoints or [
        str(find_checkpoint(endings=(ending, ))) for ending in ENDINGS
    ]
    paths = list(open_sources(args.photographs))
    if not paths:
        fail(f'there are no photographs in {args.photographs}')
    places = np.linspace(0, len(paths) - 1, min(args.count, len(paths)))
    chosen = [paths[int(place)] for place in places]
    one, other = (
        HCLInferencer(
            checkpoint, device='cpu', mask_options=MaskOptions(threshold=0.5))
        for checkpoint in checkpoints)
    sums: Dict[str, float] = dict.fromkeys(
        ('photographs', 'pixels', 'masked_pixels', 'mask_pixels_differ',
         'verdicts_differ', 'values_differ', 'values_beyond_one',
         'largest_difference'), 0)
    for number, path in enumerate(chosen):
        picture = damaged(path, number)
        _compare(one.restore(picture), other.restore(picture), sums)
        if number % 10 == 9:
            print(f'{number + 1} of {len(chosen)}', flush=True)
    print(describe(sums, checkpoints))
    if args.json:
        write_json(dict(sums, checkpoints=checkpoints), args.json)


def damaged(path: str, number: int) -> np.ndarray:
    """The photograph, ``(H, W, 3)``, uint8, with graffiti by its number."""
    from ...datasets.transforms import GraffitiCorruption
    from ...photographs.eight_bits import read_image
    np.random.seed(number)
    return GraffitiCorruption()(dict(gt=read_image(str(path))))['img']


def _compare(first: 'RestorationResult', second: 'RestorationResult',
             sums: Dict[str, float]) -> None:
    """Add what differs."""
    both = (first.mask & second.mask) > 0
    difference = np.abs(first.image.astype(np.int32) - second.image)[both]
    sums['photographs'] += 1
    sums['pixels'] += first.mask.size
    sums['masked_pixels'] += int(first.mask.sum())
    sums['mask_pixels_differ'] += int((first.mask != second.mask).sum())
    sums['verdicts_differ'] += first.verdict.label != second.verdict.label
    sums['values_differ'] += int((difference > 0).sum())
    sums['values_beyond_one'] += int((difference > 1).sum())
    sums['largest_difference'] = max(sums['largest_difference'],
                                     int(difference.max(initial=0)))


def describe(sums: Dict[str, float], checkpoints: List[str]) -> str:
    """What was counted, for people."""
    names = ' and '.join(Path(path).name for path in checkpoints)
    return (f'{names}: {sums["photographs"]:.0f} photographs, '
            f'{sums["mask_pixels_differ"]:.0f} of {sums["pixels"]:.0f} mask '
            f'pixels differ ({sums["masked_pixels"]:.0f} are masked), '
            f'{sums["verdicts_differ"]:.0f} verdicts, '
            f'{sums["values_differ"]:.0f} repaired values, '
            f'{sums["values_beyond_one"]:.0f} of them by more than 1, by up '
            f'to {sums["largest_difference"]:.0f}')
