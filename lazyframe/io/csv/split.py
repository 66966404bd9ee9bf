"""Byte ranges that start and end at records, whatever fields hold: quoted newlines, escapes, comments.

Block i is the records that start in the i-th part of the file, so the number of blocks is known at once, and where they
begin is found when they are read: nothing is read to plan. A newline ends a record where the number of quotes before it
is even, if every quote that opens a field stands at the field's start. So a block with quotes looks at the quotes of
those before it (once a process), and where one stands elsewhere (5" pipe), or there are escapes or comments, walks
record by record. In a file whose samples have no quotes the first newline behind a part is taken, and the reader of
each block makes sure that its quotes pair up: if those of all do, every cut was right, by induction from the start.
To change where blocks end, change `Cuts._next`.
"""

import threading
from typing import Any

import numpy as np

from lazyframe.cache import Cache
from lazyframe.io.csv.format import Format
from lazyframe.io.csv.longest import refuse_long_records
from lazyframe.io.csv.records import LONGEST, record_at
from lazyframe.io.files import File, open_file

WINDOW = 1 << 20
"""Bytes looked at in one go."""

AHEAD = 1 << 16
"""Bytes looked at in one go for the end of a record."""

NEWLINES = "\n\r"
"""What ends a line, where no option says otherwise."""


def count_blocks(file: File, start: int, end: int, blocksize: int | None) -> int:
    """Return how many blocks a file's records from byte `start` to byte `end` make; at least one."""
    if blocksize is None or file.is_stream or end - start <= blocksize:
        return 1
    return -(-(end - start) // blocksize)


_cuts: Cache[Any, "Cuts"] = Cache(size=256)
"""The cuts of files, which this process finds once."""


def cuts_of(file: File, start: int, end: int, blocksize: int | None, form: Format, has_quotes: bool) -> "Cuts":
    """The cuts of a file."""
    what = file, start, end, blocksize, form, has_quotes
    return _cuts.get_or_make(what, lambda: Cuts(*what))


class Cuts:
    """Where the blocks of a file begin and end; found as far as they are asked for.

    Parameters
    ----------
    file, start, end, blocksize
        As for `count_blocks`.
    form
    has_quotes
        Whether fields may hold newlines; else any newline ends a record.
    """

    def __init__(self, file: File, start: int, end: int, blocksize: int | None, form: Format, has_quotes: bool):
        self.count = count_blocks(file, start, end, blocksize)
        self._file = file
        self._form = form
        self._start = start
        self._end = end
        self._size = blocksize or end
        self._depends = has_quotes or bool(form.escape or form.comment)
        self._newline = (form.terminator or "\n").encode()
        self._found = [start]
        self._lock = threading.Lock()

    def block(self, number: int) -> tuple[int, int]:
        """The first byte of a block, and the one behind its last."""
        if self.count == 1:
            return self._start, self._end
        with open_file(self._file) as stream:
            if not self._depends:
                return self._after(stream, number), self._after(stream, number + 1)
            with self._lock:
                while len(self._found) <= number + 1:
                    self._found.append(self._next(stream, self._found[-1], len(self._found)))
                return self._found[number], self._found[number + 1]

    def _after(self, stream: Any, number: int) -> int:
        """Return where the first record that starts in or behind a part starts, if every newline ends a record."""
        part = self._start + number * self._size
        if number == 0 or part >= self._end:
            return min(part, self._end)
        return next_record(stream, part - 1, self._end, b"", False, self._newline)

    def _next(self, stream: Any, begin: int, number: int) -> int:
        """The same, if the block before, which begins at `begin`, may hold quotes."""
        part = self._start + number * self._size
        if part >= self._end:
            return self._end
        if begin >= part:
            return begin
        form = self._form
        if not (form.escape or form.comment):
            is_inside = look_at_quotes(stream, begin, part - 1, form)[0] % 2 == 1
            cut = next_record(stream, part - 1, self._end, form.quote.encode(), is_inside, self._newline)
            quotes, is_clean = look_at_quotes(stream, begin, cut, form)
            if is_clean and (quotes % 2 == 0 or cut == self._end):
                return cut
        return walk(self._file, stream, begin, part, self._end, form)


def walk(file: File, stream: Any, begin: int, part: int, end: int, form: Format) -> int:
    """Return where the first record that starts in or behind a part starts, found record by record from `begin` on."""
    size = WINDOW
    while begin < part:
        stream.seek(begin)
        data = stream.read(min(size, end - begin))
        position = 0
        while begin + position < part:
            found = record_at(data, position, form)
            if found is None or found == len(data):  # it may go on behind what was read
                break
            position = found
        if position == 0:
            if begin + len(data) >= end:
                return end
            size *= 4
            if size > LONGEST:
                refuse_long_records(file, begin, end, form)
        begin += position
    return begin


def look_at_quotes(stream: Any, start: int, end: int, form: Format) -> tuple[int, bool]:
    """Return how many quotes a range has that starts at a record, and whether each opens only at a field's start."""
    mark = form.quote.encode()
    before_a_field = np.frombuffer(form.separators + (form.terminator or NEWLINES).encode() + mark, np.uint8)
    last = np.uint8(10)
    total = 0
    stream.seek(start)
    while start < end:
        data = stream.read(min(WINDOW, end - start))
        if not data:
            break
        if mark in data:
            window = np.frombuffer(data, np.uint8)
            places = np.flatnonzero(window == mark[0])
            opening = places[total % 2 :: 2]
            if not np.isin(np.where(opening > 0, window[opening - 1], last), before_a_field).all():
                return total, False
            total += len(places)
        last = np.uint8(data[-1])
        start += len(data)
    return total, True


def next_record(stream: Any, position: int, end: int, quote: bytes, is_inside: bool, newline: bytes = b"\n") -> int:
    """Return where the first record behind `position` starts; `is_inside` says whether `position` is within quotes."""
    stream.seek(position)
    while position < end:
        window = stream.read(AHEAD)
        if not window:
            break
        local = record_end(window, quote, is_inside, newline)
        if local is not None:
            return min(position + local, end)
        is_inside ^= bool(quote) and window.count(quote) % 2 == 1
        position += len(window)
    return end


def record_end(window: bytes, quote: bytes, is_inside: bool = False, newline: bytes = b"\n") -> int | None:
    """The offset behind the first newline that is not within quotes."""
    place = window.find(newline)
    counted = 0
    while place >= 0:
        if quote:
            is_inside ^= window.count(quote, counted, place) % 2 == 1
            counted = place
        if not is_inside:
            return place + 1
        place = window.find(newline, place + 1)
    return None
