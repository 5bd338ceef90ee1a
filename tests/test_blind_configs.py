"""Every detector with every inpainting model, from its config.

Each config is shrunk, trained for two iterations and tested once on
photographs that come with the installed packages.
"""
import copy
import math
from pathlib import Path
from types import SimpleNamespace

import mmagic
import pytest
import torch
import torchvision
from mmagic.registry import MODELS, TRANSFORMS
from mmengine.config import Config
from mmengine.hooks import Hook
from mmengine.runner import Runner

from hcl_mmagic.models import HCLRestorer, MATInpaintor
from hcl_mmagic.models.losses.feature_loss import FeatureLoss

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
CONFIGS = [
    path for pattern in ('blind_*.py', 'true-mask_*.py')
    for path in sorted((ROOT / 'configs').glob(pattern))
    # Stable Diffusion is not trained here.
    if 'train_cfg = None' not in path.read_text()
]
# The base of each of MMagic's inpainting models, and MMagic's own config.
PUBLISHED = {
    'aot-gan': 'aot_gan/aot-gan_smpgan_4xb4_places-512x512.py',
    'pconv': 'partial_conv/pconv_stage2_4xb2_places-256x256.py',
    'deepfillv1': 'deepfillv1/deepfillv1_8xb2_places-256x256.py',
    'deepfillv2': 'deepfillv2/deepfillv2_8xb2_places-256x256.py',
    'global-local': 'global_local/gl_8xb12_places-256x256.py'
}


def our_config(name):
    path = ROOT / f'configs/_base_/models/{name}.py'
    return Config.fromfile(path).inpaintor


def mmagic_config(name):
    path = Path(mmagic.__path__[0], '.mim/configs', PUBLISHED[name])
    return Config.fromfile(path)


# MMagic's own models


@pytest.mark.parametrize('name', PUBLISHED)
def test_numbers_are_those_of_mmagic(name):
    ours, theirs = our_config(name), mmagic_config(name).model
    for config in (ours, theirs):
        if config.get('loss_composed_percep'):
            for key in ('type', 'pretrained', 'checkpoint'):
                config.loss_composed_percep.pop(key, None)
    assert ours.to_dict() == theirs.to_dict()


@pytest.fixture
def random_vgg(monkeypatch):
    """MMagic's perceptual loss with a VGG that was not downloaded."""
    monkeypatch.setattr(
        'mmagic.models.losses.perceptual_loss.vgg',
        SimpleNamespace(
            vgg16=lambda pretrained: torchvision.models.vgg16(),
            vgg19=lambda pretrained: torchvision.models.vgg19()))


@pytest.mark.parametrize('name', PUBLISHED)
def test_published_checkpoints_fit(name, random_vgg):
    with torch.device('meta'):
        ours = MODELS.build(our_config(name)).state_dict()
        theirs = MODELS.build(mmagic_config(name).model).state_dict()
    published = {
        key: weight.shape
        for key, weight in theirs.items()
        if not key.startswith('loss_percep.vgg')  # ours is kept elsewhere
    }
    assert {key: weight.shape for key, weight in ours.items()} == published


# Shrinking

HCL_NETWORKS = dict(
    encoder=dict(base_channels=4, depths=(1, 1, 1), window_size=4),
    decoder=dict(
        base_channels=4, depths=(1, 1, 1), bottleneck_depth=1, window_size=4),
    refiner=dict(base_channels=4),
    discriminator=dict(base_channels=4))
NARROW_INPAINTORS = dict(
    AOTInpaintor=dict(
        encdec=dict(
            encoder=dict(mid_channels=4, out_channels=16),
            dilation_neck=dict(in_channels=16, num_aotblock=1),
            decoder=dict(in_channels=16, mid_channels=8)),
        disc=dict(base_channels=4)),
    PConvInpaintor=dict(),  # has no widths to choose
    DeepFillv1Inpaintor=dict(
        disc=dict(
            global_disc_cfg=dict(max_channels=8, fc_in_channels=8 * 5 * 5),
            local_disc_cfg=dict(max_channels=8, fc_in_channels=8 * 3 * 3)),
        # The generator is trained in the second of two iterations.
        train_cfg=dict(disc_step=2, local_size=(40, 40))),
    TwoStageInpaintor=dict(disc=dict(max_channels=8)),
    MATInpaintor=dict(
        generator=dict(
            channels=12,
            noise_channels=8,
            num_downs=1,
            depths=(1, 1, 1, 1, 1),
            num_heads=2,
            window_sizes=(2, 4, 4),
            widths=(4, 4, 4, 4)),
        discriminator=dict(size=64, base_channels=4, max_channels=8)),
    GLInpaintor=dict(
        disc=dict(
            global_disc_cfg=dict(max_channels=8, fc_in_channels=8),
            local_disc_cfg=dict(max_channels=8, fc_in_channels=8)),
        train_cfg=dict(local_size=(32, 32))),
    HCLRestorer=HCL_NETWORKS)
