"""The ``.onnx`` files of this package: two graphs and what belongs to them.

They are zip archives without compression. Each entry is an ONNX model as any
runtime reads it: ``look.onnx`` looks at a picture, with or without what was
seen in it at half its size, ``repair.onnx`` repairs a mask; ``about.json``
says the rest.

A weight that half precision holds exactly is stored in it, with a Cast to
float32 behind it that a runtime folds when it loads the graph.
"""

import io
import json
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Dict, Mapping, Optional, Tuple

from hcl_mmagic.errors import CheckpointError
from ..networks import NetworkDemand

FORMAT = 1
GRAPHS = ('look', 'repair')
ABOUT = 'about.json'
# The earliest date that an archive can hold: the same graphs give the same
# file on any day.
_DATE = (1980, 1, 1, 0, 0, 0)
# Larger numbers in a file would only keep the machine busy.
_LARGEST = 10_000
# More than any memory has.
_MOST_BYTES = 1e12


@dataclass(frozen=True)
class OnnxAbout:
    """What inference needs beside the graphs, and where they come from."""
    name: str  # of the model
    short_side: int  # of the picture of the first look, in pixels
    crop_size: int  # shorter side of what the training saw, in pixels
    look_divisor: int  # sides of what one look sees are multiples of this
    repair_divisor: int  # sides of what is repaired at once, likewise
    feature_channels: Tuple[int, ...]  # of what a closer look takes along
    demand: NetworkDemand
    calibration: Optional[Dict[str, Any]]  # plain values of the verdict
    source_sha256: str  # of the checkpoint that was exported
    hcl_mmagic_version: str  # that exported it


def encode_onnx_file(about: OnnxAbout, graphs: Mapping[str, bytes]) -> bytes:
    """The content of a file, of the graphs by the names of :data:`GRAPHS`;
    the same every time."""
    text = json.dumps(dict(format=FORMAT, **asdict(about)), indent=1)
    entries = {f'{name}.onnx': graphs[name] for name in GRAPHS}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, 'w', zipfile.ZIP_STORED) as archive:
        for name, content in {ABOUT: text.encode(), **entries}.items():
            archive.writestr(zipfile.ZipInfo(name, _DATE), content)
    return stream.getvalue()


def read_onnx_file(path: Path) -> Tuple[OnnxAbout, Dict[str, bytes]]:
    """Read a file that :func:`encode_onnx_file` has made: a CheckpointError
    if it is another one, or damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                if entry.compress_type != zipfile.ZIP_STORED:
                    raise ValueError(f'{entry.filename} is compressed')
            about = _about_of(json.loads(archive.read(ABOUT)))
            return about, {
                name: archive.read(f'{name}.onnx')
                for name in GRAPHS
            }
    except zipfile.BadZipFile as error:
        raise CheckpointError(
            f'{path} is damaged, or an ONNX file of something else: expected '
            'one that tools/model_converters/export_onnx.py has written; '
            'LaMa goes with --inpaintor') from error
    # Values of any kind may stand anywhere in the file.
    except Exception as error:
        raise CheckpointError(
            f'{path} is damaged: {error or type(error).__name__}') from error


def _about_of(values: Dict[str, Any]) -> OnnxAbout:
    if values.pop('format') != FORMAT:
        raise ValueError('it is of another version of hcl_mmagic')
    values['demand'] = NetworkDemand(**values['demand'])
    values['feature_channels'] = tuple(values['feature_channels'])
    about = OnnxAbout(**values)
    for key in ('name', 'source_sha256', 'hcl_mmagic_version'):
        if not isinstance(values[key], str):
            raise ValueError(f'its {key} is {values[key]!r}')
    if not isinstance(about.calibration, (dict, type(None))):
        raise ValueError(f'its calibration is {about.calibration!r}')
    demand = about.demand
    numbers = (about.short_side, about.crop_size, about.look_divisor,
               about.repair_divisor, demand.divisor, demand.largest_tile,
               *about.feature_channels)
    if not all(isinstance(number, int) and 0 < number <= _LARGEST
               for number in numbers):  # yapf: disable
        raise ValueError('a size in it is none')
    if not (0 <= demand.resident_bytes < _MOST_BYTES
            and 0 < demand.pixel_bytes < _MOST_BYTES):
        raise ValueError('it demands no possible memory')
    return about
