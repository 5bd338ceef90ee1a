"""Measure what restoring photographs takes: a fresh process for the first
photograph, seconds and memory of a large one, and what tiles change."""
import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import List, Tuple

from ..command_line import command, fail

RESTORE = ('import sys; from hcl_mmagic.restore_command.main import main; '
           'sys.exit(main())')


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    add = parser.add_argument
    add('checkpoint', help='weights')
    add('--megapixels', type=float, default=24, help='of the large one')
    add('--damage', type=float, default=0.1, help='share of its pixels')
    add('--max-memory', default='3GB', help='as for hcl-restore')
    add('--repeats', type=int, default=3, help='processes that are timed')
    add('--keep', help='folder for the pictures (default: none are kept)')
    args = parser.parse_args()
    if args.megapixels <= 0 or not 0 < args.damage < 1:
        parser.error('--megapixels must be above 0, --damage between 0 and 1')
    return args


@command
def main() -> None:
    args = parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(args.keep or temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for name, megapixels in (('small', 0.15), ('large', args.megapixels)):
            height = round((megapixels * 1e6 / 1.5)**0.5)
            make_photograph(folder, name, (height * 3 // 2, height),
                            args.damage)
        _time_first_photograph(folder / 'small.png', args)
        for options in ([], ['--mask', str(folder / 'large_mask.png')]):
            _measure_command(folder / 'large.png', args, options)
        _compare_tiles(folder, args)


def make_photograph(folder: Path, name: str, size: Tuple[int, int],
                    damage: float) -> None:
    """A photograph of a width and a height, with strokes of another one over
    it, and its mask, as NAME.png and NAME_mask.png."""
    import numpy as np
    from PIL import Image
    from skimage import data

    from ...datasets.transforms import RandomStrokeMask
    photograph, content = (
        np.asarray(Image.fromarray(picture).resize(size))
        for picture in (data.astronaut(), data.coffee()))
    np.random.seed(0)
    strokes = RandomStrokeMask(
        thickness=(6, 15),
        reference_size=256,
        ratio_range=(0.9 * damage, 1.1 * damage))
    mask = strokes(dict(gt=photograph))['mask'][..., 0] > 0
    damaged = np.where(mask[..., None], content, photograph)
    Image.fromarray(damaged).save(folder / f'{name}.png', compress_level=1)
    Image.fromarray(mask).save(folder / f'{name}_mask.png')
    print(f'{name}.png: {size[0]} x {size[1]} pixels, {mask.mean():.1%} of '
          'them damaged')


def _time_first_photograph(path: Path, args: argparse.Namespace) -> None:
    """Seconds from the start of a process to its first result, and those
    for the same photograph again."""
    code = ('import sys\n'
            'from time import perf_counter\n'
            'from hcl_mmagic.apis import HCLInferencer\n'
            'checkpoint, path = sys.argv[1:]\n'
            'inferencer = HCLInferencer(checkpoint, device="cpu")\n'
            'inferencer.restore(path)\n'
            'print("first", flush=True)\n'
            'start = perf_counter()\n'
            'inferencer.restore(path)\n'
            'print(perf_counter() - start)\n')
    for _ in range(args.repeats):
        start = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, '-W', 'ignore', '-c', code, args.checkpoint,
             path],
            stdout=subprocess.PIPE,
            text=True)  # yapf: disable
        assert process.stdout is not None
        if process.stdout.readline() != 'first\n':
            fail('the first photograph could not be restored')
        first = time.perf_counter() - start
        again = float(process.communicate()[0])
        print(f'first photograph of a process: {first:.1f} s, the same again: '
              f'{again:.1f} s')


def _measure_command(path: Path, args: argparse.Namespace,
                     options: List[str]) -> None:
    with tempfile.TemporaryDirectory() as out:
        run = subprocess.run(
            [sys.executable, '-c', RESTORE, path, '-o', out, '--checkpoint',
             args.checkpoint, '--device', 'cpu', '--max-memory',
             args.max_memory, *options],
            capture_output=True,
            text=True)  # yapf: disable
    if run.returncode:
        fail(run.stderr.strip().splitlines()[-1])
    given = 'its mask given' if options else 'detected and repaired'
    # What is uncertain is named below the first line.
    print(f'{path.name}, {given}: {run.stdout.splitlines()[0]}')


def _compare_tiles(folder: Path, args: argparse.Namespace) -> None:
    """What repairing in tiles changes, at a size that fits into one."""
    import numpy as np
    from PIL import Image
    from skimage import data

    from ...apis.checkpoints import load_model
    from ...apis.photograph_repair import PhotographRepair
    from ...apis.tiles import TileSize
    loaded = load_model(args.checkpoint)
    picture = Image.open(folder / 'small_mask.png').resize((512, 512))
    mask = np.asarray(picture).astype(np.uint8)
    whole, tiled = (
        PhotographRepair(loaded.repair, TileSize(side, 64),
                         loaded.reach)(data.astronaut(), mask)
        for side in (512, 256))
    difference = np.abs(whole.astype(int) - tiled)[mask > 0]
    print('tiles of 256 pixels against the whole of 512, inside the mask: '
          f'{difference.mean():.2f} levels on average, '
          f'{np.percentile(difference, 99):.0f} for 1 % of the values, '
          f'{difference.max()} at most')
