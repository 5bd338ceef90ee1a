"""What the command does beside restoring."""
import pytest

from hcl_mmagic.restore_command import doctor_checks
from hcl_mmagic.restore_command.doctor import examine
from hcl_mmagic.restore_command.doctor_checks import (Finding, check_packages,
                                                      check_trial,
                                                      check_weights)
from hcl_mmagic.restore_command.subcommands import SUBCOMMANDS, find_subcommand


@pytest.mark.parametrize(('line', 'asked'), [('review r.JSON', 'review'),
                                             ('review --help', 'review'),
                                             ('doctor', 'doctor'),
                                             ('weights list', 'weights'),
                                             ('weights download a', 'weights'),
                                             ('weights', 'weights'),
                                             ('review -o out', None),
                                             ('doctor -o out', None),
                                             ('weights in -o out', None),
                                             ('in r.json', None), ('', None)])
def test_a_folder_may_be_called_like_a_subcommand(line: str,
                                                  asked: str) -> None:
    assert find_subcommand(line.split()) is SUBCOMMANDS.get(asked)


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> dict:
    """Versions that are told to be installed, of what is told to be needed."""
    versions = dict(numpy='1.26.4', pillow='11.0')

    def version(name: str) -> str:
        if name not in versions:
            raise doctor_checks.PackageNotFoundError(name)
        return versions[name]

    monkeypatch.setattr(doctor_checks, 'version', version)
    monkeypatch.setattr(
        doctor_checks, 'requires', lambda name: [
            'numpy>=1.24,<3', 'pillow>=10.1', 'odd; python_version < "3"',
            'gradio>=5.14,<5.15; extra == "web"', 'numpy<2; extra == "web"',
            'pydantic<2.11; extra == "web"', 'fastapi; extra == "serve"'
        ])
    monkeypatch.setattr(doctor_checks.sys, 'executable', '/a b/python')
    return versions


def findings() -> dict:
    return {item.what.split(' (')[0]: item for item in check_packages()}


def test_packages_that_fit_are_listed(installed: dict) -> None:
    assert findings()['packages'] == Finding('packages',
                                             'numpy 1.26.4, pillow 11.0')


@pytest.mark.parametrize(('version', 'told'), [(None, 'not installed'),
                                               ('9.0', '9.0')])
def test_a_missing_package_is_named_with_its_command(installed: dict,
                                                     version: str,
                                                     told: str) -> None:
    installed.pop('pillow')
    if version:
        installed['pillow'] = version
    found = findings()['pillow']
    assert found.told == f'{told}, needed is >=10.1'
    assert found.fix == "'/a b/python' -m pip install 'pillow>=10.1'"


def test_an_extra_may_be_missing_but_not_be_wrong(installed: dict) -> None:
    assert findings()['extra web'].fix is None
    assert "pip install 'hcl-mmagic[web]'" in findings()['extra web'].told
    installed.update(gradio='6.0', pydantic='2.10', fastapi='0.163')
    assert 'gradio is 6.0, needed is' in findings()['extra web'].told
    assert "'hcl-mmagic[web]'" in findings()['extra web'].fix
    assert findings()['extra serve'].told == 'installed'


def test_what_is_there_anyway_need_not_fit_a_missing_extra(
        installed: dict) -> None:
    installed['numpy'] = '2.4.6'
    assert findings()['extra web'].told.startswith('not installed (gradio')
    installed.update(gradio='5.14', pydantic='2.10')
    assert findings()['extra web'].told == 'numpy is 2.4.6, needed is <2'


def test_damaged_weights_are_named(tmp_path: object,
                                   monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / 'a-12345678.pth').write_bytes(b'x')
    monkeypatch.setenv('HCL_MMAGIC_HOME', str(tmp_path))
    wrong = [item for item in check_weights() if item.fix]
    assert len(wrong) == 1 and 'is damaged or another file' in wrong[0].told
    assert wrong[0].fix == (f'remove {tmp_path}/a-12345678.pth; '
                            'hcl-restore weights download a')


def test_no_check_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    from hcl_mmagic import apis

    def fail() -> None:
        raise RuntimeError('broken')

    monkeypatch.setattr(apis, 'HCLInferencer', fail)
    assert [item.told for item in check_trial()] == ['RuntimeError broken']


@pytest.mark.parametrize('fix', [None, 'pip install a'])
def test_the_exit_code_tells_whether_all_is_well(
        monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture,
        fix: str) -> None:
    monkeypatch.setattr('hcl_mmagic.restore_command.doctor.CHECKS',
                        (lambda: [Finding('a', 'b', fix)], ))
    assert examine() == int(fix is not None)
    shown = capsys.readouterr().out
    assert ('All is well' in shown) is (fix is None)
    assert fix is None or 'WRONG a: b\n      fix: pip install a\n' in shown
