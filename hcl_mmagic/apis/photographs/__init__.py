"""Photographs of any common kind: reading, keeping what they say, writing."""
from ...atomic_writing import write_file
from ...errors import PhotographError
from .conversion import as_photograph
from .encoding import encode_photograph, keep_format_changes, result_extension
from .origin import Origin
from .photograph import Photograph
from .reading import read_photograph

__all__ = [
    'Origin', 'Photograph', 'PhotographError', 'as_photograph',
    'encode_photograph', 'keep_format_changes', 'read_photograph',
    'result_extension', 'write_file'
]
