"""The figures of the paper's tables, and where results stand in them.

HCL, ICCV 2023, https://arxiv.org/abs/2308.14061, Tables 1 to 7. Figure 8 is
drawn and other tasks are only shown there: for them there are rows of what is
measured here alone. Ratios are shares of corrupted pixels in percent. The
paper's F1 and IoU are those of the *intact* class.
"""
from typing import Sequence, Tuple

from .paper_layout import Column, Row, Table

DETECTION_RATIOS = ('0-30', '30-60')
RESTORATION_RATIOS = ('0-20', '20-40', '40-60')
DATASETS = (
    ('FFHQ', 'ffhq_256'),
    ('ImageNet', 'imagenet_256'),
    ('Places', 'places_256'),
)
UNSEEN = (
    ('random colour', 'places_256_on-constant-color'),
    ('CelebA-HQ', 'places_256_on-celebahq'),
)
DETECTION = (('Acc ↑', 'Accuracy'), ('F1 ↑', 'F1_intact'), ('BCE ↓', 'BCE'),
             ('IoU ↑', 'IoU_intact'))
RESTORATION = (('PSNR ↑', 'PSNR'), ('SSIM ↑', 'SSIM'), ('FID ↓', 'FID'),
               ('LPIPS ↓', 'LPIPS'))


def _by_ratio(tests: Sequence[Tuple[str, str]],
              ratios: Sequence[str]) -> Tuple[Column, ...]:
    """Columns for every test and every bin."""
    return tuple(
        Column(f'{title} {ratio} %', ratio, test) for title, test in tests
        for ratio in ratios)


def _compare(score: Tuple[str, str], **paper: str) -> Tuple[Row, ...]:
    """Rows of one score, one per method."""
    title, metric = score
    return tuple(
        Row(title, method, figures, metric)
        for method, figures in paper.items())


def _ablate(score: Tuple[str, str], variants: Sequence[Tuple[str, str]],
            *paper: str) -> Tuple[Row, ...]:
    """Rows of one score, one per variant."""
    title, metric = score
    return tuple(
        Row(title, variant, figures, metric, result=result)
        for (variant, result), figures in zip(variants, paper))


def _by_metric(test: str, *scores: Tuple[str, str]) -> Tuple[Column, ...]:
    """One column per score, over all ratios."""
    return tuple(
        Column(title, test=test, metric=metric) for title, metric in scores)


def _show(title: str, test: str) -> Tuple[Row, ...]:
    """Rows of what the paper shows of both methods without a figure."""
    return tuple(Row(title, method, test=test) for method in ('vcnet', 'hcl'))


ACC, F1, BCE, IOU = DETECTION
PSNR, SSIM, FID, LPIPS = RESTORATION
OUTSIDE = ('PSNR outside ↑', 'PSNR_outside')
INTERACTION = (
    ('without inter-stage consistency', 'hcl_ffhq_256_without-fusion'),
    ('without sample selection', 'hcl_ffhq_256_without-sample-selection'),
    ('complete', 'hcl_ffhq_256'),
)
HIERARCHY = (
    ('single stage', 'hcl_ffhq_256_single-stage'),
    ('contrast at a single stage', 'hcl_ffhq_256_single-contrast'),
    ('hierarchical', 'hcl_ffhq_256'),
)