NAMING = dict(_delete_=True, type='CentreClassifier', projection_channels=8)
NARROW_DETECTORS = dict(
    GivenMaskDetector=dict(),
    SegmentationDetector=dict(),
    VCNetMaskDetector=dict(mask_network=dict(base_channels=4)),
    HCLRestorer=dict(
        encoder=HCL_NETWORKS['encoder'],
        detector=dict(
            stage_channels=[4, 8, 16],
            projection_channels=8,
            split=dict(naming=NAMING))))
# Of the pictures, where the model does not take 64 px.
SIZES = dict(PConvInpaintor=128, DeepFillv1Inpaintor=72, TwoStageInpaintor=72)


def small_data(size, split):
    """Photographs with damage in one colour."""
    return dict(
        _delete_=True,
        batch_size=2,
        num_workers=0,
        sampler=dict(
            type='SeededInfiniteSampler'
            if split == 'train' else 'DefaultSampler',
            shuffle=False),
        dataset=dict(
            type='PackagedPhotographs',
            split=split,
            test_mode=split == 'test',
            pipeline=[
                dict(type='LoadResizedPhotograph', short_side=size),
                dict(type='Crop', keys=['gt'], crop_size=(size, size)),
                dict(type='RandomStrokeMask', thickness=(8, 20)),
                dict(
                    type='CorruptImage',
                    contents=[dict(type='ConstantColorContent')]),
                dict(type='PackInputs', keys=['img'])
            ]))


def without_missing(narrow, config):
    """What concerns networks that the config has."""
    return {
        name: settings
        for name, settings in narrow.items() if config.get(name) is not None
    }


def shrink(config, folder):
    inpaintor, detector = config.model.inpaintor, config.model.detector
    size = SIZES.get(inpaintor.type, 64)
    config.merge_from_dict(
        dict(
            model=dict(
                inpaintor=without_missing(NARROW_INPAINTORS[inpaintor.type],
                                          inpaintor),
                detector=without_missing(NARROW_DETECTORS[detector.type],
                                         detector)),
            train_dataloader=small_data(size, 'train'),
            train_cfg=dict(max_iters=2),
            default_hooks=dict(checkpoint=None),
            visualizer=dict(vis_backends=[dict(type='LocalVisBackend')]),
            custom_hooks=[],
            work_dir=str(folder)))
    config.test_dataloader = small_data(size, 'test')
    del config.test_dataloader['_delete_']
    del config.default_hooks['sample_panel']
    config.test_evaluator = config.val_evaluator
    for key in ('val_cfg', 'val_dataloader', 'val_evaluator'):
        config[key] = None
    return config


# Running


class Recorder(Hook):
    """Keeps each batch, the mask that was found in it, and what the first
    network of the inpainting model got."""

    def __init__(self, name):
        self.name = name
        self.batches, self.masks, self.inputs = [], [], []

    def before_train(self, runner):
        self.model = runner.model
        self.weights = copy.deepcopy(runner.model.state_dict())

    def before_train_iter(self, runner, batch_idx, data_batch=None):
        if not self.batches:
            self._listen()
        self.model.mask_threshold = self._threshold(data_batch)
        del self.masks[len(self.batches):]  # found on the way
        self.batches.append(copy.deepcopy(data_batch))

    def before_test_iter(self, runner, batch_idx, data_batch=None):
        self.batches.append(copy.deepcopy(data_batch))

    @torch.no_grad()
    def _threshold(self, batch):
        """One that splits this batch: an untrained detector may call all of
        it intact."""
        data = self.model.data_preprocessor(copy.deepcopy(batch))
        prob = self.model.detector(
            data['inputs'], data['data_samples'], mode='tensor')
        return (prob.min() + prob.max()).item() / 2

    def _listen(self):
        model = self.model
        model.detector.register_forward_hook(lambda *run: self.masks.append(
            (run[-1] > model.mask_threshold).float()))
        first_network(self.model.inpaintor).register_forward_pre_hook(
            lambda network, inputs: self.inputs.append(inputs))

    def after_test_epoch(self, runner, metrics=None):
        self.scores = metrics

    def changed(self, part):
        """Whether a weight of this part has changed in training."""
        state = self.model.state_dict()
        return any(not torch.equal(self.weights[name], state[name])
                   for name in state if name.startswith(part + '.'))


