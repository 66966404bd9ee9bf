"""Every exception that lazyframe raises itself; each message says what to do."""

import os
import re
import sys
import warnings
from collections.abc import Iterable, Mapping
from functools import cache
from types import FrameType
from typing import Any

from lazyframe.lazy_imports import close_matches

CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Characters that a terminal obeys, but for tabs and newlines."""

HOME = os.path.dirname(os.path.dirname(__file__))

OWN = tuple(os.path.join(HOME, package, "") for package in ("lazyframe", "executor"))
"""Where code stands that is not the user's."""


def in_words(nbytes: float) -> str:
    """A number of bytes for people."""
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if nbytes >= size:
            return f"{nbytes / size:.3g} {unit}"
    return f"{nbytes:.0f} bytes"


def in_megabytes(nbytes: float) -> str:
    """A size of files or tables for people: in MB, of what is smaller in less."""
    return f"{nbytes / 1e6:,.1f} MB" if nbytes >= 50_000 else in_words(nbytes)


def printable(text: str) -> str:
    """A text in which what a terminal would obey is shown, such as \\x1b for an escape.

    Examples
    --------
    >>> print(printable("a \\x1b[31mred name"))
    a \\x1b[31mred name
    """
    return CONTROLS.sub(lambda control: repr(control[0])[1:-1], text)


class LazyframeError(Exception):
    """The root of lazyframe's own exceptions."""

    def __str__(self) -> str:  # also where other bases would show a repr or an error number
        return printable(str(self.args[0])) if self.args else ""


class LazyframeWarning(UserWarning):
    """The root of lazyframe's own warnings."""

    def __str__(self) -> str:
        return printable(str(self.args[0])) if self.args else ""


class UnsupportedError(LazyframeError, NotImplementedError):
    """Something that pandas has and lazyframe has not, with what to do instead."""


class UnsupportedAttributeError(UnsupportedError, AttributeError):
    """A method or attribute that pandas has and lazyframe has not."""


class AlignmentError(LazyframeError, ValueError):
    """What a function made of a partition has other rows than what it is combined with."""


class CSVError(LazyframeError, ValueError):
    """A CSV file that can't be read as asked; the message names the file and the place."""


class CSVTypeError(CSVError):
    """A value that does not fit its column's type."""


class MissingFileError(CSVError, FileNotFoundError):
    """A file that is not there any more, or not where the task runs."""

    def __reduce__(self) -> Any:
        return missing_file, (self.filename,)


class ReplanRequired(LazyframeError):
    """What a reader found makes the plan wrong: it is made again, with what is known now, and run once more.

    Parameters
    ----------
    message
        What to tell where nobody can plan again.
    source
        The identity of the source that the plan was made with.
    dtypes
        The dtypes, by name, that columns were found to have; none if the files are to be cut with care for quotes.
    """

    def __init__(self, message: str, source: str, dtypes: Mapping[str, str]):
        super().__init__(message, source, dtypes)
        self.source = source
        self.dtypes = dtypes


class SpillError(LazyframeError, OSError):
    """What does not fit into memory can't be written to the disk either; the message says where and why."""


class FunctionError(LazyframeError):
    """A user's function failed; the message says on which rows, and the cause is what it raised.

    What is raised is also of the type that the function raised: ``except ValueError`` catches its ValueErrors.
    """

    def __init__(self, message: str):
        BaseException.__init__(self, message)

    def __reduce__(self) -> Any:
        return rebuilt_error, (getattr(type(self), "raised", FunctionError), self.args[0], dict(self.__dict__))


class GatherError(LazyframeError, MemoryError):
    """More would be gathered in one place than its memory holds; the message says what, and the ways out."""


class GatherWarning(LazyframeWarning):
    """Many rows are gathered in one place, which `lf.config.set(on_gather="warn")` asks to be told of."""


class BadLinesWarning(LazyframeWarning):
    """Records were left out, as asked by `on_bad_lines="skip"`."""


class LeftOutWarning(LazyframeWarning):
    """Files that a path may have meant were not read, or only once."""


class MissingColumnsWarning(LazyframeWarning):
    """Some files lack columns that others have."""


class MixedColumnsWarning(LazyframeWarning):
    """Columns are numbers in some files and text in others."""


class UnknownColumnError(LazyframeError, KeyError):
    """A column that is not there."""


MOST_NAMES = 30
"""Columns that an error lists."""


def warn(message: str, category: type[Warning]) -> None:
    """Warn at the user's line that led here."""
    frame: FrameType | None = sys._getframe()
    level = 1
    while frame is not None and frame.f_code.co_filename.startswith(OWN):
        frame, level = frame.f_back, level + 1
    warnings.warn(message, category, stacklevel=level)


def unknown_column(name: Any, columns: Iterable[Any]) -> UnknownColumnError:
    """The error for a column that is not there, with the nearest name that is."""
    columns = list(columns)
    near = close_matches(str(name), map(str, columns))
    more = f" and {len(columns) - MOST_NAMES} more" if len(columns) > MOST_NAMES else ""
    names = ", ".join(map(repr, columns[:MOST_NAMES])) + more
    hint = f" Did you mean {near[0]!r}?" if near else f" The columns are {names}." if columns else " There are none."
    return UnknownColumnError(f"There is no column {name!r}.{hint}")


def name_of(function: Any) -> str:
    """Return what a function is called."""
    return getattr(function, "__name__", type(function).__name__)


def what_raised(error: Exception) -> str:
    """An error's type and text, to stand in a sentence."""
    return f"{type(error).__name__}: {error}".rstrip(".: ")


def function_error(message: str, error: Exception) -> FunctionError:
    """The error for what a user's function raised, with that one's own attributes."""
    return rebuilt_error(type(error), message, dict(error.__dict__))


def rebuilt_error(raised: type, message: str, attributes: dict[str, Any]) -> FunctionError:
    """A FunctionError that is of another type too, if there can be such a type."""
    try:
        error = both_types(raised)(message)
    except TypeError:
        error = FunctionError(message)
    error.__dict__.update(attributes)
    return error


@cache
def both_types(raised: type) -> type[FunctionError]:
    """The type of errors that are FunctionErrors and of another type."""
    if issubclass(FunctionError, raised):
        return FunctionError
    bases = (raised,) if issubclass(raised, FunctionError) else (FunctionError, raised)
    return type(raised.__name__, bases, {"__module__": raised.__module__, "raised": raised})


def missing_file(path: str) -> MissingFileError:
    """The error for a file that was there when `read_csv` looked at it."""
    error = MissingFileError(f"{path} is gone since read_csv looked at it. Call read_csv again.")
    error.filename = path
    return error
