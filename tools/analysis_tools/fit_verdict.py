"""Fit and test the verdict whether a photograph is damaged at all.

``python tools/analysis_tools/fit_verdict.py CFG CKPT --clean-dir DIR -o
verdict.json`` damages clean photographs the way the config's training does,
lets the model look at clean and damaged ones and fits a logistic regression
to what it found: docs/verdict.md.
"""
import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]  # for cli and verdict_fitting
import cli  # noqa: E402

if TYPE_CHECKING:  # importing it costs seconds
    from verdict_fitting import Samples


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('config', help='config file: how to damage')
    parser.add_argument(
        'checkpoint', help='checkpoint: weights, network and scale')
    parser.add_argument(
        '-o',
        '--out',
        required=True,
        metavar='FILE.json',
        help='calibration to write')
    parser.add_argument(
        '--clean-dir',
        nargs='+',
        metavar='DIR',
        help='clean photographs to fit on, if possible none that the model '
        'was trained on (default: the few that come with installed packages)')
    parser.add_argument(
        '--held-out-dir',
        nargs='+',
        metavar='DIR',
        help='other clean photographs to test on (default: cross-validation '
        'on those of the fit)')
    parser.add_argument(
        '--corruptions',
        metavar='CFG.py',
        help='more damage, such as configs/_base_/corruptions/mixed.py')
    parser.add_argument(
        '--versions',
        type=int,
        default=4,
        metavar='N',
        help='damaged versions of a photograph by the config and, if given, '
        'by --corruptions (default: 4)')
    parser.add_argument(
        '--false-alarms',
        type=float,
        default=0.05,
        metavar='SHARE',
        help="clean photographs that may be called 'damaged' (default: 0.05)")
    parser.add_argument(
        '--misses',
        type=float,
        default=0.05,
        metavar='SHARE',
        help="damaged photographs that may be called 'clean' (default: 0.05)")
    parser.add_argument(
        '--report', metavar='FILE.json', help='write all scores')
    parser.add_argument('--plot', metavar='FILE.png', help='draw the curves')
    parser.add_argument('--seed', type=int, default=0)
    parser.add_argument('--device', default='cpu')
    parser.add_argument(
        '--cfg-options',
        nargs='+',
        default=[],
        metavar='KEY=VALUE',
        help='settings that override the config')
    args = parser.parse_args()
    if args.versions < 1:
        cli.fail('--versions takes at least 1')
    if not (0 < args.false_alarms < 1 and 0 < args.misses < 1):
        cli.fail('--false-alarms and --misses take shares between 0 and 1')
    return args


def main() -> None:
    args = parse_args()

    import numpy as np
    from mmengine.registry import init_default_scope
    from verdict_fitting import (Targets, fit_calibration, plot_report,
                                 score_features, score_samples)

    from hcl_mmagic.apis.split_features import FEATURE_NAMES
    from hcl_mmagic.engine.fileio import AtomicLocalBackend
    from hcl_mmagic.engine.launch import prepare_output
    outputs = [args.out, args.report, args.plot]
    for path in filter(None, outputs):
        prepare_output(path)
    init_default_scope('mmagic')
    tested, held_out = measure(args)
    fit = fit_calibration(tested, Targets(args.false_alarms, args.misses))
    probability = fit.probability
    if held_out is not None:
        tested = held_out
        probability = np.array([
            fit.calibration.probability(dict(zip(FEATURE_NAMES, row)))
            for row in tested.features
        ])
    score = score_samples(tested, probability, fit.calibration.thresholds)
    score['features'] = score_features(tested, fit.calibration)
    score['strength'] = fit.strength
    score['tested_on'] = ('cross-validation'
                          if held_out is None else 'held-out photographs')
    print_score(score)
    backend = AtomicLocalBackend()
    backend.put_text(
        json.dumps(fit.calibration.to_dict(), indent=2) + '\n', args.out)
    if args.report:
        backend.put_text(json.dumps(score, indent=2) + '\n', args.report)
    if args.plot:
        plot_report(score, args.plot)


def measure(args: argparse.Namespace) -> 'tuple[Samples, Samples | None]':
    """Samples to fit on, and those to test on, if there are other ones."""
    from verdict_fitting import measure_photographs, read_damage_sources

    from hcl_mmagic.apis.checkpoints import load_model
    from hcl_mmagic.datasets import packaged_photographs
    from hcl_mmagic.photographs.finding import find_images
    loaded = load_model(args.checkpoint, args.device)
    sources = {
        split:
        read_damage_sources(args.config, args.cfg_options, args.corruptions,
                            split, loaded.short_side)
        for split in ('train', 'val')
    }
    if args.clean_dir:
        paths = find_images(args.clean_dir)
    else:
        paths = packaged_photographs(
            ['train', 'test', 'noise_train', 'noise_test'])
    fitted = measure_photographs(loaded, paths, sources['train'],
                                 args.versions, args.seed)
    if not args.held_out_dir:
        return fitted, None
    return fitted, measure_photographs(loaded, find_images(args.held_out_dir),
                                       sources['val'], args.versions,
                                       args.seed + 1)


def print_score(score: Dict[str, Any]) -> None:
    """One line for the clean photographs, one for each kind of damage."""
    print(f"{score['photographs']} photographs, {score['tested_on']}")
    print(f'{"":24} samples    clean uncertain  damaged   AUC')
    rows = dict(clean=score['clean'])
    for group in ('source', 'ratio', 'pattern'):
        rows.update(score[f'by_{group}'])
    for name, row in rows.items():
        shares = ''.join(f'{row[label]:9.1%}'
                         for label in ('clean', 'uncertain', 'damaged'))
        area = f"{row['roc_auc']:6.3f}" if 'roc_auc' in row else ''
        print(f"{name:24} {row['samples']:7}{shares}{area}")


if __name__ == '__main__':
    cli.run(main)
