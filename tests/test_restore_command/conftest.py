"""The command with an inferencer whose findings are known beforehand."""
from pathlib import Path
from typing import Callable

import pytest
from known_inferencer import KnownInferencer

from hcl_mmagic import apis
from hcl_mmagic.restore_command import input_reading
from hcl_mmagic.restore_command.main import main


@pytest.fixture
def restore(monkeypatch: pytest.MonkeyPatch, tmp_path: Path
            ) -> Callable[..., int]:  # yapf: disable
    """Runs the command in ``tmp_path``; gives its exit code."""
    monkeypatch.setattr(apis, 'HCLInferencer', KnownInferencer)
    # The pictures of these tests are small and plain.
    monkeypatch.setattr(input_reading, 'why_not_judged', lambda pixels: None)
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: main(list(map(str, arguments)))
