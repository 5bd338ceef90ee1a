"""Checkpoints of any config, and configs by the name of the package."""
import subprocess
import sys
from pathlib import Path
from typing import Any, List

import mmengine.hub
import pytest
from mmengine.config import Config
from mmengine.hooks import Hook

from hcl_mmagic.apis.checkpoints import find_checkpoint
from hcl_mmagic.compat.mmengine_repairs import with_plain_checkpoints
from hcl_mmagic.engine import PlainCheckpointHook
from hcl_mmagic.errors import ConfigError

CONFIGS = Path(__file__).parents[2] / 'configs'
SMALL = 'hcl_mmagic::hcl_small.py'


class Runner:
    """What the repair sees of MMEngine's runner."""

    def __init__(self) -> None:
        self.hooks: List[Any] = []

    def register_hook(self, hook: Hook) -> None:
        self.hooks.append(hook)

    @with_plain_checkpoints
    def register_hooks(self, *hooks: Hook) -> None:
        self.hooks.extend(hooks)


def test_a_runner_gets_the_hook_that_its_config_lacks() -> None:
    runner = Runner()
    runner.register_hooks(Hook())
    assert [type(hook) for hook in runner.hooks] == [Hook, PlainCheckpointHook]


def test_a_config_that_names_the_hook_gets_one() -> None:
    runner = Runner()
    hook = PlainCheckpointHook()
    runner.register_hooks(hook)
    assert runner.hooks == [hook]


def test_a_base_of_this_package_is_its_file(tmp_path: Path) -> None:
    path = tmp_path / 'mine.py'
    path.write_text(f"_base_ = ['{SMALL}']\nmodel = dict(composite=False)\n")
    config = Config.fromfile(path)
    expected = Config.fromfile(CONFIGS / 'hcl_small.py')
    expected.model.composite = False
    # Equal: no part asks for a registry of another scope.
    assert config.to_dict() == expected.to_dict()


def test_bases_of_other_packages_are_left_to_mmengine(tmp_path: Path) -> None:
    path = tmp_path / 'mine.py'
    path.write_text("_base_ = 'mmagic::_base_/default_runtime.py'\n")
    hooks = Config.fromfile(path).default_hooks
    assert hooks.checkpoint.type == 'CheckpointHook'


def test_a_base_names_itself_where_nothing_has_imported_the_package(
        tmp_path: Path) -> None:
    path = tmp_path / 'mine.py'
    path.write_text(f"_base_ = __import__('hcl_mmagic') and '{SMALL}'\n")
    code = ('from mmengine.config import Config; import sys; '
            "assert 'hcl_mmagic' not in sys.modules; "
            f'print(Config.fromfile({str(path)!r}).model.type)')
    result = subprocess.run([sys.executable, '-W', 'ignore', '-c', code],
                            capture_output=True,
                            text=True)
    assert result.stdout == 'BlindInpaintor\n', result.stderr


def test_the_hub_gives_a_config_and_where_its_weights_are() -> None:
    config = mmengine.hub.get_config(SMALL, pretrained=True)
    assert config.filename == str(CONFIGS / 'hcl_small.py')
    assert config.model_path == str(find_checkpoint('hcl_small'))


@pytest.mark.parametrize('get', [
    mmengine.hub.get_config,
    lambda name: Config._get_cfg_path(name, 'mine.py'),
])
def test_a_missing_config_is_named_with_the_folder(get: Any) -> None:
    with pytest.raises(ConfigError, match=r'hcl_mmagic::no\.py: .*configs'):
        get('hcl_mmagic::no.py')
