"""``python -m hcl_mmagic.scale.ray_job MANIFEST OUT``: a job of ``hcl-restore
--manifest`` on Ray Data, on one machine or a cluster."""
import argparse
import os
import sys
import time
from collections import Counter
from itertools import islice
from typing import Any, Callable, Dict, Iterator, Optional, Sequence, Tuple

from ..errors import (ConfigError, DataNotFoundError, HCLError,
                      escape_unprintable, one_line)
from ..jobs.manifest import read_manifest, source_of
from ..jobs.share import Share
from ..jobs.storage import is_address
from ..process_resources import available_cores
from ..restore_command.argument_types import as_typed, count
from ..restore_command.arguments import (EXIT_INTERRUPTED, Options,
                                         build_parser, parse_args)
from ..restore_command.report import printable, summary
from .restorer import Restorer, Tries

INSTALL = 'pip install "hcl-mmagic[ray]"'
_DESCRIPTION = '''
Restore a manifest with a pool of Ray actors. What follows OUT is an option of
hcl-restore --manifest, and so are results and receipts: another run of either
goes on where this one was ended.
'''


def build_job_parser() -> argparse.ArgumentParser:
    """The parser of the job's own arguments."""
    parser = argparse.ArgumentParser(
        prog='python -m hcl_mmagic.scale.ray_job',
        description=_DESCRIPTION,
        epilog='All other options are those of hcl-restore --help.')
    add = parser.add_argument
    add('manifest', metavar='MANIFEST', help='as of hcl-restore --manifest')
    add('out', metavar='OUT', help='as of hcl-restore -o')
    add('--address',
        help='of a cluster, such as auto or ray://head:10001 (default: that '
        'of RAY_ADDRESS, else Ray is started on this machine)')
    add('--actors',
        type=count,
        metavar='N',
        help='processes that restore, each with networks of its own (default: '
        'one for each core of this machine)')
    add('--cores',
        type=count,
        default=1,
        metavar='N',
        help='cores, and threads, of each (default: 1)')
    add('--gpus',
        type=float,
        default=0,
        metavar='N',
        help='GPUs of each, such as 1 or 0.25 (default: 0)')
    add('--at-once',
        type=count,
        default=8,
        metavar='N',
        help='photographs that an actor is given at once (default: 8)')
    add('--tries',
        type=count,
        default=3,
        metavar='N',
        help='how often a photograph is begun that fails, or whose actor dies '
        '(default: 3)')
    return parser


def parse_job(arguments: Optional[Sequence[str]] = None
              ) -> Tuple[argparse.Namespace, Options]:  # yapf: disable
    """The job's own arguments, and the options of ``hcl-restore``."""
    args, others = build_job_parser().parse_known_args(arguments)
    if not is_address(args.out):
        args.out = os.path.abspath(args.out)  # wherever actors run
    options = parse_args(
        build_parser(), ['--manifest', args.manifest, '-o', args.out, *others])
    return args, options


def run_job(args: argparse.Namespace, options: Options) -> int:
    """Restore a manifest; the exit code is 0, or 1 if a photograph failed. A
    ConfigError if Ray is not installed; an HCLError if no cluster answers or
    the manifest cannot be read."""
    try:
        import ray
        import ray.data
    except ImportError:
        raise ConfigError(f'Ray Data is not installed: {INSTALL}.') from None
    start = time.perf_counter()
    _connect(ray, args)
    counts = Counter[str]()
    for row in _results(ray, args, options):
        counts[row['status']] += 1
        if row['status'] == 'failed':
            print(f'Failed: {printable(row["reason"])}', file=sys.stderr)
    print(summary(counts, time.perf_counter() - start))
    return int(counts['failed'] > 0)


def _connect(ray: Any, args: argparse.Namespace) -> None:
    address = args.address or os.environ.get('RAY_ADDRESS')
    settings: Dict[str, Any] = dict(address=address) if address else dict(
        num_cpus=args.cores * (args.actors or available_cores()),
        include_dashboard=False)
    try:
        ray.init(ignore_reinit_error=True, log_to_driver=False, **settings)
    # Ray raises plain Exceptions, too.
    except Exception as error:
        where = f' at {address}' if address else ''
        raise HCLError(f'No Ray{where} answers: {one_line(error)} See that '
                       'it runs and is not too busy, then run the same '
                       'command again.') from None


class _RemoteTries:
    """:class:`.restorer.Tries` in an actor of its own."""

    def __init__(self, actor: Any) -> None:
        self._actor = actor

    def __getattr__(self, name: str) -> Callable:
        if name.startswith('_'):
            raise AttributeError(name)  # while it is unpickled
        import ray
        method = getattr(self._actor, name)
        return lambda *arguments: ray.get(method.remote(*arguments))


def _results(ray: Any, args: argparse.Namespace,
             options: Options) -> Iterator[Dict[str, Any]]:
    """What became of each photograph, as they are done. Pictures never pass
    through Ray's own memory, only their names do."""
    ray.data.DataContext.get_current().enable_progress_bars = False
    actors = args.actors or available_cores()
    tables = list(_tables(args, options))
    if not tables:
        raise DataNotFoundError(f'There is no photograph in {args.manifest}.')
    # One for all: it outlives those that restore.
    tries = ray.remote(num_cpus=0, max_restarts=-1)(Tries).remote()
    restored = ray.data.from_blocks(tables).map_batches(
        Restorer,
        fn_constructor_args=(options, _RemoteTries(tries), args.tries),
        batch_size=None,
        batch_format='numpy',
        compute=ray.data.ActorPoolStrategy(size=actors),
        num_cpus=args.cores,
        num_gpus=args.gpus or None)
    yield from restored.iter_rows()


def _tables(args: argparse.Namespace, options: Options) -> Iterator[Any]:
    """The manifest, as many photographs in each table as are done at once."""
    import pyarrow
    inputs = read_manifest(args.manifest, options.shard or Share(), [args.out])
    while rows := [
            dict(
                source=source_of(item),
                name=item.relative,
                problem=item.problem or '')
            for item in islice(inputs, args.at_once)
    ]:
        yield pyarrow.Table.from_pylist(rows)


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run the command; its exit code is that of ``hcl-restore``."""
    escape_unprintable()
    args, options = parse_job(arguments)
    try:
        return run_job(args, options)
    except ConfigError as error:
        build_job_parser().error(as_typed(one_line(error)))
    except HCLError as error:
        print(f'Error: {as_typed(one_line(error))}', file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print('Interrupted: the same command goes on.', file=sys.stderr)
        return EXIT_INTERRUPTED


if __name__ == '__main__':
    sys.exit(main())
