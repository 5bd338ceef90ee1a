"""The arguments, group by group, as ``--help`` shows them."""
import argparse

from ..inpaintor_names import CLASSICAL_METHODS
from .argument_types import (count, device, extras, kinds_to_refuse, rectangle,
                             report_file, seconds, shard, share)


def add_files(group: argparse._ArgumentGroup) -> None:
    """Arguments of which files are read and written."""
    add = group.add_argument
    add('-o',
        '--out',
        metavar='OUT',
        help='folder for the results, which keep their names and relative '
        'paths; files of these names in it are replaced')
    add('--in-place',
        action='store_true',
        help='replace the originals instead, each in one step; clean and '
        'uncertain ones are left as they are')
    add('--recursive',
        action='store_true',
        help='look in the folders below, too; hidden files and folders are '
        'left out')
    add('--manifest',
        metavar='LIST',
        help='restore what LIST names instead of IN: a text file with a path '
        'or address on each line, a Parquet file, tar files in '
        'WebDataset\'s layout ("shards/{000..099}.tar") or a folder, on this '
        'machine or at an address such as s3://bucket/list.txt, like OUT. A '
        'receipt of each photograph in OUT says that it is done, so that the '
        'same command goes on after any interruption; see docs/scale.md')
    add('--shard',
        type=shard,
        metavar='K/N',
        help='the K-th of N shares of the manifest, for N processes on any '
        'number of machines; changes no result')
    add('--skip-existing',
        action='store_true',
        help='leave out photographs whose result is in OUT already, or which '
        'another process with this option is restoring: start it several '
        'times to share a folder')
    add('--watch',
        type=seconds,
        nargs='?',
        const=2.,
        metavar='SECONDS',
        help='go on looking for photographs, every so many seconds (2), and '
        'restore what arrives whole, until Ctrl-C; includes --skip-existing')
    add('--dry-run',
        action='store_true',
        help='read the photographs and say what would be done with each, but '
        'write nothing')
    add('--format',
        choices=['lossless', 'keep'],
        default='lossless',
        help='lossless: PNG and TIFF files stay what they are, all others '
        'come back as PNG. keep: each in its own format; JPEG, lossy WebP '
        'and GIF files are encoded again, which changes untouched pixels a '
        'little; for them --in-place needs it (default: lossless)')
    add('--save',
        type=extras,
        default=(),
        metavar='KIND,...',
        help='write beside each result: mask (NAME_mask.png, white = '
        'changed), confidence (NAME_confidence.png, 16 bit, white = surely '
        'damaged), panel (NAME_panel.png: input, mask over it, confidence, '
        'restored), detection (NAME_detection.npz, for --detections), '
        'layers (NAME_layers.ora for GIMP or Krita: the repair over the '
        'original)')
    add('--save-to',
        metavar='DIR',
        help='folder for what --save writes (default: OUT)')
    add('--refuse',
        type=kinds_to_refuse,
        default=(),
        metavar='KIND,...',
        help='do not restore files of these kinds: cmyk (they become RGB), '
        'pictures (only the first of a JPEG or HEIC file is restored; the '
        'others, such as a gain map, stay in the original), bits (more than 8 '
        'of AVIF, HEIC and JPEG XL files become 8), pages (of a TIFF file, '
        'each of which is restored)')
    add('--report',
        type=report_file,
        metavar='FILE',
        help='list of all inputs and what became of them, FILE.json or '
        'FILE.csv')


def add_mask(group: argparse._ArgumentGroup) -> None:
    """Arguments of what is replaced."""
    add = group.add_argument
    add('--mask',
        metavar='FILE|DIR',
        help='mask of your own, of the size of the upright photograph, white '
        '= damaged; in a folder, NAME.png or NAME_mask.png')
    add('--infrared',
        action='store_true',
        help='take what is dark in the infrared channel or page of a scan, '
        'dust and scratches of colour film, for your mask')
    add('--mask-mode',
        choices=['replace', 'add', 'subtract'],
        help='take your mask alone, add it to the detected one, or take it '
        'away from it (default: replace)')
    add('--detections',
        metavar='DIR',
        help='do not look again, but take what --save detection has kept '
        'there, with the options that are given now')
    add('--same-mark',
        action='store_true',
        help='look for one mark, such as a watermark, that stands at the same '
        'place in photographs of one size (five at least), and take it away '
        'from each by its opacity and colour; then repair what else is '
        'damaged')
    add('--threshold',
        type=float,
        metavar='P',
        help='pixels are damaged above this confidence, 0 to 1, whatever the '
        'verdict (default: 0.5, in regions that are surely damaged); lower '
        'finds more')
    add('--min-area',
        type=int,
        metavar='PIXELS',
        help='leave smaller regions alone (default: 0)')
    for option, meaning in (('include', 'change only what lies in'),
                            ('exclude', 'change nothing in')):
        add(f'--{option}',
            type=rectangle,
            action='append',
            metavar='X,Y,W,H',
            help=f'{meaning} this rectangle, in pixels from the upper left '
            'corner; can be given several times')
    add('--dilate',
        type=float,
        metavar='PIXELS',
        help='replace this much around the damage, too (default: little '
        'around thin damage, more around thick; nothing around --mask)')
    add('--feather',
        type=float,
        metavar='PIXELS',
        help='width of the soft edge beyond that (default: likewise)')


def add_verdict(group: argparse._ArgumentGroup) -> None:
    """Arguments of what is clean, damaged and uncertain."""
    add = group.add_argument
    add('--clean-below',
        type=share,
        metavar='P',
        help='call a region clean if the probability that it is damaged is '
        'below P (default: that of the weights)')
    add('--damaged-above',
        type=share,
        metavar='P',
        help='call it damaged above P; what lies between is uncertain: left '
        'as it is and named in the report (default: that of the weights)')
    add('--restore-uncertain',
        action='store_true',
        help='repair uncertain regions, too')


def add_network(group: argparse._ArgumentGroup) -> None:
    """Arguments of networks and the machine."""
    add = group.add_argument
    add('--checkpoint',
        metavar='FILE',
        help='weights (default: those of the package)')
    add('--inpaintor',
        metavar='NAME|FILE',
        help='let something else repair what was found: '
        f'{", ".join(CLASSICAL_METHODS)}; LaMa as a TorchScript (.pt) or '
        'ONNX file; or the config of an inpainting model of MMagic or of a '
        'BlindInpaintor. Files are code, which is run: take only those that '
        'you trust. With --mask alone nothing is looked for then, and no '
        'other weights are needed')
    add('--inpaintor-checkpoint',
        metavar='FILE',
        help='weights of a config (default: those that it names), for Stable '
        'Diffusion their folder; no code in them is run')
    add('--reverse',
        action='store_true',
        help='swap damaged and intact: keep the damaged pixels and restore '
        'the picture that they come from')
    add('--device',
        type=device,
        default='auto',
        metavar='NAME',
        help='auto, cpu, cuda, cuda:N or mps (default: auto)')
    add('--dtype',
        choices=['float32', 'float16', 'bfloat16'],
        default='float32',
        help='numbers the network computes with (default: float32)')
    add('--max-memory',
        default='3GB',
        metavar='SIZE',
        help='memory that one photograph may take, such as 3GB or 800MB '
        '(default: 3GB)')
    add('--batch-size',
        type=count,
        default=1,
        metavar='N',
        help='photographs of equal size that go through the network '
        'together; changes no result (default: 1)')
    add('--workers',
        type=count,
        default=1,
        metavar='N',
        help='photographs that are read ahead, and written behind, while the '
        'network runs; changes no result (default: 1)')
