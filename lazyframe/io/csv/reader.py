"""The readers of blocks: by the kernel, or where that falls back by the reference."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from lazyframe.io.csv.block import Block, Ranges
from lazyframe.io.csv.fallbacks import Fallback, remember
from lazyframe.io.csv.longest import refuse_long_records
from lazyframe.io.csv.readers import native, reference
from lazyframe.io.csv.readers.block_text import BlockText
from lazyframe.io.csv.readers.compiled import LONG, FallbackRequired
from lazyframe.io.files import File, held, open_file
from lazyframe.io.identity import check_unchanged
from lazyframe.io.reader import Emit
from lazyframe.io.remote import AT_ONCE
from lazyframe.io.scan import Request
from lazyframe.record import record

MANY = 256
"""Blocks from which on small files are read several at a time."""

TOGETHER = 1 << 22
"""Bytes of small files that are read as one partition: a task's own time is little beside theirs."""


@record(slots=True)
class CSVReader(Block):
    """Reads a block; see `io.reader.PartitionReader`."""

    def place(self) -> str:
        """See `io.reader.PartitionReader`."""
        return BlockText(self, *self.bounds()).place()

    def scan(self, requests: Sequence[Request], emit: Emit) -> tuple[Any, ...]:
        """See `io.reader.PartitionReader.scan`.

        Raises
        ------
        CSVError
            For a file that can't be read as asked; the message names file, line and what to do.
        ReplanRequired
            If fields hold newlines though no sample did, or if columns have other dtypes than was planned.
        """
        return answers_of([self], requests, emit)


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

    def scan(self, requests: Sequence[Request], emit: Emit) -> tuple[Any, ...]:
        """See `CSVReader.scan`. Remote files are fetched several at a time."""
        if not self.readers[0].file.is_remote:
            return answers_of(self.readers, requests, emit)
        with fetched([reader.file for reader in self.readers]):
            return answers_of(self.readers, requests, emit)


def answers_of(readers: Sequence[CSVReader], requests: Sequence[Request], emit: Emit) -> tuple[Any, ...]:
    """The answers to some requests, from the blocks of some readers of one format as if they were one."""
    ranges = []
    known = held.get({})  # which is checked already
    for reader in readers:
        if reader.file.path not in known:
            check_unchanged(reader.file)
        ranges.append((reader, *reader.bounds()))
    try:
        return native.answers(ranges, requests)
    except MemoryError:
        fallback = None
    except FallbackRequired as odd:
        place = odd.place or readers[0]
        fallback = Fallback(place.file.path, place.format, place.about, str(odd))
    if fallback is None or fallback.reason == LONG:  # and what the kernel held is free by now
        refuse_long(ranges)
    if fallback is None:
        raise MemoryError(f"{readers[0].about}: there is not memory enough for the answer.")
    emit(fallback)
    remember(fallback)
    return reference.answers(ranges, requests)


@contextmanager
def fetched(files: Sequence[File]) -> Iterator[None]:
    """Have the bytes of some small remote files, as they were when the source was made, at hand."""

    def fetch(file: File) -> bytes:
        check_unchanged(file)
        with open_file(file) as stream:
            return stream.read(file.size)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        token = held.set(dict(zip([file.path for file in files], pool.map(fetch, files), strict=True)))
    try:
        yield
    finally:
        held.reset(token)


def refuse_long(ranges: Ranges) -> None:
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
