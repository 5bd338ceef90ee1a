"""Every config builds, trains on the layout it names, and says what lacks."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from mmagic.registry import DATASETS, MODELS
from mmengine.config import Config
from PIL import Image

from hcl_mmagic.engine.options import runner_keys

ROOT = Path(__file__).parents[1]
# Stable Diffusion is not trained here, and cannot be built without weights.
CONFIGS = sorted(
    path for path in (ROOT / 'configs').glob('*.py')
    if 'train_cfg = None' not in path.read_text())
# None of the test machines has VGG-19's weights.
WITHOUT_VGG = 'model.loss_perceptual=None'


def run_tool(*arguments, cwd=ROOT):
    return subprocess.run(
        [sys.executable, '-W', 'ignore', *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True)


@pytest.fixture(params=CONFIGS, ids=lambda path: path.stem)
def config(request):
    return Config.fromfile(request.param)


def save_photographs(folder, count, size=(600, 700)):
    folder.mkdir(parents=True)
    rng = np.random.default_rng(len(str(folder)))
    for index in range(count):
        small = rng.integers(256, size=(6, 7, 3), dtype=np.uint8)
        picture = Image.fromarray(small).resize(size[::-1], Image.BICUBIC)
        picture.save(folder / f'{index}.jpg')


@pytest.fixture
def places(tmp_path):
    """A folder laid out like Places365, ImageNet and NVIDIA's masks."""
    data = tmp_path / 'data'
    save_photographs(data / 'places365/data_large/a/abbey', 2)
    save_photographs(data / 'places365/val_large', 1)
    save_photographs(data / 'imagenet/train/n01440764', 2)
    save_photographs(data / 'imagenet/val', 1)
    for split in ('train', 'test'):
        folder = data / 'irregular_masks' / split
        folder.mkdir(parents=True)
        mask = np.zeros((512, 512), np.uint8)
        mask[100:300, 150:400] = 255
        Image.fromarray(mask).save(folder / '0.png')
    return tmp_path


def test_names_are_unique():
    names = [path.name for path in (ROOT / 'configs').rglob('*.py')]
    assert len(names) == len(set(names))


def test_the_model_builds(config):
    # Shapes only, as full models take a second each; but a vision transformer
    # of mmsegmentation reads numbers while it is built.
    transformer = 'VisionTransformer' in config.pretty_text
    with torch.device('cpu' if transformer else 'meta'):
        model = MODELS.build(config.model)
    if config.model.type != 'HCLRestorer':
        return
    # Without a first phase, training starts from the weights of another run.
    hooks = [hook.type for hook in config.custom_hooks]
    in_phases = 'PhaseSwitchHook' in hooks or model.decoder is None \
        or model.detector is None
    assert model.mask_source == ('true' if in_phases else 'predicted')
    assert bool(config.load_from) != in_phases


def test_training_shuffles_and_resumes_late(config):
    sampler = config.train_dataloader.sampler
    assert sampler.type == 'SeededInfiniteSampler'
    assert sampler.get('shuffle', True)
    assert config.train_cfg.type == 'ResumableIterBasedTrainLoop'


def test_the_test_samples_are_fixed(config):
    loaders = config.test_dataloader
    for loader in loaders if isinstance(loaders, list) else [loaders]:
        assert loader.dataset.test_mode
        assert not loader.sampler.shuffle


def test_the_learning_rate_scales_with_the_batch(config):
    assert config.auto_scale_lr.base_batch_size > 0


@pytest.mark.parametrize('split', ['train', 'test'])
def test_quickstart_samples_have_the_promised_damage(split):
    config = Config.fromfile(ROOT / 'configs/hcl_quickstart.py')
    dataset = DATASETS.build(config[f'{split}_dataloader'].dataset)
    for index in range(min(8, len(dataset))):
        sample = dataset[index]
        assert sample['inputs'].shape == (3, 64, 64)
        assert 0.1 <= sample['data_samples'].mask.mean() <= 0.4


