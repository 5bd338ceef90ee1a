"""Tests of hcl_mmagic/datasets/transforms/patterns/watermarks.py."""
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from scipy.ndimage import binary_dilation

from hcl_mmagic.datasets.sample_photographs import locate_packaged_file
from hcl_mmagic.datasets.transforms import (LogoWatermarkCorruption,
                                            TextWatermarkCorruption)
from hcl_mmagic.datasets.transforms.patterns.lettering import straight_word
from hcl_mmagic.errors import DataNotFoundError, PhotographError

GREY = np.full((120, 160, 3), 100, np.uint8)
PLAIN = dict(
    opacity_range=(0.5, 0.5),
    rotation_range=(0, 0),
    colors=[(200, 200, 200)],
    ratio_range=(0, 1),
    max_draws=1)


def _damage(transform, seed=0) -> dict:
    np.random.seed(seed)
    return transform(dict(gt=GREY))


def _reference_pil_text(text: str, font: str, size: int) -> np.ndarray:
    """The box of the text, as PIL draws it: 0 to 255."""
    path = locate_packaged_file(f'matplotlib/mpl-data/fonts/ttf/{font}.ttf')
    image = Image.new('L', (400, 200))
    ImageDraw.Draw(image).text((50, 50),
                               text,
                               fill=255,
                               font=ImageFont.truetype(path, size))
    return np.asarray(image.crop(image.getbbox()), float)


def test_text_is_what_pil_draws_at_half_opacity(monkeypatch):
    # A place between two pixels would blur the letters.
    monkeypatch.setattr(np.random, 'uniform', _middle_uniform)
    img = _damage(
        TextWatermarkCorruption(
            texts=['HLE'],
            fonts=('DejaVuSerif', ),
            size_range=(0.25, 0.25),
            tile_probability=0,
            **PLAIN))['img'][..., 0]
    rows, columns = np.nonzero(img != 100)
    box = img[rows.min():rows.max() + 1, columns.min():columns.max() + 1]
    expected = 100 + 50 * _reference_pil_text('HLE', 'DejaVuSerif', 30) / 255
    assert abs(int(box.max()) - 150) <= 1
    assert abs(box.astype(float).sum() -
               expected.sum()) < 0.02 * expected.sum()


def _middle_uniform(low, high, size=None):
    middle = (np.float64(low) + high) / 2
    return middle if size is None else np.full(size, middle)


@pytest.mark.parametrize('opacity', [0.2, 0.5, 1.])
def test_opacity_is_the_share_of_the_colour(opacity):
    arguments = {**PLAIN, 'opacity_range': (opacity, opacity)}
    img = _damage(LogoWatermarkCorruption(**arguments))['img']
    assert abs(int(img.max()) - (100 + 100 * opacity)) <= 1


@pytest.mark.parametrize('transform',
                         [TextWatermarkCorruption, LogoWatermarkCorruption])
def test_tiles_cover_every_part_of_the_photograph(transform):
    tiled = transform(
        tile_probability=1, size_range=(0.12, 0.12), gap_range=(0.2, 0.2),
        rotation_range=(-45, 45), ratio_range=(0, 1),
        max_draws=1)  # yapf: disable
    for seed in range(5):
        mask = _damage(tiled, seed)['mask'][..., 0]
        quarters = (
            mask[top:top + 60, left:left + 80] for top in (0, 60)
            for left in (0, 80))
        assert all(quarter.any() for quarter in quarters)


def test_rotation_turns_the_text():
    line = dict(texts=['IIIIIIIIII'], size_range=(0.1, 0.1))

    def extent(degrees):
        arguments = {**PLAIN, **line, 'rotation_range': (degrees, degrees)}
        mask = _damage(
            TextWatermarkCorruption(tile_probability=0, **arguments),
            1)['mask']
        rows, columns, _ = np.nonzero(mask)
        return np.ptp(rows), np.ptp(columns)

    flat, upright = extent(0), extent(90)
    assert flat[0] < flat[1] and upright[0] > upright[1]


