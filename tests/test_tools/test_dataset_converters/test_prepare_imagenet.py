"""ImageNet with synset folders."""
import pytest


@pytest.mark.parametrize('val', [
    'val/ILSVRC2012_val_00000001.JPEG',
    'val/n01440764/ILSVRC2012_val_00000001.JPEG'
])
def test_the_validation_set_may_be_flat_or_sorted(save, prepare, lists, val):
    train = [
        'train/n01440764/n01440764_10026.JPEG',
        'train/n02105855/n02105855_2933.JPEG'
    ]
    for name in (*train, val):
        save(name)
    output = prepare('imagenet')
    assert lists() == dict(train=train, val=[val], bad_files=[])
    assert '(published: 1,281,167)' in output
    assert '(published: 50,000)' in output


def test_a_png_in_disguise_is_no_bad_file(save, prepare, lists):
    """As n02105855_2933.JPEG is one."""
    save('val/a.JPEG')
    picture = save('train/n02105855/a.png')
    picture.rename(picture.with_suffix('.JPEG'))
    prepare('imagenet')
    assert lists()['train'] == ['train/n02105855/a.JPEG']


def test_archives_that_were_not_unpacked_are_missed(save, root,
                                                    prepare_in_vain):
    save('val/a.JPEG')
    (root / 'train').mkdir()
    (root / 'train/n01440764.tar').touch()
    assert f'No image found in the folder {root}/train' in prepare_in_vain(
        'imagenet')
