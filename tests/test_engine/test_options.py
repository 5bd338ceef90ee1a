"""What a config of a BlindInpaintor's parts needs to be tested."""

import pytest
from mmengine.config import Config

from hcl_mmagic.engine import options
from hcl_mmagic.errors import CheckpointError


def blind(detector='HCLRestorer', load_from=None, **checkpoints):
    return Config(
        dict(
            model=dict(
                type='BlindInpaintor',
                detector=dict(type=detector),
                **checkpoints),
            load_from=load_from))


@pytest.mark.parametrize('cfg', [
    blind(detector_checkpoint='a.pth', inpaintor_checkpoint='b.pth'),
    blind('GivenMaskDetector', inpaintor_checkpoint='b.pth'),
    blind(load_from='whole.pth')
])
def test_parts_with_weights_need_no_other_checkpoint(cfg):
    options.require_part_checkpoints(cfg)


@pytest.mark.parametrize('cfg, advice', [
    (blind(inpaintor_checkpoint='b.pth'), 'model.detector_checkpoint in it'),
    (blind('GivenMaskDetector'), 'model.inpaintor_checkpoint in it'),
    (Config(dict(model=dict(type='HCLRestorer'))), 'after the config$'),
])
def test_a_part_without_weights_is_named(cfg, advice):
    with pytest.raises(CheckpointError, match=f'name a CHECKPOINT.*{advice}'):
        options.require_part_checkpoints(cfg)


def test_a_checkpoint_of_the_whole_replaces_those_of_the_parts():
    cfg = blind(detector_checkpoint='a.pth', inpaintor_checkpoint='b.pth')
    options.drop_part_checkpoints(cfg)
    assert cfg.model.detector_checkpoint is None
    assert cfg.model.inpaintor_checkpoint is None
