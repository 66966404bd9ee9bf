"""Byte ranges that start and end at records, quotes respected.

A newline ends a record where the number of quotes before it is even. That holds if every quote that opens a field
stands at the field's start; a file in which one does not (5" pipe) is left in one piece. For a file whose head has no
quotes, the first newline after a block's nominal end is taken, and the reader of the block verifies its quotes: if
every block's pair up, every cut was at a record's end, by induction from the file's start. For a file with quotes they
are looked at before the cut, which reads the file once more. To change where blocks end, change `next_record`.
"""

from itertools import pairwise
from typing import Any

import numpy as np

from lazyframe.io.files import File

WINDOW = 1 << 20
"""Bytes looked at in one go."""


def blocks(
    file: File, start: int, blocksize: int | None, quote: str, sep: str, has_quotes: bool
) -> list[tuple[int, int]]:
    """The ranges of a file's records from `start` on, each about `blocksize` bytes; at least one, perhaps empty."""
    if blocksize is None or file.compression is not None or file.size - start <= blocksize:
        return [(start, file.size)]
    cuts = [start]
    with open(file.path, "rb", buffering=0) as stream:
        while file.size - cuts[-1] > blocksize:
            middle = cuts[-1] + blocksize
            quotes, is_clean = look_at_quotes(stream, cuts[-1], middle, quote, sep) if has_quotes else (0, True)
            if not is_clean:
                return [(start, file.size)]
            cuts.append(next_record(stream, middle, file.size, quote.encode() if has_quotes else b"", quotes % 2 == 1))
        if has_quotes and not look_at_quotes(stream, cuts[-1], file.size, quote, sep)[1]:
            return [(start, file.size)]
    if cuts[-1] < file.size:
        cuts.append(file.size)
    return list(pairwise(cuts))


def look_at_quotes(stream: Any, start: int, end: int, quote: str, sep: str) -> tuple[int, bool]:
    """How many quotes there are in a range that starts at a record, and whether each opens only at a field's start."""
    mark = quote.encode()[0]
    before_a_field = np.frombuffer(f"{sep}\n\r{quote}".encode(), np.uint8)
    last = np.uint8(10)
    total = 0
    stream.seek(start)
    while start < end:
        window = np.frombuffer(stream.read(min(WINDOW, end - start)), np.uint8)
        if not len(window):
            break
        places = np.flatnonzero(window == mark)
        opening = places[total % 2 :: 2]
        if not np.isin(np.where(opening > 0, window[opening - 1], last), before_a_field).all():
            return total, False
        total += len(places)
        last = window[-1]
        start += len(window)
    return total, True


def next_record(stream, position: int, end: int, quote: bytes, is_inside: bool) -> int:
    """Where the first record after `position` starts; `is_inside` says whether `position` is within quotes."""
    stream.seek(position)
    while position < end:
        window = stream.read(WINDOW)
        if not window:
            break
        local = record_end(window, quote, is_inside)
        if local is not None:
            return position + local
        is_inside ^= bool(quote) and window.count(quote) % 2 == 1
        position += len(window)
    return end


def record_end(window: bytes, quote: bytes, is_inside: bool = False) -> int | None:
    """The offset behind the first newline that is not within quotes."""
    newline = window.find(b"\n")
    while newline >= 0:
        if not quote or (window.count(quote, 0, newline) + is_inside) % 2 == 0:
            return newline + 1
        newline = window.find(b"\n", newline + 1)
    return None
