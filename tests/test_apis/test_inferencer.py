"""HCLInferencer: the promises that users rely on."""
import subprocess
import sys
from pathlib import Path
from typing import Iterator, List, NamedTuple

import cv2
import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data
from tiny_checkpoint import write_tiny_checkpoint

from hcl_mmagic.apis import HCLInferencer, MaskOptions, Photograph
from hcl_mmagic.apis.checkpoints import find_checkpoint
from hcl_mmagic.apis.photograph_repair import PhotographRepair
from hcl_mmagic.apis.results import JudgedRegion, Verdict
from hcl_mmagic.apis.tiles import TileSize
from hcl_mmagic.apis.torch_networks import to_network
from hcl_mmagic.errors import ConfigError, DataMismatchError, PhotographError


@pytest.fixture(scope='module')
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp('weights') / 'tiny.pth'
    write_tiny_checkpoint(path)
    return str(path)


@pytest.fixture(scope='module')
def inferencer(checkpoint: str) -> HCLInferencer:
    return HCLInferencer(checkpoint, device='cpu')


@pytest.fixture(scope='module', params=['.pth', '.onnx'])
def either(request: pytest.FixtureRequest,
           inferencer: HCLInferencer) -> HCLInferencer:
    """One of each runtime: tiny weights in PyTorch, those of the package in
    ONNX Runtime, of which a threshold says what is damage."""
    if request.param == '.pth':
        return inferencer
    return HCLInferencer(
        str(find_checkpoint(endings=('.onnx', ))),
        device='cpu',
        mask_options=MaskOptions(threshold=0.5))


@pytest.fixture(scope='module')
def photographs() -> List[np.ndarray]:
    """Three cuts of a photograph, two of one size, each with a patch."""
    cuts = [
        data.astronaut()[:130, :170],
        data.astronaut()[200:330, 100:270],
        data.astronaut()[:97, 300:400]
    ]
    for index, cut in enumerate(cuts):
        cut[20:50, 30:60 + 10 * index] = (200, 30, 90)
    return cuts


class Judge(NamedTuple):
    """A calibration that always says the same."""
    verdict: Verdict
    level: int

    def judge(self, confidence: np.ndarray, thresholds: object) -> tuple:
        return self.verdict, np.full(confidence.shape, self.level, np.uint8)


def same(one, other) -> bool:
    return (np.array_equal(one.image, other.image)
            and np.array_equal(one.mask, other.mask)
            and np.array_equal(one.confidence, other.confidence))


def test_a_photograph_gets_the_same_alone_first_last_and_in_a_batch(
        either: HCLInferencer, photographs: List[np.ndarray]) -> None:
    alone = [either.restore(photograph) for photograph in photographs]
    for batch_size in (1, 2, 5):
        together = either(photographs, batch_size=batch_size)
        assert all(map(same, alone, together))
    backwards = either(photographs[::-1])
    assert all(map(same, alone[::-1], backwards))


