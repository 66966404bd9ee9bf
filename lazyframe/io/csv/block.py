"""One block of a CSV file, or several small files, read by the kernel, or where that steps aside by the reference."""

from collections.abc import Mapping, Sequence
from typing import Any

from lazyframe.errors import printable
from lazyframe.io.asides import Aside, remember
from lazyframe.io.csv.dates import DateColumn
from lazyframe.io.csv.format import Format
from lazyframe.io.csv.longest import refuse_long_records
from lazyframe.io.csv.readers import native, reference
from lazyframe.io.csv.split import cuts_of
from lazyframe.io.files import File, check_unchanged
from lazyframe.io.reader import Note
from lazyframe.io.scan import Request
from lazyframe.record import record

MANY = 256
"""Blocks from which on small files are read several at a time."""

TOGETHER = 1 << 22
"""Bytes of small files that are read as one partition: a task's own time is little beside theirs."""


@record(slots=True)
class CSVReader:
    """Reads the records of one block of a file.

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

    def place(self) -> str:
        """See `io.reader.PartitionReader`."""
        first, last = reference.BlockReading(self, *self.bounds()).lines()
        return f"{self.file.path}, lines {first}-{last}" if last >= first else f"{self.file.path}, which has no lines"

    def bounds(self) -> tuple[int, int]:
        """The first byte of the block's records, and the one behind the last."""
        return cuts_of(self.file, self.start, self.end, self.blocksize, self.format, self.has_quotes).block(self.number)

    def scan(self, requests: Sequence[Request], note: Note) -> tuple[Any, ...]:
        """See `io.reader.PartitionReader.scan`.

        Raises
        ------
        CSVError
            For a file that can't be read as asked; the message names file, line and what to do.
        Revision
            If fields hold newlines though no sample did, or if columns have other dtypes than was planned.
        """
        return answers_of([self], requests, note)


@record(slots=True)
class FilesReader:
    """Reads several small files of one format, one after another, as one partition."""

    readers: tuple[CSVReader, ...]

    @property
    def nbytes(self) -> int:
        """See `io.reader.PartitionReader`."""
        return sum(reader.nbytes for reader in self.readers)

    @property
    def about(self) -> str:
        """See `io.reader.PartitionReader`."""
        return f"{len(self.readers)} files from {self.readers[0].file.path} to {self.readers[-1].file.path}"

    def place(self) -> str:
        """See `io.reader.PartitionReader`."""
        return self.about

    def scan(self, requests: Sequence[Request], note: Note) -> tuple[Any, ...]:
        """See `CSVReader.scan`."""
        return answers_of(self.readers, requests, note)


def answers_of(readers: Sequence[CSVReader], requests: Sequence[Request], note: Note) -> tuple[Any, ...]:
    """The answers to some requests, from the blocks of some readers of one format as if they were one."""
    ranges = []
    for reader in readers:
        check_unchanged(reader.file)
        ranges.append((reader, *reader.bounds()))
    try:
        return native.answers(ranges, requests)
    except MemoryError:
        aside = None
    except native.StepAside as odd:
        place = odd.place or readers[0]
        aside = Aside(place.file.path, place.format, place.about, str(odd))
    if aside is None or aside.reason == native.LONG:  # and what the kernel held is free by now
        refuse_long(ranges)
    if aside is None:
        raise MemoryError(f"{readers[0].about}: there is not memory enough for the answer.")
    note(aside)
    remember(aside)
    return reference.answers(ranges, requests)


def refuse_long(ranges: reference.Ranges) -> None:
    """Refuse ranges in which a record is too long to be read by anyone.

    Raises
    ------
    CSVError
    """
    for reader, start, end in ranges:
        refuse_long_records(reader.file, start, end, reader.format)


def together(readers: list[CSVReader], blocksize: int | None) -> list[CSVReader | FilesReader]:
    """The readers; if they are many, those of small files that follow one another are joined."""
    if len(readers) < MANY or blocksize is None:
        return list(readers)
    most = min(TOGETHER, blocksize)
    joined: list[CSVReader | FilesReader] = []
    group: list[CSVReader] = []
    size = 0
    for reader in readers:
        is_part = reader.nbytes < reader.end - reader.start
        is_alone = is_part or reader.nbytes >= most or bool(reader.path_column)
        if group and (is_alone or size + reader.nbytes > most or reader.format != group[0].format):
            joined.append(FilesReader(tuple(group)))
            group, size = [], 0
        if is_alone:
            joined.append(reader)
        else:
            group.append(reader)
            size += reader.nbytes
    return [*joined, *([FilesReader(tuple(group))] if group else [])]
