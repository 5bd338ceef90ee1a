"""How well the difference of a pair tells its mask, by threshold.

``python tools/analysis_tools/measure_difference_masks.py [FOLDER]`` damages
clean photographs, stores both as files of several kinds, compares them again
and prints the IoU of that mask with the true one as a Markdown table.
"""
import argparse
from typing import TYPE_CHECKING, Dict, Iterator, List

from ..command_line import command

if TYPE_CHECKING:  # importing it costs seconds
    import numpy as np

THRESHOLDS = (5, 10, 15, 20, 30, 40, 60)
SHORT_SIDE = 256  # as in configs/hcl_own_pairs_256.py
# Name: JPEG quality of the damaged and of the clean file (None: PNG), gain
# and offset of the damaged one, pixels by which it is moved.
KINDS = {
    'PNG': (None, None, 1., 0, 0),
    'JPEG 95': (95, 95, 1., 0, 0),
    'JPEG 75': (75, 75, 1., 0, 0),
    'JPEG 75, clean PNG': (75, None, 1., 0, 0),
    'JPEG 50': (50, 50, 1., 0, 0),
    'JPEG 90, 4 % brighter': (90, 90, 1.04, 0, 0),
    'JPEG 90, 10 levels brighter': (90, 90, 1., 10, 0),
    'JPEG 90, moved by 1 pixel': (90, 90, 1., 0, 1),
}


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Damage clean photographs and measure how well the '
        'difference of damaged and clean file tells where.')
    add = parser.add_argument
    add('folder',
        nargs='?',
        help='clean photographs (default: those that come with scikit-image '
        'and scikit-learn)')
    add('--count', type=int, default=40, metavar='N', help='photographs used')
    add('--figure',
        metavar='FILE.png',
        help='draw the masks of the first photograph')
    return parser.parse_args()


@command
def main() -> None:
    args = parse_args()
    import numpy as np
    from mmengine.registry import init_default_scope
    from tqdm import tqdm

    from ...datasets import packaged_photographs
    from ...photographs.finding import find_images
    init_default_scope('mmagic')
    paths = (find_images(args.folder) if args.folder else packaged_photographs(
        ['train', 'test']))[:args.count]
    np.random.seed(0)
    scores: Dict[str, List[List[float]]] = {kind: [] for kind in KINDS}
    for number, path in enumerate(tqdm(paths, unit='')):
        sample = damage(path)
        for kind in KINDS:
            masks = find_masks(sample, kind)
            scores[kind].append(
                [measure_iou(mask, sample['mask'] > 0) for mask in masks])
            if args.figure and number == 0 and kind == 'JPEG 75':
                draw_figure(sample, masks, args.figure)
    print(f'{len(paths)} photographs, short side {SHORT_SIDE}, IoU of the '
          'difference with the true mask:\n')
    for row in format_table(scores):
        print(row)


def damage(path: str) -> dict:
    """Paint strokes of other photographs and of single colours."""
    from mmagic.registry import TRANSFORMS
    pipeline = [
        dict(type='LoadResizedPhotograph', short_side=SHORT_SIDE),
        dict(
            type='RandomStrokeMask',
            thickness=(8, 32),
            ratio_range=(0.05, 0.4)),
        dict(
            type='CorruptImage',
            feather_radius=1.,
            contents=[
                dict(type='PackagedContent', split=['noise_train']),
                dict(type='ConstantColorContent')
            ])
    ]
    sample = dict(gt_path=path)
    for transform in pipeline:
        sample = TRANSFORMS.build(transform)(sample)
    return sample


def find_masks(sample: dict, kind: str) -> 'List[np.ndarray]':
    """Store the pair as a kind of file, then compare it at each threshold."""
    import numpy as np

    from ...datasets.transforms.loading import find_difference
    quality, clean_quality, gain, offset, shift = KINDS[kind]
    exposed = np.clip(np.rint(sample['img'] * gain + offset), 0, 255)
    moved = np.roll(exposed.astype(np.uint8), shift, axis=1)
    damaged, clean = store(moved, quality), store(sample['gt'], clean_quality)
    return [
        find_difference(damaged, clean, threshold) for threshold in THRESHOLDS
    ]


def store(image: 'np.ndarray', quality: 'int | None') -> 'np.ndarray':
    """What a JPEG file of this quality gives back; None stores losslessly."""
    import cv2
    if quality is None:
        return image
    _, content = cv2.imencode('.jpg', image[..., ::-1],
                              [cv2.IMWRITE_JPEG_QUALITY, quality])
    return cv2.imdecode(content, cv2.IMREAD_COLOR)[..., ::-1]


def measure_iou(found: 'np.ndarray', mask: 'np.ndarray') -> float:
    """Intersection over union of two bool masks, the true one (H, W, 1)."""
    mask = mask[..., 0]
    return (found & mask).sum() / (found | mask).sum()


def format_table(scores: Dict[str, List[List[float]]]) -> Iterator[str]:
    """Means over the photographs as rows of a Markdown table."""
    yield '| files | ' + ' | '.join(map(str, THRESHOLDS)) + ' |'
    yield '|---' * (len(THRESHOLDS) + 1) + '|'
    for kind, rows in scores.items():
        means = [sum(column) / len(column) for column in zip(*rows)]
        yield f'| {kind} | ' + ' | '.join(f'{mean:.2f}'
                                          for mean in means) + ' |'


def draw_figure(sample: dict, masks: 'List[np.ndarray]', path: str) -> None:
    """Damaged and clean photograph, true mask, masks by threshold."""
    import matplotlib
    matplotlib.use('Agg')
    from matplotlib import pyplot
    pictures = dict(
        damaged=sample['img'],
        clean=sample['gt'],
        mask=sample['mask'][..., 0],
        **{
            f'threshold {threshold}': mask
            for threshold, mask in zip(THRESHOLDS, masks)
            if threshold in (5, 10, 20, 40, 60)
        })
    figure, axes = pyplot.subplots(2, 4, figsize=(9, 5), layout='tight')
    for axis, (name, picture) in zip(axes.flat, pictures.items()):
        axis.imshow(picture, cmap='gray')
        axis.set_title(name, fontsize=10)
        axis.axis('off')
    figure.savefig(path, dpi=100)
