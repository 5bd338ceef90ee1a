"""Test a checkpoint: ``python tools/test.py CONFIG [CHECKPOINT]``."""
import argparse

from .command_line import build_parser, command


def parse_args() -> argparse.Namespace:
    parser = build_parser('Test (and evaluate) a checkpoint.')
    add = parser.add_argument
    add('checkpoint',
        nargs='?',
        help='checkpoint file; a BlindInpaintor whose parts have checkpoints '
        'of their own in the config needs none')
    data = parser.add_mutually_exclusive_group()
    data.add_argument(
        '--test-set',
        metavar='DIR',
        help='frozen test set to test on, instead of the data of the config')
    data.add_argument(
        '--protocol',
        choices=['authors'],
        help="test as the authors' code does: their parts of the data sets, "
        "3,000 pictures, the network's raw image; stronger than --cfg-options")
    add('--out',
        metavar='METRICS.json',
        help='write the metrics there, as one flat JSON object, and as tables '
        'into METRICS.md beside it')
    add('--save-dir',
        metavar='DIR',
        help='write restored images, masks and confidences into this empty '
        'folder, with the samples they belong to')
    return parser.parse_args()


@command
def main() -> None:
    args = parse_args()
    from ..engine import launch, options, protocol
    from ..visualization import SaveResultsHook
    cfg = options.load_config(args.config, args.cfg_options, args.work_dir)
    if args.checkpoint:
        options.set_checkpoint(cfg, args.checkpoint)
    else:
        options.require_part_checkpoints(cfg)
    if args.test_set:
        options.set_test_set(cfg, args.test_set)
    if args.protocol:
        protocol.set_authors_protocol(cfg)
    scored = protocol.describe_test(cfg, args.protocol)
    if args.out:
        launch.prepare_metrics(args.out)
    with launch.running(cfg, args.launcher, args.local_rank) as runner:
        recorder = launch.MetricsRecorder()
        runner.register_hook(recorder)
        if args.save_dir:
            runner.register_hook(SaveResultsHook(out_dir=args.save_dir))
        runner.test()
        if args.out:
            launch.write_metrics(recorder.metrics, args.out, scored)