# What Tables 4 to 6 and Figures 1 and 6 to 8 change in the recipe before them.
UNSEEN = [
    f'{method}_places_256_on-{pattern}' for method in ('hcl', 'vcnet')
    for pattern in ('constant-color', 'celebahq', 'random-noise', 'graffiti')
]
VARIANTS = {
    **dict.fromkeys(UNSEEN, 'test_dataloader'),
    'hcl_ffhq_256_bidirectional': 'model.reverse_mask test_dataloader',
    'vcnet_ffhq_256_bidirectional': 'model.reverse_mask test_dataloader',
    'hcl_ffhq_256_without-fusion': 'model.detector.fuse_stages',
    'hcl_ffhq_256_without-sample-selection':
    'model.detector.losses.contrast.hard_mining',
    'hcl_ffhq_256_single-stage': 'model.detector.hierarchical',
    'hcl_ffhq_256_single-contrast':
    'model.detector.losses.contrast.start_stage',
}


def differences(settings, others, path=''):
    """Keys, with dots, in which two configs differ."""
    for key in sorted({*settings, *others}):
        one, other = settings.get(key), others.get(key)
        if isinstance(one, dict) and isinstance(other, dict) \
                and path + key != 'test_dataloader':
            yield from differences(one, other, f'{path}{key}.')
        elif one != other:
            yield path + key


@pytest.mark.parametrize('name', VARIANTS)
def test_a_variant_changes_nothing_else(name):
    recipe = '_'.join(name.split('_')[:3])
    variant, base = ({
        key: value
        for key, value in Config.fromfile(ROOT / 'configs' /
                                          f'{stem}.py').to_dict().items()
        if key in runner_keys()
    } for stem in (name, recipe))
    assert ' '.join(differences(variant, base)) == VARIANTS[name]


@pytest.fixture
def test_samples(tmp_path, monkeypatch):
    """Builds the test samples of a config, on a few pictures."""
    for folder in ('places365/val_large', 'imagenet/val', 'ffhq/val',
                   'celebahq/val'):
        save_photographs(tmp_path / 'data' / folder, 2, (256, 256))
    mask = np.zeros((256, 256), np.uint8)
    mask[:, 100:180] = 255
    (tmp_path / 'data/irregular_masks/test').mkdir(parents=True)
    Image.fromarray(mask).save(tmp_path / 'data/irregular_masks/test/0.png')
    monkeypatch.chdir(tmp_path)

    def build(name):
        config = Config.fromfile(ROOT / 'configs' / f'{name}.py')
        return DATASETS.build(config.test_dataloader.dataset)

    return build


def pictures(sample):
    packed = sample['data_samples']
    return (sample['inputs'].int(), packed.gt_img.int(),
            packed.mask.expand(3, -1, -1) > 0)


# Further than this from an edge of the mask, feathering changes nothing.
INSIDE = (slice(None), slice(None), slice(110, 170))
OUTSIDE = (slice(None), slice(None), slice(0, 90))


def test_unseen_constant_colour_is_one_colour_per_picture(test_samples):
    colours = []
    for sample in test_samples('hcl_places_256_on-constant-color'):
        damaged, clean, _ = pictures(sample)
        assert len(damaged[INSIDE].flatten(1).unique(dim=1).T) == 1
        assert torch.equal(damaged[OUTSIDE], clean[OUTSIDE])
        colours.append(damaged[INSIDE][:, 0, 0].tolist())
    assert colours[0] != colours[1]


def test_unseen_celebahq_content_comes_from_there(test_samples):
    faces = {
        np.asarray(Image.open(path)).transpose(2, 0, 1)[INSIDE].tobytes()
        for path in Path('data/celebahq/val').iterdir()
    }
    for sample in test_samples('hcl_places_256_on-celebahq'):
        damaged, clean, _ = pictures(sample)
        assert damaged[INSIDE].byte().numpy().tobytes() in faces
        assert torch.equal(damaged[OUTSIDE], clean[OUTSIDE])


def test_unseen_noise_is_drawn_anew_in_every_pixel(test_samples):
    for sample in test_samples('hcl_places_256_on-random-noise'):
        damaged, clean, _ = pictures(sample)
        noise = damaged[INSIDE].float()
        # Uniform over 0 to 255.
        assert noise.mean() == pytest.approx(127.5, abs=2)
        assert noise.std() == pytest.approx(73.9, abs=2)
        assert torch.equal(damaged[OUTSIDE], clean[OUTSIDE])


def test_unseen_graffiti_have_masks_of_their_own(test_samples):
    masks = []
    for sample in test_samples('hcl_places_256_on-graffiti'):
        damaged, clean, mask = pictures(sample)
        assert 0.05 <= mask.float().mean() <= 0.5
        assert torch.equal(damaged[~mask], clean[~mask])
        masks.append(mask)
    assert not torch.equal(*masks)


