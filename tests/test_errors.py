"""What is printed reaches every terminal."""
import io
import sys

import pytest

from hcl_mmagic.errors import escape_unprintable


@pytest.mark.parametrize(('encoding', 'shown'), [('utf-8', 'é 漢'),
                                                 ('cp1252', 'é \\u6f22'),
                                                 ('ascii', '\\xe9 \\u6f22')])
def test_what_a_terminal_cannot_show_is_escaped(
        monkeypatch: pytest.MonkeyPatch, encoding: str, shown: str) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, 'stdout', stream)
    escape_unprintable()
    print('é 漢', end='', flush=True)
    assert stream.buffer.getvalue().decode(encoding) == shown
