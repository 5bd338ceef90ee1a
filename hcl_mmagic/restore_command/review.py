"""``hcl-restore review REPORT``: a report to be looked at."""
import argparse
import json
import os
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, Sequence

import numpy as np

from ..atomic_writing import write_file
from ..drawing import fit
from ..errors import DataNotFoundError, HCLError
from ..photographs.photograph import Photograph, as_eight_bits
from ..photographs.reading import (MAX_PIXELS, decode_photograph,
                                   explain_failures, printable_name, read_file)
from ..photographs.tiff_pages import TiffPages
from .review_commands import commands_for
from .review_page import MARK, draw_article, draw_page

_SIDE = 360  # of a picture on the page, in pixels
_NEEDED = {'input', 'status', 'outputs', 'options'}  # in a row


def write_review(args: argparse.Namespace) -> int:
    """Write the page of a report; the exit code is 0. An HCLError if there is
    no such report, or another file has the name of the page."""
    rows = sorted(_rows(_read_report(args.report)), key=_doubt, reverse=True)
    target = args.out or os.path.splitext(args.report)[0] + '.html'
    if os.path.lexists(target) and MARK not in _beginning(target):
        raise HCLError(f'{target} is no page of a review and would be '
                       'overwritten: say -o FILE.html')
    parts = [draw_article(row, _pictures(row), commands_for(row))
             for row in rows]  # yapf: disable
    page = draw_page(f'Review of {args.report}', os.getcwd(), parts)
    try:
        write_file(target, page.encode('utf-8', 'backslashreplace'))
    except OSError as error:
        raise HCLError(f'Cannot write {target}: {error.strerror}') from error
    plural = '' if len(rows) == 1 else 's'
    print(f'{target}: {len(rows)} photograph{plural}')
    return 0


def _read_report(path: str) -> List[Dict[str, Any]]:
    try:
        rows = json.loads(Path(path).read_text('utf-8'))['photographs']
        if all(_NEEDED <= row.keys() for row in rows):
            return rows
    except OSError as error:
        raise DataNotFoundError(
            f'The report {path} cannot be read: {error.strerror}') from None
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    raise HCLError(f'{path} is no report of this version: expected what '
                   '--report FILE.json has written')


def _beginning(path: str) -> str:
    try:
        with open(path, encoding='utf-8', errors='replace') as file:
            return file.read(1000)
    except OSError:
        return ''


def _rows(rows: Sequence[Dict[str, Any]]) -> Iterator[Dict[str, Any]]:
    """Lines of the report, each page of a file for itself."""
    for row in rows:
        if not row.get('pages'):
            yield dict(row, title=row['input'], number=None)
        for page in row.get('pages') or ():
            outputs = {**page['outputs'], **row['outputs']}
            yield {
                **row,
                **page, 'outputs': outputs,
                'title': f'{row["input"]}, page {page["page"]}',
                'number': page['page'] - 1
            }


def _doubt(row: Mapping[str, Any]) -> float:
    """How much a photograph needs a look: failed ones, uncertain ones, then
    those whose probability is nearest to one half; last, what was not done."""
    probability = row.get('probability')
    near_half = .5 if probability is None else 1 - abs(2 * probability - 1)
    first = {'failed': 3., 'uncertain': 1., 'restored': 0., 'clean': 0.}
    return first.get(row['status'], -2.) + near_half


def _pictures(row: Mapping[str, Any]) -> Dict[str, np.ndarray]:
    """Before, mask and after, as far as the files are there."""
    outputs, number = row['outputs'], row['number']
    in_place = outputs.get('restored') == row['input']
    before = None if in_place else _read(row['input'], number)
    after_path = outputs.get('restored') or outputs.get('copy')
    after = _read(after_path, number) if after_path else None
    mask = _read(outputs['mask'], None) if 'mask' in outputs else None
    pictures = {}
    if before is not None:
        pictures['before'] = _draw(before)
    if mask is not None:
        pictures['mask'] = fit(mask.pixels[..., 0], _SIDE)
    elif before is not None and after is not None and \
            before.pixels.shape == after.pixels.shape:
        changed = (before.pixels != after.pixels).any(axis=2)
        pictures['mask'] = fit(np.uint8(255) * changed, _SIDE)
    if after is not None:
        pictures['after'] = _draw(after)
    return pictures


def _read(path: str, number: Any) -> Any:
    """A photograph, or a page of its file; None if it cannot be read now."""
    try:
        with explain_failures(printable_name(path)):
            content = read_file(path, MAX_PIXELS)
            pages = None if number is None else TiffPages.find(content)
            return pages.read(number) if pages else decode_photograph(content)
    except HCLError:
        return None


def _draw(photograph: Photograph) -> np.ndarray:
    pixels = as_eight_bits(fit(photograph.pixels, _SIDE))
    pixels = pixels.reshape(*pixels.shape[:2], -1)
    return np.ascontiguousarray(
        np.broadcast_to(pixels, pixels.shape[:2] + (3, )))
