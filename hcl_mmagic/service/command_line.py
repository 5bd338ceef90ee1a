"""What the commands of servers have in common; imports nothing heavy."""
import argparse
import signal
import sys
import threading
from importlib.util import find_spec
from typing import Any, Callable, Sequence

from ..errors import HCLError, escape_unprintable, one_line
from ..restore_command.argument_types import count

# Names and addresses that only this machine has.
LOOPBACK = ('127.0.0.1', 'localhost')


def add_server_options(parser: argparse.ArgumentParser, port: int) -> None:
    """Add where to listen, what restores, and how much of it there may be."""
    add = parser.add_argument
    add('--host',
        default='127.0.0.1',
        metavar='ADDRESS',
        help='listen here; 0.0.0.0 lets everybody in the network use it, '
        'without a password')
    add('--port',
        type=port_number,
        default=port,
        metavar='N',
        help='listen here')
    add('--checkpoint',
        metavar='FILE',
        help='weights; without it those of the package')
    add('--device',
        default='auto',
        metavar='NAME',
        help='auto, cpu, cuda, cuda:N or mps')
    add('--max-memory',
        default='3GB',
        metavar='SIZE',
        help='memory that the process may use in all, such as 3GB or 800MB')
    add('--max-pixels',
        type=count,
        default=100_000_000,
        metavar='N',
        help='refuse larger photographs')
    add('--max-file-size',
        type=count,
        default=200,
        metavar='MB',
        help='refuse larger files, in megabytes')
    add('--queue-size',
        type=count,
        default=16,
        metavar='N',
        help='photographs that may wait; further ones are turned away')


def port_number(text: str) -> int:
    """A port of TCP."""
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f'expected 1 to 65535, got {text}')
    return int(text)


def load_inferencer(args: argparse.Namespace) -> Any:
    """The inferencer that the options ask for; an HCLError if there is
    none."""
    # Heavy, so only now that the arguments have been read.
    from ..apis import HCLInferencer
    return HCLInferencer(
        args.checkpoint, device=args.device, max_memory=args.max_memory)


def run_server(serve: Callable[[], None], needs: Sequence[str],
               advice: str) -> int:
    """Serve until Ctrl-C or SIGTERM; exit code 0, or 1 if it cannot be served.
    ``advice`` is printed if one of the modules that it needs is not there."""
    if any(find_spec(name) is None for name in needs):
        print(f'Error: {advice}', file=sys.stderr)
        return 1
    escape_unprintable()
    # Whoever stops a service wants its files removed, too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        serve()
    except HCLError as error:
        print(f'Error: {one_line(error)}', file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print()
    return 0


def say_address(what: str, url: str, host: str) -> None:
    """Print where a server is, and who may use it."""
    print(f'{what} is at {url} (Ctrl-C ends it).', flush=True)
    if host not in LOOPBACK:
        print(
            'Everybody who reaches this machine can use it: there is no '
            'password.',
            flush=True)


def wait_for_interrupt() -> None:
    """Wait for Ctrl-C."""
    # On Windows a wait without end cannot be interrupted.
    while not threading.Event().wait(3600 if sys.platform != 'win32' else 1):
        pass
