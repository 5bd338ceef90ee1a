"""Where ``hcl-restore`` and ``tools/infer.py`` begin."""
import sys
import warnings
from typing import Any, Optional, Sequence

from ..errors import ConfigError, HCLError, escape_unprintable, one_line
from .argument_types import as_typed
from .arguments import EXIT_INTERRUPTED, build_parser, parse_args
from .subcommands import find_subcommand


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run the command; the exit code is that of ``hcl-restore --help``. A
    SystemExit if the command line is wrong (2), or asks for help (0)."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    escape_unprintable()
    subcommand = find_subcommand(given)
    parser = subcommand.build_parser() if subcommand else build_parser()
    args: Any = parser.parse_args(given[1:]) if subcommand else parse_args(
        parser, given)
    try:
        # What other packages announce for their future is no news for users.
        warnings.simplefilter('ignore', FutureWarning)
        # Heavy, so only now that the arguments have been read.
        if subcommand:
            return subcommand.run(args)
        from .command import restore_photographs
        return restore_photographs(args)
    except ConfigError as error:
        parser.error(as_typed(one_line(error)))
    except HCLError as error:
        print(f'Error: {as_typed(one_line(error))}', file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print('Interrupted.', file=sys.stderr)
        return EXIT_INTERRUPTED
