"""Every command of README and docs is one that its program understands.

The programs' own parsers read them, files of the repository that they name
are there, and what they override in a config belongs to that config.
"""
import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, Dict, Iterator, Set

import pytest
from command_reader import (OWN_FILE, PLACEHOLDERS, Reader, belongs, load_tool,
                            read_config)
from documented_commands import (DOCUMENTS, ROOT, Block, fenced_blocks, prose,
                                 record_commands)

from hcl_mmagic.restore_command.arguments import \
    build_parser as build_restore_parser
from hcl_mmagic.restore_command.subcommands import build_receipts_parser
from hcl_mmagic.scale.ray_job import build_job_parser
from hcl_mmagic.service.main import build_parser as build_service_parser
from hcl_mmagic.webui.main import build_parser as build_webui_parser

# Lines that nobody here can read: how they begin, and why.
UNCHECKED: Dict[str, str] = {
    'mim ': 'MIM is not among the packages; tests/test_wheel.py looks for '
    'what it needs',
    '.venv/bin/python -m pip ': 'changes the environment',
    'pip ': 'likewise',
    'python generate_image.py ': 'of the authors of MAT, in their checkout',
}
COMMAND = re.compile(r'^ *(```|[\w./]*(python|hcl-restore|bash|mim|pip) \S)',
                     re.M)
INLINE_CODE = re.compile(r'`([^`]+)`')


def test_every_command_stands_in_a_block_of_bash() -> None:
    for path in DOCUMENTS:
        assert not COMMAND.search(prose(path)), path
    for block in fenced_blocks():
        assert block.language in ('', 'bash', 'python'), block.name
        assert block.language or not COMMAND.search(block.code), block.name


@pytest.mark.parametrize(
    'block', fenced_blocks('bash'), ids=lambda block: block.name)
def test_a_documented_command_is_understood(
        block: Block, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = block.code.splitlines()
    checked = [line for line in lines if not line.startswith((*UNCHECKED, ))]
    commands = record_commands('\n'.join(checked), tmp_path)
    assert commands or len(checked) < len(lines) or 'export ' in block.code
    monkeypatch.chdir(ROOT)
    reader = Reader(monkeypatch)
    for program, *arguments in commands:
        reader.read(program, arguments)


def test_what_is_not_checked_is_still_documented() -> None:
    lines = '\n'.join(block.code for block in fenced_blocks('bash'))
    for beginning in UNCHECKED:
        assert re.search(f'^{re.escape(beginning)}', lines, re.M), beginning


class _Seen(Exception):
    """Carries a parser out of the function that would use it."""


def _options(script: str, monkeypatch: pytest.MonkeyPatch) -> Set[str]:

    def show(parser: ArgumentParser, *_: Any) -> None:
        raise _Seen(parser)

    with monkeypatch.context() as patch:
        patch.setattr(ArgumentParser, 'parse_known_args', show)
        with pytest.raises(_Seen) as seen:
            load_tool(script).parse_args()
    return set(seen.value.args[0]._option_string_actions)


def test_options_that_the_text_names_exist(
        monkeypatch: pytest.MonkeyPatch) -> None:
    options = {
        'hcl-restore': set(build_restore_parser()._option_string_actions),
        'hcl-restore weights': {'--index'},
        'hcl-restore receipts':
        set(build_receipts_parser()._option_string_actions),
        'hcl_mmagic.scale.ray_job':
        set(build_job_parser()._option_string_actions),
        'hcl-serve': set(build_service_parser()._option_string_actions),
        'hcl-webui': set(build_webui_parser()._option_string_actions),
        'npm': {'--prefix'}
    }
    for path in sorted((ROOT / 'tools').rglob('*.py')):
        if 'hcl_mmagic.lab' in path.read_text():
            script = path.relative_to(ROOT).as_posix()
            options[path.name] = _options(script, monkeypatch)
    for code in _inline_codes():
        named = [name for name in options if name in code] or options
        known = set().union(*(options[name] for name in named))
        for option in re.findall(r'(?<!\S)--[a-z][a-z-]*', code):
            assert option in known, code


def test_files_and_settings_that_the_text_names_exist(
        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    configs = sorted(path.as_posix() for path in Path('configs').glob('*.py'))
    for code in _inline_codes():
        for name in OWN_FILE.findall(code):
            assert PLACEHOLDERS.get(name) or list(ROOT.glob(name)), code
        _, _, settings = code.partition('--cfg-options ')
        for key in re.findall(r'([a-z_.]+)=', settings):
            assert any(belongs(read_config(path), key)
                       for path in configs), code


def _inline_codes() -> Iterator[str]:
    for path in DOCUMENTS:
        for code in INLINE_CODE.findall(prose(path)):
            if not code.startswith((*UNCHECKED, )):
                yield code
