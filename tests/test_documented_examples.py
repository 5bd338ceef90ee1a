"""The Python that the documentation shows does run."""
import ast
import hashlib
import json
import re
from pathlib import Path
from typing import Any, Dict, List

import numpy as np
import pytest
import torch
from documented_commands import fenced_blocks
from mmagic.registry import DATASETS, MODELS, TRANSFORMS
from mmengine.config import Config
from mmengine.runner import Runner
from PIL import Image
from tiny_checkpoint import write_tiny_checkpoint
from tiny_inpaintor_files import write_tiny_inpaintor

from hcl_mmagic.apis import HCLInferencer
from hcl_mmagic.apis.checkpoints import read_contents, to_published
from hcl_mmagic.datasets.freezing import freeze_test_set
from hcl_mmagic.datasets.resizing import read_resized
from hcl_mmagic.datasets.sample_photographs import locate_packaged_file
from hcl_mmagic.models.blind import find_convention

ROOT = Path(__file__).parents[1]
NOTEBOOK = ROOT / 'docs/restoring_photographs.ipynb'
# Every block of Python, by document and a word of it; a test runs each.
EXAMPLES = [
    ('README.md', 'result.save'),
    ('README.md', 'Runner.from_cfg'),
    ('docs/corruptions.md', 'RandomStrokeMask'),
    ('docs/datasets.md', 'MaskFromFolder'),
    ('docs/experiments.md', '_base_'),
    ('docs/experiments.md', 'hashlib'),
    ('docs/mixing.md', '_base_'),
    ('docs/mixing.md', 'input_convention'),
    ('docs/mmagic.md', 'custom_imports'),
    ('docs/mmagic.md', 'model_wrapper_cfg'),
    ('docs/mmagic.md', 'hcl_quickstart.py'),
    ('docs/mmagic.md', 'get_config'),
    ('docs/mmagic.md', '__import__'),
    ('docs/restoring.md', 'inpaintor'),
    ('docs/rivals.md', 'ImageOps'),
    ('docs/segmentation_detectors.md', '_base_'),
]


def _example(document: str, word: str) -> str:
    assert (document, word) in EXAMPLES
    code, = (
        block.code for block in fenced_blocks('python')
        if block.document == document and word in block.code)
    return code


def test_no_example_is_forgotten() -> None:
    shown = [(block.document, block.code) for block in fenced_blocks('python')]
    run = [(document, _example(document, word)) for document, word in EXAMPLES]
    assert run == shown


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
    _save_photograph(Path('photo.jpg'))
    return folder


def _save_photograph(path: Path) -> np.ndarray:
    path.parent.mkdir(parents=True, exist_ok=True)
    coffee = locate_packaged_file('skimage/data/coffee.png')
    pixels = read_resized(coffee, 96)
    Image.fromarray(pixels).save(path)
    return pixels


def _read_notebook() -> Dict[str, Any]:
    return json.loads(NOTEBOOK.read_text(encoding='utf-8'))


def _run(code: str, names: Dict[str, Any]) -> None:
    exec(compile(ast.parse(code), '<documentation>', 'exec'), names)


def test_the_five_lines_of_the_readme(user_folder: Path) -> None:
    example = _example('README.md', 'result.save')
    assert len(list(filter(None, example.splitlines()))) == 5
    _run(example, {})
    assert Image.open('restored.png').size == Image.open('photo.jpg').size


