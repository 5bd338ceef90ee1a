"""What a run refuses before it starts."""
from pathlib import Path

import pytest
from mmengine.config import Config
from tiny_restorer import TINY_CONFIG
from torch import distributed

from hcl_mmagic.engine.launch import running
from hcl_mmagic.errors import ConfigError


@pytest.fixture
def one_process(monkeypatch: pytest.MonkeyPatch, unused_port: str) -> None:
    """The environment of a distributed run of a single process."""
    for name, value in dict(
            RANK='0',
            WORLD_SIZE='1',
            LOCAL_RANK='0',
            MASTER_ADDR='127.0.0.1',
            MASTER_PORT=unused_port,
            CUDA_VISIBLE_DEVICES='').items():
        monkeypatch.setenv(name, value)
    yield
    distributed.destroy_process_group()


def test_averages_are_refused_where_parts_stay_wrapped(
        tmp_path: Path, one_process: None) -> None:
    path = tmp_path / 'averaging.py'
    path.write_text(TINY_CONFIG)
    cfg = Config.fromfile(path)
    cfg.work_dir = str(tmp_path)
    cfg.custom_hooks = [dict(type='EMAHook')]
    cfg.model_wrapper_cfg = dict(type='MMSeparateDistributedDataParallel')
    with pytest.raises(
            ConfigError, match="type='PartwiseDistributedDataParallel'"):
        with running(cfg, 'pytorch'):
            pass
