"""What becomes of a job of ``hcl-restore --manifest`` that is shared, killed
again and again, or very long."""
import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Optional

import cv2
import numpy as np
from PIL import Image

from ...errors import ConfigError
from ...jobs.manifest import RECEIPTS
from ...photographs.eight_bits import read_image
from ...photographs.finding import find_images

_COMMAND = ('import sys; from hcl_mmagic.restore_command.main import main; '
            'sys.exit(main())')
# As long as it takes to start and to restore some photographs.
_LONGEST_WAIT = 6.


def damaged_photographs(folder: str, target: Path, number: int,
                        side: int) -> Path:
    """Write so many photographs of a folder, the shorter side of this many
    pixels, two of three with scribbles, and a manifest of them."""
    target.mkdir(parents=True)
    paths = find_images(folder)[:number]
    if len(paths) < number:
        raise ConfigError(f'{folder} has {len(paths)} photographs, and '
                          f'{number} are wanted')
    rng = np.random.default_rng(0)
    for index, path in enumerate(paths):
        pixels = np.array(read_image(path))
        scale = side / min(pixels.shape[:2])
        pixels = cv2.resize(
            pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        if index % 3:
            points = rng.integers(0, min(pixels.shape[:2]), (6, 1, 2))
            colour = rng.integers(0, 256, 3).tolist()
            cv2.polylines(pixels, [points.astype(np.int32)], False, colour, 5)
        Image.fromarray(pixels).save(target / f'{index:04}.png')
    manifest = target / 'list.txt'
    manifest.write_text(''.join(f'{index:04}.png\n'
                                for index in range(number)))
    return manifest


def start_share(manifest: Path, out: Path, number: int, count: int,
                *options: str) -> subprocess.Popen:
    """Start one share of a job, with one thread."""
    return subprocess.Popen(
        [
            sys.executable, '-c', _COMMAND, '--manifest', str(manifest), '-o',
            str(out), '--shard', f'{number}/{count}', *options
        ],
        env={**os.environ, 'OMP_NUM_THREADS': '1'},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)  # yapf: disable


def run_shares(manifest: Path, out: Path, count: int) -> float:
    """Restore all shares at the same time; photographs a second, between the
    first receipt and the last."""
    shares = [start_share(manifest, out, number + 1, count)
              for number in range(count)]  # yapf: disable
    assert not any(share.wait() for share in shares)
    times = [path.stat().st_mtime for path in (out / RECEIPTS).rglob('*.json')]
    return (len(times) - count) / (max(times) - min(times))


def read_results(out: Path) -> dict[str, bytes]:
    """Content of each result that is there, by its name."""
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in out.rglob('*')
        if path.is_file() and RECEIPTS not in path.parts
        and not path.name.startswith('.hcl-')
    }


def receipts_say(out: Path, manifest: Path) -> str:
    """The last line that ``hcl-restore receipts --contents`` prints."""
    done = subprocess.run(
        [sys.executable, '-c', _COMMAND, 'receipts', str(out), '--manifest',
         str(manifest), '--contents'],
        capture_output=True, text=True)  # yapf: disable
    return (done.stdout or done.stderr).strip().splitlines()[-1]


class KilledShares:
    """Two shares of a job, of which one is killed at a time."""

    def __init__(self, manifest: Path, out: Path) -> None:
        self._start: Callable[[int], subprocess.Popen] = \
            lambda number: start_share(manifest, out, number + 1, 2)
        self._shares = [self._start(0), self._start(1)]

    @property
    def is_over(self) -> bool:
        """bool: Whether all photographs are done."""
        return all(share.poll() is not None for share in self._shares)

    def kill(self, draws: random.Random) -> int:
        """Kill one that is at work, and start it again; how many were."""
        number = draws.randrange(2)
        share = self._shares[number]
        if share.poll() is not None:
            return 0
        share.send_signal(signal.SIGKILL)
        share.wait()
        self._shares[number] = self._start(number)
        return 1


class KilledActors:
    """A job of two actors of Ray, of which one is killed at a time."""

    def __init__(self, manifest: Path, out: Path) -> None:
        self._job = subprocess.Popen(
            [sys.executable, '-m', 'hcl_mmagic.scale.ray_job', str(manifest),
             str(out), '--actors', '2', '--tries', '1000'],
            env={**os.environ, 'OMP_NUM_THREADS': '1'},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)  # yapf: disable

    @property
    def is_over(self) -> bool:
        """bool: Whether all photographs are done."""
        return self._job.poll() is not None

    def kill(self, draws: random.Random) -> int:
        """Kill an actor that is there; how many were."""
        actors = list(_processes_named('ray::MapWorker'))
        if not actors:
            return 0
        os.kill(draws.choice(actors), signal.SIGKILL)
        return 1


def _processes_named(beginning: str) -> Iterator[int]:
    for folder in Path('/proc').glob('[0-9]*'):
        try:
            command = (folder / 'cmdline').read_bytes()
        except OSError:
            continue
        if command.startswith(beginning.encode()):
            yield int(folder.name)


