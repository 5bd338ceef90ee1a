"""Tests of hcl_mmagic/datasets/image_files.py."""
import numpy as np
import pytest
from PIL import Image

from hcl_mmagic.datasets.resizing import read_resized
from hcl_mmagic.errors import DataNotFoundError, PhotographError
from hcl_mmagic.photographs.eight_bits import find_damage, read_image
from hcl_mmagic.photographs.finding import find_images, read_image_list

RGB = np.arange(6 * 8 * 3, dtype=np.uint8).reshape(6, 8, 3)


def _save(path, array=RGB, **kwargs):
    Image.fromarray(array).save(path, **kwargs)
    return str(path)


def test_images_are_found_in_nested_folders_by_name(tmp_path):
    (tmp_path / 'b' / 'c').mkdir(parents=True)
    for name in ('b/c/2.PNG', 'b/1.jpeg', 'a.webp', 'notes.txt', '._a.png'):
        (tmp_path / name).touch()
    names = ['a.webp', 'b/1.jpeg', 'b/c/2.PNG']
    assert find_images(str(tmp_path)) == [str(tmp_path / n) for n in names]


@pytest.mark.parametrize('slash', ['', '/'])
def test_a_split_without_a_folder_is_a_list(tmp_path, slash):
    (tmp_path / 'annotations').mkdir()
    (tmp_path / 'annotations/train.txt').write_text('b/2.png\na/1.png\n')
    (tmp_path / 'val').mkdir()
    (tmp_path / 'val/3.png').touch()
    assert find_images([f'{tmp_path}/train{slash}',
                        str(tmp_path / 'val')]) == [
                            str(tmp_path / name)
                            for name in ('b/2.png', 'a/1.png', 'val/3.png')
                        ]


def test_a_folder_counts_before_a_list_of_its_name(tmp_path):
    for name in ('annotations', 'train'):
        (tmp_path / name).mkdir()
    (tmp_path / 'annotations/train.txt').write_text('1.png\n')
    (tmp_path / 'train/2.png').touch()
    assert find_images(str(tmp_path /
                           'train')) == [str(tmp_path / 'train/2.png')]


def test_neither_folder_nor_list_is_named(tmp_path):
    with pytest.raises(
            DataNotFoundError,
            match='data/train does not exist, nor does the list '
            'data/annotations/train.txt'):
        find_images('data/train')


def test_list_lines_may_carry_labels_and_names_may_hold_spaces(tmp_path):
    listing = tmp_path / 'list.txt'
    listing.write_text('/a/my photo.jpg 12\nb.PNG\n')
    assert read_image_list(str(listing),
                           'root') == ['root/a/my photo.jpg', 'root/b.PNG']
    assert read_image_list(str(listing)) == ['/a/my photo.jpg', 'b.PNG']


def test_a_list_line_without_an_image_is_named(tmp_path):
    listing = tmp_path / 'list.txt'
    listing.write_text('a.png\nlabels\n')
    with pytest.raises(ValueError, match="line 2: .* got 'labels'"):
        read_image_list(str(listing))


@pytest.mark.parametrize('text, message', [(None, 'does not exist'),
                                           ('\n', 'No image named')])
def test_a_missing_or_empty_list_is_refused(tmp_path, text, message):
    if text is not None:
        (tmp_path / 'list.txt').write_text(text)
    with pytest.raises(DataNotFoundError, match=message):
        read_image_list(str(tmp_path / 'list.txt'))


@pytest.mark.parametrize('suffix', ['jpg', 'png', 'bmp', 'webp', 'tif'])
def test_a_file_that_was_cut_off_is_damaged(tmp_path, suffix):
    noise = np.random.default_rng(0).integers(
        256, size=(64, 64, 3), dtype=np.uint8)
    path = tmp_path / f'a.{suffix}'
    _save(path, noise)
    assert find_damage(str(path)) is None
    path.write_bytes(path.read_bytes()[:-200])
    assert find_damage(str(path))
    with pytest.raises(PhotographError, match=path.name):
        read_image(str(path))


def test_the_end_of_a_thumbnail_is_not_the_end_of_the_picture(tmp_path):
    path = tmp_path / 'a.jpg'
    _save(path, exif=b'Exif\x00\x00' + b'thumbnail\xff\xd8\xff\xd9')
    assert find_damage(str(path)) is None
    content = path.read_bytes()
    assert content.count(b'\xff\xd9') == 2
    path.write_bytes(content[:-2])
    assert find_damage(str(path)) == 'the file is cut off'


@pytest.mark.parametrize('content', [b'', b'hello', b'\xff\xd8', b'\xff'])
def test_what_is_no_image_is_damaged(tmp_path, content):
    path = tmp_path / 'a.jpg'
    path.write_bytes(content)
    assert find_damage(str(path))


def test_resizing_keeps_the_proportions_and_cannot_be_written_to(tmp_path):
    path = _save(tmp_path / 'a.png', np.zeros((60, 90, 3), np.uint8))
    image = read_resized(path, 20)
    assert image.shape == (20, 30, 3)
    with pytest.raises(ValueError, match='read-only'):
        image[0] = 1


@pytest.mark.parametrize('suffix, mode', [('jpg', 'RGB'), ('jpg', 'L'),
                                          ('png', 'L'), ('png', 'RGB')])
@pytest.mark.parametrize('kind', ['L', 'RGB'])
def test_every_decoder_gives_the_values_of_pil(tmp_path, suffix, mode, kind):
    path = str(tmp_path / f'picture.{suffix}')
    values = np.random.default_rng(0).integers(0, 256, (9, 7, 3), np.uint8)
    picture = Image.fromarray(values).resize((70, 90), Image.BICUBIC)
    picture.convert(kind).save(path)
    expected = np.array(Image.open(path).convert(mode)).astype(int)
    # Both use libjpeg, maybe of different versions.
    tolerance = 2 if suffix == 'jpg' else 0
    assert np.abs(read_image(path, mode) - expected).max() <= tolerance


def test_resizing_equals_that_of_pil(tmp_path):
    path = str(tmp_path / 'picture.png')
    values = np.random.default_rng(0).integers(0, 256, (60, 90, 3), np.uint8)
    Image.fromarray(values).save(path)
    for short_side, size in ((25, (38, 25)), (100, (150, 100))):
        expected = np.array(Image.open(path).resize(
            size, Image.BILINEAR)).astype(int)
        assert np.abs(read_resized(path, short_side) - expected).max() <= 1
