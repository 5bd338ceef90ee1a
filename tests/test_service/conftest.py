"""A service with an inferencer whose findings are known beforehand."""
from typing import Iterator

import pytest
from known_inferencer import KnownInferencer, picture
from photograph_server import Served, encode

from hcl_mmagic.restore_command import input_reading


@pytest.fixture(scope='module', autouse=True)
def small_pictures_are_judged() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(input_reading, 'why_not_judged', lambda pixels: None)
        yield


@pytest.fixture(scope='module')
def url() -> Iterator[str]:
    """Of a service that takes up to 100,000 bytes."""
    for name in ('fastapi', 'prometheus_client'):
        pytest.importorskip(name, reason="needs 'hcl-mmagic[serve]'")
    with Served(KnownInferencer(), max_bytes=100_000) as served:
        yield served.url


@pytest.fixture
def damaged() -> bytes:
    """A PNG file whose first 9 pixels are white."""
    return encode(picture(9))
