"""Write the test samples of a config to files, or check such files."""
import argparse
from pathlib import Path

from .command_line import add_cfg_options, command


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Freeze the test samples of a config: damaged '
        'photographs, truths and masks (white = corrupted) as PNG files, and '
        'a manifest with hashes of their pixels.')
    add = parser.add_argument
    add('config', nargs='?', help='config file')
    add('-o', '--out', metavar='DIR', help='folder to make; must not exist')
    add('--verify',
        metavar='DIR',
        help='instead: check every pixel of a frozen test set')
    add('--split',
        choices=['test', 'val'],
        default='test',
        help='whose data loader to take (default: test)')
    add('--loader',
        type=int,
        metavar='I',
        help='which data loader, from 0 on, where the config has several')
    add('--num-samples',
        type=int,
        metavar='N',
        help='only the first samples (default: all)')
    add('--workers',
        type=int,
        default=0,
        metavar='N',
        help='processes beside this one (default: 0)')
    add_cfg_options(parser)
    args = parser.parse_args()
    if bool(args.verify) == bool(args.config and args.out):
        parser.error('give either CONFIG -o DIR or --verify DIR')
    return args


@command
def main() -> None:
    args = parse_args()
    from mmengine.registry import init_default_scope

    from ..datasets.freezing import freeze_test_set, verify_test_set
    from ..engine.options import load_config
    init_default_scope('mmagic')
    if args.verify:
        folder = args.verify
        manifest = verify_test_set(folder, args.workers)
    else:
        folder = args.out
        cfg = load_config(args.config, args.cfg_options)
        manifest = freeze_test_set(cfg, args.split, Path(folder),
                                   args.num_samples, args.workers, args.loader)
    print(f"{folder}: {len(manifest['samples'])} samples, "
          f"fingerprint {manifest['fingerprint']}")
