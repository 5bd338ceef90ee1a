"""Kill the command again and again in the middle of ``--in-place``.

``python killed_runs.py FOLDER ROUNDS`` forks a process for each run, waits
until it begins to replace a photograph, kills it a random moment later, and
looks at every file. It prints one JSON object.
"""
import json
import os
import random
import signal
import sys
import time
from pathlib import Path
from typing import Dict

from hcl_mmagic import apis
from hcl_mmagic.restore_command import result_writing
from hcl_mmagic.restore_command.main import main

sys.path.insert(0, str(Path(__file__).parents[1]))
from known_inferencer import KnownInferencer  # noqa: E402

# A write takes some milliseconds; the photographs that follow do, too.
_LONGEST_WAIT = 0.02


def start_run(folder: Path) -> tuple:
    """Fork a run. Returns its process and where it announces each write."""
    announced, announce = os.pipe()
    process = os.fork()
    if process:
        os.close(announce)
        return process, announced
    write_really = result_writing.write_file

    def announce_and_write(path: str, content: bytes) -> None:
        os.write(announce, b'.')
        write_really(path, content)

    result_writing.write_file = announce_and_write
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os._exit(main([str(folder), '--in-place', '--workers', '2']))


def read_files(folder: Path) -> Dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob('*.png')}


def run_and_kill(folder: Path, waits: random.Random) -> bool:
    """Whether the run was killed, and had not finished before."""
    process, announced = start_run(folder)
    if os.read(announced, 1):
        time.sleep(waits.uniform(0, _LONGEST_WAIT))
    os.kill(process, signal.SIGKILL)
    os.close(announced)
    _, status = os.waitpid(process, 0)
    return os.WIFSIGNALED(status)


def finish(folder: Path) -> int:
    process, announced = start_run(folder)
    while os.read(announced, 4096):
        pass
    os.close(announced)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def kill_rounds(folder: Path, rounds: int) -> dict:
    """Restore the folder under fire; what was seen."""
    old = read_files(folder)
    copies = folder.with_name('copies')
    copies.mkdir()
    for name, content in old.items():
        (copies / name).write_bytes(content)
    assert finish(copies) == 0
    new = read_files(copies)
    waits, kills, broken = random.Random(0), 0, []
    replaced = 0
    for _ in range(rounds):
        for name, content in old.items():
            (folder / name).write_bytes(content)
        kills += run_and_kill(folder, waits)
        replaced += sum(content == new[name]
                        for name, content in read_files(folder).items())
        broken += [name for name, content in read_files(folder).items()
                   if content not in (old[name], new[name])]  # yapf: disable
    return dict(
        kills=kills,
        broken=broken,
        replaced=replaced,
        unfinished=len(list(folder.glob('.*.incomplete'))),
        exit_code=finish(folder),
        all_new=read_files(folder) == new)


if __name__ == '__main__':
    apis.HCLInferencer = KnownInferencer
    print(json.dumps(kill_rounds(Path(sys.argv[1]), int(sys.argv[2]))))
