"""Errors that are meant for people.

The command line tools print the message of an :class:`HCLError` as one line
and leave with exit code 1; every other error keeps its traceback. So a message
says what was expected, what came, and what to do. Every class can be built
from one string, because mmengine's registry rebuilds an error that way.
"""
import sys


class HCLError(Exception):
    """Base of all errors whose message is enough for a user."""


class ConfigError(HCLError, ValueError):
    """A config or a command line option that cannot work."""


class DataNotFoundError(HCLError, FileNotFoundError):
    """A data folder, photograph or list that is not there."""


class FrozenTestSetError(HCLError, ValueError):
    """A frozen test set that is not, any more, what was frozen."""


class DataMismatchError(HCLError, ValueError):
    """Files of a data set that should belong together and do not."""


class WeightsNotFoundError(HCLError, FileNotFoundError):
    """A file of pretrained weights that is not on this machine."""


class CheckpointError(HCLError, RuntimeError):
    """A checkpoint that is missing or does not fit the model."""


class IncompatibleStackError(HCLError, ImportError):
    """Installed packages that do not work together."""


class PhotographError(HCLError, ValueError):
    """A photograph that cannot be read, or not be written as asked."""


class CalibrationError(HCLError, ValueError):
    """A calibration of the verdict that cannot work."""


def one_line(error: BaseException) -> str:
    """The message of an error without its line breaks, its words separated by
    single spaces."""
    return ' '.join(str(error).split())


def escape_unprintable() -> None:
    """Let the process print what its terminal or file cannot show as escapes,
    instead of failing of it: Windows' encodings lack most characters."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, 'reconfigure'):
            stream.reconfigure(errors='backslashreplace')
