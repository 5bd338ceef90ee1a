"""CelebA-HQ as it comes with CelebAMask-HQ."""
import pytest

# The first pictures of the real mapping, and the ends of CelebA's parts.
ORIGINALS = [119614, 99095, 200122, 162770, 162771, 182637, 182638, 202599]
SPLITS = dict(train=[0, 1, 3], val=[4, 5], test=[2, 6, 7])


def write_mapping(root, originals=ORIGINALS):
    lines = ['idx        orig_idx   orig_file']
    lines += [
        f'{index:<10} {original - 1:<10} {original:06d}.jpg'
        for index, original in enumerate(originals)
    ]
    (root / 'CelebA-HQ-to-CelebA-mapping.txt').write_text('\n'.join(lines))


def test_the_mapping_leads_to_the_parts_of_celeba(save, root, prepare, lists):
    write_mapping(root)
    for index in range(len(ORIGINALS)):
        save(f'CelebA-HQ-img/{index}.jpg')
    output = prepare('celebahq')
    assert lists() == {
        split: [f'CelebA-HQ-img/{index}.jpg' for index in indices]
        for split, indices in SPLITS.items()
    } | dict(bad_files=[])
    for count in ('24,183', '2,993', '2,824'):
        assert f'(published: {count})' in output


def test_pictures_with_the_names_of_celeba_need_no_mapping(
        save, prepare, lists):
    for original in ORIGINALS:
        save(f'CelebA-HQ-img/{original:06d}.jpg')
    prepare('celebahq')
    assert {
        split: len(names)
        for split, names in lists().items()
    } == dict(
        train=3, val=2, test=3, bad_files=0)


def test_a_copy_may_count_from_one(save, root, prepare, lists):
    write_mapping(root)
    for index in range(len(ORIGINALS)):
        save(f'data256x256/{index + 1:05d}.jpg')
    prepare('celebahq', '--images-folder', 'data256x256', '--first-index', 1)
    assert lists()['val'] == ['data256x256/00005.jpg', 'data256x256/00006.jpg']


def test_a_picture_that_is_not_mapped_is_a_bad_file(save, root, prepare,
                                                    lists):
    write_mapping(root, [*ORIGINALS, 202600])
    for name in (*range(len(ORIGINALS) + 2), 'cover'):
        save(f'CelebA-HQ-img/{name}.jpg')
    prepare('celebahq')
    assert lists()['bad_files'] == [
        f'CelebA-HQ-img/{name}.jpg\t'
        'no such number in CelebA-HQ-to-CelebA-mapping.txt'
        for name in (8, 9, 'cover')
    ]


def test_a_number_that_celeba_has_not_is_a_bad_file(save, prepare, lists):
    for original in (*ORIGINALS, 202600):
        save(f'CelebA-HQ-img/{original:06d}.jpg')
    prepare('celebahq')
    assert lists()['bad_files'] == [
        'CelebA-HQ-img/202600.jpg\tno such number in CelebA'
    ]


def test_without_its_mapping_nothing_can_be_split(save, prepare_in_vain):
    save('CelebA-HQ-img/0.jpg')
    message = prepare_in_vain('celebahq')
    assert 'CelebA-HQ-to-CelebA-mapping.txt does not exist' in message


@pytest.mark.parametrize('line', ['0 1 x.jpg', '0 1', '0 1 000002.jpg 3'])
def test_a_line_that_is_none_of_a_mapping_is_named(save, root, prepare_in_vain,
                                                   line):
    save('CelebA-HQ-img/0.jpg')
    mapping = root / 'CelebA-HQ-to-CelebA-mapping.txt'
    mapping.write_text(f'idx orig_idx orig_file\n{line}\n')
    assert 'mapping.txt, line 2: expected' in prepare_in_vain('celebahq')
