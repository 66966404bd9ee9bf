"""A block of a CSV file, as plain data."""

from collections.abc import Mapping, Sequence
from typing import Any

from lazyframe.errors import printable
from lazyframe.io.csv.dates import DateColumn
from lazyframe.io.csv.format import Format
from lazyframe.io.csv.split import count_blocks, cuts_of
from lazyframe.io.files import File
from lazyframe.record import record


@record(slots=True)
class Block:
    """The records of one block of a file, and what is known of them.

    `start` and `end` are the first byte of the file's records and the one behind the last; `number` is the block's, of
    those of `blocksize` bytes. `dtypes` holds the dtype of every column of the table; those in `inferred` were not
    asked for by the user, and integers among them become floats where a missing value or a fraction turns up, as in
    pandas. `source` is the identity of the source that the block is of. `has_quotes` says that fields may hold
    newlines, as far as is known.
    """

    file: File
    start: int
    end: int
    blocksize: int | None
    number: int
    format: Format
    has_quotes: bool
    dtypes: Mapping[str, Any]
    inferred: frozenset[str]
    dates: tuple[DateColumn, ...]
    source: str = ""
    path_column: str = ""

    @property
    def nbytes(self) -> int:
        """See `io.reader.PartitionReader`."""
        first, last = self._part
        return self.file.size if self.file.is_stream else last - first

    @property
    def about(self) -> str:
        """See `io.reader.PartitionReader`."""
        if self.file.is_stream:
            return f"{printable(self.file.path)} ({self.file.how_stored})"
        return "{} bytes {}-{}".format(printable(self.file.path), *self._part)

    @property
    def _part(self) -> tuple[int, int]:
        """The part of the file in which the block's records start."""
        first = self.start + self.number * (self.blocksize or 0)
        return first, self.end if self.blocksize is None else min(first + self.blocksize, self.end)

    def bounds(self) -> tuple[int, int]:
        """The first byte of the block's records, and the one behind the last."""
        if count_blocks(self.file, self.start, self.end, self.blocksize) == 1:
            return self.start, self.end
        return cuts_of(self.file, self.start, self.end, self.blocksize, self.format, self.has_quotes).block(self.number)


Ranges = Sequence[tuple[Block, int, int]]
"""Blocks, each with the first byte of its records and the one behind the last."""
