"""What the command line tools share before anything heavy is imported.

``-h`` has to answer at once, so this module imports nothing heavy; torch and
mmengine come in when the arguments have been read.
"""
import argparse
import json
import os
import pickle
import re
import sys
import traceback
from functools import wraps
from pathlib import Path
from typing import Callable, Iterator, List, NoReturn, Optional, Tuple, Union

from ..compat.mmengine_repairs import find_config
from ..errors import HCLError
from ..toolbox import ADVICE, has_toolbox

# Frames of this folder: the config was being turned into objects.
REGISTRY_FOLDER = os.path.join('mmengine', 'registry')


def build_parser(description: str) -> argparse.ArgumentParser:
    """A parser with the options that training and testing share."""
    parser = argparse.ArgumentParser(description=description)
    add = parser.add_argument
    add('config', help='config file')
    add('--work-dir',
        help='folder for logs and results '
        '(default: work_dir of the config, else work_dirs/<config name>)')
    add_cfg_options(parser)
    add('--launcher',
        choices=['none', 'pytorch', 'slurm', 'mpi'],
        default='none',
        help='how the processes of a distributed run are started')
    add('--local_rank',
        '--local-rank',
        type=int,
        default=0,
        help='set by older launchers')
    return parser


def add_cfg_options(parser: argparse.ArgumentParser) -> None:
    """Add the option that overrides settings of a config."""
    parser.add_argument(
        '--cfg-options',
        nargs='+',
        default=[],
        metavar='KEY=VALUE',
        help='settings that override the config, such as '
        'train_dataloader.batch_size=2 key="[a,b]"')


def parse_positive(text: str) -> int:
    """Read a whole number above 0."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f'expected at least 1, got {number}')
    return number


def parse_bins(text: str) -> List[Tuple[float, float]]:
    """Read bins of the mask ratio in percent, such as ``0-20,20-40``."""
    try:
        bins = [tuple(map(float, part.split('-'))) for part in text.split(',')]
    except ValueError:
        bins = []
    if not bins or any(len(pair) != 2 for pair in bins):
        raise argparse.ArgumentTypeError(
            f'expected LOW-HIGH,LOW-HIGH..., got {text}')
    return bins  # type: ignore[return-value]


def command(main: Callable[[], None]) -> Callable[[], None]:
    """Make errors that are meant for people one line of a tool."""

    @wraps(main)
    def run() -> None:
        try:
            main()
        except Exception as error:
            message = message_for_people(error)
            if message is None:
                raise
            fail(message)

    return run


def fail(message: str) -> NoReturn:
    """Print one line on stderr and leave with exit code 1."""
    sys.stdout.flush()
    print('Error: ' + ' '.join(message.split()), file=sys.stderr)
    sys.exit(1)


def own_config(name: str) -> str:
    """The file of a config of this package, a ConfigError if there is none."""
    return str(find_config(f'hcl_mmagic::{name}.py'))


def write_json(content: object, path: Union[str, Path]) -> None:
    """Write a file whole or not at all; its folder is made if needed."""
    from ..engine.fileio import AtomicLocalBackend
    text = json.dumps(content, indent=2, allow_nan=False)
    AtomicLocalBackend().put_text(text + '\n', path)


def message_for_people(error: BaseException) -> Optional[str]:
    """The message of a user's mistake: of the innermost ``HCLError`` in the
    chain, of a config entry that does not fit the class it names, or what to
    do where a checkpoint holds more than weights. None for any other error."""
    for link in reversed(list(_chain(error))):
        if isinstance(link, HCLError):
            return _without_worker(str(link))
    return (_refused_checkpoint(error) or _config_mistake(error)
            or _missing_toolbox(error))


def _without_worker(message: str) -> str:
    """The message alone, where a process of torch's data loader raised it:
    torch puts the traceback of that process in front."""
    if message.startswith('Caught ') and 'DataLoader worker' in message:
        return message.rstrip().splitlines()[-1].partition(': ')[2]
    return message


def _chain(error: Optional[BaseException]) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _missing_toolbox(error: BaseException) -> Optional[str]:
    if isinstance(error, ModuleNotFoundError) and not has_toolbox():
        return (f'{error.name} is not installed: this tool needs the toolbox: '
                f'{ADVICE}')
    return None


def _refused_checkpoint(error: BaseException) -> Optional[str]:
    """What to do about a checkpoint that may run code, such as MMEngine's
    own hook writes; torch's advice is longer."""
    refused = re.search(r'Unsupported global: GLOBAL (\S+)', str(error))
    if refused is None or not isinstance(error, pickle.UnpicklingError):
        return None
    return (
        f'the checkpoint holds {refused[1]} and is not read, as it could '
        'run code: if you trust it, keep its weights alone: python -c '
        '"import torch; torch.save({\'state_dict\': torch.load(\'IT.pth\', '
        'weights_only=False)[\'state_dict\']}, \'weights.pth\')"')


def _config_mistake(error: BaseException) -> Optional[str]:
    message = str(error.args[0]) if error.args else ''
    unfit_argument = isinstance(error, TypeError) and '__init__() ' in message
    unknown_type = (
        isinstance(error, KeyError) and 'registry' in message
        and 'is not in the' in message)
    frames = traceback.extract_tb(error.__traceback__)
    if (unfit_argument or unknown_type) and any(
            REGISTRY_FOLDER in frame.filename for frame in frames):
        return f'the config does not fit: {message}'
    return None
