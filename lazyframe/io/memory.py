"""A pandas frame in memory as a source: each partition is a slice of it."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from lazyframe.errors import in_megabytes
from lazyframe.io.reader import Emit
from lazyframe.io.scan import Count, Request, Rows
from lazyframe.record import record


@record(eq=False)
class MemoryReader:
    """A partition that is there already."""

    frame: pd.DataFrame
    about: str = "in memory"
    nbytes: int = 0

    def place(self) -> str:
        """See `io.reader.PartitionReader`."""
        labels = self.frame.index
        return f"{self.about}, {labels[0]!r} to {labels[-1]!r}" if len(labels) else self.about

    def scan(self, requests: Sequence[Request], emit: Emit) -> tuple[Any, ...]:
        """See `io.reader.PartitionReader.scan`."""
        return tuple(map(self._answer, requests))

    def _answer(self, request: Request) -> Any:
        match request:
            case Rows(columns=columns, predicate=None, limit=limit):
                return self.frame[list(columns)].iloc[:limit]
            case Count(predicate=None):
                return len(self.frame)
        raise TypeError(f"a partition in memory gives rows and their number, not {request}")


@record(eq=False)
class MemorySource:
    """Slices of one or several frames with equal columns."""

    frames: tuple[pd.DataFrame, ...]
    identity: str
    name: str = "memory"
    is_numbered = False
    is_near = True
    can_compute = False
    skips_bad_lines = False

    @property
    def schema(self) -> pd.DataFrame:
        """See `io.reader.Source`."""
        return self.frames[0].iloc[:0]

    @property
    def readers(self) -> list[MemoryReader]:
        """See `io.reader.Source`."""
        return [MemoryReader(frame, f"rows in memory, part {number}") for number, frame in enumerate(self.frames)]

    @property
    def about_rows(self) -> float:
        """See `io.reader.Source`."""
        return sum(map(len, self.frames))

    def replanned(self, dtypes: Mapping[str, str]) -> "MemorySource":
        """See `io.reader.Source`: there is nothing to learn from rows that are there."""
        return self

    def how_read(self) -> str:
        """See `io.reader.Source`."""
        return ""

    def describe(self) -> str:
        """See `io.reader.Source`."""
        size = sum(frame.memory_usage().sum() for frame in self.frames)
        return f"{sum(map(len, self.frames)):,} rows in memory, {in_megabytes(size)}"

    def parsed(self, columns: set[str]) -> tuple[list[str], int]:
        """See `io.reader.Source`: nothing is parsed, so the columns themselves."""
        names = [str(name) for name in self.frames[0].columns]
        return [name for name in names if name in columns], len(names)
