"""The records of a piece of text, one by one: slow, readable and exact. It finds lines for errors, and bad records.

A record is what pandas' C parser takes for one: quotes open at a field's start only, and a newline within them belongs
to the field; a quote elsewhere is a character like any other; blank lines and lines of comment are none. To change what
a record is, change `pattern_of`; every reader is tested against it.
"""

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import BinaryIO, NamedTuple

import numpy as np

from lazyframe.io.csv.format import BLANKS, Format, is_expression

LONGEST = 1 << 25
"""Bytes of the longest record that is read."""

WINDOW = 1 << 19
"""Bytes of a stream looked at at a time."""

LINE_OF_SPACES = re.compile(rb"[\r\n][ \t]++[\r\n]")

LINE_END = re.compile(rb"\r\n|\n|\r")


class Record(NamedTuple):
    """A record of a text: on which line it starts (counted from 0), its bytes, and how many fields it has.

    A record that a quote leaves open at the text's end has -1 fields; its line is that on which the quote opens.
    """

    line: int
    start: int
    end: int
    fields: int


class Patterns:
    """What matches a field, a record with the end of its line, and a text up to its first bad record.

    Nothing in them backtracks: every repetition is possessive. They are made when they are needed: most files have no
    quotes, and a pattern takes as long to make as 100 kB to sample.
    """

    def __init__(self, form: Format):
        quote, escape, comment = (re.escape(one.encode()) for one in (form.quote, form.escape, form.comment))
        is_blanks = form.sep == BLANKS
        sep = rb"[ \t]++" if is_blanks else re.escape(form.sep.encode())
        end = re.escape(form.terminator.encode()) if form.terminator else rb"\r\n"
        ahead = b"" if form.separators else rb"(?!" + sep + rb")"
        plain = ahead + rb"[^" + re.escape(form.separators) + end + escape + comment + rb"]"
        escaped = rb"|" + escape + rb"." if escape else b""
        spaces = rb" *+" if form.skip_spaces else b""
        rest = rb"(?>" + plain + escaped + rb")*+"
        field = unquoted = rest[:-2] + rb"++" if is_blanks else rest  # no field between blanks is empty
        if quote:
            double = rb"|" + quote + quote if form.doublequote else b""
            inside = rb"(?>[^" + quote + escape + rb"]++" + double + escaped + rb")*+"
            field = rb"(?>" + quote + inside + quote + rest + rb"|(?!" + quote + rb")" + unquoted + rb")"
        self._field = spaces + field
        self._sep = sep
        self._around = rb"[ \t]*+" if is_blanks else b""
        self._blanks = form.blanks
        self._remark = rb"(?>" + comment + rb"[^" + end + rb"]*+)?+" if comment else b""
        self._line_end = rb"(?>" + (end if form.terminator else rb"\r\n|\n|\r") + rb")"
        self._separators = len(form.names) - 1

    @cached_property
    def field(self) -> re.Pattern[bytes]:
        """A field."""
        return re.compile(self._field, re.S)

    @cached_property
    def separator(self) -> re.Pattern[bytes]:
        """Return what separates fields."""
        return re.compile(self._sep)

    @cached_property
    def record(self) -> re.Pattern[bytes]:
        """A record with the end of its line."""
        last = self._field + rb"?+" if self._around else self._field
        record = self._around + rb"(?>" + self._field + self._sep + rb")*+" + last + self._remark
        return re.compile(record + rb"(?>" + self._line_end + rb"|\Z)", re.S)

    @cached_property
    def regular(self) -> re.Pattern[bytes]:
        """A text up to its first record without its line's end, or with another number of fields."""
        fields = rb"(?>" + self._field + self._sep + rb"){%d}+" % self._separators + self._field
        fields = self._around + fields + self._around
        blank = rb"[" + self._blanks + rb"]*+" + self._remark + self._line_end
        return re.compile(rb"(?>" + blank + rb"|" + fields + self._remark + self._line_end + rb")*+", re.S)


@lru_cache(maxsize=64)
def pattern_of(form: Format) -> Patterns:
    """The patterns of a format."""
    return Patterns(form)


def record_at(data: bytes, position: int, form: Format) -> int | None:
    """Return where the record ends that begins at a position, behind the end of its line.

    None if a quote leaves it open.

    A line without quotes and escapes is a record; where there is one, the patterns say how far the record goes.
    """
    if form.terminator:
        end = data.find(form.terminator.encode(), position) + 1 or len(data)
    else:
        found = LINE_END.search(data, position)
        end = len(data) if found is None else found.end()
    if any(mark and data.find(mark.encode(), position, end) >= 0 for mark in (form.quote, form.escape)):
        match = pattern_of(form).record.match(data, position)
        return match.end() if match else None
    return end


