"""``--same-mark``: one mark, many photographs."""
import math
import os
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import (Any, Callable, Dict, Iterator, List, Optional, Sequence,
                    Tuple)

import cv2
import numpy as np

from ..apis import HCLInferencer
from ..apis.mark_estimate import LEAST_PHOTOGRAPHS, find_same_mark
from ..apis.mark_evidence import common_region
from ..apis.mask_editing import MaskOptions, blend_weights
from ..apis.results import RestorationResult, Verdict
from ..apis.same_mark import MarkPart, SameMark, take_away
from ..errors import DataMismatchError, HCLError, PhotographError
from ..photographs.eight_bits import image_size
from ..photographs.finding import Input
from ..photographs.photograph import Photograph, as_eight_bits, as_planes
from .input_reading import InputReader
from .report import Entry, printable, warn

# Of a group of photographs, those that are compared, in the memory of all.
_MOST_COMPARED, _MOST_BYTES = 32, 250_000_000
_MOST_PIXELS = 3_000_000  # of one that is compared at its own size
_AROUND = 64  # pixels around a mark that are compared, too
_MOST_LOOKED_AT = 8
_MOST_NAMED = 5

Size = Tuple[int, int]


@dataclass(frozen=True)
class CommonMarks:
    """The marks that photographs of a run have in common."""
    marks: Sequence[SameMark]

    def restore(
        self, inferencer: HCLInferencer, photograph: Photograph,
        mask: Optional[np.ndarray], mask_mode: str
    ) -> Optional[Tuple[RestorationResult, List[Dict[str, Any]]]]:
        """Take the mark away from a photograph and repair what else is damaged
        in it; the result, and what was taken away, for the report. None if the
        photograph has no such mark, or none that may be changed. With the mode
        'subtract' the mark stays where the given mask is not 0."""
        options = inferencer.mask_options
        parts = self._seen_in(as_eight_bits(photograph.pixels))
        if not parts:
            return None
        kept = mask is not None and mask_mode == 'subtract'
        allowed = _allowed(photograph, options)
        if kept:
            allowed[mask != 0] = 0
        pixels, taken, hidden = take_away(photograph.pixels, parts, allowed)
        if not (taken | hidden).any():
            return None
        cleaned = photograph.with_pixels(pixels)
        ignored = taken if not kept else taken | (mask != 0)
        if mask is not None and not kept:
            hidden |= mask != 0
        given: Dict[str, Any] = {}
        if hidden.any():
            given = dict(mask=hidden, mask_mode='add')
        result = inferencer.restore(
            cleaned, detection=inferencer.detect(cleaned, ignored), **given)
        verdict = Verdict('damaged', None, result.verdict.regions)
        return replace(
            result,
            original=photograph,
            mask=result.mask | taken,
            verdict=verdict), [_facts(part) for part in parts]

    def _seen_in(self, picture: np.ndarray) -> Optional[List[MarkPart]]:
        """By the mark of photographs of its size, if there is one."""
        own = [mark for mark in self.marks
               if mark.size == picture.shape[:2]]  # yapf: disable
        for mark in own or self.marks:
            parts = mark.seen_in(picture)
            if parts:
                return parts
        return None


def find_common_marks(inputs: Sequence[Input], reader: InputReader,
                      inferencer: HCLInferencer) -> CommonMarks:
    """Compare photographs of one size, for each size that at least five have.

    A DataMismatchError if there is no such size, or no mark.
    """
    groups = _by_size(inputs, reader)
    large = [(size, group) for size, group in groups.items()
             if len(group) >= LEAST_PHOTOGRAPHS]  # yapf: disable
    if not large:
        most = max(map(len, groups.values()), default=0)
        raise DataMismatchError(
            f'--same-mark compares at least {LEAST_PHOTOGRAPHS} photographs '
            f'of one size, but no more than {most} of these have the same; '
            'without it each is restored by itself.')
    marks, problems = [], []
    for size, group in large:
        try:
            marks.append(_compare(size, group, reader, inferencer))
        except DataMismatchError as error:
            problems.append(str(error))
    if not marks:
        raise DataMismatchError(
            f'--same-mark: {problems[0]} Nothing was changed; without it each '
            'photograph is restored by itself.')
    for problem in problems:
        warn(problem.rstrip('.'))
    return CommonMarks(marks)


def taken_away(entries: Sequence[Entry]) -> str:
    """How many photographs had the mark, in words."""
    done = [
        entry for entry in entries
        if entry.status not in ('skipped', 'failed', 'not reached')
    ]
    without = [printable(entry.input) for entry in done if not entry.mark]
    line = f'The mark was taken away from {len(done) - len(without)} of ' + (
        f'{len(done)} photographs')
    if not without:
        return f'{line}.'
    more = len(without) - _MOST_NAMED
    names = ', '.join(without[:_MOST_NAMED])
    return f'{line}, not from {names}' + (f' and {more} more.'
                                          if more > 0 else '.')


