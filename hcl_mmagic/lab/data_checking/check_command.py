"""Check data before training: ``python tools/analysis_tools/check_data.py F``.

F is a config, or a folder with clean/ and maybe damaged/ and mask/.
"""
import argparse
import os
import sys
import warnings

from ..command_line import add_cfg_options, command, write_json

CELL_SIDE = 192  # of the sheet, in pixels


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Read all files that training will use. Prints counts, '
        'formats, sizes, how much is damaged, and what is wrong. Exit code 1 '
        'if something would stop or spoil the training.')
    add = parser.add_argument
    add('data',
        metavar='FOLDER-or-CONFIG',
        help='folder with clean/ and maybe damaged/ and mask/, or the config '
        'to train with')
    add('--sheet',
        metavar='FILE.png',
        help='write the first training samples: input, true mask, truth')
    add('--json', metavar='FILE', help='write the report')
    add('--difference-threshold',
        type=float,
        metavar='T',
        help='a pixel of a pair without a mask is corrupted if it differs by '
        'more than T of 255 (default: that of the config, 20)')
    add('--workers',
        type=int,
        default=min(8,
                    os.cpu_count() or 1),
        metavar='N',
        help='processes that read files (default: one per core, at most 8; 0 '
        'reads them in the main process)')
    add_cfg_options(parser)
    args = parser.parse_args()
    if args.workers < 0:
        parser.error('--workers must not be negative')
    if args.sheet and not args.sheet.lower().endswith('.png'):
        parser.error('--sheet writes a PNG file: name it FILE.png')
    return args


@command
def main() -> None:
    args = parse_args()
    from mmengine.registry import init_default_scope

    from ...engine.launch import prepare_output
    from ...visualization.panel import make_panel, write_png
    from .data_report import check_config, plain_report, print_report
    from .data_sources import LOADER, find_parts, load_data_config
    cfg = load_data_config(args.data, args.cfg_options)
    init_default_scope(cfg.get('default_scope', 'mmagic'))
    if args.difference_threshold is not None:
        for loader in find_parts(dict(cfg.items()), LOADER):
            loader['difference_threshold'] = args.difference_threshold
    for output in (args.sheet, args.json):
        if output:
            prepare_output(output)
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')  # findings say the same
        report = check_config(cfg, args.workers)
    print_report(report)
    if args.json:
        write_json(plain_report(report), args.json)
    if args.sheet and report.rows:
        write_png(args.sheet, make_panel(report.rows, CELL_SIDE))
        print(f'Contact sheet: {args.sheet}')
    if any(finding.is_error for finding in report.findings):
        sys.exit(1)
