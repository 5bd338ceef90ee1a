"""Convert a checkpoint of the authors' implementation of HCL.

``python tools/model_converters/convert_official_hcl.py SRC.pt DST.pth
--config-out CFG.py``
"""
import argparse
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict

from ..command_line import command, fail, own_config

if TYPE_CHECKING:  # importing it costs seconds
    from mmengine import Config

    from ...models.official import OfficialSizes

# What 'legacy_v' of an official YAML file stands for.
ACTIVATION_FIRST = (3, )
BILINEAR = (3, 4)


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Convert a checkpoint of the authors\' implementation of '
        'HCL (xyfJASON/HCL). All sizes are read from its tensors; what they '
        'cannot tell is asked for here, with the defaults of the official '
        'recipes.')
    add = parser.add_argument
    add('source', help='official checkpoint (.pt)')
    add('target', help='checkpoint to write (.pth)')
    add('--config-out', metavar='CFG.py', help='config to write, complete')
    add('--base-config',
        metavar='CFG.py',
        help='config whose data, schedule and losses are taken over (default: '
        'hcl_places_512.py for networks with strided convolutions, else '
        'hcl_places_256.py)')
    add('--overwrite', action='store_true', help='replace existing files')
    detection = parser.add_argument_group('what tensors cannot tell')
    detection.add_argument('--temperature', type=float, default=0.1)
    detection.add_argument(
        '--conf-threshs',
        type=float,
        nargs='+',
        metavar='SHARE',
        help='finest stage first (default: 1.0 0.95 0.95)')
    detection.add_argument('--kmeans-n-iters', type=int, default=3)
    detection.add_argument('--kmeans-repeat', type=int, default=1)
    detection.add_argument(
        '--legacy-v',
        type=int,
        default=4,
        metavar='N',
        help="'legacy_v' of its YAML file: 3 has the activation before "
        'instead of after the strided convolutions, 1 and 2 upsample by the '
        'nearest neighbour (default: 4)')
    detection.add_argument(
        '--upsample-mode',
        choices=['bilinear', 'nearest'],
        help='of decoder and refiner, instead of what --legacy-v says')
    return parser.parse_args()


@command
def main() -> None:
    args = parse_args()
    check_files(args)

    from mmagic.registry import MODELS
    from mmengine.registry import init_default_scope

    from ...engine.fileio import AtomicLocalBackend
    from ...models import official
    from ...weights import read_checkpoint

    checkpoint = read_checkpoint(args.source)
    flat = official.flatten_checkpoint(checkpoint)
    sizes = official.read_sizes(flat)
    cfg = build_config(args, sizes)
    init_default_scope('mmagic')
    renamed = official.convert_weights(flat)
    official.check_fit(renamed, MODELS.build(cfg.model).state_dict())

    meta = dict(
        cfg=cfg.pretty_text,
        converted_from='official HCL checkpoint',
        official_step=checkpoint.get('step'))
    write_checkpoint(renamed.state_dict, meta, args.target)
    print(f'{args.target}: {len(renamed.state_dict)} tensors')
    for name, value in vars(sizes).items():
        print(f'  {name}: {value}')
    if args.config_out:
        AtomicLocalBackend().put_text(cfg.pretty_text, args.config_out)
        print(f'{args.config_out}: its config')


def check_files(args: argparse.Namespace) -> None:
    """Leave before the long imports if a file is missing or in the way."""
    if not Path(args.source).is_file():
        fail(f'there is no checkpoint file {args.source}')
    for path in (args.target, args.config_out):
        if path and Path(path).exists() and (Path(path).samefile(args.source)
                                             or not args.overwrite):
            fail(f'{path} exists: name another file, or give --overwrite '
                 'if it is not the source')


def build_config(args: argparse.Namespace, sizes: 'OfficialSizes') -> 'Config':
    """The base config with the model that the weights belong to."""
    from mmengine import Config

    from ...engine.options import load_config, restorer_config, runner_keys
    from ...models.official import DetectionSettings, model_config
    name = 'hcl_places_512' if sizes.num_conv_stages else 'hcl_places_256'
    path = args.base_config or own_config(name)
    cfg = load_config(path, [])
    restorer_config(cfg, path)
    settings = DetectionSettings(
        temperature=args.temperature,
        sure_fractions=args.conf_threshs and tuple(args.conf_threshs),
        num_iterations=args.kmeans_n_iters,
        num_restarts=args.kmeans_repeat,
        upsample_mode=args.upsample_mode
        or ('bilinear' if args.legacy_v in BILINEAR else 'nearest'),
        activation_first=args.legacy_v in ACTIVATION_FIRST)
    plain = cfg.to_dict()
    plain['model'] = model_config(sizes, settings, plain['model'])
    # Without what the files of the base config name only for themselves.
    kept = runner_keys() - {'work_dir'} | {'custom_imports'}
    return Config({key: plain[key] for key in plain if key in kept})


def write_checkpoint(state_dict: Dict[str, Any], meta: Dict[str, Any],
                     path: str) -> None:
    """Write weights as MMEngine's checkpoints hold them, whole or not at
    all."""
    import torch

    from ...engine.fileio import AtomicLocalBackend
    from ...version import __version__
    buffer = io.BytesIO()
    meta = dict(meta, hcl_mmagic_version=__version__)
    torch.save(dict(meta=meta, state_dict=state_dict), buffer)
    AtomicLocalBackend().put(buffer.getvalue(), path)
