"""What the faster ways of restoring cost in quality.

``python tools/analysis_tools/measure_tradeoffs.py CFG.py CHECKPOINT.pth``
compares bf16 with fp32, and repairing around the damage with repairing the
whole picture, on photographs that come with scikit-image.
"""
import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Optional

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]  # for cli and benchmarking
import cli  # noqa: E402

if TYPE_CHECKING:  # importing it costs seconds
    from torch import Tensor

    from hcl_mmagic.models import HCLRestorer


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('config', help='config file')
    parser.add_argument(
        'checkpoint',
        nargs='?',
        help='trained weights; without them only the times mean something')
    parser.add_argument(
        '--size', type=int, default=256, metavar='PX', help='of the pictures')
    parser.add_argument(
        '--damage',
        type=float,
        nargs='+',
        default=[0.01, 0.05, 0.2, 0.5],
        metavar='SHARE',
        help='damaged share of the pictures')
    parser.add_argument(
        '--context',
        type=int,
        nargs='+',
        default=[32, 64, 128],
        metavar='PX',
        help='values of model.repair_context')
    parser.add_argument(
        '--images', type=int, default=4, metavar='N', help='for each damage')
    parser.add_argument(
        '--repeats', type=int, default=3, metavar='N', help='timed repeats')
    parser.add_argument('--json', metavar='FILE', help='write the rows there')
    args = parser.parse_args()
    if not all(0 < share < 1 for share in args.damage):
        cli.fail('--damage takes shares between 0 and 1')
    return args


def main() -> None:
    args = parse_args()

    import json

    from benchmarking import Settings
    from benchmarking.models import build_model
    from mmengine.logging import MMLogger
    from mmengine.registry import init_default_scope

    from hcl_mmagic.engine.fileio import AtomicLocalBackend
    from hcl_mmagic.engine.options import load_config
    settings = Settings(
        args.config, checkpoint=args.checkpoint, size=args.size)
    settings.check()
    cfg = load_config(args.config, [])
    init_default_scope('mmagic')
    MMLogger.get_current_instance().setLevel('WARNING')
    settings.prepare_torch(cfg)
    model = build_model(cfg, settings).eval()
    rows: List[Dict[str, Any]] = []
    for row in _compare(model, args):
        print(
            '  '.join(f'{key} {_show(value)}' for key, value in row.items()),
            flush=True)
        rows.append(row)
    if args.json:
        AtomicLocalBackend().put_text(
            json.dumps(rows, indent=2) + '\n', args.json)


def _compare(model: 'HCLRestorer',
             args: argparse.Namespace) -> Iterator[Dict[str, Any]]:
    if args.checkpoint is not None:
        yield _compare_bf16(model, args.size)
    yield from _compare_contexts(model, args)


def _show(value: Any) -> str:
    return f'{value:.4g}' if isinstance(value, float) else str(value)


def _compare_bf16(model: 'HCLRestorer', size: int) -> Dict[str, Any]:
    """Masks and pictures of bf16 and of fp32, on strokes over all of the
    packaged photographs."""
    import torch
    from benchmarking.photographs import damaged_batch
    batch = model.data_preprocessor(
        damaged_batch(size, batch=8), training=True)
    samples = batch['data_samples']
    found = {}
    for name, enabled in (('fp32', False), ('bf16', True)):
        with torch.no_grad(), torch.autocast(
                'cpu', dtype=torch.bfloat16, enabled=enabled):
            found[name] = model.restore(batch['inputs'])
    composed = {
        name: torch.where(one.mask > 0.5, one.image, batch['inputs'])
        for name, one in found.items()
    }
    return dict(
        compared='bf16 with fp32',
        equal_mask_share=((found['bf16'].mask
                           > 0.5) == (found['fp32'].mask
                                      > 0.5)).float().mean().item(),
        psnr_fp32=_psnr(composed['fp32'], samples.gt_img),
        psnr_bf16=_psnr(composed['bf16'], samples.gt_img))


def _compare_contexts(model: 'HCLRestorer',
                      args: argparse.Namespace) -> Iterator[Dict[str, Any]]:
    """Time and PSNR inside the damage, of the whole picture at once and of
    its regions, for every damage and context."""
    for share in args.damage:
        corrupted, truth, mask = _blocks(args, share)
        inside = mask.expand_as(truth) > 0.5
        for context in (None, *args.context):
            model.repair_context = context
            image, seconds = _restore(model, corrupted, mask, args.repeats)
            if context is None:
                whole, whole_seconds = image, seconds
            yield dict(
                damage=share,
                repair_context=context,
                repaired_share=_repaired_share(model, mask),
                seconds_per_image=seconds / len(corrupted),
                speed_up=whole_seconds / seconds,
                psnr_inside=_psnr(image[inside], truth[inside]),
                psnr_to_whole_repair=_psnr(image[inside], whole[inside]))


def _repaired_share(model: 'HCLRestorer', mask: 'Tensor') -> float:
    """Share of the pictures that decoder and refiner work on."""
    from hcl_mmagic.models.regions import damaged_regions
    if model.repair_context is None:
        return 1.
    area = 0
    for picture in mask[:, 0]:
        for rows, columns in damaged_regions(picture, model.size_divisor,
                                             model.repair_context):
            area += (rows.stop - rows.start) * (columns.stop - columns.start)
    return area / mask.numel()


def _blocks(args: argparse.Namespace, share: float) -> List['Tensor']:
    """Unseen photographs with a block of another in a random place; damaged,
    clean and mask (1 = corrupted)."""
    import numpy as np
    import torch
    from benchmarking.photographs import square_of

    from hcl_mmagic.datasets.sample_photographs import packaged_photographs
    clean = packaged_photographs('test')
    contents = packaged_photographs('noise_test')
    size = args.size
    side = max(1, round(size * share**0.5))
    generator = np.random.default_rng(0)
    np.random.seed(0)
    pictures = []
    for index in range(args.images):
        gt = square_of(clean[index % len(clean)], size)
        content = square_of(contents[index % len(contents)], size)
        mask = np.zeros((size, size, 1), np.uint8)
        top, left = generator.integers(0, size - side + 1, 2)
        mask[top:top + side, left:left + side] = 1
        pictures.append((np.where(mask, content, gt), gt, mask))
    corrupted, truth, mask = (
        torch.from_numpy(np.stack(part)).permute(0, 3, 1, 2).float()
        for part in zip(*pictures))
    return [corrupted / 127.5 - 1, truth / 127.5 - 1, mask]


def _restore(model: 'HCLRestorer', corrupted: 'Tensor', mask: 'Tensor',
             repeats: int) -> tuple:
    """Restored pictures, one after the other, and the fastest time."""
    from time import perf_counter

    import torch
    seconds = []
    for _ in range(repeats + 1):  # the first one warms up
        start = perf_counter()
        with torch.no_grad():
            images = [
                model.restore(corrupted[i:i + 1], mask[i:i + 1]).image
                for i in range(len(corrupted))
            ]
        seconds.append(perf_counter() - start)
    return torch.cat(images), min(seconds[1:])


def _psnr(image: 'Tensor', other: 'Tensor') -> Optional[float]:
    """PSNR in dB of values in [-1, 1]; None, as JSON has no infinity, if all
    are equal."""
    error = (image - other).square().mean()
    return (10 * (4 / error).log10()).item() if error > 0 else None


if __name__ == '__main__':
    cli.run(main)
