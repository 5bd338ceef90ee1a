"""Compare a converted model with recorded outputs of the authors' code."""
import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, List

from ..command_line import command, fail, write_json

if TYPE_CHECKING:  # importing it costs seconds
    from ...models import HCLRestorer
    from .reference_checks import Comparison


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Feed each part of a converted model with its recorded '
        'inputs and compare what it makes of them with what the authors\' '
        'code made of them. Exit code 1 if any tensor differs by more than '
        '1e-4, or any mask in more than 0.1 % of its pixels.')
    add = parser.add_argument
    add('config', help='config of the converted model')
    add('checkpoint', help='converted checkpoint (.pth)')
    add('arrays', help='recorded inputs and outputs (.npz)')
    add('--json', help='write the table there, too')
    return parser.parse_args()


@command
def main() -> None:
    args = parse_args()
    for path in (args.config, args.checkpoint, args.arrays):
        if not Path(path).is_file():
            fail(f'there is no file {path}')

    from .reference_checks import Recording, compare
    recording = Recording.load(args.arrays)
    rows = list(compare(load_model(args.config, args.checkpoint), recording))
    if not rows:
        fail(f'{args.arrays} holds nothing that can be compared')
    ok = all(row.ok is not False for row in rows)
    unused = recording.unused()
    print_table(rows, unused)
    if args.json:
        write_json(
            dict(
                ok=ok,
                rows=[row._asdict() for row in rows],
                not_compared=unused), args.json)
    if not ok:
        sys.exit(1)


def load_model(config: str, checkpoint: str) -> 'HCLRestorer':
    """Build the model and load its weights, all of them or none."""
    from mmagic.registry import MODELS
    from mmengine.registry import init_default_scope

    from ...engine.options import load_config, restorer_config
    from ...weights import load_weights
    init_default_scope('mmagic')
    model = MODELS.build(restorer_config(load_config(config, []), config))
    load_weights(model, checkpoint)
    return model.eval()


def print_table(rows: List['Comparison'], unused: List[str]) -> None:
    """One line per tensor, then the verdict."""
    width = max(len(row.tensor) for row in rows)
    print(f'{"tensor":{width}}  max abs difference  tolerance  ok')
    for row in rows:
        found, tolerance = ('-' if number is None else
                            f'{number:.3%}' if row.is_mask else f'{number:.1e}'
                            for number in (row.difference, row.tolerance))
        verdict = {True: 'yes', False: 'NO', None: 'not judged'}[row.ok]
        print(f'{row.tensor:{width}}  {found:>18}  {tolerance:>9}  '
              f'{verdict}{": " + row.note if row.note else ""}')
    if unused:
        print(f'Not compared: {", ".join(unused)}')
    failed = sum(row.ok is False for row in rows)
    judged = sum(row.ok is not None for row in rows)
    print(f'{judged - failed} of {judged} agree' if failed else
          f'All {judged} agree. Of a mask, the difference is the share of '
          'unequal pixels.')
