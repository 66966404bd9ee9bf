"""A user's function as tasks call it: what it raises says which rows it was given, and which of its lines raised."""

import inspect
import linecache
import sysconfig
import traceback
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd

from executor.task import Graph
from lazyframe.errors import function_error, name_of, what_raised
from lazyframe.io.reader import PartitionReader, Source
from lazyframe.plan.node import Node
from lazyframe.record import record

LIBRARIES = tuple(filter(None, (sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib"))))
"""Where code stands that is not the user's."""

BY_VALUE = "<dynamic-code>"
"""The file of functions that cloudpickle carried by value."""


@record(eq=False)
class Origins(Node):
    """The readers of a source's partitions themselves, for those who want to say where rows come from."""

    source: Source

    @property
    def npartitions(self) -> int:
        return len(self.source.readers)

    def result(self, number: int) -> PartitionReader:
        return self.source.readers[number]

    def tasks(self) -> Graph:
        return {}


@record(slots=True)
class UserFunction:
    """A user's function, and the file that it is written in: one that travels by value forgets that.

    Raises
    ------
    FunctionError
        When called: for what the function raises; it is of that type too.
    """

    function: Callable[..., Any]
    file: str

    def call(self, args: Sequence[Any], options: Mapping[str, Any], where: Callable[[], str]) -> Any:
        """Return what the function gives; `where` says what for, should it fail."""
        try:
            return self.function(*args, **options)
        except Exception as error:
            has_no_rows = any(isinstance(one, pd.DataFrame | pd.Series) and not len(one) for one in args)
            empty = " The partition is empty: let the function give a result for no rows too." if has_no_rows else ""
            line = own_line(error, self.file)
            raise function_error(
                f"{name_of(self.function)}() failed on {where()}: {what_raised(error)}.{line}{empty}", error
            ) from error


@record(slots=True)
class OnPartition:
    """A user's function with further arguments, called with a partition and, where that is known, its reader."""

    function: UserFunction
    args: tuple[Any, ...]
    options: tuple[tuple[str, Any], ...]

    def __call__(self, part: Any, *origins: PartitionReader) -> Any:
        return self.function.call((part, *self.args), dict(self.options), partial(places, origins))


@record(slots=True)
class OnPartitions:
    """A user's function, called with what was made of some known partitions."""

    function: UserFunction
    origins: tuple[PartitionReader, ...]

    def __call__(self, *args: Any, **options: Any) -> Any:
        return self.function.call(args, options, partial(places, self.origins))


def user_function(function: Callable[..., Any]) -> UserFunction:
    """A function with the file that it is written in, if that is known."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    return UserFunction(function, getattr(code, "co_filename", ""))


def places(origins: Sequence[PartitionReader]) -> str:
    """Return where the rows of some partitions stand, for people."""
    return ", ".join(map(place, origins)) or "a partition"


def place(origin: PartitionReader) -> str:
    """Return where the rows of a partition stand."""
    try:
        return origin.place()
    except Exception:  # the file may be gone by now
        return origin.about


def own_line(error: Exception, file: str) -> str:
    """The line of the user's code that raised: the innermost one that is of no library.

    `file` is where the code stands whose functions came to this process by value.
    """
    frames = traceback.extract_tb(error.__traceback__)[1:]  # the first is ours
    own = [frame for frame in frames if not frame.filename.startswith((*LIBRARIES, "<frozen"))]
    if not own:
        return ""
    path = file if file and own[-1].filename == BY_VALUE else own[-1].filename
    line = linecache.getline(path, own[-1].lineno or 0).strip()
    return f" In {path}, line {own[-1].lineno}{': ' if line else ''}{line}."
