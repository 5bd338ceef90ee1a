"""What speaks against training on the data."""
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, Optional

from ...datasets.pairing import describe_missing
from .data_inspection import MaskFacts, PhotographFacts
from .data_sources import Source

# Pairs that differ in more than this share of their pixels look misaligned.
_ALMOST_EVERYWHERE = 0.9
# A mask is compared with the difference of its pair only if that difference
# covers at least this share of the pixels on one side.
_MIN_DIFFERENCE = 0.005
_MAX_NAMES = 3


class Finding(NamedTuple):
    """One line about the data; an error would stop or spoil the training."""

    is_error: bool
    text: str


def judge_source(source: Source,
                 facts: Sequence[PhotographFacts]) -> Iterator[Finding]:
    """Look for what is wrong with one dataset."""
    if source.problem:
        yield Finding(True, source.problem)
        return
    missing = describe_missing(source.missing, _MAX_NAMES)
    if missing:
        yield Finding(
            not source.ignore_missing, 'files without a partner of the same '
            f'name: {missing}; add or remove files, or leave these out with '
            'ignore_unpaired=True in the dataset')
    if source.other_files:
        kinds = ', '.join(f'{count} {suffix}'
                          for suffix, count in source.other_files.items())
        yield Finding(False, f'files of other kinds are not read: {kinds}')
    masks = [(fact.paths['img_path'], fact.mask) for fact in facts
             if fact.mask]
    for is_error, text in (
            *_judge_photographs(facts, source.short_side),
            *_judge_pairs(masks),
            *_judge_polarity(masks, source.loader.get('invert_mask', False))):
        yield Finding(is_error, f'{source.split}: {text}')


def _judge_photographs(facts: Sequence[PhotographFacts],
                       short_side: int) -> Iterator[Finding]:
    """Look for files that cannot be read and for small photographs."""
    flaws = [fact.flaw for fact in facts if fact.flaw]
    if flaws:
        names = _name([f'{path} ({reason})' for path, reason in flaws])
        yield Finding(
            len(flaws) == len(facts), f'{len(flaws)} of {len(facts)} cannot '
            f'be used, training skips them: {names}')
    small = [
        fact.paths['gt_path'] for fact in facts
        if fact.files and min(fact.files['gt_path'].size) < short_side
    ]
    if small:
        yield Finding(
            False, f'{len(small)} of {len(facts)} are enlarged to the short '
            f'side of {short_side} pixels that the config asks for: '
            f'{_name(small)}')


def _judge_pairs(masks: list[tuple[str, MaskFacts]]) -> Iterator[Finding]:
    """Look at ratios and grey values of the masks of pairs."""
    empty = [path for path, mask in masks if mask.ratio == 0]
    if empty:
        yield Finding(
            len(empty) == len(masks), f'{len(empty)} of {len(masks)} pairs '
            f'show no damage: {_name(empty)}')
    full = [
        path for path, mask in masks if mask.ratio > _ALMOST_EVERYWHERE
        and mask.differing_inside is mask.differing_outside is None
    ]
    if full:
        yield Finding(
            2 * len(full) > len(masks), f'{len(full)} of {len(masks)} pairs '
            f'differ in more than {_ALMOST_EVERYWHERE:.0%} of their pixels, '
            'maybe in exposure or position: give masks or raise '
            f'difference_threshold: {_name(full)}')
    grey = [path for path, mask in masks if mask.grey]
    if grey:
        yield Finding(
            False, f'{len(grey)} of {len(masks)} masks are not black and '
            'white, they are cut at mask_threshold; the first belongs to '
            f'{_name(grey)}')


def _judge_polarity(masks: list[tuple[str, MaskFacts]],
                    inverted: bool) -> Iterator[Finding]:
    """Compare masks with where their pairs differ."""
    against, votes = [], 0
    for path, mask in masks:
        vote = _looks_inverted(mask)
        votes += vote is not None
        if vote:
            against.append(path)
    if against:
        where = 'white' if inverted else 'black'
        majority = 2 * len(against) > votes
        advice = ('white must be corrupted, or set invert_mask='
                  f'{not inverted}' if majority else 'look at these')
        yield Finding(
            majority, f'masks look inverted: in {len(against)} of {votes} '
            'pairs damaged and clean photograph differ mostly where the mask '
            f'is {where}; {advice}: {_name(against)}')


def _looks_inverted(mask: MaskFacts) -> Optional[bool]:
    inside, outside = mask.differing_inside, mask.differing_outside
    if inside is None and outside is None or \
            max(inside or 0, outside or 0) < _MIN_DIFFERENCE:
        return None
    return (outside or 0) > (inside or 0)


def judge_mask_files(masks: Sequence[Optional[MaskFacts]],
                     inverted: bool) -> Iterator[Finding]:
    """Look at masks that are drawn for clean photographs, None for an
    unreadable one; ``inverted`` takes black for corrupted."""
    readable = [mask for mask in masks if mask is not None]
    if len(readable) < len(masks):
        yield Finding(
            True, f'{len(masks) - len(readable)} of {len(masks)} '
            'mask files that were looked at cannot be read')
    large = sum(mask.ratio > 0.5 and mask.border > 0.5 for mask in readable)
    if readable and 2 * large > len(readable):
        colour = 'black' if inverted else 'white'
        yield Finding(
            True, f'masks look inverted: {large} of {len(readable)} are '
            f'{colour} (corrupted) in most pixels, those of the border '
            f'included; if {colour} is intact, set invert={not inverted} in '
            'MaskFromFolder')


def judge_splits(
        facts: Mapping[str, Sequence[PhotographFacts]]) -> Iterator[Finding]:
    """Look for photographs that are both trained on and tested with."""
    trained = {
        fact.digest: fact.paths['gt_path']
        for fact in facts.get('train', ()) if fact.digest
    }
    for split in ('val', 'test'):
        twins = [
            f'{fact.paths["gt_path"]} = {trained[fact.digest]}'
            for fact in facts.get(split, ()) if fact.digest in trained
        ]
        if twins:
            yield Finding(
                False, f'{len(twins)} photographs of {split} are in train, '
                f'too, which makes the scores too good: {_name(twins)}')


def _name(names: Sequence[str]) -> str:
    more = ', ...' if len(names) > _MAX_NAMES else ''
    return ', '.join(names[:_MAX_NAMES]) + more
