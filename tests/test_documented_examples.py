"""The Python that the documentation shows does run."""
import ast
import hashlib
import json
import re
from pathlib import Path
from typing import Any, Dict, List

import pytest
from mmagic.registry import MODELS
from mmengine.config import Config
from PIL import Image
from tiny_checkpoint import write_tiny_checkpoint

from hcl_mmagic.apis.checkpoints import read_contents, to_published
from hcl_mmagic.datasets.resizing import read_resized
from hcl_mmagic.datasets.sample_photographs import locate_packaged_file

ROOT = Path(__file__).parents[1]
NOTEBOOK = ROOT / 'docs/restoring_photographs.ipynb'


@pytest.fixture
def user_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A current folder with a photograph; a tiny model as the default one."""
    write_tiny_checkpoint(tmp_path / 'a.pth')
    published = to_published(read_contents(tmp_path / 'a.pth'))
    digits = hashlib.sha256(published).hexdigest()[:8]
    (tmp_path / f'hcl_small-{digits}.pth').write_bytes(published)
    monkeypatch.setenv('HCL_MMAGIC_HOME', str(tmp_path))
    folder = tmp_path / 'user'
    folder.mkdir()
    monkeypatch.chdir(folder)
    coffee = locate_packaged_file('skimage/data/coffee.png')
    Image.fromarray(read_resized(coffee, 96)).save('photo.jpg')
    return folder


def _read_notebook() -> Dict[str, Any]:
    return json.loads(NOTEBOOK.read_text(encoding='utf-8'))


def _run(code: str, names: Dict[str, Any]) -> None:
    exec(compile(ast.parse(code), '<documentation>', 'exec'), names)


def test_the_five_lines_of_the_readme(user_folder: Path) -> None:
    blocks: List[str] = re.findall(r'```python\n(.*?)```',
                                   (ROOT / 'README.md').read_text(), re.S)
    example, = [block for block in blocks if 'HCLInferencer' in block]
    assert len(list(filter(None, example.splitlines()))) == 5
    _run(example, {})
    assert Image.open('restored.png').size == Image.open('photo.jpg').size


@pytest.mark.slow
def test_the_notebook(user_folder: Path) -> None:
    names: Dict[str, Any] = {}
    for cell in _read_notebook()['cells']:
        if cell['cell_type'] == 'code':
            _run(''.join(cell['source']), names)
    assert names['inferencer'].loaded.path.name.startswith('hcl_small-')
    assert [path.name for path in user_folder.iterdir()] == ['photo.jpg']


def test_the_notebook_was_run_from_top_to_bottom() -> None:
    cells = [
        cell for cell in _read_notebook()['cells']
        if cell['cell_type'] == 'code'
    ]
    assert [cell['execution_count']
            for cell in cells] == list(range(1,
                                             len(cells) + 1))
    assert not any(output['output_type'] == 'error' for cell in cells
                   for output in cell['outputs'])
    assert NOTEBOOK.stat().st_size < 300_000


def test_the_config_of_another_segmentation_model(tmp_path: Path) -> None:
    text = (ROOT / 'docs/segmentation_detectors.md').read_text()
    config, = re.findall(r'```python\n(.*?)```', text, re.S)
    path = tmp_path / 'config.py'
    path.write_text(config.replace("'_base_/", f"'{ROOT}/configs/_base_/"))
    cfg = Config.fromfile(path)
    detector = MODELS.build(cfg.model)
    assert type(detector.segmentor.backbone).__name__ == 'MixVisionTransformer'
    assert detector.segmentor.num_classes == 2
    assert cfg.train_dataloader.dataset.data_root == 'data/places365'
