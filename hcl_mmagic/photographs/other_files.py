"""Files in folders that are no photographs which can be read, counted by
kind; imports nothing heavy."""
from collections import Counter
from typing import Dict, Mapping

_KINDS = {
    'camera raw files': '.dng .cr2 .cr3 .crw .nef .nrw .arw .srf .sr2 .raf '
    '.orf .rw2 .rwl .pef .srw .x3f .mrw .3fr .iiq .erf .kdc .dcr .raw',
    'documents of editors': '.psd .psb .xcf .kra .ora .svg .pdf .ai .eps '
    '.indd .afphoto .clip .exr .hdr',
    'films': '.mp4 .mov .avi .mkv .m4v .mts .m2ts .3gp .webm .mpg .wmv',
}
_OTHERS = 'other files'
_KIND_OF_SUFFIX = {
    suffix: kind
    for kind, suffixes in _KINDS.items()
    for suffix in suffixes.split()
}
NO_SUFFIX = 'no suffix'


def by_kind(suffixes: Mapping[str, int]) -> Dict[str, Dict[str, int]]:
    """Counts of suffixes, such as '.cr2', lower case, '' for none, by the kind
    of the files, the most frequent suffix first."""
    found: Dict[str, Dict[str, int]] = {}
    for suffix, number in Counter(suffixes).most_common():
        kind = _KIND_OF_SUFFIX.get(suffix, _OTHERS)
        found.setdefault(kind, {})[suffix or NO_SUFFIX] = number
    return {kind: found[kind]
            for kind in (*_KINDS, _OTHERS) if kind in found}  # yapf: disable


def in_words(kinds: Mapping[str, Mapping[str, int]]) -> str:
    """What :func:`by_kind` gives as '2 camera raw files (.cr2 2), 1 other file
    (.txt 1)'."""
    parts = []
    for kind, suffixes in kinds.items():
        number = sum(suffixes.values())
        name = kind if number > 1 else kind.replace('files', 'file').replace(
            'films', 'film').replace('documents', 'document')
        details = ', '.join(f'{suffix} {count}'
                            for suffix, count in suffixes.items())
        parts.append(f'{number} {name} ({details})')
    return ', '.join(parts)
