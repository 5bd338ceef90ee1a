"""Train a model: ``python tools/train.py CONFIG``."""
import argparse

from ..errors import ConfigError
from .command_line import build_parser, command


def parse_args() -> argparse.Namespace:
    parser = build_parser('Train a model.')
    add = parser.add_argument
    add('--resume',
        nargs='?',
        const='auto',
        metavar='CHECKPOINT',
        help='go on from this checkpoint; without a path from the latest one '
        'in the work dir')
    add('--amp', action='store_true', help='train in mixed precision')
    add('--amp-dtype',
        choices=['float16', 'bfloat16'],
        help='number format of --amp (default: float16 on a GPU, bfloat16 on '
        'a CPU)')
    add('--auto-scale-lr',
        action='store_true',
        help='scale the learning rates by the batch size over '
        'auto_scale_lr.base_batch_size')
    args = parser.parse_args()
    if args.amp_dtype and not args.amp:
        parser.error('--amp-dtype needs --amp')
    return args


@command
def main() -> None:
    args = parse_args()
    from ..engine import launch, options
    cfg = options.load_config(args.config, args.cfg_options, args.work_dir)
    if not cfg.get('train_cfg'):
        raise ConfigError(f'{args.config} has no train_cfg: it is for '
                          'tools/test.py alone')
    if args.amp:
        options.enable_amp(cfg, args.amp_dtype)
    if args.auto_scale_lr:
        options.enable_lr_scaling(cfg)
    if args.resume:
        options.set_resume(cfg, args.resume)
    with launch.running(cfg, args.launcher, args.local_rank) as runner:
        runner.train()
