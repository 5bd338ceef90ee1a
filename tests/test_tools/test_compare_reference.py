"""From an official checkpoint to the table of its parity."""
import json
from pathlib import Path
from typing import Callable, Dict

import numpy as np
import pytest
import torch
from reference import official_recording

CONVERT = 'model_converters/convert_official_hcl.py'
COMPARE = 'analysis_tools/compare_reference.py'


@pytest.fixture
def converted(run_tool: Callable, tmp_path: Path) -> Dict[str, Path]:
    """The small official checkpoint, converted, and its recording."""
    files = dict(
        config=tmp_path / 'cfg.py',
        checkpoint=tmp_path / 'dst.pth',
        arrays=tmp_path / 'arrays.npz')
    torch.save(official_recording.load_checkpoint(), tmp_path / 'src.pt')
    np.savez(files['arrays'], **official_recording.load_arrays())
    run_tool(CONVERT, 'src.pt', files['checkpoint'], '--config-out',
             files['config'])
    return files


def test_a_converted_model_gives_the_recorded_outputs(
        run_tool: Callable, converted: Dict[str, Path],
        capsys: pytest.CaptureFixture) -> None:
    run_tool(COMPARE, *converted.values(), '--json', 'out/table.json')
    table = json.loads(
        Path(converted['config'].parent, 'out', 'table.json').read_text())
    assert table['ok'] and table['not_compared'] == []
    recorded = set(official_recording.load_arrays())
    inputs = {
        'x', 'gt', 'mask_valid', 'kmeans_init_index', 'kmeans_init_index_gt',
        'kmeans_alone.init_index', 'contrast_mask_stage0_resolution',
        'gp.alpha', 'circle.features', 'circle.labels',
        'circle_alone.features', 'circle_alone.labels'
    }
    judged = {row['tensor'] for row in table['rows'] if row['ok']}
    assert judged == recorded - inputs
    assert [row['tensor'] for row in table['rows'] if row['ok'] is None
            ] == ['pred.pred_masks0, end to end', 'refined, end to end']
    assert f'All {len(judged)} agree' in capsys.readouterr().out


@pytest.mark.parametrize('name, part', [
    ('feat1', 'encoder'),
    ('proj0', 'detector'),
    ('gtorient.pred_masks0', 'detector'),
    ('loss_disc', 'discriminator'),
    ('kmeans_alone.cost', 'detector'),
])
def test_a_difference_is_told_and_ends_in_exit_code_1(
        run_tool: Callable, converted: Dict[str, Path], name: str, part: str,
        capsys: pytest.CaptureFixture) -> None:
    arrays = official_recording.load_arrays()
    if arrays[name].dtype == bool:
        arrays[name][0, 0, :4] ^= True
    else:
        arrays[name] = arrays[name] + np.float32(2e-3)
    np.savez(converted['arrays'], **arrays)
    with pytest.raises(SystemExit, match='1'):
        run_tool(COMPARE, *converted.values())
    lines = capsys.readouterr().out.splitlines()
    assert any(
        line.startswith(f'{name} ') and line.endswith('NO') for line in lines)


def test_weights_that_are_slightly_off_fail(
        run_tool: Callable, converted: Dict[str, Path],
        capsys: pytest.CaptureFixture) -> None:
    checkpoint = torch.load(converted['checkpoint'], weights_only=True)
    checkpoint['state_dict']['refiner.to_image.bias'] += 1e-2
    torch.save(checkpoint, converted['checkpoint'])
    with pytest.raises(SystemExit, match='1'):
        run_tool(COMPARE, *converted.values())
    failed = [
        line.split()[0] for line in capsys.readouterr().out.splitlines()
        if line.endswith('NO')
    ]
    assert failed == ['refined']


def test_what_is_no_number_fails(run_tool: Callable, converted: Dict[str,
                                                                     Path],
                                 capsys: pytest.CaptureFixture) -> None:
    arrays = official_recording.load_arrays()
    arrays['refined'][0, 0, 0, 0] = np.nan
    np.savez(converted['arrays'], **arrays)
    with pytest.raises(SystemExit, match='1'):
        run_tool(COMPARE, *converted.values())
    assert 'NO: not finite' in capsys.readouterr().out


def test_unknown_and_missing_arrays_are_named(
        run_tool: Callable, converted: Dict[str, Path],
        capsys: pytest.CaptureFixture) -> None:
    arrays = official_recording.load_arrays()
    del arrays['gp.alpha']
    np.savez(converted['arrays'], **arrays, surprise=np.zeros(3))
    run_tool(COMPARE, *converted.values())
    out = capsys.readouterr().out
    assert 'not judged: the recording has no gp.alpha' in out
    assert 'surprise' in out[out.index('Not compared:'):]


def test_arrays_of_another_model_are_no_crash(
        run_tool: Callable, converted: Dict[str, Path],
        capsys: pytest.CaptureFixture) -> None:
    arrays = official_recording.load_arrays()
    arrays['feat1'] = arrays['feat1'][:, :3]
    np.savez(converted['arrays'], **arrays)
    with pytest.raises(SystemExit, match='1'):
        run_tool(COMPARE, *converted.values())
    assert 'the model made (2, 8, 16, 16), recorded are (2, 3, 16, 16)' in (
        capsys.readouterr().out)


@pytest.mark.parametrize('kind, content, message', [
    ('arrays', b'no archive', 'is no .npz file of numbers'),
    ('arrays', None, 'there is no file'),
    ('checkpoint', b'no archive', 'cannot be read as a checkpoint'),
    ('config', b'model = None', 'has no HCLRestorer as its model'),
])
def test_wrong_files_end_in_one_line(run_tool: Callable, converted: Dict[str,
                                                                         Path],
                                     kind: str, content: bytes, message: str,
                                     capsys: pytest.CaptureFixture) -> None:
    if content is None:
        converted[kind].unlink()
    else:
        converted[kind].write_bytes(content)
    with pytest.raises(SystemExit, match='1'):
        run_tool(COMPARE, *converted.values())
    assert message in capsys.readouterr().err.splitlines()[-1]
