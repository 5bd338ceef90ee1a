"""Places365 as its archives unpack."""
import pytest


@pytest.fixture
def places(save):
    for name in ('data_large/a/airfield/00000001.jpg',
                 'data_large/z/zen_garden/00000002.jpg',
                 'val_large/Places365_val_00000001.jpg'):
        save(name)


def test_each_split_has_its_list(places, prepare, lists):
    output = prepare('places365')
    assert lists() == dict(
        train=[
            'data_large/a/airfield/00000001.jpg',
            'data_large/z/zen_garden/00000002.jpg'
        ],
        val=['val_large/Places365_val_00000001.jpg'],
        bad_files=[])
    assert 'Warning: train has 2 samples, 1,803,460 were published' in output
    assert 'Warning: val has 1 samples, 36,500 were published' in output


def test_the_challenge_has_another_count(places, prepare):
    assert 'train: 2 samples (published: 8,026,628)' in prepare(
        'places365', '--variant', 'challenge')


def test_the_small_variant_is_of_one_size(save, prepare, lists):
    save('data_256_standard/a/airfield/00000001.jpg', (256, 256))
    save('data_256_standard/a/airfield/00000002.jpg', (256, 200))
    save('val_256/Places365_val_00000001.jpg', (256, 256))
    prepare('places365', '--size', 256, '--train-folder', 'data_256_standard')
    assert lists() == dict(
        train_256=['data_256_standard/a/airfield/00000001.jpg'],
        val_256=['val_256/Places365_val_00000001.jpg'],
        bad_files=[
            'data_256_standard/a/airfield/00000002.jpg\t'
            'expected 256x256 pixels, got 256x200'
        ])
