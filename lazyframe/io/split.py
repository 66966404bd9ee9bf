"""Byte ranges that start and end at records, quotes respected.

A newline ends a record where the number of quotes before it is even. For a file whose head has no quotes, the first
newline after a block's nominal end is taken, and the reader of the block verifies that its quotes pair up: if every
block's do, every cut was at a record's end, by induction from the file's start. For a file with quotes they are
counted before the cut, which reads the file once more. To change where blocks end, change `next_record`.
"""

from itertools import pairwise

import numpy as np

from lazyframe.io.files import File

WINDOW = 1 << 20
"""Bytes looked at in one go."""


def blocks(file: File, start: int, blocksize: int | None, quote: bytes, has_quotes: bool) -> list[tuple[int, int]]:
    """The ranges of a file's records from `start` on, each about `blocksize` bytes; at least one, perhaps empty."""
    if blocksize is None or file.compression is not None or file.size - start <= blocksize:
        return [(start, file.size)]
    cuts = [start]
    with open(file.path, "rb", buffering=0) as stream:
        while file.size - cuts[-1] > blocksize:
            middle = cuts[-1] + blocksize
            is_inside = has_quotes and count_quotes(stream, cuts[-1], middle, quote) % 2 == 1
            cuts.append(next_record(stream, middle, file.size, quote if has_quotes else b"", is_inside))
    if cuts[-1] < file.size:
        cuts.append(file.size)
    return list(pairwise(cuts))


def count_quotes(stream, start: int, end: int, quote: bytes) -> int:
    """How many quotes there are in a range."""
    stream.seek(start)
    total = 0
    while start < end:
        window = stream.read(min(WINDOW, end - start))
        if not window:
            break
        total += np.count_nonzero(np.frombuffer(window, np.uint8) == quote[0])
        start += len(window)
    return total


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
