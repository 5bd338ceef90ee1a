"""Fit and test the verdict whether a photograph is damaged at all.

``python tools/analysis_tools/fit_verdict.py CFG CKPT --clean-dir DIR -o
verdict.json`` damages clean photographs the way the config's training does,
lets the model look at clean and damaged ones and fits a logistic regression
to the regions that it found: docs/verdict.md.
"""
import argparse
from typing import TYPE_CHECKING, Any, Dict

from ..command_line import add_cfg_options, command, fail, write_json

if TYPE_CHECKING:  # importing it costs seconds
    from .verdict_samples import Samples


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add('config', help='config file: how to damage')
    add('checkpoint', help='checkpoint: weights, network and scale')
    add('-o',
        '--out',
        required=True,
        metavar='FILE.json',
        help='calibration to write')
    add('--clean-dir',
        nargs='+',
        metavar='DIR',
        help='clean photographs to fit on, if possible none that the model '
        'was trained on (default: the few that come with installed packages)')
    add('--held-out-dir',
        nargs='+',
        metavar='DIR',
        help='other clean photographs to test on (default: cross-validation '
        'on those of the fit)')
    add('--corruptions',
        metavar='CFG.py',
        help='more damage, such as configs/_base_/corruptions/mixed.py')
    add('--versions',
        type=int,
        default=4,
        metavar='N',
        help='damaged versions of a photograph by the config and, if given, '
        'by --corruptions (default: 4)')
    add('--short-sides',
        type=int,
        nargs='+',
        metavar='PX',
        help='sizes at which the config damages photographs (default: that of '
        'the model)')
    add('--false-alarms',
        type=float,
        default=0.05,
        metavar='SHARE',
        help='clean photographs of which more than half a percent of the '
        'pixels may be altered (default: 0.05)')
    add('--misses',
        type=float,
        default=0.05,
        metavar='SHARE',
        help="damaged photographs that may be called 'clean' (default: 0.05)")
    add('--report', metavar='FILE.json', help='write all scores')
    add('--plot', metavar='FILE.png', help='draw the curves')
    add('--seed', type=int, default=0)
    add('--device', default='cpu')
    add_cfg_options(parser)
    args = parser.parse_args()
    if args.versions < 1:
        fail('--versions takes at least 1')
    if not (0 < args.false_alarms < 1 and 0 < args.misses < 1):
        fail('--false-alarms and --misses take shares between 0 and 1')
    return args


@command
def main() -> None:
    args = parse_args()
    import numpy as np
    from mmengine.registry import init_default_scope

    from ...apis.regions import FEATURE_NAMES
    from ...engine.launch import prepare_output
    from .verdict_fit import Targets, fit_calibration
    from .verdict_plot import plot_report
    from .verdict_scores import score_features, score_samples
    outputs = [args.out, args.report, args.plot]
    for path in outputs:
        if path:
            prepare_output(path)
    init_default_scope('mmagic')
    tested, held_out = measure(args)
    fit = fit_calibration(tested, Targets(args.false_alarms, args.misses))
    probability = fit.probability
    if held_out is not None:
        tested = held_out
        probability = tested.of_pictures(
            np.array([
                fit.calibration.probability(dict(zip(FEATURE_NAMES, row)))
                for row in tested.features
            ]))
    score = score_samples(tested, probability, fit.calibration.thresholds)
    score['features'] = score_features(tested, fit.calibration)
    score['strength'] = fit.strength
    score['tested_on'] = ('cross-validation'
                          if held_out is None else 'held-out photographs')
    print_score(score)
    write_json(fit.calibration.to_dict(), args.out)
    if args.report:
        write_json(score, args.report)
    if args.plot:
        plot_report(score, args.plot)


def measure(args: argparse.Namespace) -> 'tuple[Samples, Samples | None]':
    """Samples to fit on, and those to test on, if there are other ones."""
    from ...apis.checkpoints import load_model
    from ...datasets import packaged_photographs
    from ...photographs.finding import find_images
    from .damage_sources import read_damage_sources
    from .verdict_samples import measure_photographs
    loaded = load_model(args.checkpoint, args.device)
    sources = {
        split:
        read_damage_sources(args.config, args.cfg_options, args.corruptions,
                            split, args.short_sides or [loaded.short_side])
        for split in ('train', 'val')
    }
    clean = find_images(args.clean_dir) if args.clean_dir else \
        packaged_photographs(['train', 'test', 'noise_train', 'noise_test'])
    fitted = measure_photographs(loaded, clean, sources['train'],
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
