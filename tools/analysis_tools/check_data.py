"""Check data before training: ``python tools/analysis_tools/check_data.py F``.

F is a config, or a folder with clean/ and maybe damaged/ and mask/.
"""
import argparse
import os
import sys
import warnings
from pathlib import Path

# The modules shared by all tools lie one folder up, those of this one here.
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
import cli  # noqa: E402


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Read all files that training will use. Prints counts, '
        'formats, sizes, how much is damaged, and what is wrong. Exit code 1 '
        'if something would stop or spoil the training.')
    parser.add_argument(
        'data',
        metavar='FOLDER-or-CONFIG',
        help='folder with clean/ and maybe damaged/ and mask/, or the config '
        'to train with')
    parser.add_argument(
        '--sheet',
        metavar='FILE.png',
        help='write the first training samples: input, true mask, truth')
    parser.add_argument('--json', metavar='FILE', help='write the report')
    parser.add_argument(
        '--difference-threshold',
        type=float,
        metavar='T',
        help='a pixel of a pair without a mask is corrupted if it differs by '
        'more than T of 255 (default: that of the config, 20)')
    parser.add_argument(
        '--workers',
        type=int,
        default=min(8,
                    os.cpu_count() or 1),
        metavar='N',
        help='processes that read files (default: one per core, at most 8; 0 '
        'reads them in the main process)')
    parser.add_argument(
        '--cfg-options',
        nargs='+',
        default=[],
        metavar='KEY=VALUE',
        help='settings that override the config')
    args = parser.parse_args()
    if args.workers < 0:
        parser.error('--workers must not be negative')
    if args.sheet and not args.sheet.lower().endswith('.png'):
        parser.error('--sheet writes a PNG file: name it FILE.png')
    return args


def main() -> None:
    args = parse_args()

    from data_checking.draws import draw_sheet
    from data_checking.report import check_config, print_report, write_json
    from data_checking.sources import LOADER, config_for_folder, find_parts
    from mmengine.registry import init_default_scope

    import hcl_mmagic  # noqa: F401, registers datasets and transforms
    from hcl_mmagic.engine.launch import prepare_output
    from hcl_mmagic.engine.options import load_config
    from hcl_mmagic.visualization.panel import write_png
    path = args.data if os.path.isfile(args.data) else config_for_folder(
        args.data)
    cfg = load_config(path, args.cfg_options)
    init_default_scope(cfg.get('default_scope', 'mmagic'))
    if args.difference_threshold is not None:
        for loader in find_parts(dict(cfg.items()), LOADER):
            loader['difference_threshold'] = args.difference_threshold
    for output in filter(None, (args.sheet, args.json)):
        prepare_output(output)
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')  # findings say the same
        report = check_config(cfg, args.workers)
    print_report(report)
    if args.json:
        write_json(report, args.json)
    if args.sheet and report.rows:
        write_png(args.sheet, draw_sheet(report.rows))
        print(f'Contact sheet: {args.sheet}')
    if any(finding.is_error for finding in report.findings):
        sys.exit(1)


if __name__ == '__main__':
    cli.run(main)