def test_looking_at_a_batch_gives_what_looking_one_by_one_gives(
        inferencer: HCLInferencer, photographs: List[np.ndarray],
        monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a GPU; there the last bits may differ."""
    networks = inferencer.loaded
    alone = [networks.look([item])[0] for item in photographs[:2]]
    monkeypatch.setattr(networks, 'device', torch.device('meta'))
    monkeypatch.setattr(networks, '_running', torch.inference_mode)
    monkeypatch.setattr(
        networks, '_to_device',
        lambda pictures: torch.cat([to_network(item) for item in pictures]))
    together = networks.look(photographs[:2])
    for one, other in zip(together, alone):
        np.testing.assert_allclose(
            one.probability, other.probability, atol=1e-5)


def test_at_the_scale_of_the_model_the_mask_is_the_models_own(
        inferencer: HCLInferencer) -> None:
    pixels = data.astronaut()[:96, :130]
    with torch.inference_mode():
        expected = inferencer.loaded.model.restore(to_network(pixels))
    detection = inferencer.detect(pixels)
    np.testing.assert_array_equal(detection.confidence,
                                  expected.mask_prob[0][0, 0].numpy())


def test_at_the_scale_of_the_model_the_repair_is_the_models_own(
        inferencer: HCLInferencer) -> None:
    pixels = data.astronaut()[:96, :128]
    mask = np.zeros((96, 128), np.uint8)
    mask[30:40, 20:90] = 1
    with torch.inference_mode():
        expected = inferencer.loaded.model.repair(
            to_network(pixels),
            torch.from_numpy(mask)[None, None].float())
    expected = (expected[0].permute(1, 2, 0).numpy() + 1) * 127.5
    result = inferencer.restore(
        pixels, mask, mask_options=MaskOptions(dilate=0, feather=0))
    np.testing.assert_array_equal(result.mask, mask)
    np.testing.assert_allclose(
        result.image[mask > 0], expected[mask > 0], atol=0.51)


def test_tiles_of_the_networks_leave_no_seam(inferencer: HCLInferencer
                                             ) -> None:  # yapf: disable
    pixels = data.astronaut()[:450, :512]
    mask = np.zeros((450, 512), np.uint8)
    for row in range(20, 450, 60):
        cv2.line(mask, (0, row), (511, 470 - row), 1, 5)
    whole, tiled = (
        PhotographRepair(inferencer.loaded.repair, TileSize(side, 64),
                         16)(pixels, mask).astype(int) for side in (512, 256))
    difference = np.abs(whole - tiled)[mask > 0]
    assert whole[mask > 0].std() > 10
    assert difference.mean() < 0.1 and difference.max() <= 4
    # A border of tiles is no step: neighbours differ as in the whole.
    both = (mask[:, 1:] & mask[:, :-1]) > 0
    steps, usual = (
        np.abs(np.diff(picture, axis=1)).sum(-1) * both
        for picture in (tiled, whole))
    for border in (192, 320):
        near = slice(border - 2, border + 2)
        assert steps[:, near].max() <= usual[:, near].max() + 12


KINDS = {
    'grey': lambda pixels: pixels[..., :1],
    'rgb': lambda pixels: pixels,
    'grey16': lambda pixels: pixels[..., :1].astype(np.uint16) * 257 + 3,
    'rgb16': lambda pixels: pixels.astype(np.uint16) * 256 + 77,
}


@pytest.mark.parametrize('kind', KINDS)
def test_untouched_means_untouched(either: HCLInferencer,
                                   photographs: List[np.ndarray],
                                   kind: str) -> None:
    pixels = KINDS[kind](photographs[0])
    before = pixels.copy()
    result = either.restore(pixels)
    assert result.mask.any() and not result.mask.all()
    outside = result.mask == 0
    np.testing.assert_array_equal(result.image[outside], before[outside])
    assert (result.image[~outside] != before[~outside]).any()
    np.testing.assert_array_equal(pixels, before)
    assert (result.image.dtype, result.image.shape) == (before.dtype,
                                                        before.shape)


def test_transparent_pixels_are_never_damage(
        either: HCLInferencer, photographs: List[np.ndarray]) -> None:
    alpha = np.full(photographs[0].shape[:2], 255, np.uint8)
    alpha[:, :45] = 0
    photograph = Photograph(photographs[0], alpha)
    detection = either.detect(photograph)
    assert not detection.mask[:, :45].any() and detection.mask.any()
    assert either.restore(photograph).restored.alpha is alpha


@pytest.mark.parametrize('shape', [(1, 1), (1, 300), (300, 1), (2, 3),
                                   (17, 1000), (64, 64), (63, 65)])
def test_photographs_of_any_shape(either: HCLInferencer, shape: tuple) -> None:
    pixels = np.random.default_rng(0).integers(0, 256,
                                               (*shape, 3)).astype(np.uint8)
    result = either.restore(pixels)
    assert result.image.shape == pixels.shape
    assert result.confidence.shape == result.mask.shape == shape
    assert np.isfinite(result.confidence).all()


def test_a_given_mask_replaces_detection(inferencer: HCLInferencer,
                                         photographs: List[np.ndarray]
                                         ) -> None:  # yapf: disable
    mask = np.zeros(photographs[0].shape[:2], np.uint8)
    mask[20:50, 30:60] = 255
    result = inferencer.restore(
        photographs[0], mask, mask_options=MaskOptions(dilate=0, feather=0))
    np.testing.assert_array_equal(result.mask, mask > 0)
    assert (result.status, result.verdict.probability) == ('restored', None)


@pytest.mark.parametrize('mode', ['add', 'subtract'])
def test_a_given_mask_corrects_detection(either: HCLInferencer,
                                         photographs: List[np.ndarray],
                                         mode: str) -> None:
    mask = np.zeros(photographs[0].shape[:2], bool)
    mask[:, :90] = True
    options = MaskOptions(dilate=0, feather=0)
    detected = either.detect(photographs[0]).mask > 0
    result = either.restore(photographs[0], mask, mode, mask_options=options)
    expected = detected | mask if mode == 'add' else detected & ~mask
    np.testing.assert_array_equal(result.mask, expected)


def test_a_mask_of_another_size_is_refused(inferencer: HCLInferencer,
                                           photographs: List[np.ndarray]
                                           ) -> None:  # yapf: disable
    with pytest.raises(DataMismatchError, match='size of its upright'):
        inferencer.restore(photographs[0], np.ones((5, 5)))


def test_reverse_exchanges_picture_and_damage(
        checkpoint: str, inferencer: HCLInferencer,
        photographs: List[np.ndarray]) -> None:
    reversed_ = HCLInferencer(checkpoint, device='cpu', reverse=True)
    np.testing.assert_allclose(
        reversed_.detect(photographs[0]).confidence,
        1 - inferencer.detect(photographs[0]).confidence,
        atol=1e-6)


def test_half_precision_finds_and_repairs_the_same(
        checkpoint: str, inferencer: HCLInferencer,
        photographs: List[np.ndarray]) -> None:
    half = HCLInferencer(checkpoint, device='cpu', dtype='bfloat16')
    one, other = (each.restore(photographs[0]) for each in (inferencer, half))
    assert (one.mask == other.mask).mean() > 0.95
    both = (one.mask & other.mask) > 0
    difference = one.image[both].astype(int) - other.image[both]
    assert 0 < np.abs(difference).mean() < 5


def test_a_clean_verdict_changes_nothing(inferencer: HCLInferencer,
                                         photographs: List[np.ndarray],
                                         monkeypatch: pytest.MonkeyPatch
                                         ) -> None:  # yapf: disable
    monkeypatch.setattr(inferencer, 'calibration',
                        Judge(Verdict('clean', 0.02), 0))
    result = inferencer.restore(photographs[0])
    assert result.status == 'clean' and not result.mask.any()
    np.testing.assert_array_equal(result.image, photographs[0])
    # What would have been taken for damage can still be looked at.
    assert (result.confidence > 0.5).any()


@pytest.mark.parametrize('options', [
    MaskOptions(threshold=0.5),
    MaskOptions(include=[(0, 0, 500, 500)]),
])
def test_who_asks_for_a_threshold_or_a_place_gets_it(
        inferencer: HCLInferencer, photographs: List[np.ndarray],
        monkeypatch: pytest.MonkeyPatch, options: MaskOptions) -> None:
    expected = inferencer.restore(photographs[0])
    monkeypatch.setattr(inferencer, 'calibration',
                        Judge(Verdict('clean', 0.02), 0))
    result = inferencer.restore(photographs[0], mask_options=options)
    assert same(result, expected) and result.status == 'restored'


def test_what_is_not_sure_is_left_unless_one_asks(
        inferencer: HCLInferencer, photographs: List[np.ndarray],
        monkeypatch: pytest.MonkeyPatch) -> None:
    expected = inferencer.restore(photographs[0])
    region = JudgedRegion((0, 0, 9, 9), 81, 0.6, 'uncertain')
    monkeypatch.setattr(inferencer, 'calibration',
                        Judge(Verdict('uncertain', 0.6, (region, )), 1))
    result = inferencer.restore(photographs[0])
    assert result.status == 'uncertain' and not result.mask.any()
    assert result.verdict.regions == (region, )
    asked = inferencer.restore(
        photographs[0], mask_options=MaskOptions(restore_uncertain=True))
    assert same(asked, expected) and asked.status == 'restored'


@pytest.mark.parametrize('pixels, reason', [
    (np.full((40, 300, 3), 90, np.uint8), '300 x 40 pixels are too few'),
    (np.eye(80, dtype=np.uint8)[..., None] * 255, 'black and white'),
])
def test_what_is_no_photograph_is_left_and_said(
        inferencer: HCLInferencer, monkeypatch: pytest.MonkeyPatch,
        pixels: np.ndarray, reason: str) -> None:
    monkeypatch.setattr(inferencer, 'calibration',
                        Judge(Verdict('damaged', 1.), 2))
    result = inferencer.restore(pixels)
    assert result.status == 'not looked at' and not result.mask.any()
    assert reason in result.verdict.reason


def test_a_given_mask_does_not_grow(inferencer: HCLInferencer,
                                    photographs: List[np.ndarray]) -> None:
    mask = np.zeros(photographs[0].shape[:2], np.uint8)
    mask[20:50, 30:60] = 1
    np.testing.assert_array_equal(
        inferencer.restore(photographs[0], mask).mask, mask)
    added = inferencer.restore(photographs[0], mask, 'add').mask
    found = inferencer.restore(photographs[0]).mask
    np.testing.assert_array_equal(added, mask | found)


def test_weights_without_a_fitted_verdict_leave_it_to_a_person(
        inferencer: HCLInferencer, photographs: List[np.ndarray]) -> None:
    result = inferencer.restore(photographs[0])
    assert result.verdict == Verdict('uncertain', None)
    assert result.status == 'uncertain'


def test_a_detection_can_be_used_again(either: HCLInferencer,
                                       photographs: List[np.ndarray],
                                       monkeypatch: pytest.MonkeyPatch
                                       ) -> None:  # yapf: disable
    detection = either.detect(photographs[0])
    expected = either.restore(photographs[0])
    monkeypatch.setattr(either.loaded, 'look', pytest.fail)
    assert same(either.restore(photographs[0], detection=detection), expected)


def test_a_detection_of_another_photograph_is_refused(
        inferencer: HCLInferencer, photographs: List[np.ndarray]) -> None:
    detection = inferencer.detect(photographs[2])
    with pytest.raises(DataMismatchError, match='of another photograph'):
        inferencer.restore(photographs[0], detection=detection)


def test_too_little_memory_means_smaller_tiles(
        inferencer: HCLInferencer, monkeypatch: pytest.MonkeyPatch) -> None:
    sides = []
    repair = inferencer.loaded.model.repair

    def short_of_memory(picture: torch.Tensor,
                        mask: torch.Tensor) -> torch.Tensor:
        sides.append(max(picture.shape[-2:]))
        if sides[-1] > 256:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory")
        return repair(picture, mask)

    monkeypatch.setattr(inferencer.loaded.model, 'repair', short_of_memory)
    mask = np.zeros((300, 520), np.uint8)
    cv2.line(mask, (0, 0), (519, 299), 1, 5)
    result = inferencer.restore(data.astronaut()[:300].repeat(2, 1)[:, :520],
                                mask)
    assert result.mask.any()
    assert sides[0] == 512 and max(sides[-3:]) <= 256


def test_no_memory_at_all_is_an_error_for_people(
        inferencer: HCLInferencer, photographs: List[np.ndarray],
        monkeypatch: pytest.MonkeyPatch) -> None:

    def out_of_memory(*args: object) -> None:
        raise MemoryError

    monkeypatch.setattr(inferencer.loaded.model, 'repair', out_of_memory)
    with pytest.raises(PhotographError, match='not enough memory .* tiles'):
        inferencer.restore(photographs[0], np.eye(130, 170))


def test_other_errors_are_not_taken_for_a_lack_of_memory(
        inferencer: HCLInferencer, photographs: List[np.ndarray],
        monkeypatch: pytest.MonkeyPatch) -> None:

    def broken(*args: object) -> None:
        raise RuntimeError('sizes differ')

    monkeypatch.setattr(inferencer.loaded.model, 'repair', broken)
    with pytest.raises(RuntimeError, match='sizes differ'):
        inferencer.restore(photographs[0], np.eye(130, 170))


def test_a_folder_streams_one_photograph_at_a_time(
        inferencer: HCLInferencer, photographs: List[np.ndarray],
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for index, photograph in enumerate(photographs):
        Image.fromarray(photograph).save(tmp_path / f'{index}.png')
    results: Iterator = inferencer.stream(tmp_path)
    first = next(results)
    assert first.source == str(tmp_path / '0.png')
    (tmp_path / '1.png').unlink()
    with pytest.raises(PhotographError, match=r'1\.png'):
        next(results)


def test_many_kinds_of_input(inferencer: HCLInferencer,
                             photographs: List[np.ndarray],
                             tmp_path: Path) -> None:
    expected = inferencer.restore(photographs[2])
    path = tmp_path / 'photograph.png'
    Image.fromarray(photographs[2]).save(path)
    tensor = torch.from_numpy(photographs[2]).permute(2, 0, 1)
    inputs = [
        path,
        str(path), f'{tmp_path}/*.png', tmp_path,
        path.read_bytes(),
        Image.open(path), photographs[2], photographs[2][None], tensor,
        Photograph(photographs[2])
    ]
    results = inferencer(inputs)
    assert len(results) == len(inputs)
    assert all(same(result, expected) for result in results)


def test_a_path_that_leads_nowhere_is_named(inferencer: HCLInferencer) -> None:
    with pytest.raises(PhotographError, match='nowhere.jpg'):
        inferencer('nowhere.jpg')


@pytest.mark.slow
def test_restoring_imports_none_of_the_slow_parts(checkpoint: str) -> None:
    code = ('import sys\n'
            'import numpy as np\n'
            'from hcl_mmagic.apis import HCLInferencer\n'
            f'inferencer = HCLInferencer({checkpoint!r}, device="cpu")\n'
            'picture = np.arange(3072, dtype=np.uint8).reshape(32, 32, 3)\n'
            'inferencer.restore(picture)\n'
            "print({'mmagic.models', 'mmagic.apis', 'mmagic.structures',\n"
            "       'hcl_mmagic.datasets'} & set(sys.modules))")
    printed = subprocess.run([sys.executable, '-W', 'ignore', '-c', code],
                             capture_output=True,
                             text=True,
                             check=True).stdout
    assert printed.strip() == 'set()'


def test_a_model_without_a_detector_repairs_given_masks_only(
        tmp_path: Path, photographs: List[np.ndarray]) -> None:
    write_tiny_checkpoint(tmp_path / 'tiny.pth', detects=False)
    inferencer = HCLInferencer(str(tmp_path / 'tiny.pth'), device='cpu')
    photograph = photographs[0]
    mask = np.zeros(photograph.shape[:2], np.uint8)
    mask[20:50, 30:60] = 1
    changed = (inferencer.restore(photograph, mask).image
               != photograph).any(-1)
    assert changed[22:48, 32:58].all() and not changed[:10].any()
    for attempt in (inferencer.detect, inferencer.restore):
        with pytest.raises(ConfigError, match='finds no damage.* --mask'):
            attempt(photograph)
