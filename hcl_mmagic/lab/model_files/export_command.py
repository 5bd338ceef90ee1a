"""Make the file that runs without PyTorch.

``python tools/model_converters/export_onnx.py IN.pth -o OUT.onnx``
"""
import argparse
import hashlib
from pathlib import Path

from ..command_line import command, fail


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Write what inference needs of a checkpoint of the '
        'family of hcl_small as a file for ONNX Runtime, if that finds and '
        'repairs the same with it. Weights that half precision holds exactly '
        'are stored in it: publish with --half first for the small file.')
    add = parser.add_argument
    add('checkpoint', help='file of a training or a published one, or a name')
    add('-o', '--out', required=True, metavar='FILE.onnx', help='the file')
    args = parser.parse_args()
    if not args.out.lower().endswith('.onnx'):
        parser.error(f'-o takes a name that ends in .onnx, got {args.out}')
    return args


@command
def main() -> None:
    args = parse_args()
    target = Path(args.out)
    if target.exists():
        fail(f'{target} exists: remove it first, or give another name')

    from ...apis.checkpoints.locating import find_checkpoint
    from ...atomic_writing import write_file
    from .onnx_export import export
    data, parity = export(find_checkpoint(args.checkpoint))
    target.parent.mkdir(parents=True, exist_ok=True)
    write_file(target, data)
    print(f'{target}: {len(data)} bytes, as a published file '
          f'NAME-{hashlib.sha256(data).hexdigest()[:8]}.onnx')
    print(f'Parity: {parity.num_other} of {parity.num_pixels} pixels of masks '
          f'differ, probabilities by {parity.probability:.1e}, repaired '
          f'values by {parity.repair:.1e} at most')
