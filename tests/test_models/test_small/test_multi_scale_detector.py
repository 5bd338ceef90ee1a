"""The detector that looks at one scale after the other."""
import pytest
import torch
import torch.nn.functional as F
from mmagic.registry import MODELS
from mmengine.config import Config


@pytest.fixture(scope='module')
def config():
    return Config.fromfile('configs/_base_/models/multi_scale_detector.py')


@pytest.fixture
def detector(config):
    torch.manual_seed(0)
    model = config.detector.copy()
    model.encoder.pretrained = False
    detector = MODELS.build(model).eval()
    torch.nn.init.normal_(detector.detail[-1].weight, std=0.1)
    return detector


@pytest.mark.parametrize('size', [(96, 130), (256, 200), (5, 300)])
@torch.no_grad()
def test_pictures_of_any_size(detector, size):
    prob = detector.mask_prob(torch.rand(2, 3, *size) * 2 - 1)
    assert prob.shape == (2, 1, *size)
    assert 0 <= prob.min() and prob.max() <= 1


@torch.no_grad()
def test_looks_from_afar_to_near(detector):
    picture = torch.rand(1, 3, 256, 256) * 2 - 1
    found = None
    for halvings in (2, 1, 0):
        found, losses = detector.look(
            F.interpolate(picture, scale_factor=0.5**halvings, mode='area'),
            found and found.features)
        assert losses == {}
    detector.first_side = 64
    torch.testing.assert_close(
        detector.mask_prob(picture), found.log_odds.sigmoid())
    detector.first_side = 256
    alone = detector.mask_prob(picture)
    assert not torch.allclose(alone, found.log_odds.sigmoid(), atol=1e-3)


def test_a_part_of_a_look_shows_the_same_pixels(detector):
    """Maps of the rows at half the size, of which a square is cut."""
    rows = torch.arange(256.)[:, None].expand(256, 256)[None, None]
    known = [F.avg_pool2d(rows, 2**(stage + 2)) for stage in range(5)]
    torch.manual_seed(1)
    picture, share, part = detector._part(rows, rows, known)
    assert picture.shape[-2:] == (160, 160) and torch.equal(picture, share)
    assert [feature.shape[-1] for feature in part] == [40, 20, 10, 5]
    for stage, feature in enumerate(part):
        torch.testing.assert_close(feature,
                                   F.avg_pool2d(picture, 2**(stage + 2)))


def test_pictures_smaller_than_the_part_are_refused(detector):
    small = torch.zeros(1, 3, 128, 128)
    detector.num_train_looks = 1
    with pytest.raises(ValueError, match='train_crop=160 pixels'):
        detector.loss(small, small[:, :1])


def test_every_look_is_trained_and_only_the_first_contrasts(
        detector, monkeypatch):
    looks = []
    look = detector.look

    def watched(picture, coarser, share):
        looks.append((picture.shape[-1], coarser is None, share))
        return look(picture, coarser, share)

    monkeypatch.setattr(detector, 'look', watched)
    mask = (torch.rand(2, 1, 256, 256) > 0.5).float()
    names = set()
    for seed in range(12):
        torch.manual_seed(seed)
        names |= set(detector.loss(torch.rand(2, 3, 256, 256), mask))
    sides = [side for side, *_ in looks]
    assert set(sides) == {64, 128, 160}
    assert sides.count(160) == 12  # always the last one
    assert sum(first for _, first, _ in looks) == 12
    assert {
        'loss_pixel_detail', 'loss_overlap_detail', 'loss_pixel_s4',
        'loss_contrast_s0'
    } <= names
    # Shares of pixels from afar, the mask itself from near.
    assert all(((share == 0) | (share == 1)).all() == (side == 160)
               for side, _, share in looks)


def test_what_is_seen_from_near_teaches_the_look_from_afar(detector):
    detector.num_train_looks = 2
    torch.manual_seed(3)  # two looks
    detector.look(torch.rand(1, 3, 64, 64))
    far, _ = detector.look(torch.rand(1, 3, 64, 64))
    _, losses = detector.look(
        torch.rand(1, 3, 128, 128), far.features, torch.ones(1, 1, 128, 128))
    gradient, = torch.autograd.grad(losses['loss_pixel_detail'],
                                    far.features[0])
    assert gradient.abs().sum() > 0