def regular_part(data: bytes, form: Format) -> bytes:
    """A text up to the first record without its line's end, or with another number of fields than there are names."""
    end = data.rfind(b"\n") + 1
    if end and is_table(data[:end], form):
        return data[:end]
    if is_expression(form.sep):
        odd = next((one for one in records(data, form) if one.fields != len(form.names)), None)
        return data[: data.rfind(b"\n") + 1 if odd is None else odd.start]
    match = pattern_of(form).regular.match(data)
    return match[0] if match else b""


def is_table(data: bytes, form: Format) -> bool:
    """Return whether a text of whole lines has as many separators in each, and nothing that makes that mean less.

    The short cut for most texts: the patterns are twenty times as slow.
    """
    marks = (form.quote, form.escape, form.comment, form.terminator)
    is_odd = any(mark and mark.encode() in data for mark in marks) or not form.is_plain
    if is_odd or data.count(b"\r") != data.count(b"\r\n"):
        return False
    text = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(text == ord("\n"))
    separators = np.searchsorted(np.flatnonzero(text == ord(form.sep)), ends)
    return bool((np.diff(separators, prepend=0) == len(form.names) - 1).all())


def records(data: bytes, form: Format, spaces_count: bool = False) -> Iterator[Record]:
    """The records of a text that starts at one.

    Parameters
    ----------
    data
    form
    spaces_count
        Whether a line of spaces only is a record, as it is to pyarrow; to pandas it is none.
    """
    ends = form.terminator.encode() or b"\r\n"
    comment = form.comment.encode()
    is_simple = tuple(mark.encode() for mark in (form.quote, form.escape) if mark)
    line = position = 0
    while position < len(data):
        end = record_at(data, position, form)
        if end is None:
            opening = opening_of(data, position, form)
            yield Record(line + count_lines(data[position:opening], form), position, len(data), -1)
            return
        text = data[position:end]
        content = text.rstrip(ends)
        if comment and not any(mark in content for mark in is_simple):
            content = content.partition(comment)[0]
        if content if spaces_count else content.strip(form.blanks):
            has_marks = any(mark in content for mark in is_simple)
            fields = count_fields(content, form) if has_marks else count_plain_fields(content, form)
            yield Record(line, position, end, fields)
        line += count_lines(text, form)
        position = end


def count_plain_fields(content: bytes, form: Format) -> int:
    """The fields of one record without quotes and escapes."""
    if form.sep != BLANKS and not is_expression(form.sep):
        return content.count(form.sep.encode()) + 1
    text = content.decode(form.encoding, errors="replace")
    if form.sep == BLANKS:
        return len(re.findall(r"[^ \t]+", text))
    return len(re.split(form.sep, text.strip()))


def count_fields(content: bytes, form: Format) -> int:
    """The fields of one record."""
    field, separator = pattern_of(form).field, pattern_of(form).separator
    content = content.strip(b" \t") if form.sep == BLANKS else content
    fields, position = 0, 0
    while True:
        match = field.match(content, position)
        position = len(content) if match is None else match.end()
        fields += 1
        between = separator.match(content, position)
        if between is None:
            return fields
        position = between.end()


def opening_of(data: bytes, position: int, form: Format) -> int:
    """Return where the quote opens that a record leaves open."""
    field, separator = pattern_of(form).field, pattern_of(form).separator
    while (match := field.match(data, position)) is not None:
        between = separator.match(data, match.end())
        if between is None:
            break
        position = between.end()
    return position


def count_lines(data: bytes, form: Format) -> int:
    """The ends of lines in a text."""
    if form.terminator:
        return data.count(form.terminator.encode())
    newlines = data.count(b"\n")
    return newlines if b"\r" not in data else len(LINE_END.findall(data))


def has_line_of_spaces(stream: BinaryIO) -> bool:
    """Return whether there is a line of nothing but spaces in a stream."""
    line = b"\n"  # the last one so far
    while data := stream.read(WINDOW):
        if LINE_OF_SPACES.search(line + data):
            return True
        line = (line + data)[-WINDOW:]
        line = line[max(line.rfind(b"\n"), line.rfind(b"\r"), 0) :]
    return not line[1:].strip(b" \t") and len(line) > 1


def holds(stream: BinaryIO, pattern: re.Pattern[bytes]) -> bool:
    """Return whether two bytes that fit a pattern stand somewhere in a stream."""
    last = b""
    while data := stream.read(WINDOW):
        if pattern.search(last + data):
            return True
        last = data[-1:]
    return False
