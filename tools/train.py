"""Train a model: ``python tools/train.py CONFIG``."""
import argparse

import cli


def parse_args() -> argparse.Namespace:
    parser = cli.build_parser('Train a model.')
    parser.add_argument(
        '--resume',
        nargs='?',
        const='auto',
        metavar='CHECKPOINT',
        help='go on from this checkpoint; without a path from the latest one '
        'in the work dir')
    parser.add_argument(
        '--amp', action='store_true', help='train in mixed precision')
    parser.add_argument(
        '--amp-dtype',
        choices=['float16', 'bfloat16'],
        help='number format of --amp (default: float16 on a GPU, bfloat16 on '
        'a CPU)')
    parser.add_argument(
        '--auto-scale-lr',
        action='store_true',
        help='scale the learning rates by the batch size over '
        'auto_scale_lr.base_batch_size')
    args = parser.parse_args()
    if args.amp_dtype and not args.amp:
        parser.error('--amp-dtype needs --amp')
    return args


def main() -> None:
    args = parse_args()

    from hcl_mmagic.engine import launch, options
    cfg = options.load_config(args.config, args.cfg_options, args.work_dir)
    if args.amp:
        options.enable_amp(cfg, args.amp_dtype)
    if args.auto_scale_lr:
        options.enable_lr_scaling(cfg)
    if args.resume:
        options.set_resume(cfg, args.resume)
    with launch.running(cfg, args.launcher, args.local_rank) as runner:
        runner.train()


if __name__ == '__main__':
    cli.run(main)
