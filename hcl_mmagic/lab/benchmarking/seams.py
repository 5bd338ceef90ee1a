"""Finding the parts of a run from outside, where one function calls another.

Nothing in the package knows that it is measured: for the time of one run the
functions at its seams are replaced by ones that tell when they are entered
and left.
"""
from contextlib import ExitStack, contextmanager
from functools import wraps
from typing import Any, Callable, Iterator, NamedTuple, Optional, Sequence

REST = 'rest'  # what lies in no part


class Seam(NamedTuple):
    """A function of a module or an object (``owner``) whose running is a part,
    or belongs to one."""
    owner: Any
    attribute: str
    part: str


class PartListener:
    """Is told which part runs; ``part`` is ``REST`` in between."""
    part: str = REST

    def begin(self) -> None:
        """``part`` has just begun."""

    def end(self) -> None:
        """``part`` is about to end."""


@contextmanager
def listening(seams: Sequence[Seam], listener: PartListener) -> Iterator[None]:
    """Tell a listener about the parts of what runs inside.

    A part that is reached within another one belongs to the outer one. The
    functions are put back afterwards; on an object its own attribute is set,
    the class is left alone.
    """
    with ExitStack() as stack:
        for seam in seams:
            stack.enter_context(_replaced(seam, listener))
        yield


@contextmanager
def _replaced(seam: Seam, listener: PartListener) -> Iterator[None]:
    function = getattr(seam.owner, seam.attribute)
    own: Optional[Callable] = vars(seam.owner).get(seam.attribute)
    setattr(seam.owner, seam.attribute,
            _announced(function, seam.part, listener))
    try:
        yield
    finally:
        if own is None:
            delattr(seam.owner, seam.attribute)
        else:
            setattr(seam.owner, seam.attribute, own)


def _announced(function: Callable, part: str,
               listener: PartListener) -> Callable:

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if listener.part != REST:
            return function(*args, **kwargs)
        listener.part = part
        listener.begin()
        try:
            return function(*args, **kwargs)
        finally:
            listener.end()
            listener.part = REST

    return call
