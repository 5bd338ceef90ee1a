"""Whether a trivial cue gives the pasted parts of a data set away.

``python tools/analysis_tools/probe_corruptions.py CFG.py`` draws samples of a
config's data pipeline and lets a linear classifier tell pasted from intact
patches by 3x3 residual statistics. An AUC of 0.5 is chance; what is far above
it, a detector can learn instead of looking at the pictures.
"""
import argparse
from typing import TYPE_CHECKING

from ..command_line import add_cfg_options, command, fail, write_json

if TYPE_CHECKING:  # importing them costs seconds
    from .patch_classifier import ProbeResult
    from .patches import Patches


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add('config', help='config file')
    add('--split',
        choices=['train', 'val', 'test'],
        default='train',
        help='whose pipeline to look at')
    add('--num-samples', type=int, default=1000, metavar='N')
    add('--patch-size', type=int, default=16, metavar='PX', help='at least 5')
    add('--margin',
        type=int,
        default=10,
        metavar='PX',
        help='distance of the patches from the edge of the mask; the '
        'feathered edge reaches three times its radius')
    add('--seed', type=int, default=0)
    add_cfg_options(parser)
    add('--json', metavar='FILE', help='write the result')
    args = parser.parse_args()
    if args.num_samples < 1 or args.patch_size < 5 or args.margin < 0:
        fail('--num-samples takes at least 1, --patch-size at least 5, '
             '--margin at least 0')
    return args


@command
def main() -> None:
    args = parse_args()
    from ...datasets import seeded_rng
    from ...engine.launch import prepare_output
    from ...errors import ConfigError
    from .patch_classifier import NUM_FOLDS, probe
    from .patch_statistics import patch_statistics
    from .patches import collect_patches
    from .pipeline_samples import draw_samples
    if args.json:
        prepare_output(args.json)
    samples = draw_samples(args.config, args.cfg_options, args.split,
                           args.num_samples, args.seed)
    with seeded_rng(args.seed):
        patches = collect_patches(
            ((row.corrupted, row.mask, name) for name, row in samples
             if row.corrupted is not None and row.mask is not None),
            size=args.patch_size,
            margin=args.margin)
    if len(set(patches.groups)) < NUM_FOLDS:
        raise ConfigError(
            f'{args.num_samples} samples gave {len(patches.pixels)} patches '
            f'of fewer than {NUM_FOLDS} photographs: take more samples, '
            'smaller patches or a smaller margin')
    result = probe(
        patch_statistics(patches.pixels), patches.pasted, patches.groups)
    _report(result, patches, args.json)


def _report(result: 'ProbeResult', patches: 'Patches', path: str) -> None:
    from .patch_statistics import STATISTIC_NAMES

    print(f'{len(patches.pixels)} patches of {len(set(patches.groups))} '
          'photographs, half of them pasted')
    print(f'AUC {result.auc:.3f} +- {result.auc_std:.3f} (0.5 = chance)')
    print('The most telling statistics alone:')
    order = result.single_aucs.argsort()[::-1]
    for index in order[:5]:
        print(f'  {result.single_aucs[index]:.3f}  {STATISTIC_NAMES[index]}')
    if path:
        numbers = dict(
            auc=result.auc,
            auc_std=result.auc_std,
            num_patches=len(patches.pixels),
            single_auc={
                STATISTIC_NAMES[index]: float(result.single_aucs[index])
                for index in order
            })
        write_json(numbers, path)
