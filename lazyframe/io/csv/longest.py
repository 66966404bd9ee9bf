"""Records that are too long to be read: found in bounded memory, and named by their line."""

from typing import BinaryIO

from lazyframe.errors import CSVError
from lazyframe.io.csv.format import Format
from lazyframe.io.csv.records import LONGEST, count_lines, opening_of, record_at
from lazyframe.io.files import File, open_range

WINDOW = 1 << 20
"""Bytes looked at in one go, of records that are not longer."""

SHOWN = 40
"""Bytes of a record that are shown."""


def refuse_long_records(file: File, start: int, end: int | None, form: Format) -> None:
    """Refuse a range of a file in which a record is too long, or is left open by a quote at its end.

    Parameters
    ----------
    file
    start, end
        The first byte of the records and the one behind the last; None for all that there are.
    form

    Raises
    ------
    CSVError
    """
    if error := error_of_long_record(file, start, end, form):  # whose traceback holds no text
        raise error


def error_of_long_record(file: File, start: int, end: int | None, form: Format) -> CSVError | None:
    """The error for the first record that is too long or left open, if there is one."""
    line = lines_before(file, start, form)
    rest = b""
    with open_range(file, start, end) as stream:
        while data := stream.read(max(WINDOW, len(rest))):  # a long record is searched from its start each time
            text = rest + data
            position = last_start(text, form)
            line += count_lines(text[:position], form)
            rest = text[position:]
            if len(rest) >= LONGEST:
                return too_long(file, line, rest, form, stream)
    if rest and record_at(rest, 0, form) is None:
        return unclosed(file.path, line + count_lines(rest[: opening_of(rest, 0, form)], form) + 1)
    return None


def refuse_long_start(file: File, data: bytes, form: Format) -> None:
    """Refuse a file in whose first bytes, which are many, a record does not end.

    Raises
    ------
    CSVError
    """
    position = last_start(data, form)
    if len(data) - position >= LONGEST // 2:
        with open_range(file, len(data), None) as stream:
            raise too_long(file, count_lines(data[:position], form), data[position:], form, stream)


def last_start(text: bytes, form: Format) -> int:
    """Return where the last record of a text starts, which may go on behind it."""
    if not any(mark and mark.encode() in text for mark in (form.quote, form.escape)):
        ends = [form.terminator.encode()] if form.terminator else [b"\n", b"\r"]
        return max(text.rfind(end, 0, len(text) - 1) for end in ends) + 1
    position = 0
    while (found := record_at(text, position, form)) is not None and found < len(text):
        position = found
    return position


def too_long(file: File, line: int, text: bytes, form: Format, behind: BinaryIO) -> CSVError:
    """The error for a record that starts on a line (from 0 on) with a text, and goes on in what is `behind` it."""
    longest = f"{LONGEST >> 20} MB"
    if record_at(text, 0, form) is None:
        opening = opening_of(text, 0, form)
        line += count_lines(text[:opening], form)
        quote = form.quote.encode()
        rest = iter(lambda: behind.read(WINDOW), b"")
        if text.count(quote, opening) == 1 and not any(quote in data for data in rest):
            return unclosed(file.path, line + 1)
        return CSVError(
            f"{file.path}, line {line + 1}: a quote opens here and is not closed within {longest}. Mend the line, or "
            "pass quoting=csv.QUOTE_NONE."
        )
    return CSVError(
        f"{file.path}, line {line + 1}: the line is longer than {longest}, more than is read: {text[:SHOWN]!r}... "
        "Mend the line; or if other characters than newlines end the lines, pass lineterminator=."
    )


def unclosed(path: str, line: int) -> CSVError:
    """The error for a quote that opens and never closes."""
    return CSVError(
        f"{path}, line {line}: a quote opens here and is never closed. Mend the line, or pass quoting=csv.QUOTE_NONE."
    )


def lines_before(file: File, start: int, form: Format) -> int:
    """Return how many lines of a file come before a byte."""
    count, tail = 0, b""
    with open_range(file, 0, start) as stream:
        while data := stream.read(min(WINDOW, start)):
            text = (tail + data)[: start + len(tail)]
            start -= len(text) - len(tail)
            tail = b"\r" if text.endswith(b"\r") and not form.terminator else b""  # a newline may come behind it
            count += count_lines(text[: len(text) - len(tail)], form)
    return count + len(tail)