def _by_size(inputs: Sequence[Input],
             reader: InputReader) -> Dict[Size, List[Input]]:
    groups: Dict[Size, List[Input]] = defaultdict(list)
    for item in inputs:
        try:
            groups[_size_of(item, reader)].append(item)
        except (HCLError, OSError):
            continue  # restoring it will say why
    return groups


def _size_of(item: Input, reader: InputReader) -> Size:
    if item.problem is None and os.path.isfile(item.path):
        with suppress(PhotographError):
            return image_size(item.path)
    photograph = reader.read(item).photograph  # not all say it in their head
    return photograph.height, photograph.width


def _compare(size: Size, group: Sequence[Input], reader: InputReader,
             inferencer: HCLInferencer) -> SameMark:
    """The mark of photographs of one size. Large ones are compared at a
    smaller size first, then at their own where the mark is."""
    scale = math.ceil(math.sqrt(size[0] * size[1] / _MOST_PIXELS))
    box = (slice(0, size[0]), slice(0, size[1]))
    confidences: List[np.ndarray] = []
    if scale > 1:
        box = _where(size, group, reader, scale)

    def take(photograph: Photograph) -> np.ndarray:
        if scale == 1 and len(confidences) < _MOST_LOOKED_AT:
            confidences.append(inferencer.detect(photograph).confidence)
        return as_eight_bits(photograph.pixels)[box].copy()

    pixels = (box[0].stop - box[0].start) * (box[1].stop - box[1].start)
    found = find_same_mark(
        list(_pictures(size, group, reader, pixels, take)), confidences)
    parts = [part.moved(box[0].start, box[1].start) for part in found.parts]
    for part in parts:
        x, y, width, height = part.box
        colour = ','.join(f'{value:.0f}' for value in part.colour)
        print(
            f'Mark: {width} x {height} pixels at {x},{y}, opacity '
            f'{part.level:.2f}, colour {colour}, in photographs of {size[1]} '
            f'x {size[0]} pixels.',
            flush=True)
    return SameMark(size, parts, found.reach)


def _where(size: Size, group: Sequence[Input], reader: InputReader,
           scale: int) -> Tuple[slice, slice]:
    """Rows and columns between which large photographs have something in
    common, all if that does not show."""
    smaller = size[1] // scale, size[0] // scale

    def take(photograph: Photograph) -> np.ndarray:
        picture = as_eight_bits(photograph.pixels)
        picture = cv2.resize(picture, smaller, interpolation=cv2.INTER_AREA)
        return np.broadcast_to(as_planes(picture), picture.shape[:2] + (3, ))

    stack = list(_pictures(size, group, reader, smaller[0] * smaller[1], take))
    if len(stack) < LEAST_PHOTOGRAPHS:
        return slice(0, size[0]), slice(0, size[1])
    region = common_region(np.stack(stack), None)
    sides = []
    for axis, most in ((1, size[0]), (0, size[1])):
        there = np.flatnonzero(region.any(axis=axis))
        first, last = (there[0], there[-1]) if len(there) else (0, most)
        sides.append(
            slice(
                int(max(0, scale * first - _AROUND)),
                int(min(most,
                        scale * (last + 1) + _AROUND))))
    return sides[0], sides[1]


def _pictures(
        size: Size, group: Sequence[Input], reader: InputReader, pixels: int,
        take: Callable[[Photograph], np.ndarray]) -> Iterator[np.ndarray]:
    """What is taken of some photographs, so many that the memory has room."""
    number = int(
        np.clip(_MOST_BYTES // (3 * pixels), LEAST_PHOTOGRAPHS + 1,
                _MOST_COMPARED))
    for item in _spread(group, number):
        try:
            loaded = reader.read(item)
        except (HCLError, OSError):
            continue  # restoring it will say why
        photograph = loaded.photograph
        if not (loaded.pages or loaded.not_looked_at
                ) and photograph.pixels.shape[:2] == size:  # yapf: disable
            yield take(photograph)


def _spread(group: Sequence[Input], number: int) -> List[Input]:
    """So many of the photographs, from the first to the last."""
    places = np.linspace(0, len(group) - 1, min(number, len(group)))
    return [group[place] for place in np.unique(places.round().astype(int))]


def _allowed(photograph: Photograph, options: MaskOptions) -> np.ndarray:
    """1 where the options let pixels change, ``(H, W)``, uint8."""
    everywhere = np.ones(photograph.pixels.shape[:2], np.uint8)
    if photograph.alpha is not None:
        everywhere[photograph.alpha == 0] = 0
    rectangles = MaskOptions(include=options.include, exclude=options.exclude)
    return (blend_weights(everywhere, rectangles) > 0).view(np.uint8)


def _facts(part: MarkPart) -> Dict[str, Any]:
    return dict(
        box=list(part.box),
        opacity=round(part.level, 3),
        colour=[round(value) for value in part.colour])
