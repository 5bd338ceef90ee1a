"""Where ``hcl-webui`` and ``tools/webui.py`` begin."""
import argparse
import signal
import sys
import threading
from importlib.util import find_spec
from typing import Optional, Sequence

from ..errors import HCLError, one_line

_DESCRIPTION = '''
Open a page in the browser that finds the damage in photographs, lets it be
corrected with a brush, and restores it. Photographs stay on this machine.
'''


def build_parser() -> argparse.ArgumentParser:
    """The parser of the command line; imports nothing heavy."""
    parser = argparse.ArgumentParser(
        prog='hcl-webui',
        description=_DESCRIPTION,
        formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    add = parser.add_argument
    add('--host',
        default='127.0.0.1',
        metavar='ADDRESS',
        help='listen here; 0.0.0.0 lets everybody in the network use the '
        'page, without a password')
    add('--port', type=int, default=7860, metavar='N', help='listen here')
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
        type=_count,
        default=100_000_000,
        metavar='N',
        help='refuse larger photographs')
    add('--max-file-size',
        type=_count,
        default=200,
        metavar='MB',
        help='refuse larger files, in megabytes')
    add('--queue-size',
        type=_count,
        default=16,
        metavar='N',
        help='photographs that may wait; further ones are turned away')
    return parser


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Serve the page until Ctrl-C; exit code 0, or 1 if it cannot be served. A
    SystemExit if the command line is wrong (2), or asks for help (0)."""
    args = build_parser().parse_args(arguments)
    if find_spec('gradio') is None:
        print(
            "Error: the web page needs Gradio: pip install 'hcl-mmagic[web]'",
            file=sys.stderr)
        return 1
    try:
        _serve(args)
    except HCLError as error:
        print(f'Error: {one_line(error)}', file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print()
    return 0


def _serve(args: argparse.Namespace) -> None:
    # Heavy, so only now that the arguments have been read.
    from ..apis.inferencer import HCLInferencer
    from .server import LOOPBACK, serve_page

    # Whoever stops a service wants its files removed, too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    inferencer = HCLInferencer(
        args.checkpoint, device=args.device, max_memory=args.max_memory)
    with serve_page(
            inferencer,
            host=args.host,
            port=args.port,
            max_pixels=args.max_pixels,
            max_bytes=args.max_file_size * 1_000_000,
            queue_size=args.queue_size) as url:
        print(f'The page is at {url} (Ctrl-C ends it).', flush=True)
        if args.host not in LOOPBACK:
            print(
                'Everybody who reaches this machine can use it: there is no '
                'password.',
                flush=True)
        threading.Event().wait()


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(
            f'expected a whole number from 1 on, got {text}')
    return int(text)
