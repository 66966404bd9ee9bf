"""The text of a block, and where in its file the records stand."""

from collections.abc import Iterator

import pyarrow as pa

from lazyframe.io.csv.block import Block
from lazyframe.io.csv.encodings import is_text
from lazyframe.io.csv.longest import lines_before
from lazyframe.io.csv.records import Record, count_lines, has_line_of_spaces, holds, records
from lazyframe.io.csv.split import look_at_quotes
from lazyframe.io.csv.values import HEXADECIMAL
from lazyframe.io.files import open_file, open_range

WINDOW = 1 << 19
"""Bytes read at a time."""


class BlockText:
    """The bytes of a block from `start` to `end`, read anew each time they are asked for."""

    def __init__(self, block: Block, start: int, end: int):
        self.file = block.file
        self.form = block.format
        self.start = start
        self.end = end

    def open(self) -> pa.NativeFile:
        """The bytes as a stream."""
        return open_range(self.file, self.start, self.end)

    def data(self) -> bytes:
        """The bytes, with an end of the last line."""
        with self.open() as stream:
            data = b"".join(iter(lambda: stream.read(WINDOW), b""))  # of no size asked for, it would seek its end
        newline = (self.form.terminator or "\n").encode()
        return data if not data or data.endswith((newline, b"\r")) else data + newline

    def may_have_hexadecimals(self) -> bool:
        """Return whether what begins such a number stands somewhere in the block."""
        with self.open() as stream:
            return holds(stream, HEXADECIMAL)

    def is_decodable(self) -> bool:
        """Return whether all bytes are text in the file's encoding."""
        with self.open() as stream:
            return is_text(stream, self.form.encoding)

    def has_lines_of_spaces(self) -> bool:
        """Return whether there is a line of spaces in a file of one column.

        To pyarrow it is a record, to pandas none.
        """
        if len(self.form.names) != 1:
            return False
        with self.open() as stream:
            return has_line_of_spaces(stream)

    def quotes_are_even(self) -> bool:
        """Return whether the quotes pair up, each opening at a field's start."""
        if not self.file.is_stream and not self.form.escape:
            with open_file(self.file) as stream:
                quotes, is_clean = look_at_quotes(stream, self.start, self.end, self.form)
            return is_clean and quotes % 2 == 0
        with self.open() as stream:
            quotes = sum(data.count(self.form.quote.encode()) for data in iter(lambda: stream.read(WINDOW), b""))
        return quotes == 0 or (quotes % 2 == 0 and not self.form.escape)

    def records(self, spaces_count: bool) -> Iterator[Record]:
        """All records, those of spaces alone too if they count."""
        return records(self.data(), self.form, spaces_count=spaces_count)

    def lines_before(self) -> int:
        """Return how many lines of the file come before the block."""
        return lines_before(self.file, self.start, self.form)

    def place(self) -> str:
        """Where the rows stand, for people: a file and its lines."""
        before, count = self.lines_before(), count_lines(self.data(), self.form)
        lines = f"lines {before + 1}-{before + count}" if count else "which has no lines"
        return f"{self.file.path}, {lines}"
