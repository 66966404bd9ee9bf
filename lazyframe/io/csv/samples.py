"""Samples of a file: whole records from places that are spread over it."""

from lazyframe.io.csv import sniff
from lazyframe.io.csv.format import Format
from lazyframe.io.csv.records import records, regular_part
from lazyframe.io.csv.split import record_end
from lazyframe.io.files import File, open_file


def samples_behind(file: File, start: int, end: int, size: int, form: Format) -> list[bytes]:
    """Samples from the middle and the end of a file, if they can be cut at records."""
    found = []
    with open_file(file) as stream:
        for begin in (start + (end - start - size) // 2, end - size):
            stream.seek(begin)
            found.append(aligned(stream.read(min(size, end - begin)), form))
    return found


def whole_records(text: bytes, form: Format) -> bytes:
    """A text up to the first record that does not end in it, or is not as the others."""
    size = sniff.whole_records(text, form)
    return regular_part(text, form) if size is None else text[:size]


def kept_records(text: bytes, form: Format) -> bytes:
    """The whole records of a text that readers keep: up to the first bad one, or without those that are left out."""
    part = whole_records(text, form)
    newline = form.terminator.encode() or b"\n"
    if form.on_bad_lines == "error" or len(part) > text.rfind(newline):
        return part
    good = (one for one in records(text, form) if one.fields == len(form.names))
    return b"".join(text[one.start : one.end] for one in good if text[one.start : one.end].endswith((newline, b"\r")))


def aligned(data: bytes, form: Format) -> bytes:
    """The whole records of a text that begins and ends anywhere; nothing if they can't be told.

    If there are quotes, the text may begin within a field. Only one of the two assumptions gives records of the right
    length, or both give the same, most often; else nothing is said.
    """
    quote, newline = form.quote.encode(), form.terminator.encode() or b"\n"
    parts = set()
    may_be_inside = (False, True) if quote and quote in data else (False,)
    for start in {record_end(data, quote, is_inside, newline) for is_inside in may_be_inside} - {None}:
        text = data[start:]
        if len(may_be_inside) == 1 and form.on_bad_lines != "error":
            return kept_records(text, form)
        part = whole_records(text, form)
        rest = text[len(part) :]
        cut = next(records(rest, form), None)
        if part and (cut is None or cut.end == len(rest)):  # only the last record is not as the others
            parts.add(part)
    return parts.pop() if len(parts) == 1 else b""
