"""The index of published models, as OpenMMLab's tools read it."""
from pathlib import Path
from typing import Any, Dict

import pytest
import yaml
from mmengine import Config

from hcl_mmagic.apis.checkpoints import find_checkpoint
from hcl_mmagic.apis.checkpoints.locating import checked_sha256

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope='module')
def metafile() -> Dict[str, Any]:
    index = yaml.safe_load((ROOT / 'model-index.yml').read_text())
    path, = index['Import']
    return yaml.safe_load((ROOT / path).read_text())


def test_models_belong_to_a_collection(metafile: Dict[str, Any]) -> None:
    names = [collection['Name'] for collection in metafile['Collections']]
    assert metafile['Models']
    for collection in metafile['Collections']:
        assert (ROOT / collection['README']).is_file()
    for model in metafile['Models']:
        assert model['In Collection'] in names


def test_configs_are_there(metafile: Dict[str, Any]) -> None:
    for model in metafile['Models']:
        config = Config.fromfile(ROOT / model['Config'])
        assert config.model.type == 'BlindInpaintor'


def test_the_weights_are_those_of_the_package(
        metafile: Dict[str, Any]) -> None:
    for model in metafile['Models']:
        path = ROOT / model['Weights']
        assert find_checkpoint(model['Name']) == path
        assert checked_sha256(path) == model['SHA256']
