"""The curves of a verdict as a picture."""
from io import BytesIO
from typing import Any

from ...engine.fileio import AtomicLocalBackend


def plot_report(score: dict[str, Any], path: str) -> None:
    """Draw false alarms against misses, misses by ratio, and reliability of
    what ``score_samples`` gives into a PNG file."""
    import matplotlib
    matplotlib.use('Agg')
    from matplotlib import pyplot
    figure, axes = pyplot.subplots(1, 3, figsize=(13, 4.2))
    _draw_errors(axes[0], score)
    _draw_ratios(axes[1], score)
    _draw_reliability(axes[2], score)
    figure.tight_layout()
    picture = BytesIO()
    figure.savefig(picture, format='png', dpi=100)
    pyplot.close(figure)
    AtomicLocalBackend().put(picture.getvalue(), path)


def _draw_errors(axis: Any, score: dict[str, Any]) -> None:
    for name, curve in score['roc'].items():
        area = score['by_source'][name]['roc_auc']
        axis.plot(
            curve['false_alarms'],
            curve['misses'],
            label=f'damage: {name} (AUC {area:.2f})')
    axis.plot([0, 1], [1, 0], 'k:', label='chance')
    axis.set(
        title='One threshold: the errors it trades',
        xlabel='false alarms: clean photographs called damaged',
        ylabel='misses: damaged ones called clean')
    axis.legend()


def _draw_ratios(axis: Any, score: dict[str, Any]) -> None:
    rows = {'clean': score['clean'], **score['by_ratio']}
    below = [0.] * len(rows)
    for label, colour in (('clean', 'tab:green'), ('uncertain', 'lightgrey'),
                          ('damaged', 'tab:red')):
        shares = [row[label] for row in rows.values()]
        axis.bar(list(rows), shares, bottom=below, color=colour, label=label)
        below = [low + share for low, share in zip(below, shares)]
    axis.set(
        title='Verdicts by what is damaged',
        xlabel='damaged share of the pixels',
        ylabel='share of the photographs')
    axis.tick_params('x', rotation=30)
    axis.set_ylim(0, 1.18)
    axis.legend(ncols=3, loc='upper center', columnspacing=1)


def _draw_reliability(axis: Any, score: dict[str, Any]) -> None:
    bins = score['reliability']
    axis.plot([0, 1], [0, 1], 'k:', label='calibrated')
    axis.plot([row['probability'] for row in bins],
              [row['damaged_share'] for row in bins],
              'o-',
              label='measured')
    axis.set(
        title='Reliability',
        xlabel='probability of the verdict',
        ylabel='damaged share')
    axis.legend()
