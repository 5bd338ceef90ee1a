"""The files that belong together."""
from dataclasses import dataclass
from typing import Tuple


@dataclass(frozen=True, slots=True)
class Sample:
    """A picture, a mask, or a damaged picture with its clean one.

    All names are relative to the root of the data set; '' stands for what
    the data set has not.

    Args:
        damaged (str): The damaged picture.
        clean (str): The clean picture.
        mask (str): The mask, white = corrupted.
    """

    damaged: str = ''
    clean: str = ''
    mask: str = ''

    @property
    def files(self) -> Tuple[str, ...]:
        """The names that there are, in the order of the lists."""
        return tuple(filter(None, (self.damaged, self.clean, self.mask)))

    @property
    def line(self) -> str:
        """The sample in a list file."""
        return '\t'.join(self.files)