def test_rotation_is_counter_clockwise():
    arguments = {**PLAIN, 'rotation_range': (30, 30)}
    mask = _damage(
        TextWatermarkCorruption(
            texts=['IIIIIIIIII'],
            size_range=(0.1, 0.1),
            tile_probability=0,
            **arguments), 1)['mask']
    rows, columns, _ = np.nonzero(mask)
    assert np.corrcoef(rows, columns)[0, 1] < -0.5  # it rises


def test_larger_text_covers_more_and_never_leaves_the_width():
    small, large = (
        _damage(
            TextWatermarkCorruption(
                texts=['WWWWWWWWWWWWWWWWWWWWWWWWWWW'],
                size_range=(size, size),
                tile_probability=0,
                **PLAIN))['mask'].mean() for size in (0.07, 0.9))
    # 27 wide letters fit at about 6 pixels only, whatever the size.
    assert large <= 1.2 * small


def test_the_given_texts_are_drawn():
    one, other = (
        _damage(
            TextWatermarkCorruption(texts=[text], tile_probability=0,
                                    **PLAIN))['mask'] for text in ('i', 'WWW'))
    assert one.sum() < other.sum()


BOLD = dict(fonts=('DejaVuSans-Bold', ), tile_probability=0, **PLAIN)


def _box(mask) -> tuple[int, int]:
    rows, columns, _ = np.nonzero(mask)
    return np.ptp(rows) + 1, np.ptp(columns) + 1


def test_lines_stand_below_each_other():
    heights = []
    for count in (1, 3):
        transform = TextWatermarkCorruption(
            texts=['HEH'],
            num_lines=(count, count),
            size_range=(0.15, 0.15),
            position='inside',
            **BOLD)
        heights.append(_box(_damage(transform)['mask'])[0])
    # Two line pitches more, each of 1 to 1.5 font sizes of 18 pixels.
    assert 36 <= heights[1] - heights[0] <= 54


def test_straight_words_are_capitals_mostly_of_straight_strokes():
    np.random.seed(0)
    words = [straight_word() for _ in range(200)]
    straight = [set(word) <= set('EFHILT') for word in words]
    assert 0.6 < np.mean(straight) < 0.85
    assert all(word == word.upper() for word in words)


def test_an_outline_of_the_other_brightness_surrounds_the_letters():
    img = _damage(
        TextWatermarkCorruption(
            texts=['HEH'],
            size_range=(0.8, 0.8),
            outline_probability=1,
            position='inside',
            **{
                **BOLD, 'opacity_range': (1, 1)
            }))['img'][..., 0]
    letters, outline = img == 200, img == 0
    assert letters.sum() > 300 and outline.sum() > 100
    # Beside a letter comes its outline, at least 2 pixels wide.
    beside = binary_dilation(letters, iterations=2) & ~binary_dilation(letters)
    assert np.median(img[beside]) < 40


def test_a_shadow_is_soft_and_darkens_below_the_letters():
    shadow = dict(
        texts=['HEH'], size_range=(0.4, 0.4), shadow_probability=1,
        position='inside')  # yapf: disable
    img = _damage(
        TextWatermarkCorruption(**shadow, **{
            **BOLD, 'opacity_range': (1, 1)
        }))['img'][..., 0]
    darker = (img < 100)
    assert darker.sum() > 100 and len(np.unique(img[darker])) > 20
    rows, columns = np.nonzero(img == 200)
    dark_rows, dark_columns = np.nonzero(darker)
    assert dark_rows.mean() > rows.mean()
    assert dark_columns.mean() > columns.mean()


def test_wider_text_than_the_crop_is_cut():
    widths = []
    for most_width in (1, 4):
        transform = TextWatermarkCorruption(
            texts=['WWWWWWWWWWWW'],
            size_range=(0.5, 0.5),
            most_width=most_width,
            position='inside',
            **BOLD)
        widths.append(_box(_damage(transform)['mask']))
    # Three times as high where it need not fit: 12 letters at 60 px.
    assert widths[1][0] > 2.5 * widths[0][0]