def measure_kills(manifest: Path, work: Path, kills: int, by_ray: bool,
                  whole: dict[str, bytes]) -> dict[str, Any]:
    """Kill processes of a job until so many were; a job that ends before is
    begun anew. ``whole`` are the results of a job that nobody disturbed."""
    draws, done, jobs = random.Random(0), 0, 0
    seen_other, lost, said = set(), 0, set()
    while done < kills:
        jobs += 1
        out = work / f'killed_{jobs}'
        job: Any = (KilledActors if by_ray else KilledShares)(manifest, out)
        while not job.is_over:
            time.sleep(draws.uniform(0, _LONGEST_WAIT))
            if done < kills:
                done += job.kill(draws)
            seen_other |= {
                name for name, content in read_results(out).items()
                if whole.get(name) != content
            }
        lost += len(whole.keys() - read_results(out).keys())
        said.add(receipts_say(out, manifest))
        left = len(list(out.rglob('.hcl-*')))
        shutil.rmtree(out)
    return dict(
        kills=done, jobs=jobs, lost=lost, with_other_bytes=len(seen_other),
        unfinished_files_of_the_last=left,
        receipts=sorted(said))  # yapf: disable


def measure_small(work: Path, number: int) -> dict[str, Any]:
    """Restore very many pictures that are too small to be judged, so that each
    is read, copied and gets a receipt, and look at the memory."""
    folder = work / 'small'
    folder.mkdir()
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (number, 3), dtype=np.uint8)
    for index in range(number):
        tile = np.broadcast_to(pixels[index], (16, 16, 3)).copy()
        path = folder / f'{index // 1000:04}/{index:07}.png'
        if index % 1000 == 0:
            path.parent.mkdir()
        path.write_bytes(cv2.imencode('.png', tile)[1].tobytes())
    manifest = folder / 'list.txt'
    manifest.write_text(''.join(f'{index // 1000:04}/{index:07}.png\n'
                                for index in range(number)))
    out = work / 'small_out'
    start = time.perf_counter()
    share = start_share(manifest, out, 1, 1, '--workers', '4')
    memory = []
    while share.poll() is None:
        memory.append(_resident_bytes(share.pid))
        time.sleep(1)
    seconds = time.perf_counter() - start
    taken = [size for size in memory if size]
    start = time.perf_counter()
    said = receipts_say(out, manifest)
    tenths = [taken[len(taken) * tenth // 10] // 2**20
              for tenth in range(1, 10)]  # yapf: disable
    return dict(
        pictures=number, seconds=round(seconds, 1),
        megabytes_by_tenths=tenths, growth_megabytes=tenths[-1] - tenths[0],
        seconds_to_check_with_contents=round(time.perf_counter() - start, 1),
        receipts=said)  # yapf: disable


def _resident_bytes(process: int) -> int:
    try:
        status = Path(f'/proc/{process}/statm').read_text()
    except OSError:
        return 0
    return int(status.split()[1]) * os.sysconf('SC_PAGE_SIZE') \
        if status else 0


def measure_shares(manifest: Path, work: Path,
                   rounds: int) -> dict[str, Any]:
    """Restore with 1, 2 and 4 shares, in turns; rates and whether all bytes
    are the same."""
    rates: dict[int, list[float]] = {1: [], 2: [], 4: []}
    whole: Optional[dict[str, bytes]] = None
    same = True
    for turn in range(rounds):
        for count, found in rates.items():
            out = work / f'shares_{count}_{turn}'
            found.append(round(run_shares(manifest, out, count), 3))
            results = read_results(out)
            same &= whole is None or results == whole
            whole = whole or results
    median = {count: float(np.median(found)) for count, found in rates.items()}
    return dict(
        photographs_a_second=rates, same_bytes=same,
        two_to_one=round(median[2] / median[1], 2),
        four_to_one=round(median[4] / median[1], 2),
        load=os.getloadavg()[0])  # yapf: disable


def parse_args(arguments: Optional[Sequence[str]] = None
               ) -> argparse.Namespace:  # yapf: disable
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add('what', choices=['shares', 'kills', 'small'],
        help='shares: rates and bytes of 1, 2 and 4; kills: of two processes, '
        'again and again; small: very many pictures')  # yapf: disable
    add('work', help='new folder for what is made')
    add('--photographs', help='folder of photographs, for shares and kills')
    add('--number', type=int, default=200,
        help='of photographs (default: 200)')  # yapf: disable
    add('--side', type=int, default=192,
        help='pixels of their shorter side (default: 192)')  # yapf: disable
    add('--kills', type=int, default=50, help='(default: 50)')
    add('--rounds', type=int, default=3, help='of shares (default: 3)')
    add('--ray', action='store_true', help='kill actors of Ray')
    return parser.parse_args(arguments)


def main() -> None:
    """Measure, and print one JSON object."""
    args = parse_args()
    work = Path(args.work)
    if work.exists():
        raise ConfigError(f'{work} is there already: name a new folder')
    work.mkdir(parents=True)
    if args.what == 'small':
        print(json.dumps(measure_small(work, args.number)))
        return
    if not args.photographs:
        raise ConfigError('--photographs is needed')
    manifest = damaged_photographs(args.photographs, work / 'in', args.number,
                                   args.side)
    if args.what == 'shares':
        print(json.dumps(measure_shares(manifest, work, args.rounds)))
        return
    run_shares(manifest, work / 'whole', 1)
    whole = read_results(work / 'whole')
    print(json.dumps(
        measure_kills(manifest, work, args.kills, args.ray, whole)))
