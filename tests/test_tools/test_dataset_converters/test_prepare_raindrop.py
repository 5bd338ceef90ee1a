"""The raindrops of Qian et al. as their archives unpack."""


def test_pairs_without_masks(save_pair, save, prepare, lists):
    for split, extension, count in (('train', 'png', 2), ('test_a', 'png', 1),
                                    ('test_b', 'jpg', 1)):
        for number in range(count):
            save_pair(f'{split}/data/{number}_rain.{extension}',
                      f'{split}/gt/{number}_clean.{extension}')
    save('train/data/2_rain.png')
    output = prepare('raindrop')
    assert lists() == dict(
        train=[
            'train/data/0_rain.png\ttrain/gt/0_clean.png',
            'train/data/1_rain.png\ttrain/gt/1_clean.png'
        ],
        test_a=['test_a/data/0_rain.png\ttest_a/gt/0_clean.png'],
        test_b=['test_b/data/0_rain.jpg\ttest_b/gt/0_clean.jpg'],
        bad_files=['train/data/2_rain.png\tno clean picture of this name'])
    for count in (861, 58, 249):
        assert f'(published: {count})' in output
