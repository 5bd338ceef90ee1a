"""Where ``hcl-serve`` and ``tools/serve.py`` begin."""
import argparse
from typing import Optional, Sequence

from ..restore_command.argument_types import seconds
from .command_line import (add_server_options, load_inferencer, run_server,
                           say_address)

_DESCRIPTION = '''
Restore photographs over HTTP: POST /restore and /detect take a photograph,
/health and /metrics tell how it goes, /openapi.json describes all of it.
Photographs stay on this machine; no path and no address is followed.
'''


def build_parser() -> argparse.ArgumentParser:
    """The parser of the command line; imports nothing heavy."""
    parser = argparse.ArgumentParser(
        prog='hcl-serve',
        description=_DESCRIPTION,
        formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    add_server_options(parser, port=7861)
    parser.add_argument(
        '--timeout',
        type=seconds,
        default=120.,
        metavar='SECONDS',
        help='give up a request that takes longer, its wait included')
    return parser


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Serve until Ctrl-C; exit code 0, or 1 if nothing can be served. A
    SystemExit if the command line is wrong (2), or asks for help (0)."""
    args = build_parser().parse_args(arguments)
    return run_server(
        lambda: _serve(args),
        ['fastapi', 'uvicorn', 'multipart', 'prometheus_client'],
        "the service needs FastAPI and others: pip install 'hcl-mmagic[serve]'"
    )


def _serve(args: argparse.Namespace) -> None:
    # Heavy, so only now that the arguments have been read.
    from .application import build_application, open_socket, serve
    with open_socket(args.host, args.port) as listener:
        app = build_application(
            load_inferencer(args),
            host=args.host,
            max_pixels=args.max_pixels,
            max_bytes=args.max_file_size * 1_000_000,
            queue_size=args.queue_size,
            seconds=args.timeout)
        host = f'[{args.host}]' if ':' in args.host else args.host
        say_address('The service', f'http://{host}:{args.port}/', args.host)
        serve(app, listener)
