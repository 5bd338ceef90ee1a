"""Bits of JPEG XL files, as libjxl 0.11 has begun them."""
import pytest

from hcl_mmagic.photographs.jpeg_xl import bits_of_values

BOX = '0000000c4a584c200d0a870a00000014667479706a786c20000000006a786c20'
HEADS = [
    (8, 'ff0acb40240804010034014b2825d621875d414141498002'),
    (8, 'ff0a1803 8a8048080401001c004b188b'.replace(' ', '')),  # 70 x 100
    (10, 'ff0acb5040d122080401007c014b2836561fe4e05e414141'),
    (12, 'ff0acb6040d12208040100ac014b386898c2831dcafa0a0'[:46]),
    (16, 'ff0acbf00350b408080401004c024b2825d621875d414141'),
    (32, 'ff0acbc801142d0208040100940a4b386898c283f715144c'),
]


@pytest.mark.parametrize('bits, head', HEADS)
def test_the_head_tells_the_bits(bits: int, head: str) -> None:
    assert bits_of_values(bytes.fromhex(head)) == bits
    boxes = {
        'jxlc': BOX + '000000086a786c63' + head,
        'a level first':
        BOX + '000000096a786c6c0a' + '000000a96a786c63' + head,
        'pieces': BOX + '000000a96a786c7000000000' + head
    }
    for content in boxes.values():
        assert bits_of_values(bytes.fromhex(content)) == bits


@pytest.mark.parametrize('content', [
    b'', b'no picture', b'\xff\n', b'\xff\n\xcb', bytes.fromhex(BOX),
    bytes.fromhex(BOX + '000000046a786c62'), bytes.fromhex(BOX + '00000001')
])  # yapf: disable
def test_what_is_cut_off_tells_nothing(content: bytes) -> None:
    assert bits_of_values(content) is None
