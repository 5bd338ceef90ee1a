"""Make the small file that others restore photographs with.

``python tools/model_converters/publish_model.py IN.pth OUT_DIR
--name hcl_small``
"""
import argparse
import dataclasses
import hashlib
import json
import re
from pathlib import Path
from typing import Any, Dict, Optional

from ..command_line import command, fail


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Write NAME-<first digits of its SHA-256>.pth: what '
        'inference needs of a checkpoint (weights, sizes of the networks, '
        'scale of the photographs, calibration of the verdict) and nothing '
        'of the training. The same checkpoint gives the same file.')
    add = parser.add_argument
    add('source',
        help='checkpoint of a training, a published or an official one')
    add('folder', help='where to write it')
    add('--name', help='name of the model (default: that of its experiment)')
    add('--half',
        action='store_true',
        help='store float16: half the size, some pixels differ')
    add('--verdict',
        metavar='JSON',
        help='calibration that fit_verdict.py has written '
        '(default: that of the source, if it has one)')
    return parser.parse_args()


@command
def main() -> None:
    args = parse_args()
    if not Path(args.source).is_file():
        fail(f'there is no checkpoint file {args.source}')
    if args.name is not None:
        check_name(args.name)
    calibration = read_calibration(args.verdict)

    from ...apis.checkpoints import read_contents, to_published
    from ...atomic_writing import write_file
    contents = read_contents(Path(args.source))
    contents = dataclasses.replace(
        contents,
        name=args.name or contents.name,
        calibration=calibration or contents.calibration)
    check_name(contents.name)
    data = to_published(contents, half=args.half)
    sha256 = hashlib.sha256(data).hexdigest()
    target = Path(args.folder, f'{contents.name}-{sha256[:8]}.pth')
    if target.exists():
        fail(f'{target} exists: remove it first, or name another folder')
    target.parent.mkdir(parents=True, exist_ok=True)
    write_file(target, data)
    print(f'{target}: {len(contents.weights)} tensors, {len(data)} bytes')
    print(f'SHA-256: {sha256}')


def check_name(name: str) -> None:
    """Leave if the name, which becomes that of a file, may lead elsewhere."""
    if not re.fullmatch(r'\w[\w.-]*', name):
        fail(f'the name {name}: expected letters, digits, and _ . - '
             'between them. Give another one with --name')


def read_calibration(path: Optional[str]) -> Optional[Dict[str, Any]]:
    """The calibration's plain values, if there is a file of them."""
    if path is None:
        return None
    try:
        values = json.loads(Path(path).read_text(encoding='utf-8'))
    except (OSError, ValueError) as error:
        fail(f'--verdict {path} cannot be read: {error}')
    from ...apis.verdict import VerdictCalibration
    from ...errors import CalibrationError
    try:
        VerdictCalibration.from_dict(values)
    except CalibrationError as error:
        fail(f'--verdict {path}: {error}')
    return values