def test_a_training_from_python_begins(
        user_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: List[Runner] = []
    monkeypatch.setattr(Runner, 'train', lambda self: begun.append(self))
    Path('configs').symlink_to(ROOT / 'configs')
    _run(_example('README.md', 'Runner.from_cfg'), {})
    assert len(begun) == 1


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


def test_a_mixture_damages_photographs(user_folder: Path) -> None:
    gt = _save_photograph(Path('data/imagenet/train/0.jpg'))
    mixture = TRANSFORMS.build(
        eval(_example('docs/corruptions.md', 'RandomStrokeMask')))
    for _ in range(8):
        assert mixture(dict(gt=gt.copy()))['mask'].any()


def test_a_list_is_named_like_a_folder(user_folder: Path) -> None:
    root = Path('data/irregular_masks')
    gt = _save_photograph(root / 'some.png')
    (root / 'annotations').mkdir()
    (root / 'annotations/test_20-30.txt').write_text('some.png\n')
    mask = TRANSFORMS.build(
        eval(_example('docs/datasets.md', 'MaskFromFolder')))
    assert mask(dict(gt=gt))['mask'].shape == (*gt.shape[:2], 1)


def _read_config(document: str, folder: Path) -> Config:
    """A config that would stand beside those of the repository."""
    code = _example(document, '_base_')
    for base in ('_base_/', 'hcl_', 'blind_'):
        code = code.replace(f"'{base}", f"'{ROOT}/configs/{base}")
    path = folder / 'config.py'
    path.write_text(code)
    return Config.fromfile(path)


def test_a_frozen_set_is_tested_on_and_hashed_without_the_package(
        user_folder: Path) -> None:
    frozen = Path('work_dirs/frozen/quickstart')
    frozen.parent.mkdir(parents=True)
    quickstart = Config.fromfile(ROOT / 'configs/hcl_quickstart.py')
    freeze_test_set(quickstart, 'test', frozen, num_samples=2)
    cfg = _read_config('docs/experiments.md', user_folder)
    sample = DATASETS.build(cfg.test_dataloader.dataset)[1]
    assert sample['inputs'].shape == (3, 64, 64)
    hashing = _example('docs/experiments.md', 'hashlib')
    _run(hashing, {})
    _save_photograph(frozen / 'mask/000001.png')
    with pytest.raises(AssertionError):
        _run(hashing, {})


def test_the_config_of_a_true_mask(tmp_path: Path) -> None:
    cfg = _read_config('docs/mixing.md', tmp_path)
    with torch.device('meta'):
        model = MODELS.build(cfg.model)
    assert type(model.detector).__name__ == 'GivenMaskDetector'


def test_the_convention_of_another_inpaintor() -> None:
    code = _example('docs/mixing.md', 'input_convention')
    names: Dict[str, Any] = {}
    _run(code.replace(', ...', ''), names)  # the parts of any model
    assert names['model']['inpaintor']['type'] in MODELS.module_dict
    find_convention(torch.nn.Identity(), names['model']['input_convention'])


@pytest.mark.parametrize('key', ['custom_imports', 'model_wrapper_cfg'])
def test_lines_for_a_config_are_those_of_the_packages_own(key: str) -> None:
    names: Dict[str, Any] = {}
    _run(_example('docs/mmagic.md', key), names)
    own = Config.fromfile(ROOT / 'configs/hcl_quickstart.py')[key]
    assert {part: own[part] for part in names[key]} == names[key]


@pytest.mark.parametrize('word', ['hcl_quickstart.py', '__import__'])
def test_configs_are_inherited_by_name(word: str, tmp_path: Path) -> None:
    path = tmp_path / 'config.py'
    path.write_text(_example('docs/mmagic.md', word))
    assert Config.fromfile(path).model.type == 'HCLRestorer'


def test_a_config_and_its_weights_are_had_by_name() -> None:
    names: Dict[str, Any] = {}
    _run(_example('docs/mmagic.md', 'get_config'), names)
    assert names['config'].model.type == 'BlindInpaintor'
    assert Path(names['config'].model_path).is_file()


def test_another_inpaintor_restores(user_folder: Path) -> None:
    code = _example('docs/restoring.md', 'inpaintor')
    for name, path in zip(
            re.findall(r"'(\S+\.(?:py|pth))'", code),
            write_tiny_inpaintor(user_folder)):
        code = code.replace(name, path)
    names: Dict[str, Any] = dict(HCLInferencer=HCLInferencer)
    _run(code, names)
    restored = names['inferencer'].restore('photo.jpg').image
    assert restored.shape == np.asarray(Image.open('photo.jpg')).shape


def test_the_config_of_another_segmentation_model(tmp_path: Path) -> None:
    cfg = _read_config('docs/segmentation_detectors.md', tmp_path)
    detector = MODELS.build(cfg.model)
    assert type(detector.segmentor.backbone).__name__ == 'MixVisionTransformer'
    assert detector.segmentor.num_classes == 2
    assert cfg.train_dataloader.dataset.data_root == 'data/places365'


def test_masks_become_holes(monkeypatch: pytest.MonkeyPatch,
                            tmp_path: Path) -> None:
    """Where MAT's release wants black there is a mask."""
    monkeypatch.chdir(tmp_path)
    mask = np.random.randint(2, size=(6, 9), dtype=np.uint8) * 255
    Path('restored/mask').mkdir(parents=True)
    Image.fromarray(mask).save('restored/mask/a.png')
    _run(_example('docs/rivals.md', 'ImageOps'), {})
    np.testing.assert_array_equal(Image.open('holes/a.png'), 255 - mask)
