"""The four recipes hold the published numbers, each and every one.

Written down from the authors' code (github.com/xyfJASON/HCL at a9dbf88,
``configs/*.yml`` and ``engine/trainer.py``), not from the configs. What the
code only has as a default stands here, too: nothing may be added either.
"""
from pathlib import Path

import pytest
from mmengine.config import Config

CONFIGS = Path(__file__).parents[1] / 'configs'

# Per recipe: base width, strided convolutions before the stages, restarts of
# the 2-means, weights of the coarse and the refined image's L1 and perceptual
# losses, layers that judge the refined image, rate of encoder, detector and
# decoder.
SHALLOW, DEEP = ('relu2_2', 'relu3_2'), ('relu4_2', 'relu5_2')
PUBLISHED = {
    'hcl_ffhq_256': (32, 0, 3, 0.1, 0.1, 1.0, 1.0, DEEP, 1e-3),
    'hcl_places_256': (64, 0, 1, 1.0, 1.0, 0.01, 0.01, SHALLOW, 5e-4),
    'hcl_imagenet_256': (64, 0, 1, 1.0, 1.0, 0.001, 0.001, DEEP, 5e-4),
    'hcl_places_512': (64, 1, 1, 1.0, 1.0, 0.01, 0.01, DEEP, 1e-4),
}


@pytest.fixture(params=PUBLISHED)
def recipe(request):
    """A resolved recipe and its published numbers."""
    config = Config.fromfile(CONFIGS / f'{request.param}.py').to_dict()
    return config, PUBLISHED[request.param]


def test_encoder_and_detector(recipe):
    config, (width, strided, restarts, *_) = recipe
    assert config['model']['encoder'] == dict(
        type='HCLEncoder',
        base_channels=width,
        channel_mults=(1, 2, 4),
        depths=(6, 4, 2),
        num_conv_stages=strided,
        window_size=8)
    assert config['model']['detector'] == dict(
        type='ContrastiveDetectorHead',
        stage_channels=[width, 2 * width, 4 * width],
        projection_channels=64,
        fuse_stages=True,
        sure_fractions=(1.0, 0.95, 0.95),
        num_iterations=3,
        num_restarts=restarts,
        temperature=0.1,
        finer_centres='clustered',
        orientation=dict(
            type='CentreClassifier', projection_channels=64, loss_weight=1.0),
        loss_contrast=dict(
            type='HierarchicalContrastiveLoss',
            num_anchors=512,
            num_references=512,
            hard_mining=True,
            temperature=0.1,
            loss_weight=0.1))


def test_restoration(recipe):
    config, (width, strided, *_) = recipe
    model = config['model']
    assert model['decoder'] == dict(
        type='MaskGuidedDecoder',
        base_channels=width,
        channel_mults=(1, 2, 4),
        depths=(2, 2, 2),
        bottleneck_depth=2,
        num_conv_stages=strided,
        window_size=8)
    assert model['refiner'] == dict(
        type='ConvUNetRefiner',
        base_channels=64,
        channel_mults=(1, 2, 4, 8, 8))
    assert model['discriminator'] == dict(
        type='SNPatchDiscriminator', base_channels=64)


def test_losses_of_the_images(recipe):
    config, (_, _, _, l1_coarse, l1_refined, coarse, refined, layers,
             _) = recipe
    model = config['model']
    assert model['loss_coarse'] == dict(
        type='L1Loss', loss_weight=l1_coarse, reduction='mean')
    assert model['loss_refined'] == dict(
        type='L1Loss', loss_weight=l1_refined, reduction='mean')
    assert model['loss_perceptual'] == dict(
        type='VGGPerceptualLoss',
        coarse_layers=('relu2_2', 'relu3_2'),
        coarse_weight=coarse,
        refined_layers=layers,
        refined_weight=refined,
        checkpoint=None)
    assert model['loss_adversarial'] == dict(
        type='WGANGPLoss', gradient_penalty_weight=10.0, loss_weight=1.0)


def test_the_model_has_no_other_parts_or_switches(recipe):
    config, _ = recipe
    parts = ('encoder', 'detector', 'decoder', 'refiner', 'discriminator',
             'loss_coarse', 'loss_refined', 'loss_perceptual',
             'loss_adversarial')
    assert {
        key: value
        for key, value in config['model'].items() if key not in parts
    } == dict(
        type='HCLRestorer',
        data_preprocessor=dict(
            type='DataPreprocessor', mean=[127.5] * 3, std=[127.5] * 3),
        mask_source='true',
        composite=True,
        reverse_mask=False)


def test_optimizers_and_phases(recipe):
    config, (*_, rate) = recipe

    def adam(modules, lr):
        return dict(
            type='OptimWrapper',
            modules=modules,
            optimizer=dict(type='Adam', lr=lr, betas=(0.9, 0.999)))

    assert config['optim_wrapper'] == dict(
        constructor='MultiOptimWrapperConstructor',
        generator=adam(['encoder', 'detector', 'decoder'], rate),
        refiner=adam('refiner', 1e-4),
        discriminator=adam('discriminator', 1e-4))
    assert 'param_scheduler' not in config
    assert config['train_cfg']['max_iters'] == 50000 + 100000
    assert config['custom_hooks'] == [
        dict(
            type='PhaseSwitchHook',
            switch_iteration=50000,
            reset_optimizer=True)
    ]
    assert config['train_dataloader']['batch_size'] == 3
    assert config['auto_scale_lr'] == dict(enable=False, base_batch_size=12)
    assert config['randomness'] == dict(seed=3407)


