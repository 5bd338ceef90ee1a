"""What README and docs tell to type, as the shell hands it to programs.

Nobody reads bash as bash does. So it runs every block, with stand-ins for the
programs that only write down their arguments: loops, variables and pipes are
its own.
"""
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import List

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / 'README.md', *sorted((ROOT / 'docs').glob('*.md'))]
FENCE = re.compile(r'^```(\w*)\n(.*?)^```$', re.M | re.S)
# A stand-in; count and arguments end with a zero each.
RECORD = """#!/bin/sh
printf '%s\\0' "$#" "${0##*/}" "$@" >> "$RECORDED_COMMANDS"
"""
# Scripts that start programs are run, for what they start. The others would
# build environments.
RECORD_BASH = RECORD + """
case "$1" in
  tools/setup_env.sh | tools/run_tests.sh) ;;
  *) exec "$REAL_BASH" "$@" ;;
esac
"""
PROGRAMS = dict.fromkeys(
    ('python', 'hcl-restore', 'hcl-serve', 'hcl-webui', 'sbatch', 'srun',
     'curl', 'npm'), RECORD)  # yapf: disable
PROGRAMS['bash'] = RECORD_BASH
HARMLESS = ('cat', 'dirname', 'mkdir')
"""Programs that scripts run by themselves."""


@dataclass(frozen=True)
class Block:
    """A fenced block of a document."""

    document: str
    line: int
    language: str
    code: str

    @property
    def name(self) -> str:
        """Where it stands: ``docs/restoring.md:3``."""
        return f'{self.document}:{self.line}'


def fenced_blocks(*languages: str) -> List[Block]:
    """Blocks of these languages, or all, of all documents.

    Args:
        *languages (str): What stands behind the opening fence.

    Returns:
        list[Block]: In the order in which they are read.
    """
    blocks = []
    for path in DOCUMENTS:
        text = path.read_text(encoding='utf-8')
        name = path.relative_to(ROOT).as_posix()
        for match in FENCE.finditer(text):
            line = text.count('\n', 0, match.start()) + 1
            blocks.append(Block(name, line, *match.groups()))
    return [
        block for block in blocks
        if not languages or block.language in languages
    ]


def prose(path: Path) -> str:
    """The text of a document without its fenced blocks."""
    return FENCE.sub('', path.read_text(encoding='utf-8'))


def record_commands(code: str, folder: Path) -> List[List[str]]:
    """Programs that a piece of bash starts.

    Args:
        code (str): Lines of bash.
        folder (Path): Where they are run, a new or used one. It gets
            stand-ins for the programs and the scripts of ``tools``.

    Returns:
        list[list[str]]: Name of the program, then its arguments.

    Raises:
        AssertionError: The shell reports an error, such as a program that
            has no stand-in.
    """
    _write_programs(folder)
    recorded = folder / 'recorded'
    recorded.write_bytes(b'')
    environment = dict(
        PATH=str(folder / '.venv/bin'),
        REAL_BASH=_locate('bash'),
        RECORDED_COMMANDS=str(recorded))
    result = subprocess.run([_locate('bash'), '-euo', 'pipefail', '-c', code],
                            cwd=folder,
                            env=environment,
                            capture_output=True,
                            text=True)
    assert result.returncode == 0, result.stderr
    tokens = recorded.read_text().split('\0')[:-1]
    return _split([token.removeprefix(f'{folder}/') for token in tokens])


def _write_programs(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    programs = folder / '.venv/bin'
    if programs.is_dir():
        return
    programs.mkdir(parents=True)
    for name, script in PROGRAMS.items():
        (programs / name).write_text(script)
        (programs / name).chmod(0o755)
    for name in HARMLESS:
        (programs / name).symlink_to(_locate(name))
    (folder / 'tools').mkdir()
    for path in (ROOT / 'tools').glob('*.sh'):
        shutil.copy(path, folder / 'tools')


def _locate(program: str) -> str:
    path = shutil.which(program)
    assert path, f'these tests need {program}'
    return path


def _split(tokens: List[str]) -> List[List[str]]:
    commands = []
    while tokens:
        count = int(tokens[0])
        commands.append(tokens[1:count + 2])
        tokens = tokens[count + 2:]
    return commands