@pytest.mark.parametrize('name', UNSEEN[4:] + ['vcnet_ffhq_256_bidirectional'])
def test_vcnet_is_tested_on_the_pixels_of_hcl(name):
    vcnet, hcl = (
        Config.fromfile(ROOT / f'configs/{stem}.py').test_dataloader
        for stem in (name, name.replace('vcnet', 'hcl')))
    assert vcnet == hcl


def test_the_other_direction_is_compared_with_the_pasted_picture(test_samples):
    samples = zip(
        test_samples('hcl_ffhq_256'),
        test_samples('hcl_ffhq_256_bidirectional'))
    for forward, backward in samples:
        damaged, photograph, mask = pictures(forward)
        same_damaged, content, same_mask = pictures(backward)
        assert torch.equal(damaged, same_damaged)
        assert torch.equal(mask, same_mask) and mask[INSIDE].all()
        # What stays of the content is known, what lies outside is not.
        assert torch.equal(damaged[INSIDE], content[INSIDE])
        assert torch.equal(damaged[OUTSIDE], photograph[OUTSIDE])
        difference = (content - photograph).abs().float()
        assert difference[INSIDE].mean() > 10
        assert difference[OUTSIDE].mean() > 10


def test_missing_data_end_in_one_line(tmp_path):
    result = run_tool(
        ROOT / 'tools/train.py',
        ROOT / 'configs/hcl_places_512.py',
        cwd=tmp_path)
    assert result.returncode == 1
    assert 'Traceback' not in result.stderr
    last = result.stderr.splitlines()[-1]
    assert 'data/places365/data_large' in last
    assert 'Training on Places' in last and 'README.md' in last
    assert '## Training on Places' in (ROOT / 'README.md').read_text()


@pytest.mark.slow
def test_the_real_512_px_network_trains_on_the_layout(places):
    result = run_tool(
        ROOT / 'tools/train.py',
        ROOT / 'configs/hcl_places_512.py',
        '--cfg-options',
        WITHOUT_VGG,
        'train_dataloader.batch_size=1',
        'train_dataloader.num_workers=0',
        'train_dataloader.persistent_workers=False',
        'train_cfg.max_iters=1',
        'default_hooks.logger.interval=1',
        'default_hooks.checkpoint=None',
        'val_cfg=None',
        'val_dataloader=None',
        'val_evaluator=None',
        cwd=places)
    assert result.returncode == 0, result.stderr
    assert 'loss_gradient_penalty' in result.stdout + result.stderr


