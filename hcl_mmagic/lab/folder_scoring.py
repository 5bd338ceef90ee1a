"""Score any method's saved pictures as ``tools/test.py`` scores a model.

``python tools/analysis_tools/score_folder.py --restored DIR --clean DIR
[--mask DIR --pred-mask DIR --damaged DIR] --json FILE``
"""
import argparse
from typing import Any, Dict

from .command_line import command, parse_bins


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Score any method's saved pictures. Files of the folders "
        'pair by their path below the folder, without extension.')
    folder: Dict[str, Any] = dict(metavar='DIR')
    add = parser.add_argument
    add('--restored', required=True, help='restored pictures', **folder)
    add('--clean', required=True, help='the truth', **folder)
    add('--mask', help='true masks, white = corrupted', **folder)
    add('--pred-mask',
        help='detected masks, white = corrupted, or grey probabilities (8 or '
        '16 bit)',
        **folder)
    add('--damaged', help='pictures before the restoration', **folder)
    add('--json',
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
    add = parser.add_argument
    add('--bins',
        type=parse_bins,
        metavar='LOW-HIGH,...',
        help='bins of the mask ratio in percent (default: 0-30,30-60 for '
        'masks and 0-20,20-40,40-60 for pictures)')
    add('--mask-threshold',
        type=float,
        metavar='SHARE',
        help='true masks are corrupted above this share of white, such as '
        '0.5 (default: masks must be black and white)')
    add('--trust-masks',
        action='store_true',
        help='score true masks that seem to be inverted')
    add('--lpips-net', choices=['alex', 'vgg', 'squeeze'], default='alex')
    add('--lpips-weights', metavar='FILE', help="torchvision's file of it")
    add('--inception', metavar='FILE', help="FID's network")
    add('--fid-min-images',
        type=int,
        default=100,
        metavar='N',
        help='no FID for fewer pictures (default: 100)')
    add('--device', help='cpu, cuda or cuda:1')


@command
def main() -> None:
    args = parse_args()
    from ..engine import launch
    from ..evaluation.folder_scores import build_metrics, score_folders
    from ..evaluation.result_folders import ResultFolders
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
