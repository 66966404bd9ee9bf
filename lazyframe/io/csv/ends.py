"""Where the records of a file that are read end: before the lines of a footer, or behind the first rows."""

from collections.abc import Iterator

from lazyframe.errors import UnsupportedError
from lazyframe.io.csv import sniff
from lazyframe.io.csv.format import Format
from lazyframe.io.csv.options import Options
from lazyframe.io.csv.records import LONGEST, records
from lazyframe.io.files import File, open_file, open_range, reading

WINDOW = 1 << 20
"""Bytes in which records are counted at a time."""


def before_footer(file: File, start: int, options: Options) -> int:
    """Return where the last lines of a file begin, which `skipfooter` leaves out."""
    if file.is_stream:
        raise UnsupportedError(
            f"{file.path}: skipfooter is for files that can be read from their end, not for {file.how_stored}."
        )
    newline = options.lineterminator.encode() or b"\n"
    size = 1 << 16
    with open_file(file) as stream:
        while True:
            begin = max(start, file.size - size)
            stream.seek(begin)
            tail = stream.read(file.size - begin)
            tail = tail.removesuffix(newline)
            place = len(tail)
            for _ in range(options.skipfooter):
                place = tail.rfind(newline, 0, max(place, 0))
                if place < 0:
                    break
            if place >= 0:
                return begin + place + 1
            if begin == start:
                return start
            size *= 8


def behind_rows(file: File, head: bytes, start: int, form: Format, count: int) -> int | None:
    """Return where the first good records of a file end; None if it has no more than these.

    Parameters
    ----------
    file
    head
        The first bytes of its text, which are not read again.
    start
        Where the records begin.
    form
    count
        The number of records.
    """
    text, position = b"", start
    for piece in pieces(file, head, start):
        text += piece
        size, passed = few_records(text, form, count)
        position, count = position + size, count - passed
        if count == 0:
            return position
        text = text[size:]
        if len(text) > LONGEST:
            break  # whoever reads it says so
    return None


def pieces(file: File, head: bytes, start: int) -> Iterator[bytes]:
    """A text from a byte on, of which the head is there already; the file is opened only for what is behind it."""
    yield head[start:]
    with reading(file), open_range(file, len(head), None) as stream:
        while data := stream.read(WINDOW):
            yield data


def few_records(text: bytes, form: Format, count: int) -> tuple[int, int]:
    """Return where at most so many good records of a text end, and how many they are.

    One that may go on is none of them.
    """
    size = sniff.whole_records(text, form)
    passed = sniff.count_records(text[:size], form) if size else None
    if passed is not None and passed < count:
        return size or 0, passed
    size = passed = 0
    for record in records(text, form):
        if passed == count or record.end == len(text):
            break
        passed += record.fields == len(form.names)
        size = record.end
    return size, passed
