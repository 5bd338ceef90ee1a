"""Each repair is needed, works, and stays out of the way otherwise."""
import importlib.util
import subprocess
import sys
from functools import partial
from types import ModuleType
from typing import Callable

import pytest
import torch
from mmengine.model import BaseModule
from torch import nn

from hcl_mmagic import compat
from hcl_mmagic.compat import mmagic_repairs

no_compiled_ops = pytest.mark.skipif(
    importlib.util.find_spec('mmcv._ext') is not None,
    reason='mmcv with compiled operators needs no repair')
# As numpy 2, whatever is installed.
NUMPY_WITHOUT_ALIAS = """
import numpy
lookup = getattr(numpy, '__getattr__', None)
def __getattr__(name):
    if name == 'bool8' or lookup is None:
        raise AttributeError(name)
    return lookup(name)
vars(numpy).pop('bool8', None)
numpy.__getattr__ = __getattr__
from hcl_mmagic import compat
compat.repair_ops_loading()
"""
# Loads one file of a package, but none of its siblings.
LOAD_MMAGIC_FILE = """
import importlib.util, pathlib
folder = pathlib.Path(importlib.util.find_spec('mmagic').origin).parent
spec = importlib.util.spec_from_file_location('loaded', folder / '{file}')
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
"""


def run_python(code: str) -> subprocess.CompletedProcess:
    """Run code in a fresh interpreter; the package root stays unimported."""
    stub = ('import importlib.util, pathlib, sys, types\n'
            "package = types.ModuleType('hcl_mmagic')\n"
            f'package.__path__ = [{str(_package_folder())!r}]\n'
            "sys.modules['hcl_mmagic'] = package\n")
    return subprocess.run([sys.executable, '-W', 'ignore', '-c', stub + code],
                          capture_output=True,
                          text=True)


def _package_folder() -> str:
    return str(importlib.util.find_spec('hcl_mmagic').origin).replace(
        '__init__.py', '')


# Repair 1


@no_compiled_ops
@pytest.mark.slow
def test_ops_cannot_be_imported_without_the_repair() -> None:
    result = run_python('import mmcv.ops')
    assert result.returncode == 1
    assert 'mmcv._ext' in result.stderr


@no_compiled_ops
@pytest.mark.slow
def test_ops_import_with_the_repair_and_fail_when_called() -> None:
    result = run_python('from hcl_mmagic import compat\n'
                        'compat.repair_ops_loading()\n'
                        'import mmcv.ops, torch\n'
                        'image = torch.zeros(1, 1, 4, 4)\n'
                        'mmcv.ops.upfirdn2d(image, torch.ones(2, 2))\n'
                        'boxes = torch.zeros(2, 4)\n'
                        'mmcv.ops.nms(boxes, boxes[:, 0], 0.5)\n')
    assert "operator 'nms' needs mmcv with compiled" in result.stderr


def test_ops_repair_leaves_compiled_mmcv_alone(
        monkeypatch: pytest.MonkeyPatch) -> None:
    from mmcv.utils import ext_loader
    before = ext_loader.load_ext
    monkeypatch.setattr(importlib.util, 'find_spec', lambda name: object())
    compat.repair_ops_loading()
    assert ext_loader.load_ext is before


# Repair 2


@pytest.mark.slow
@pytest.mark.parametrize('repair, works',
                         [('pass', False),
                          ('compat.repair_numpy_alias()', True)])
def test_mmagic_needs_the_numpy_alias(repair: str, works: bool) -> None:
    code = NUMPY_WITHOUT_ALIAS + repair + LOAD_MMAGIC_FILE.format(
        file='utils/trans_utils.py')
    result = run_python(code)
    assert (result.returncode == 0) == works, result.stderr
    assert ('bool8' in result.stderr) != works


def test_numpy_alias_is_not_set_where_numpy_has_it(
        monkeypatch: pytest.MonkeyPatch) -> None:
    fake = ModuleType('numpy')
    fake.bool8 = 'its own'
    monkeypatch.setitem(sys.modules, 'numpy', fake)
    compat.repair_numpy_alias()
    assert fake.bool8 == 'its own'


# Bug a: weight initialisation


