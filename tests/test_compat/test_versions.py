"""Versions that cannot work together are named, with the fix."""
import pytest

from hcl_mmagic.compat import versions as stack
from hcl_mmagic.errors import IncompatibleStackError


@pytest.fixture
def versions(monkeypatch: pytest.MonkeyPatch) -> dict:
    """Versions that are told to be installed; tests change them."""
    found = dict(
        mmengine='0.10.7',
        mmcv='2.1.0',
        mmagic='1.2.0',
        torch='2.11.0+cu130',
        torchvision='0.26.0')

    def version(name: str) -> str:
        if name not in found:
            raise stack.PackageNotFoundError(name)
        return found[name]

    monkeypatch.setattr(stack, 'version', version)
    return found


@pytest.mark.parametrize('changes', [
    {},
    dict(torch='2.1.2', torchvision='0.16.2+cpu'),
    dict(mmcv='2.0.1'),
    {
        'mmcv-lite': '2.1.0'
    },
])
def test_versions_that_work_together_pass(versions: dict,
                                          changes: dict) -> None:
    if 'mmcv-lite' in changes:
        del versions['mmcv']
    versions.update(changes)
    stack.check_versions()


@pytest.mark.parametrize('changes, message', [
    (dict(mmcv='2.2.0'), r"mmcv 2\.2\.0 .* 'mmcv-lite>=2\.0\.0,<2\.2\.0'"),
    (dict(mmcv='1.7.2'), r'mmcv 1\.7\.2 does not work'),
    (dict(mmengine='1.0.0'), r'mmengine 1\.0\.0 .* pip install'),
    (dict(mmagic='1.0.2dev0'), r'mmagic 1\.0\.2dev0 .*setup_env\.sh'),
    (dict(torch='2.13.0'),
     r'torch 2\.13\.0 and torchvision 0\.26\.0 .* needs torchvision 0\.28'),
])
def test_versions_that_do_not_are_named_with_the_fix(versions: dict,
                                                     changes: dict,
                                                     message: str) -> None:
    versions.update(changes)
    with pytest.raises(IncompatibleStackError, match=message):
        stack.check_versions()


def test_a_missing_package_is_named(versions: dict) -> None:
    del versions['torchvision']
    with pytest.raises(
            IncompatibleStackError, match='torchvision is not installed'):
        stack.check_versions()
