"""The two protocols of input: a source says what there is to read, and a reader reads one partition of it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import pandas as pd

from lazyframe.io.scan import Request
from lazyframe.record import record

Emit = Callable[[Any], None]
"""Takes what a reader has to say of its work, such as an `io.fallbacks.Fallback`."""


class PartitionReader(Protocol):
    """Reads one partition. Small and picklable: it travels to the worker, the data does not."""

    @property
    def about(self) -> str:
        """Return what it reads, for messages: a file and a range of bytes."""

    @property
    def nbytes(self) -> int:
        """Return how many bytes of a file it reads."""

    def place(self) -> str:
        """Return where its rows stand, as people find them: a file and its lines. This may read the file."""

    def scan(self, requests: Sequence[Request], emit: Emit) -> tuple[Any, ...]:
        """The answers to several requests, in one reading; `emit` is told what people should know of it."""


class Source(Protocol):
    """A table in partitions. Equal sources have equal `identity`."""

    @property
    def name(self) -> str:
        """A short name for people."""

    @property
    def identity(self) -> str:
        """A text that differs whenever the rows may differ, and is the same in every process."""

    @property
    def schema(self) -> pd.DataFrame:
        """The table with no rows."""

    @property
    def is_numbered(self) -> bool:
        """Return whether partitions are indexed by local row numbers, to be shifted to the whole table's."""

    @property
    def can_compute(self) -> bool:
        """Return whether readers take expressions and accumulators.

        Otherwise only `Rows` without a filter, and `Count`.
        """

    @property
    def is_near(self) -> bool:
        """Return whether a few rows are read at little cost: they are in memory, or in files that are here."""

    @property
    def readers(self) -> Sequence[PartitionReader]:
        """One a partition, in order."""

    @property
    def skips_bad_lines(self) -> bool:
        """Return whether records with another number of fields are left out, and a warning is to say how many."""

    @property
    def about_rows(self) -> float:
        """About how many rows there are, from sizes and samples; exact where that is known."""

    def replanned(self, dtypes: Mapping[str, str]) -> "Source":
        """The source as it is to be planned with, after a `ReplanRequired`; itself if that is no news."""

    def describe(self) -> str:
        """One line: how many files, how many bytes, about how many rows."""

    def how_read(self) -> str:
        """Return what reads the text of the partitions, and why; empty if there is none to read."""

    def parsed(self, columns: set[str]) -> tuple[list[str], int]:
        """The columns of the files that are parsed to give these columns of the table, and how many files have."""


@record(eq=False)
class Part:
    """Some consecutive partitions of a source, as a source."""

    whole: Source
    start: int
    stop: int

    @property
    def name(self) -> str:
        """See `Source`."""
        return self.whole.name

    @property
    def identity(self) -> str:
        """See `Source`."""
        return f"{self.whole.identity}[{self.start}:{self.stop}]"

    @property
    def schema(self) -> pd.DataFrame:
        """See `Source`."""
        return self.whole.schema

    @property
    def is_numbered(self) -> bool:
        """See `Source`."""
        return self.whole.is_numbered

    @property
    def can_compute(self) -> bool:
        """See `Source`."""
        return self.whole.can_compute

    @property
    def is_near(self) -> bool:
        """See `Source`."""
        return self.whole.is_near

    @property
    def readers(self) -> Sequence[PartitionReader]:
        """See `Source`."""
        return self.whole.readers[self.start : self.stop]

    @property
    def skips_bad_lines(self) -> bool:
        """See `Source`."""
        return self.whole.skips_bad_lines

    @property
    def about_rows(self) -> float:
        """See `Source`."""
        return self.whole.about_rows * (self.stop - self.start) / max(len(self.whole.readers), 1)

    def replanned(self, dtypes: Mapping[str, str]) -> "Part":
        """See `Source`."""
        whole = self.whole.replanned(dtypes)
        return self if whole is self.whole else Part(whole, self.start, self.stop)

    def how_read(self) -> str:
        """See `Source`."""
        return self.whole.how_read()

    def describe(self) -> str:
        """See `Source`."""
        return f"partitions {self.start} to {self.stop} of {self.whole.describe()}"

    def parsed(self, columns: set[str]) -> tuple[list[str], int]:
        """See `Source`."""
        return self.whole.parsed(columns)
