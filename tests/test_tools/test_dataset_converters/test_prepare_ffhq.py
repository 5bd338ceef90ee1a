"""FFHQ with folders of 1,000, or flat."""
import numpy as np
import pytest


@pytest.mark.parametrize('folders', [True, False])
def test_the_first_60000_are_for_training(save, prepare, lists, folders):
    names = {}
    for number in (0, 59999, 60000, 69999):
        folder = f'{number // 1000 * 1000:05d}/' if folders else ''
        names[number] = f'images1024x1024/{folder}{number:05d}.png'
        save(names[number], pixels=np.zeros((1024, 1024), np.uint8))
    output = prepare('ffhq')
    assert lists() == dict(
        train=[names[0], names[59999]],
        val=[names[60000], names[69999]],
        bad_files=[])
    assert 'train: 2 samples (published: 60,000)' in output


def test_a_copy_of_another_size_is_checked_by_its_name(save, prepare, lists):
    save('thumbnails128x128/00000.png', (128, 128))
    save('thumbnails128x128/00001.png', (64, 64))
    save('thumbnails128x128/60000.png', (128, 128))
    prepare('ffhq', '--images-folder', 'thumbnails128x128')
    assert lists()['bad_files'] == [
        'thumbnails128x128/00001.png\t64x64 pixels'
    ]


def test_without_a_size_in_the_name_a_face_is_a_square(save, prepare, lists):
    for number, size in ((0, (30, 30)), (1, (30, 20)), (60000, (40, 40))):
        save(f'small/{number:05d}.png', size)
    save('small/preview.png', (30, 30))
    prepare('ffhq', '--images-folder', 'small')
    assert lists() == dict(
        train=['small/00000.png'],
        val=['small/60000.png'],
        bad_files=[
            'small/00001.png\t30x20: not a square',
            'small/preview.png\tits name is not a number'
        ])