@pytest.mark.parametrize('position, expected', [
    ('inside', {True, False}),
    ('corner', {True}),
    ('bottom', {True}),
])
def test_positions(position, expected):
    margin = round(0.06 * 120) + 1
    near_bottom = set()
    for seed in range(40):
        mask = _damage(
            LogoWatermarkCorruption(
                size_range=(0.2, 0.2),
                tile_probability=0,
                position=position,
                **PLAIN), seed)['mask'][..., 0]
        rows, columns = np.nonzero(mask)
        above, below = rows.min(), 119 - rows.max()
        left, right = columns.min(), 159 - columns.max()
        if position == 'bottom':
            assert below <= margin + 3 and abs(left - right) <= 4
        # A logo leaves up to 3 pixels of its square free.
        in_corner = min(above, below) <= margin + 3 and min(
            left, right) <= margin + 3
        near_bottom.add(in_corner or position == 'bottom')
        assert 24 - 6 <= np.ptp(rows) + 1 <= 25  # never cut
    assert near_bottom == expected


def test_an_unknown_position_is_refused():
    with pytest.raises(ValueError, match="position must be one of .*'left'"):
        LogoWatermarkCorruption(position='left')


def _save_logo(folder, mode='RGBA'):
    """A red square whose left half is transparent."""
    folder.mkdir(exist_ok=True)
    pixels = np.zeros((40, 40, 4), np.uint8)
    pixels[:, 20:] = 255, 0, 0, 255
    Image.fromarray(pixels).convert(mode).save(folder / 'logo.png')
    return str(folder)


def test_logos_from_files_keep_colour_and_transparency(tmp_path):
    transform = LogoWatermarkCorruption(
        folder=_save_logo(tmp_path / 'logos'),
        opacity_range=(1, 1),
        rotation_range=(0, 0),
        size_range=(0.5, 0.5),
        tile_probability=0,
        ratio_range=(0, 1))
    results = _damage(transform)
    red = (results['img'] == (255, 0, 0)).all(axis=-1)
    # Half of 60 x 60 pixels, less what sticks out of the photograph.
    assert 0.4 * 1800 < red.sum() <= 1800
    rows, columns = np.nonzero(red)
    assert np.ptp(rows) > 1.5 * np.ptp(columns)


def test_a_logo_without_transparency_is_named(tmp_path):
    folder = _save_logo(tmp_path / 'logos', 'RGB')
    with pytest.raises(
            PhotographError, match='logo.png: .* needs an alpha channel'):
        _damage(LogoWatermarkCorruption(folder=folder))


def test_a_broken_logo_and_a_missing_folder_are_named(tmp_path):
    (tmp_path / 'logo.png').write_text('no picture')
    with pytest.raises(PhotographError, match='logo.png is no photograph'):
        _damage(LogoWatermarkCorruption(folder=str(tmp_path)))
    with pytest.raises(DataNotFoundError, match='/nowhere does not exist'):
        LogoWatermarkCorruption(folder='/nowhere')


@pytest.mark.parametrize('arguments, message', [
    (dict(texts=[]), 'texts must be a list of lines'),
    (dict(texts='SAMPLE'), 'texts must be a list of lines'),
    (dict(texts=['a', ' ']), 'none empty'),
    (dict(size_range=(0.1, 5)), 'size_range must be at most 4'),
    (dict(fonts=['Arial']), 'fonts must be some of'),
    (dict(num_lines=(0, 1)), 'num_lines must be'),
    (dict(straight_probability=2), 'straight_probability must be'),
    (dict(outline_probability=2), 'outline_probability must be'),
    (dict(shadow_probability=2), 'shadow_probability must be'),
    (dict(most_width=0), 'most_width must be above 0'),
    (dict(rotation_range=(-400, 0)), 'rotation_range must be'),
    (dict(tile_probability=2), 'tile_probability must be from 0 to 1'),
    (dict(gap_range=(-1, 0)), 'gap_range must be'),
    (dict(colors=[(0, 0)]), 'colors must hold RGB'),
])
def test_impossible_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        TextWatermarkCorruption(**arguments)
