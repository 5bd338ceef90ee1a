"""Put the page of ``docs/demo`` together, for any web server.

``python tools/build_demo.py FOLDER``
"""
import argparse
import dataclasses
import json
import shutil
from pathlib import Path

from ..command_line import command, fail

PAGE = Path('docs', 'demo')
# What of onnxruntime-web the page needs.
RUNTIME = Path('node_modules', 'onnxruntime-web', 'dist')
RUNTIME_FILES = ('ort.wasm.min.mjs', 'ort-wasm-simd-threaded.mjs',
                 'ort-wasm-simd-threaded.wasm')
PAGE_FILES = ('index.html', 'style.css', 'icon.svg')


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description='Copy the page that restores photographs in a browser, '
        'ONNX Runtime Web and the weights into one folder, to be served by '
        'any web server. Run `npm ci --prefix docs/demo` before, from the '
        'root of a checkout.')
    parser.add_argument('folder', help='where to; it must not exist')
    parser.add_argument(
        '--checkpoint',
        help='file or name of an .onnx checkpoint (default: hcl_small)')
    return parser.parse_args()


@command
def main() -> None:
    args = parse_args()
    folder = Path(args.folder)
    if folder.exists():
        fail(f'{folder} exists: remove it first, or name another folder')
    missing = [
        path for path in (PAGE / 'index.html', *(PAGE / RUNTIME / name
                                                 for name in RUNTIME_FILES))
        if not path.is_file()
    ]
    if missing:
        fail(f'there is no {missing[0]}: run `npm ci --prefix {PAGE}`, and '
             'this from the root of a checkout')

    from ...apis.checkpoints.locating import checked_sha256, find_checkpoint
    from ...apis.checkpoints.onnx_files import read_onnx_file
    checkpoint = find_checkpoint(args.checkpoint, ('.onnx', ))
    sha256 = checked_sha256(checkpoint)
    about, graphs = read_onnx_file(checkpoint)

    shutil.copytree(PAGE / 'modules', folder / 'modules')
    for name in PAGE_FILES:
        shutil.copy(PAGE / name, folder)
    (folder / 'runtime').mkdir()
    for name in RUNTIME_FILES:
        shutil.copy(PAGE / RUNTIME / name, folder / 'runtime')
    (folder / 'weights').mkdir()
    for name, graph in graphs.items():
        (folder / 'weights' / f'{name}.onnx').write_bytes(graph)
    text = json.dumps(dict(dataclasses.asdict(about), sha256=sha256), indent=1)
    (folder / 'weights' / 'about.json').write_text(text, encoding='utf-8')
    print(f'{folder}: the page with {checkpoint.name}, '
          f'{_megabytes(folder):.0f} MB. Serve it with\n'
          f'python -m http.server --bind 127.0.0.1 -d {folder} 8000')


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size
               for path in folder.rglob('*') if path.is_file()) / 1e6