def broken_init(module: nn.Module) -> None:
    """The control flow of ``generation_init_weights``."""

    def init(part: nn.Module) -> None:
        if hasattr(part, 'weight'):
            nn.init.constant_(part.weight, 3.)
            info = 'set'
        if hasattr(part, '_params_init_info'):
            part._params_init_info['last'] = info

    module.apply(init)


class Discriminator(BaseModule):
    """One layer with weights, one without."""

    def __init__(self, init: Callable) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(2, 2), nn.ReLU())
        self.init = init

    def init_weights(self) -> None:
        self.init(self.layers)


def model_with(init: Callable) -> BaseModule:
    model = BaseModule()
    model.discriminator = Discriminator(init)
    return model


def test_initialisation_under_a_runner_fails_without_the_repair() -> None:
    with pytest.raises(UnboundLocalError):
        model_with(broken_init).init_weights()


def test_initialisation_under_a_runner_works_with_the_repair() -> None:
    model = model_with(mmagic_repairs.without_init_records(broken_init))
    model.init_weights()
    weight = model.discriminator.layers[0].weight
    torch.testing.assert_close(weight, torch.full((2, 2), 3.))


def test_records_of_the_initialisation_are_kept() -> None:
    layers = nn.Sequential(nn.Linear(2, 2), nn.ReLU())
    records = {'weight': 'as built'}
    for part in layers.modules():
        part._params_init_info = records
    mmagic_repairs.without_init_records(broken_init)(layers)
    assert all(part._params_init_info is records for part in layers.modules())


def test_a_working_function_is_not_replaced() -> None:
    module = ModuleType('model_utils')
    module.generation_init_weights = nn.Module.train
    mmagic_repairs._patch_weight_init(module)
    assert module.generation_init_weights is nn.Module.train


def test_repairs_import_nothing() -> None:
    result = run_python('from hcl_mmagic import compat\n'
                        'compat.apply_repairs()\n'
                        "print({'numpy', 'torch', 'mmcv', 'mmagic'}\n"
                        '      & set(sys.modules))\n')
    assert result.stdout.strip() == 'set()', result.stderr


def test_discriminators_of_mmagic_initialise_under_a_runner() -> None:
    from mmagic.models.archs import PatchDiscriminator
    model = BaseModule()
    model.discriminator = PatchDiscriminator(3, base_channels=4)
    model.init_weights()
    assert model.discriminator.is_init


@pytest.mark.slow
def test_discriminators_fail_until_a_late_repair() -> None:
    result = run_python(
        'from hcl_mmagic import compat\n'
        'compat.repair_ops_loading(); compat.repair_numpy_alias()\n'
        'from mmagic.models.archs import PatchDiscriminator\n'
        'from mmengine.model import BaseModule\n'
        'def initialise():\n'
        '    model = BaseModule()\n'
        '    model.part = PatchDiscriminator(3, base_channels=4)\n'
        '    model.init_weights()\n'
        'try:\n'
        '    initialise()\n'
        'except UnboundLocalError:\n'
        "    print('broken')\n"
        'compat.repair_weight_init()\n'
        'initialise()\n'
        "print('repaired')\n")
    words = result.stdout.split()
    assert 'broken' in words and words[-1] == 'repaired', result.stderr


# Attention with nothing to attend to


def attend(mask: torch.Tensor, repaired: bool) -> torch.Tensor:
    from mmagic.models.editors.deepfillv1.contextual_attention import \
        ContextualAttentionModule
    attention = ContextualAttentionModule(return_attention_score=False)
    if not repaired:
        attention.mask_correlation_map = partial(
            attention.mask_correlation_map.__wrapped__, attention)
    torch.manual_seed(0)
    features = torch.rand(1, 4, 16, 16)
    return attention(features, features, mask)


def test_attention_without_an_intact_patch_stays_finite() -> None:
    scattered = (torch.arange(256) % 4 == 0).float().view(1, 1, 16, 16)
    assert attend(scattered, repaired=False).isnan().all()
    assert attend(scattered, repaired=True).isfinite().all()


def test_attention_to_intact_patches_is_not_changed() -> None:
    hole = torch.zeros(1, 1, 16, 16)
    hole[..., 4:12, 4:12] = 1
    assert torch.equal(attend(hole, True), attend(hole, False))
