"""Markdown tables of scores."""
from hcl_mmagic.evaluation.score_tables import (DETECTION_ROWS,
                                                RESTORATION_ROWS, find_bins,
                                                format_report, format_table)

SCORES = {
    'num_images': 3.0,
    'num_images@0-20': 2.0,
    'num_images@20-40': 1.0,
    'PSNR': 30.126,
    'PSNR@0-20': 33.0,
    'PSNR@20-40': None,
    'LPIPS@0-20': float('nan'),
}


def test_one_method_has_a_line_per_score_and_a_column_per_bin():
    assert format_table({
        '': SCORES
    }, RESTORATION_ROWS).splitlines() == [
        '| Mask ratio (%) | all | 0-20 | 20-40 |',
        '| --- | ---: | ---: | ---: |',
        '| images | 3 | 2 | 1 |',
        '| PSNR ↑ | 30.13 | 33.00 | – |',
        '| LPIPS ↓ | – | – | – |',
    ]


def test_methods_stand_below_each_other_as_in_the_paper():
    results = {'VCNet': {'PSNR@0-20': 29.86}, 'ours': {'PSNR@0-20': 34.79}}
    assert format_table(results, RESTORATION_ROWS).splitlines() == [
        '| Mask ratio (%) | Method | 0-20 |',
        '| --- | --- | ---: |',
        '| PSNR ↑ | VCNet | 29.86 |',
        '| PSNR ↑ | ours | 34.79 |',
    ]


def test_columns_can_be_chosen():
    table = format_table({'': SCORES}, RESTORATION_ROWS, bins=['40-60', 'all'])
    assert '| PSNR ↑ | – | 30.13 |' in table.splitlines()


def test_bins_are_sorted_by_their_bounds():
    scores = dict.fromkeys(
        ['PSNR@100-200', 'PSNR@20-40', 'PSNR@0.5-20', 'BCE@0-5'], 1.0)
    assert find_bins([scores],
                     RESTORATION_ROWS) == ['0.5-20', '20-40', '100-200']


def test_stages_have_a_table_of_their_own():
    scores = {key: 0.5 for key in DETECTION_ROWS}
    assert 'stage' not in format_report(scores)
    scores.update({f'{key}_s2@0-30': 0.25 for key in DETECTION_ROWS})
    lines = format_report(scores).splitlines()
    assert '| IoU, stage 2 ↑ | – | 0.250 |' in lines
    assert '| IoU, stage 0 ↑ | 0.500 | – |' in lines
    assert '| IoU ↑ | 0.500 |' in lines


def test_no_score_is_lost():
    report = format_report({**SCORES, 'mystery': 0.12345})
    assert '| mystery | 0.1235 |' in report or ('| mystery | 0.1234 |'
                                                in report)
    assert 'num_images' not in report


def test_pictures_left_out_are_told():
    assert '2 pictures were left out' in format_report({'num_skipped': 2.0})
    assert 'left out' not in format_report({'num_skipped': 0.0})


def test_every_test_set_has_tables_of_its_own():
    report = format_report({'seen/PSNR': 30.0, 'faces/PSNR': 25.0})
    assert report.splitlines() == [
        '# Scores: seen', '', '## Restoration', '', '| Mask ratio (%) | all |',
        '| --- | ---: |', '| PSNR ↑ | 30.00 |', '', '# Scores: faces', '',
        '## Restoration', '', '| Mask ratio (%) | all |', '| --- | ---: |',
        '| PSNR ↑ | 25.00 |'
    ]
    assert report.endswith('|\n')


def test_what_was_scored_stands_below_the_first_title():
    lines = format_report({
        'seen/PSNR': 30.0,
        'faces/PSNR': 25.0
    }, 'raw image; istd/test').splitlines()
    assert lines[:3] == ['# Scores: seen', '', 'Scored: raw image; istd/test']
    assert sum(line.startswith('Scored') for line in lines) == 1
    assert 'Scored' not in format_report({'PSNR': 30.0})
