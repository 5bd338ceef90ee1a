"""What is measured in the pictures of a sample."""
import numpy as np
import pytest


@pytest.fixture
def examine(root):
    from hcl_mmagic.lab.preparing.file_listing import Sample
    from hcl_mmagic.lab.preparing.sample_examining import examine
    return lambda **names: examine(str(root), Sample(**names))


def test_a_damaged_picture_is_compared_with_its_clean_one(save, examine):
    damaged = np.full((10, 10, 3), 100, np.uint8)
    damaged[:5, :, 0] = 130  # 10 on the mean of the three channels
    white = np.zeros((10, 10), np.uint8)
    white[:4] = 255
    save('a.png', pixels=damaged)
    save('b.png', pixels=np.full((10, 10, 3), 100, np.uint8))
    save('c.png', pixels=white)
    finding = examine(damaged='a.png', clean='b.png', mask='c.png')
    assert finding.faults == {} and finding.size == (10, 10)
    assert finding.white == 0.4
    assert finding.inside == pytest.approx(10)
    assert finding.outside == pytest.approx(10 * 10 / 60)


@pytest.mark.parametrize('values', [(0, 255), (0, 1), (20, 140)])
def test_white_is_found_in_masks_of_any_two_values(save, examine, values):
    pixels = np.full((10, 10), values[0], np.uint8)
    pixels[:3] = values[1]
    save('a.png', pixels=pixels)
    assert examine(mask='a.png').white == 0.3


def test_files_of_different_sizes_do_not_belong_together(save, examine):
    save('a.png', (12, 10))
    save('b.png', (12, 10))
    save('c.png', (6, 5))
    finding = examine(damaged='a.png', clean='b.png', mask='c.png')
    assert finding.faults == {
        'c.png': '6x5 pixels, but a.png has 12x10'
    } and finding.white is None


def test_every_file_that_cannot_be_decoded_is_named(save, root, examine):
    save('a.png')
    (root / 'b.png').write_text('no image')
    finding = examine(damaged='a.png', clean='b.png', mask='c.png')
    assert finding.faults == {
        'b.png': 'is no photograph that can be read',
        'c.png': 'is not there'
    }


@pytest.mark.parametrize('value', [0, 255])
def test_a_mask_of_one_value_says_nothing_about_the_damage(
        save, examine, value):
    save('a.png')
    save('b.png')
    save('c.png', pixels=np.full((10, 12), value, np.uint8))
    finding = examine(damaged='a.png', clean='b.png', mask='c.png')
    assert finding.white == value / 255 and finding.inside is None