# Clean photographs and pasted ones, for training and for the tests; whether
# they are cropped (faces are squares).
DATA = {
    'hcl_ffhq_256': (('ffhq/train', ['celebahq/train', 'imagenet/train']),
                     ('ffhq/val', ['celebahq/val', 'imagenet/val']), False),
    'hcl_places_256': (('places365/data_large', 'imagenet/train'),
                       ('places365/val_large', 'imagenet/val'), True),
    'hcl_imagenet_256': (('imagenet/train', 'places365/data_large'),
                         ('imagenet/val', 'places365/val_large'), True),
    'hcl_places_512': (('places365/data_large', 'imagenet/train'),
                       ('places365/val_large', 'imagenet/val'), True),
}


@pytest.mark.parametrize('name', DATA)
@pytest.mark.parametrize('split', ['train', 'val', 'test'])
def test_data(name, split):
    config = Config.fromfile(CONFIGS / f'{name}.py').to_dict()
    size = int(name[-3:])
    training, testing, cropped = DATA[name]
    photographs, contents = training if split == 'train' else testing
    dataset = config[f'{split}_dataloader']['dataset']
    assert f'{dataset["data_root"]}/{dataset["data_prefix"]["gt"]}' == (
        f'data/{photographs}')
    folders = [f'data/{content}' for content in contents] if isinstance(
        contents, list) else f'data/{contents}'
    crop = dict(type='Crop', keys=['gt'], crop_size=(size, size))
    mask = dict(
        type='MaskFromFolder',
        folder='data/irregular_masks/test',
        threshold=0.5)
    if split == 'train':
        mask.update(folder='data/irregular_masks/train', augment=True)
    else:
        crop.update(random_crop=False)
    assert dataset['pipeline'] == [
        dict(type='LoadResizedPhotograph', short_side=size),
        *([crop] if cropped else []), mask,
        dict(
            type='CorruptImage',
            feather_radius=3.,
            contents=[
                dict(type='ImageContent', folder=folders, short_side=size)
            ]),
        dict(type='PackInputs', keys=['img'])
    ]


def derived_from(stem):
    """Configs that ablate, fine-tune or only test a recipe."""
    return sorted(path.stem for path in CONFIGS.glob(f'{stem}_*.py'))


OWN_DETECTOR = {
    'hcl_ffhq_256_single-stage', 'hcl_ffhq_256_single-contrast',
    'hcl_ffhq_256_without-fusion', 'hcl_ffhq_256_without-sample-selection'
}


@pytest.mark.parametrize('name, recipe_name', [
    *((name, 'hcl_ffhq_256') for name in derived_from('hcl_ffhq_256')),
    *((name, 'hcl_places_256') for name in derived_from('hcl_places_256')),
    *((f'hcl_{data}_256', 'hcl_places_256')
      for data in ('logo30k', 'istd', 'raindrop')),
])
def test_ablations_and_fine_tuning_keep_the_detector(name, recipe_name):
    detector, published = (
        Config.fromfile(CONFIGS / f'{stem}.py').model.detector.to_dict()
        for stem in (name, recipe_name))
    changed = {
        key
        for key in detector if detector[key] != published.get(key)
    }
    assert len(changed) == (name in OWN_DETECTOR)
    for key in ('finer_centres', 'orientation', 'num_restarts'):
        assert detector[key] == published[key]


@pytest.mark.parametrize('name', ['logo30k', 'istd', 'raindrop'])
def test_fine_tuning_is_the_second_phase_alone(name):
    config = Config.fromfile(CONFIGS / f'hcl_{name}_256.py').to_dict()
    places = Config.fromfile(CONFIGS / 'hcl_places_256.py').to_dict()
    assert config['model'] == dict(places['model'], mask_source='predicted')
    assert config['optim_wrapper'] == places['optim_wrapper']
    assert config['train_cfg']['max_iters'] == 50000
    assert config['custom_hooks'] == []
    assert config['load_from'] == 'work_dirs/hcl_places_256/iter_150000.pth'


def test_the_inherited_variant_changes_the_clusters_alone():
    variant, published = (
        Config.fromfile(CONFIGS / f'{stem}.py').to_dict()
        for stem in ('hcl_places_512_inherited', 'hcl_places_512'))
    detector = variant['model'].pop('detector')
    reference = published['model'].pop('detector')
    assert variant['model'] == published['model']
    assert detector['finer_centres'] == 'inherited'
    assert detector['orientation']['type'] == 'SplitJudge'
    for key in ('finer_centres', 'orientation'):
        del detector[key], reference[key]
    assert detector == reference
    for key in ('optim_wrapper', 'train_cfg', 'custom_hooks', 'randomness',
                'train_dataloader', 'val_dataloader'):
        assert variant[key] == published[key]
