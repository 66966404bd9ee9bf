"""The records of a piece of text, one by one: slow, readable and exact. It finds lines for errors, and bad records.

A record is what pandas' C parser takes for one: quotes open at a field's start only, and a newline within them belongs
to the field; a quote elsewhere is a character like any other; blank lines and lines of comment are none. To change what
a record is, change `pattern_of`; every reader is tested against it.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from lazyframe.io.format import Format

LINE_END = re.compile(rb"\r\n|\n|\r")


class Record(NamedTuple):
    """A record of a text: on which line it starts (counted from 0), its bytes, and how many fields it has.

    A record that a quote leaves open at the text's end has -1 fields; its line is that on which the quote opens.
    """

    line: int
    start: int
    end: int
    fields: int


class Patterns(NamedTuple):
    """What matches a field, a record with the end of its line, and a text up to its first bad record.

    Nothing in them backtracks: every repetition is possessive.
    """

    field: re.Pattern[bytes]
    record: re.Pattern[bytes]
    regular: re.Pattern[bytes]


@lru_cache(maxsize=64)
def pattern_of(form: Format) -> Patterns:
    """The patterns of a format."""
    sep, quote, escape, comment = (re.escape(one.encode()) for one in (form.sep, form.quote, form.escape, form.comment))
    end = re.escape(form.terminator.encode()) if form.terminator else rb"\r\n"
    plain = rb"[^" + sep + end + escape + comment + rb"]"
    escaped = rb"|" + escape + rb"." if escape else b""
    spaces = rb" *+" if form.skip_spaces else b""
    unquoted = rb"(?>" + plain + escaped + rb")*+"
    field = unquoted
    if quote:
        double = rb"|" + quote + quote if form.doublequote else b""
        inside = rb"(?>[^" + quote + escape + rb"]++" + double + escaped + rb")*+"
        field = rb"(?>" + quote + inside + quote + unquoted + rb"|(?!" + quote + rb")" + unquoted + rb")"
    field = spaces + field
    line_end = rb"(?>" + (end if form.terminator else rb"\r\n|\n|\r") + rb")"
    remark = rb"(?>" + comment + rb"[^" + end + rb"]*+)?+" if comment else b""
    record = rb"(?>" + field + sep + rb")*+" + field + remark + rb"(?>" + line_end + rb"|\Z)"
    complete = rb"(?>" + field + sep + rb"){%d}+" % (len(form.names) - 1) + field + remark + line_end
    blank = rb"[ \t]*+" + remark + line_end
    regular = rb"(?>" + blank + rb"|" + complete + rb")*+"
    return Patterns(*(re.compile(one, re.S) for one in (field, record, regular)))


def regular_part(data: bytes, form: Format) -> bytes:
    """A text up to the first record without its line's end, or with another number of fields than there are names."""
    end = data.rfind(b"\n") + 1
    if end and is_table(data[:end], form):
        return data[:end]
    match = pattern_of(form).regular.match(data)
    return match[0] if match else b""


def is_table(data: bytes, form: Format) -> bool:
    """Whether a text of whole lines has as many separators in each, and no character that would make that mean less.

    The short cut for most texts: the patterns are twenty times as slow.
    """
    marks = (form.quote, form.escape, form.comment, form.terminator)
    if any(mark and mark.encode() in data for mark in marks) or data.count(b"\r") != data.count(b"\r\n"):
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
    field, record, _ = pattern_of(form)
    ends = form.terminator.encode() or b"\r\n"
    sep, comment = form.sep.encode(), form.comment.encode()
    is_simple = tuple(mark.encode() for mark in (form.quote, form.escape) if mark)
    line = position = 0
    while position < len(data):
        match = record.match(data, position)
        if match is None:
            opening = opening_of(data, position, form)
            yield Record(line + count_lines(data[position:opening], form), position, len(data), -1)
            return
        text = match[0]
        content = text.rstrip(ends)
        if comment and not any(mark in content for mark in is_simple):
            content = content.partition(comment)[0]
        if content if spaces_count else content.strip(b" \t" if sep != b"\t" else b" "):
            if any(mark in content for mark in is_simple):
                fields = count_fields(content, field, sep)
            else:
                fields = content.count(sep) + 1
            yield Record(line, position, match.end(), fields)
        line += count_lines(text, form)
        position = match.end()


def count_fields(content: bytes, field: re.Pattern[bytes], sep: bytes) -> int:
    """The fields of one record."""
    fields, position = 0, 0
    while True:
        match = field.match(content, position)
        position = len(content) if match is None else match.end()
        fields += 1
        if content[position : position + len(sep)] != sep:
            return fields
        position += len(sep)


def opening_of(data: bytes, position: int, form: Format) -> int:
    """Where the quote opens that a record leaves open."""
    field = pattern_of(form).field
    while (match := field.match(data, position)) is not None and data[match.end() : match.end() + 1]:
        position = match.end() + 1
    return position


def count_lines(data: bytes, form: Format) -> int:
    """The ends of lines in a text."""
    if form.terminator:
        return data.count(form.terminator.encode())
    newlines = data.count(b"\n")
    return newlines if b"\r" not in data else len(LINE_END.findall(data))
