"""Which model expects what, and what is said where nobody knows."""

import pytest
from torch import nn

from hcl_mmagic.errors import ConfigError
from hcl_mmagic.models.blind import InputConvention, find_convention


class AOTInpaintor(nn.Module):
    """Known by its name."""


class OwnAOT(AOTInpaintor):
    """Known by its base."""


class Unheard(nn.Module):
    """Not known."""


@pytest.mark.parametrize('model', [AOTInpaintor(), OwnAOT()])
def test_convention_is_that_of_the_class_or_its_base(model):
    convention = find_convention(model)
    assert convention.channel_order == 'rgb'
    assert convention.fill_value == 127.5


def test_an_override_changes_what_it_names():
    convention = find_convention(AOTInpaintor(), dict(fill_value=None))
    assert convention.fill_value is None
    assert convention.size_divisor == find_convention(
        AOTInpaintor()).size_divisor


def test_an_unknown_class_is_told_what_to_write():
    with pytest.raises(
            ConfigError,
            match=r"what Unheard expects.*input_convention=dict\(channel_ord"):
        find_convention(Unheard(), dict(channel_order='rgb'))


def test_an_override_makes_up_for_an_unknown_class():
    assert find_convention(Unheard(),
                           dict(channel_order='bgr',
                                fill_value=0)) == InputConvention('bgr', 0)


@pytest.mark.parametrize('field, message', [
    (dict(channel_order='grb'), "channel_order must be one of.*got 'grb'"),
    (dict(fill_value=-1), r'fill_value must be a number in \[0, 255\]'),
    (dict(size_divisor=0), 'size_divisor and smallest_size must be at least'),
    (dict(fill=1), "input_convention has no 'fill': take any of channel_ord"),
])
def test_fields_that_cannot_be_are_refused(field, message):
    with pytest.raises(ConfigError, match=message):
        find_convention(AOTInpaintor(), field)
