"""LOGO-30K as its archive unpacks."""
import pytest

PHOTOGRAPH = 'COCO_val2014_000000000042'
TRAIN = [f'{PHOTOGRAPH}-Some_Logo-1.png', f'{PHOTOGRAPH}-Ball_Logo-177.png']
VAL = 'COCO_val2014_000000201186-Burger_King_Logo-177'


@pytest.fixture
def logo30k(save_pair, save):
    for folder, names in (('train_images', TRAIN), ('val_images',
                                                    [f'{VAL}.png'])):
        for name in names:
            save_pair(f'27kpng/{folder}/image/{name}',
                      f'27kpng/natural/{name.split("-")[0]}.jpg',
                      f'27kpng/{folder}/mask/{name}')
            save(f'27kpng/{folder}/wm/{name}')
    save('27kpng/natural/COCO_val2014_000000000007.jpg')


def sample(folder, name):
    return '\t'.join([
        f'27kpng/{folder}/image/{name}',
        f'27kpng/natural/{name.split("-")[0]}.jpg',
        f'27kpng/{folder}/mask/{name}'
    ])


def test_a_photograph_may_have_several_watermarks(logo30k, prepare, lists):
    prepare('logo30k', '--strict')
    assert lists() == dict(
        train=[sample('train_images', name) for name in sorted(TRAIN)],
        val=[sample('val_images', f'{VAL}.png')],
        bad_files=[])


def test_the_left_overs_in_the_archive_are_bad_files(logo30k, save, prepare,
                                                     lists):
    extra = [
        f'27kpng/val_images/image/{VAL}_{part}.png'
        for part in ('coarse', 'input', 'mask', 'wm')
    ]
    for name in extra:
        save(name)
    prepare('logo30k')
    assert lists()['bad_files'] == [
        f'{name}\tno mask of this name' for name in extra
    ]
    assert len(lists()['val']) == 1


def test_a_watermark_without_its_photograph_is_a_bad_file(
        logo30k, root, prepare, lists):
    (root / f'27kpng/natural/{PHOTOGRAPH}.jpg').unlink()
    # A split that is empty would be an error.
    (root / f'27kpng/train_images/image/{TRAIN[0]}').rename(
        root / '27kpng/train_images/image/COCO_val2014_000000000007-A-1.png')
    (root / f'27kpng/train_images/mask/{TRAIN[0]}').rename(
        root / '27kpng/train_images/mask/COCO_val2014_000000000007-A-1.png')
    prepare('logo30k')
    assert lists()['bad_files'] == [
        f'27kpng/train_images/{part}/{TRAIN[1]}\t'
        'no clean picture of this name' for part in ('image', 'mask')
    ]