TABLES = (
    Table('Table 1: mask detection at 256 px',
          _by_ratio(DATASETS, DETECTION_RATIOS), (
              *_compare(
                  ACC,
                  vcnet='0.948 0.943 0.972 0.978 0.974 0.976',
                  hcl='0.978 0.976 0.982 0.983 0.984 0.985'),
              *_compare(
                  F1,
                  vcnet='0.967 0.948 0.982 0.980 0.984 0.978',
                  hcl='0.986 0.978 0.989 0.985 0.991 0.987'),
              *_compare(
                  BCE,
                  vcnet='0.126 0.137 0.073 0.055 0.064 0.060',
                  hcl='0.090 0.095 0.083 0.075 0.068 0.064'),
              *_compare(
                  IOU,
                  vcnet='0.931 0.900 0.966 0.962 0.969 0.959',
                  hcl='0.975 0.959 0.978 0.965 0.982 0.974'),
          )),
    Table(
        'Table 2: Places at 512 px, mask of one method → repair by another',
        _by_metric('places_512', ACC, IOU, PSNR, SSIM), (
            Row('', 'blind_true-mask_mat-f', '- - 25.34 0.852'),
            Row('', 'blind_segmenter_mat-f', '0.974 0.962 23.45 0.830'),
            Row('', 'blind_vcnet-mask_mat-f', '0.975 0.963 23.25 0.829'),
            Row('', 'blind_mat-f', '0.980 0.970 24.53 0.844'),
            Row('', 'blind_mat'),
            Row('', 'blind_true-mask_hcl-known-mask'),
            Row('', 'blind_segmenter_hcl-known-mask'),
            Row('', 'blind_erfnet_hcl-known-mask'),
            Row('', 'blind_vcnet-mask_hcl-known-mask'),
            Row('', 'blind_hcl-known-mask'),
            Row('', 'blind_aot-gan'),
            Row('', 'segmenter'),
            Row('', 'erfnet'),
            Row('', 'vcnet', '0.975 0.963 21.49 0.764'),
            Row('', 'hcl', '0.980 0.970 25.28 0.846'),
            Row('',
                'HCL, inherited centres',
                result='hcl_places_512_inherited'),
        ),
        note='Over all mask ratios. MAT-F is fine-tuned on detected masks.'),
    Table('Table 3: blind inpainting at 256 px',
          _by_ratio(DATASETS, RESTORATION_RATIOS), (
              *_compare(
                  PSNR,
                  mprnet='33.93 26.75 22.06 33.76 26.26 21.50 33.37 25.59 '
                  '21.08',
                  vcnet='29.86 24.51 20.51 29.13 23.39 19.42 29.66 23.19 '
                  '19.18',
                  hcl='34.79 27.98 23.54 33.91 26.40 21.80 34.11 26.20 21.66'),
              *_compare(
                  SSIM,
                  mprnet='0.968 0.898 0.799 0.965 0.882 0.762 0.963 0.872 '
                  '0.743',
                  vcnet='0.933 0.849 0.736 0.924 0.818 0.678 0.942 0.833 '
                  '0.688',
                  hcl='0.971 0.910 0.824 0.966 0.884 0.767 0.969 0.887 0.746'),
              *_compare(
                  FID,
                  mprnet='3.37 12.20 29.74 3.71 17.80 53.38 4.15 17.61 44.73',
                  vcnet='6.80 14.17 28.90 5.69 21.48 59.11 5.93 18.62 40.21',
                  hcl='2.37 7.28 15.48 2.69 12.35 41.37 2.88 11.10 31.33'),
              *_compare(
                  LPIPS,
                  mprnet='0.027 0.096 0.212 0.033 0.123 0.269 0.033 0.131 '
                  '0.283',
                  vcnet='0.044 0.103 0.188 0.045 0.128 0.246 0.046 0.138 '
                  '0.261',
                  hcl='0.019 0.065 0.139 0.025 0.098 0.226 0.024 0.095 0.221'),
          )),
    Table('Table 4: mask detection on unseen corruption, trained on Places',
          _by_ratio(UNSEEN, DETECTION_RATIOS), (
              *_compare(
                  ACC,
                  vcnet='0.981 0.977 0.975 0.974',
                  hcl='0.990 0.989 0.986 0.986'),
              *_compare(
                  F1,
                  vcnet='0.988 0.978 0.984 0.976',
                  hcl='0.994 0.990 0.992 0.988'),
              *_compare(
                  BCE,
                  vcnet='0.050 0.078 0.063 0.068',
                  hcl='0.050 0.049 0.062 0.054'),
              *_compare(
                  IOU,
                  vcnet='0.977 0.960 0.969 0.954',
                  hcl='0.988 0.981 0.983 0.976'),
          )),
    Table('Table 5: blind inpainting of unseen corruption, trained on Places',
          _by_ratio(UNSEEN, RESTORATION_RATIOS), (
              *_compare(
                  PSNR,
                  vcnet='30.48 24.33 19.30 29.77 23.21 18.96',
                  hcl='37.69 29.01 23.05 34.60 26.52 21.82'),
              *_compare(
                  SSIM,
                  vcnet='0.957 0.876 0.732 0.947 0.840 0.685',
                  hcl='0.985 0.933 0.818 0.972 0.894 0.772'),
              *_compare(
                  FID,
                  vcnet='6.41 16.84 42.54 5.47 17.75 41.19',
                  hcl='1.80 7.45 24.48 2.65 10.50 30.42'),
              *_compare(
                  LPIPS,
                  vcnet='0.051 0.131 0.268 0.041 0.128 0.256',
                  hcl='0.013 0.063 0.182 0.021 0.089 0.214'),
          )),
    Table('Table 6: hierarchical interaction, FFHQ at 256 px',
          _by_ratio((('FFHQ', ''), ), DETECTION_RATIOS), (
              *_ablate(ACC, INTERACTION, '0.969 0.965', '0.975 0.974',
                       '0.978 0.976'),
              *_ablate(F1, INTERACTION, '0.980 0.969', '0.984 0.976',
                       '0.986 0.978'),
              *_ablate(BCE, INTERACTION, '0.102 0.115', '0.094 0.101',
                       '0.090 0.095'),
              *_ablate(IOU, INTERACTION, '0.962 0.940', '0.972 0.957',
                       '0.975 0.959'),
          ),
          note="The complete model's figures are those of FFHQ in Table 1."),
    Table('Figure 8: hierarchical against single-stage contrast',
          _by_ratio((('FFHQ', ''), ), DETECTION_RATIOS),
          tuple(row for score in DETECTION
                for row in _ablate(score, HIERARCHY, '', '', '')),
          note='The paper draws it and prints no figures.'),
    Table('Table 7: watermark removal, LOGO-30K',
          _by_metric('logo30k_256', PSNR, SSIM, FID), (
              Row('', 'sirf', '34.63 0.978 0.071'),
              Row('', 'bs2am', '34.88 0.979 0.028'),
              Row('', 'dhan', '37.67 0.986 0.062'),
              Row('', 'bvmr', '38.28 0.985 0.018'),
              Row('', 'split-then-refine', '41.27 0.991 0.011'),
              Row('', 'vcnet', '32.66 0.963 0.032'),
              Row('', 'hcl', '41.88 0.992 0.007'),
          ),
          note="The paper's FID is a thousandth of that in its other tables; "
          'how it was computed is not said.'),
    Table('Without figures in the paper',
          _by_metric('', *DETECTION, *RESTORATION, OUTSIDE), (
              *_show('random noise, Places', 'places_256_on-random-noise'),
              *_show('graffiti, Places', 'places_256_on-graffiti'),
              *_show('bidirectional, FFHQ', 'ffhq_256_bidirectional'),
              Row('shadows, ISTD', 'hcl', test='istd_256'),
              Row('raindrops', 'hcl', test='raindrop_256'),
          ),
          note='The paper shows pictures of these, names them (noise), or '
          "does neither (raindrops, a data set of the authors' code). In the "
          'other direction the pixels outside the mask are restored.'),
)  # yapf: disable
