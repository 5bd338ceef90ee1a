"""Reads command lines as the programs of this repository would."""
import ast
import importlib.util
import inspect
import re
import sys
from argparse import ArgumentParser, Namespace
from functools import lru_cache
from types import ModuleType
from typing import Any, Dict, List, Set

import pytest
from documented_commands import ROOT
from mmagic import registry
from mmengine.config import Config
from mmengine.registry import Registry
from torch.distributed.run import get_args_parser

from hcl_mmagic.engine.options import load_config
from hcl_mmagic.restore_command import arguments as restore_arguments
from hcl_mmagic.restore_command.subcommands import find_subcommand
from hcl_mmagic.scale.ray_job import parse_job
from hcl_mmagic.service.main import build_parser as build_service_parser
from hcl_mmagic.webui.main import build_parser as build_webui_parser

# What stands for any config in the documents.
PLACEHOLDERS = dict.fromkeys(('CONFIG', 'configs/NAME.py'),
                             'configs/hcl_quickstart.py')
SERVERS = {'hcl-serve': build_service_parser, 'hcl-webui': build_webui_parser}
OWN_FILE = re.compile(r'(?:configs|docs|hcl_mmagic|tests|tools)/\S+')
CHECKPOINT = re.compile(r'work_dirs/(\S+)/iter_(\d+)\.pth')
REGISTRIES = [
    value for value in vars(registry).values() if isinstance(value, Registry)
]


class Reader:
    """Reads the commands of one block as the programs would.

    Attributes:
        trained (dict[str, set[int]]): By work dir, the iterations at which
            the trainings of the block end.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        # An option that only begins like a real one is a wrong one.
        monkeypatch.setattr(ArgumentParser, '_get_option_tuples',
                            lambda *_: [])
        self.monkeypatch = monkeypatch
        self.trained: Dict[str, Set[int]] = {}

    def read(self, program: str, arguments: List[str]) -> None:
        """Read one command.

        Raises:
            SystemExit: The program's parser refuses it.
            AssertionError: Something that it names is not there.
        """
        arguments = [PLACEHOLDERS.get(text, text) for text in arguments]
        for text in arguments:
            path = text.rpartition('=')[2]
            assert not OWN_FILE.fullmatch(path) or (ROOT / path).exists(), path
            for work_dir, iteration in CHECKPOINT.findall(text):
                assert int(iteration) in self._ends(work_dir), text
        if program == 'srun':
            start = next(index for index, text in enumerate(arguments)
                         if text.endswith('/python'))
            program, arguments = 'python', arguments[start + 1:]
        if program == 'python':
            self._read_python(*arguments)
        elif program == 'hcl-restore' and find_subcommand(arguments):
            subcommand = find_subcommand(arguments)
            subcommand.build_parser().parse_args(arguments[1:])
        elif program == 'hcl-restore':
            restore_arguments.parse_args(restore_arguments.build_parser(),
                                         arguments)
        elif program in SERVERS:
            SERVERS[program]().parse_args(arguments)

    def _ends(self, work_dir: str) -> Set[int]:
        """Iterations of the checkpoints that a training leaves there."""
        if work_dir in self.trained:
            return self.trained[work_dir]
        name = dict(quickstart='hcl_quickstart').get(work_dir, work_dir)
        return {read_config(f'configs/{name}.py').train_cfg.max_iters}

    def _read_python(self, first: str, *others: str) -> None:
        if first.startswith('tools/'):
            self._read_tool(first, list(others))
        elif first == '-u':
            self._read_python(*others)
        elif first == '-c':
            _check_imports(others[0])
        elif (first, *others[:1]) == ('-m', 'torch.distributed.run'):
            args = get_args_parser().parse_args(others[1:])
            self._read_python(args.training_script, *args.training_script_args)
        elif (first, *others[:1]) == ('-m', 'hcl_mmagic.scale.ray_job'):
            parse_job(others[1:])
        else:
            # Code that stands in a script; tests, whose path was looked for.
            assert first == '-' or (first == '-m' and others[0] in (
                'pytest', 'http.server')), others

    def _read_tool(self, script: str, arguments: List[str]) -> None:
        name = dict(infer='hcl-restore', serve='hcl-serve', webui='hcl-webui')
        if script[6:-3] in name:
            self.read(name[script[6:-3]], arguments)
            return
        args = _parse(script, arguments, self.monkeypatch)
        if 'forwarded' in args:
            self._read_tool('tools/analysis_tools/benchmark.py',
                            [args.config, *args.forwarded])
        options = getattr(args, 'cfg_options', [])
        if not str(getattr(args, 'config', '')).startswith('configs/'):
            assert not options
            return
        for option in options:
            key = option.partition('=')[0]
            assert belongs(read_config(args.config), key), key
        cfg = load_config(args.config, options, getattr(args, 'work_dir', ''))
        if script == 'tools/train.py':
            self.trained.setdefault(
                cfg.work_dir.removeprefix('work_dirs/'),
                set()).add(cfg.train_cfg.max_iters)


@lru_cache(maxsize=None)
def read_config(path: str) -> Config:
    return load_config(path, [])


@lru_cache(maxsize=None)
def load_tool(script: str) -> ModuleType:
    """The module of the package that a script is the entry point of."""
    spec = importlib.util.spec_from_file_location('documented_tool',
                                                  ROOT / script)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return sys.modules[module.main.__module__]


def _parse(script: str, arguments: List[str],
           monkeypatch: pytest.MonkeyPatch) -> Namespace:
    monkeypatch.setattr(sys, 'argv', [script, *arguments])
    return load_tool(script).parse_args()


def _check_imports(code: str) -> None:
    imports = [
        statement for statement in ast.parse(code).body
        if isinstance(statement, (ast.Import, ast.ImportFrom))
    ]
    exec(compile(ast.Module(imports, []), '<documentation>', 'exec'), {})


def belongs(config: Config, key: str) -> bool:
    """Whether a config has this key, with dots, or could have it as an
    argument of a class that it configures. MMEngine adds any other, too."""
    *parents, last = key.split('.')
    node: Any = config
    for parent in parents:
        in_list = isinstance(node, (list, tuple))
        try:
            node = node[int(parent) if in_list else parent]
        except (IndexError, KeyError, TypeError, ValueError):
            return False
    if not isinstance(node, (Config, dict)):
        return False
    return last in node or last in _argument_names(node.get('type', ''))


@lru_cache(maxsize=None)
def _argument_names(name: str) -> Set[str]:
    """Arguments of a registered class, and of those it hands the rest to."""
    names: Set[str] = set()
    classes = filter(None, (any_of.get(name) for any_of in REGISTRIES))
    for cls in next(classes, type).__mro__:
        parameters = inspect.signature(cls.__init__).parameters
        names.update(parameters)
        kinds = [parameter.kind for parameter in parameters.values()]
        if inspect.Parameter.VAR_KEYWORD not in kinds:
            break
    return names
