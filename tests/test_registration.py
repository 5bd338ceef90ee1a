"""Classes are registered by importing the package, and imported when used."""
import subprocess
import sys
from importlib import import_module
from types import SimpleNamespace

import pytest
from mmengine.registry import INFERENCERS, MODEL_WRAPPERS, Registry

import hcl_mmagic
from hcl_mmagic import registration
from hcl_mmagic.registration import LOCATIONS


def run_python(code: str) -> str:
    return subprocess.run([sys.executable, '-W', 'ignore', '-c', code],
                          capture_output=True,
                          text=True,
                          check=True).stdout


def test_importing_the_package_imports_nothing_heavy() -> None:
    """Nor does what restores photographs import the toolbox."""
    printed = run_python('import sys, hcl_mmagic\n'
                         "toolbox = {'torch', 'mmengine', 'mmagic', 'mmcv'}\n"
                         "print((toolbox | {'numpy'}) & set(sys.modules))\n"
                         'import hcl_mmagic.apis, hcl_mmagic.webui.handlers\n'
                         'import hcl_mmagic.restore_command.command\n'
                         'hcl_mmagic.apis.HCLInferencer(device="cpu")\n'
                         'print(toolbox & set(sys.modules))\n')
    assert printed.split() == ['set()', 'set()']


@pytest.mark.slow
def test_registries_find_every_class_by_name() -> None:
    names = dict(
        DATA_SAMPLERS='SeededInfiniteSampler',
        DATASETS='CleanImageDataset',
        HOOKS='SamplePanelHook',
        LOOPS='ResumableIterBasedTrainLoop',
        METRICS='MaskDetection',
        MODELS='HCLRestorer',
        OPTIM_WRAPPERS='CPUAmpOptimWrapper',
        TRANSFORMS='CorruptImage',
        VISUALIZERS='HCLVisualizer')
    assert set(names) == set(LOCATIONS['mmagic.registry'])
    printed = run_python(
        'import hcl_mmagic\nfrom mmagic import registry\n' +
        ''.join(f'print(registry.{registry}.get({name!r}).__module__)\n'
                for registry, name in names.items()))
    assert [line.split('.')[0]
            for line in printed.split()] == ['hcl_mmagic'] * len(names)


@pytest.mark.parametrize('asked', [True, False])
def test_a_registry_that_was_asked_before_gets_the_classes_at_once(
        asked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    imported = []
    monkeypatch.setattr(registration, 'import_module', imported.append)
    models = Registry('model', scope='probe', locations=['json'])
    if asked:
        models.import_from_location()
    registration._add_locations(
        dict(MODELS=['models']), SimpleNamespace(MODELS=models))
    assert imported == (['hcl_mmagic.models'] if asked else [])
    assert models._locations == (['json']
                                 if asked else ['json', 'hcl_mmagic.models'])


def test_every_location_can_be_imported() -> None:
    for registries in LOCATIONS.values():
        for subpackages in registries.values():
            for subpackage in subpackages:
                import_module(f'hcl_mmagic.{subpackage}')


@pytest.mark.parametrize('registry, name', [
    (INFERENCERS, 'HCLInferencer'),
    (MODEL_WRAPPERS, 'PartwiseDistributedDataParallel'),
])
def test_mmengine_finds_classes_by_name(registry: Registry, name: str) -> None:
    assert registry.get(name).__name__ == name


def test_subpackages_are_attributes_of_the_package() -> None:
    assert hcl_mmagic.models.HCLRestorer.__name__ == 'HCLRestorer'


def test_an_unknown_attribute_is_named() -> None:
    with pytest.raises(AttributeError, match="no attribute 'modles'"):
        hcl_mmagic.modles