def first_network(inpaintor):
    return getattr(inpaintor, 'generator', None) or inpaintor.encoder


@torch.no_grad()
def own_inputs(name, inpaintor, batch, mask):
    """What the first network gets if this batch comes, with this mask, from
    the model's own pipeline."""
    seen = []
    hook = first_network(inpaintor).register_forward_pre_hook(
        lambda network, inputs: seen.append(inputs))
    if isinstance(inpaintor, HCLRestorer):
        data = inpaintor.data_preprocessor(copy.deepcopy(batch))
        inpaintor.restore(data['inputs'], mask)
    elif isinstance(inpaintor, MATInpaintor):
        data = inpaintor.data_preprocessor(copy.deepcopy(batch))
        inpaintor.repair(data['inputs'], mask)
    else:
        data = inpaintor.data_preprocessor(mmagic_batch(name, batch, mask))
        inpaintor.forward_tensor(data['inputs'], data['data_samples'])
    hook.remove()
    return seen[0]


def mmagic_batch(name, batch, mask):
    """The pictures of a batch through MMagic's pipeline, from its config."""
    load, *_, hide, pack = mmagic_config(name).test_pipeline
    order = load.get('channel_order', 'bgr')
    packed = []
    for picture, region in zip(batch['inputs'], mask):
        channels = picture if order == 'rgb' else picture.flip(0)
        results = dict(
            gt=channels.permute(1, 2, 0).numpy(),
            mask=region.permute(1, 2, 0).numpy())
        for transform in (hide, pack):
            results = TRANSFORMS.build(transform)(results)
        packed.append(results)
    return {key: [results[key] for results in packed] for key in packed[0]}


@pytest.fixture(scope='module', params=CONFIGS, ids=lambda path: path.stem)
def run(request, tmp_path_factory):
    """Two iterations of training and a test, with what was recorded."""
    folder = tmp_path_factory.mktemp(request.param.stem)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv('TORCH_HOME', str(folder))  # has no VGG
        patch.setattr(torch.hub, '_hub_dir', None)
        # Formatting it takes longer than everything else.
        patch.setattr(Config, 'pretty_text', property(str))
        runner = Runner.from_cfg(
            shrink(Config.fromfile(request.param), folder))
        recorder = Recorder(request.param.stem.split('_')[1])
        runner.register_hook(recorder)
        runner.train()
        runner.test()
    recorder.log = next(folder.rglob('*.log')).read_text()
    recorder.optim_wrapper = runner.optim_wrapper
    return recorder


def test_the_inpaintor_sees_what_its_own_pipeline_gives(run):
    assert len(run.batches) == 3  # two of training, one of the test
    assert 0 < run.masks[0].mean() < 1
    for batch, mask, inputs in zip(run.batches, run.masks, run.inputs):
        if not mask.any():  # training then takes the true mask
            continue
        expected = own_inputs(run.name, run.model.inpaintor, batch, mask)
        assert len(inputs) == len(expected)
        assert all(map(torch.equal, inputs, expected))


def test_training_changes_the_inpaintor_alone(run):
    assert run.changed('inpaintor')
    assert not run.changed('detector')


def test_every_network_of_the_inpaintor_has_one_optimizer(run):
    optimized = [
        id(parameter) for wrapper in run.optim_wrapper.values()
        for group in wrapper.param_groups for parameter in group['params']
    ]
    assert sorted(optimized) == sorted(
        map(id, run.model.inpaintor.parameters()))


def test_a_loss_without_its_vgg_is_left_out(run):
    wants_vgg = [
        loss for loss in run.model.inpaintor.children()
        if isinstance(loss, FeatureLoss)
    ]
    warnings = run.log.count('Training goes on without')
    assert warnings == len(wants_vgg)


def test_the_test_scores_the_repair(run):
    assert math.isfinite(run.scores['PSNR_inside'])
