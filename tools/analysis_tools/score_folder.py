"""Score any method's saved pictures as ``tools/test.py`` scores a model.

``python tools/analysis_tools/score_folder.py --restored DIR --clean DIR
[--mask DIR --pred-mask DIR --damaged DIR] --json FILE``
"""
import argparse
import sys
from pathlib import Path

# The modules shared by all tools lie one folder up.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import cli  # noqa: E402


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Score any method's saved pictures. Files of the folders "
        'pair by their path below the folder, without extension.')
    folder = dict(metavar='DIR')
    parser.add_argument(
        '--restored', required=True, help='restored pictures', **folder)
    parser.add_argument('--clean', required=True, help='the truth', **folder)
    parser.add_argument(
        '--mask', help='true masks, white = corrupted', **folder)
    parser.add_argument(
        '--pred-mask',
        help='detected masks, white = corrupted, or grey probabilities (8 or '
        '16 bit)',
        **folder)
    parser.add_argument(
        '--damaged', help='pictures before the restoration', **folder)
    parser.add_argument(
        '--json',
        required=True,
        metavar='FILE',
        help='where the scores go; the same as tables go into a file '
        'beside it that ends with .md')
    _add_settings(parser)
    args = parser.parse_args()
    for option in ('pred_mask', 'damaged'):
        if getattr(args, option) and not args.mask:
            parser.error(f'--{option.replace("_", "-")} needs --mask')
    return args


def _add_settings(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        '--bins',
        type=cli.parse_bins,
        metavar='LOW-HIGH,...',
        help='bins of the mask ratio in percent (default: 0-30,30-60 for '
        'masks and 0-20,20-40,40-60 for pictures)')
    parser.add_argument(
        '--mask-threshold',
        type=float,
        metavar='SHARE',
        help='true masks are corrupted above this share of white, such as '
        '0.5 (default: masks must be black and white)')
    parser.add_argument(
        '--trust-masks',
        action='store_true',
        help='score true masks that seem to be inverted')
    parser.add_argument(
        '--lpips-net', choices=['alex', 'vgg', 'squeeze'], default='alex')
    parser.add_argument(
        '--lpips-weights', metavar='FILE', help="torchvision's file of it")
    parser.add_argument('--inception', metavar='FILE', help="FID's network")
    parser.add_argument(
        '--fid-min-images',
        type=int,
        default=100,
        metavar='N',
        help='no FID for fewer pictures (default: 100)')
    parser.add_argument('--device', help='cpu, cuda or cuda:1')


def main() -> None:
    args = parse_args()

    import hcl_mmagic  # noqa: F401
    from hcl_mmagic.engine import launch
    from hcl_mmagic.evaluation.folder_scores import (build_metrics,
                                                     score_folders)
    from hcl_mmagic.evaluation.result_folders import ResultFolders
    launch.prepare_metrics(args.json)
    roles = ('restored', 'clean', 'mask', 'pred_mask', 'damaged')
    given = {role: getattr(args, role) for role in roles}
    folders = ResultFolders(
        {
            role: folder
            for role, folder in given.items() if folder
        },
        mask_threshold=args.mask_threshold)
    metrics = build_metrics(
        folders,
        ratio_bins=args.bins,
        lpips=dict(
            net=args.lpips_net,
            checkpoint=args.lpips_weights,
            device=args.device),
        fid=dict(
            checkpoint=args.inception,
            min_images=args.fid_min_images,
            device=args.device))
    if args.mask and not args.trust_masks:
        folders.check_polarity()
    launch.write_metrics(
        score_folders(folders, metrics), args.json,
        f'saved images {args.restored}; truth {args.clean}')
    print(launch.report_path(args.json).read_text(encoding='utf-8'))


if __name__ == '__main__':
    cli.run(main)