@pytest.mark.slow
@pytest.mark.parametrize('name', ['hcl_detector_bsds_64', 'erfnet_bsds_64'])
def test_a_bare_detector_trains_and_validates(tmp_path, name):
    for split in ('train', 'test', 'val'):
        save_photographs(tmp_path / 'data/bsds500' / split, 1, (96, 120))
    save_photographs(tmp_path / 'data/imagenet_sample', 2, (96, 120))
    content = 'dataset.pipeline.4.contents.0'
    result = run_tool(
        ROOT / 'tools/train.py',
        ROOT / f'configs/{name}.py',
        '--cfg-options',
        f'train_dataloader.{content}.start=0',
        f'val_dataloader.{content}.stop=2',
        'train_dataloader.num_workers=0',
        'train_dataloader.persistent_workers=False',
        'train_cfg.max_iters=1',
        'train_cfg.val_interval=1',
        'custom_hooks.0.begin_iter=0',
        cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert 'IoU_corrupted_oracle' in result.stdout + result.stderr


@pytest.mark.slow
def test_hcl_small_trains_its_repair_on_what_its_detector_finds(tmp_path):
    save_photographs(tmp_path / 'data/cid22', 1, (260, 300))
    config = Config.fromfile(ROOT / 'configs/hcl_small.py')
    parts = dict(detector=config.detector, inpaintor=config.repair)
    for name, part in parts.items():
        torch.save(MODELS.build(part).state_dict(), tmp_path / f'{name}.pth')
    # Its own damage takes photographs of seven folders, by their numbers.
    noise = dict(type='UniformNoiseContent')
    load, *_, pack = config.train_dataloader.dataset.pipeline
    config.train_dataloader.dataset.update(
        data_prefix=dict(gt='cid22'),
        indices=None,
        pipeline=[
            load,
            dict(type='RandomRectangleMask', side_range=(0.2, 0.4)),
            dict(type='CorruptImage', contents=[noise]), pack
        ])
    config.custom_hooks[0].begin_iter = 0
    config.dump(tmp_path / 'small.py')
    result = run_tool(
        ROOT / 'tools/train.py',
        'small.py',
        '--cfg-options',
        *(f'model.{name}_checkpoint={name}.pth' for name in parts),
        'train_dataloader.batch_size=1',
        'train_dataloader.num_workers=0',
        'train_dataloader.persistent_workers=False',
        'train_dataloader.prefetch_factor=None',
        'default_hooks.logger.interval=1',
        'train_cfg.max_iters=2',
        'val_cfg=None',
        'val_dataloader=None',
        'val_evaluator=None',
        cwd=tmp_path)
    output = result.stdout + result.stderr
    assert result.returncode == 0, output
    assert 'loss_pixel: ' in output
    before = torch.load(tmp_path / 'detector.pth', weights_only=True)
    after = torch.load(
        tmp_path / 'work_dirs/small/iter_2.pth', weights_only=True)
    for name, weight in before.items():
        # The average of equal weights may differ in the last bit.
        torch.testing.assert_close(after['state_dict'][f'detector.{name}'],
                                   weight)


NARROW = [
    'model.encoder.base_channels=8', 'model.encoder.depths=(1,1,1)',
    'model.detector.stage_channels=[8,16,32]',
    'model.detector.projection_channels=16',
    'model.detector.split.naming.projection_channels=16',
    'model.decoder.base_channels=8', 'model.decoder.depths=(1,1,1)',
    'model.decoder.bottleneck_depth=1', 'model.refiner.base_channels=8',
    'model.discriminator.base_channels=8'
]


@pytest.mark.slow
@pytest.mark.parametrize('kind', ['pictures', 'pairs'])
def test_own_pictures_train_and_validate_despite_a_broken_one(tmp_path, kind):
    own = tmp_path / 'data/own'
    for folder in ('clean', 'damaged'):
        save_photographs(own / folder, 5, (96, 120))
    dataset = Config.fromfile(
        ROOT / f'configs/hcl_own_{kind}_256.py').train_dataloader.dataset
    dataset.update(data_root=str(own), pipeline=[])
    trained = [sample['gt_path'] for sample in DATASETS.build(dataset)]
    Path(trained[0]).write_text('not an image')
    result = run_tool(
        ROOT / 'tools/train.py',
        ROOT / f'configs/hcl_own_{kind}_256.py',
        '--cfg-options',
        WITHOUT_VGG,
        *NARROW,
        f'train_dataloader.batch_size={len(trained)}',  # so it is drawn
        'train_dataloader.num_workers=0',
        'train_dataloader.persistent_workers=False',
        'val_dataloader.num_workers=0',
        'val_dataloader.persistent_workers=False',
        'train_cfg.max_iters=2',
        'train_cfg.val_interval=2',
        'custom_hooks.0.switch_iteration=1',
        cwd=tmp_path)
    output = result.stdout + result.stderr
    assert result.returncode == 0, output
    assert 'Phase 2 begins at iteration 1' in output
    assert 'IoU_corrupted' in output


def test_an_unknown_argument_is_named_with_its_class(tmp_path):
    config = tmp_path / 'typo.py'
    config.write_text(f"_base_ = '{ROOT}/configs/hcl_quickstart.py'\n"
                      'model = dict(encoder=dict(window_sise=8))\n')
    result = run_tool(ROOT / 'tools/train.py', config, cwd=tmp_path)
    assert result.returncode == 1
    last = result.stderr.splitlines()[-1]
    assert 'HCLEncoder' in last and 'window_sise' in last


def test_a_checkpoint_of_another_config_names_the_first_wrong_key(tmp_path):
    config = Config.fromfile(ROOT / 'configs/hcl_quickstart.py')
    state = MODELS.build(config.model).state_dict()
    state['encoder.stem.weight'] = torch.zeros(7)
    torch.save(dict(state_dict=state, meta={}), tmp_path / 'other.pth')
    result = run_tool(
        ROOT / 'tools/test.py',
        ROOT / 'configs/hcl_quickstart.py',
        tmp_path / 'other.pth',
        cwd=tmp_path)
    assert result.returncode == 1
    assert 'encoder.stem.weight' in result.stderr.splitlines()[-1]
