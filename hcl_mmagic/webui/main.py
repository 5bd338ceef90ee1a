"""Where ``hcl-webui`` and ``tools/webui.py`` begin."""
import argparse
from typing import Optional, Sequence

from ..service.command_line import (add_server_options, load_inferencer,
                                    run_server, say_address,
                                    wait_for_interrupt)

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
    add_server_options(parser, port=7860)
    return parser


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Serve the page until Ctrl-C; exit code 0, or 1 if it cannot be served. A
    SystemExit if the command line is wrong (2), or asks for help (0)."""
    args = build_parser().parse_args(arguments)
    return run_server(
        lambda: _serve(args), ['gradio'],
        "the web page needs Gradio: pip install 'hcl-mmagic[web]'")


def _serve(args: argparse.Namespace) -> None:
    # Heavy, so only now that the arguments have been read.
    from .server import serve_page
    with serve_page(
            load_inferencer(args),
            host=args.host,
            port=args.port,
            max_pixels=args.max_pixels,
            max_bytes=args.max_file_size * 1_000_000,
            queue_size=args.queue_size) as url:
        say_address('The page', url, args.host)
        wait_for_interrupt()
