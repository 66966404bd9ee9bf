"""Lines that `skiprows` leaves out wherever they stand: they are read as blank lines, which count and are no records.

To pandas a quoted newline ends no line, so that a "line" here is a record, or a blank line.
"""

import io
from bisect import bisect_left
from collections.abc import Callable
from typing import Any

from lazyframe.io.csv.format import Format
from lazyframe.io.csv.records import LINE_END, LONGEST, record_at
from lazyframe.record import record

WINDOW = 1 << 18
"""Bytes looked at in one go."""

SkipRows = int | tuple[int, ...] | Callable[[int], Any]
"""How many lines are left out at the start; or the numbers of those left out, ascending; or which ones, a function."""


def skips(rows: SkipRows, number: int) -> bool:
    """Return whether a line is left out, by its number from 0 on."""
    if isinstance(rows, int):
        return number < rows
    if isinstance(rows, tuple):
        return bisect_left(rows, number) < bisect_left(rows, number + 1)
    return bool(rows(number))


def may_skip_behind(rows: SkipRows, number: int) -> bool:
    """Return whether a line may be left out of those from a number on."""
    if isinstance(rows, int):
        return number < rows
    return callable(rows) or bisect_left(rows, number) < len(rows)


@record(slots=True)
class Skipping:
    """The lines that are left out behind the byte `start`, where the line `number` starts."""

    rows: SkipRows
    form: Format
    start: int
    number: int

    def applied_to(self, stream: Any) -> "SkippingStream":
        """See `io.files.LineFilter`."""
        return SkippingStream(stream, self)


class SkippingStream(io.RawIOBase):
    """A text in which lines that are left out are blank.

    Parameters
    ----------
    stream
        The text, from its start.
    skipping
    """

    def __init__(self, stream: Any, skipping: Skipping):
        super().__init__()
        self._stream = stream
        self._skipping = skipping
        self._number = skipping.number
        self._ready = memoryview(stream.read(skipping.start))
        self._rest = b""
        self._window = WINDOW

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any) -> int:
        """See `io.RawIOBase`."""
        is_more = True
        while not self._ready and is_more:
            is_more = self._advance()
        size = min(len(buffer), len(self._ready))
        buffer[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size

    def _advance(self) -> bool:
        """Read on; whether there may be more."""
        data = self._stream.read(self._window)
        text = self._rest + data
        if may_skip_behind(self._skipping.rows, self._number) and self._window <= LONGEST:  # else readers refuse it
            lines, position = self._lines(text, is_last=not data)
            self._ready, self._rest = memoryview(b"".join(lines)), text[position:]
            self._window = WINDOW if lines else max(WINDOW, len(self._rest))  # a line may be long
        else:
            self._ready, self._rest = memoryview(text), b""
        return bool(data)

    def _lines(self, text: bytes, is_last: bool) -> tuple[list[bytes], int]:
        """The lines that end in a text, and where the rest of it begins."""
        lines, position = [], 0
        while position < len(text):
            end = record_at(text, position, self._skipping.form)
            if end is None or end == len(text):  # it may go on behind what was read
                if not is_last:
                    break
                end = len(text)
            line = text[position:end]
            lines.append(self._blank(line) if skips(self._skipping.rows, self._number) else line)
            self._number += 1
            position = end
        return lines, position

    def _blank(self, line: bytes) -> bytes:
        """The ends of the lines that a record takes."""
        terminator = self._skipping.form.terminator.encode()
        return terminator * line.count(terminator) if terminator else b"".join(LINE_END.findall(line))
