"""What a look at a file tells, before anything is planned: its columns, where its records are, and samples of them."""

import io
from typing import Any

import pandas as pd

from lazyframe.errors import CSVError
from lazyframe.io.csv import sniff
from lazyframe.io.csv.encodings import refuse_no_text, undecodable
from lazyframe.io.csv.ends import before_footer, behind_rows
from lazyframe.io.csv.format import Format
from lazyframe.io.csv.longest import refuse_long_start
from lazyframe.io.csv.options import Options
from lazyframe.io.csv.records import LONGEST, record_at, records, regular_part
from lazyframe.io.csv.skipping import Skipping, may_skip_behind, skips
from lazyframe.io.csv.split import record_end
from lazyframe.io.files import File, head, open_file
from lazyframe.record import record, replace

BOM = b"\xef\xbb\xbf"

HEADER_OPTIONS = (
    "sep", "quotechar", "quoting", "doublequote", "escapechar", "comment", "skipinitialspace", "encoding",
    "lineterminator", "engine",
)  # fmt: skip
"""The options with which pandas reads a header."""


@record()
class Opening:
    """What the look at a file found.

    The records stand from byte `start` to byte `end`. `has_quotes` says whether a quote was met: then fields may hold
    newlines. `bytes_a_record` says about how long a record is; 0 if that is not known. `repeated` are the names that
    pandas gave to columns whose name stands in the header before, and that name.
    """

    file: File
    names: tuple[Any, ...]
    format: Format
    start: int
    end: int
    has_quotes: bool
    bytes_a_record: float
    repeated: tuple[tuple[str, str], ...] = ()


Headers = dict[bytes, tuple[tuple[Any, ...], Format, tuple[tuple[str, str], ...]]]
"""What headers (or, where there are none, first records) say: the names of the columns, the format with these, and the
names made anew, for they stood there before."""

Samples = tuple[bytes, ...]
"""Records from the start, the middle and the end of a file, where it could be cut at records."""


def opened(file: File, size: int, options: Options, seen: Headers, is_sampled: bool) -> tuple[Opening, Samples]:
    """Look at a file.

    Parameters
    ----------
    file
    size
        Bytes to look at at its start; as many again in the middle and at the end together, if it is sampled.
    options
    seen
        The headers met before.
    is_sampled
        Whether samples are wanted; else the header is enough.
    """
    data = head(file, size)
    refuse_no_text(file, data)
    while True:
        is_whole = len(data) < size
        header, start, line = header_of(data, options)
        if is_whole or has_record(data[start:], options):
            break
        if size >= LONGEST:
            refuse_long_start(file, data, options.nameless)
            break
        size = min(size * 8, LONGEST)
        data = head(file, size)
    if may_skip_behind(options.skiprows, line):
        file = replace(file, skipping=Skipping(options.skiprows, options.nameless, start, line))
        data = head(file, size)
    if header not in seen:
        names = header_names(file, header, data[start:], options)
        seen[header] = names, options.format(tuple(map(str, names))), repeated_names(names, header, options)
    names, form, repeated = seen[header]
    if options.index_col is False and first_fields(data[start:], form) == len(names) + 1:
        form = options.format((*map(str, names), "\0"))
    end = file.size if not options.skipfooter else before_footer(file, start, options)
    if options.nrows is not None and (last := behind_rows(file, data, start, form, options.nrows)) is not None:
        file, end = (replace(file, length=last), end) if file.is_stream else (file, last)
        data = data[:last]
    text = data[start:] if file.is_stream else data[start : max(end, start)]
    if is_whole and text and not text.endswith((b"\n", b"\r")) and not options.lineterminator:
        text += b"\n"
    samples = [kept_records(text, form)] if names and is_sampled else []
    if is_sampled and not file.is_stream and end - start > size:
        samples += samples_behind(file, start, end, size // 2, form)
    quote = options.quote.encode()
    has_quotes = bool(quote) and any(quote in one for one in (data[start:], *samples))
    lines = sum(sample.count(b"\n") or sample.count(b"\r") for sample in samples)
    bytes_a_record = sum(map(len, samples)) / lines if lines else 0.0
    return Opening(file, names, form, start, end, has_quotes, bytes_a_record, repeated), tuple(samples)


def has_record(data: bytes, options: Options) -> bool:
    """Whether a whole record is there, good or bad."""
    first = next(records(data, options.nameless), None)
    return first is not None and first.fields >= 0 and first.end < len(data)


def header_of(data: bytes, options: Options) -> tuple[bytes, int, int]:
    """A file's header (or, where there is none, its first record), and where its records start: the byte and the line.

    Lines that are left out directly below the header are behind it already.
    """
    position = len(BOM) if data.startswith(BOM) else 0
    form = options.nameless
    header, number, kept = b"", 0, 0
    while position < len(data):
        end = record_at(data, position, form) or len(data)
        if not skips(options.skiprows, number):
            line = data[position:end]
            if header:
                break
            if next(records(line, form), None) is not None:
                if kept == (options.header or 0):
                    header = line
                    if options.header is None:
                        break
                kept += 1
        position, number = end, number + 1
    return header, position, number


def header_names(file: File, line: bytes, rows: bytes, options: Options) -> tuple[Any, ...]:
    """The names of the columns in a header (or, where there is none, for a first record); `rows` are the first ones."""
    if not line.strip(options.nameless.blanks + b"\r\n"):
        return ()
    has_header = options.header is not None
    fields = plain_fields(line, options.nameless)
    if fields is None or (has_header and (len(set(fields)) < len(fields) or "" in fields)):
        fields = fields_by_pandas(file, line, options)
    elif not has_header:
        fields = list(range(len(fields)))
    if options.names is None:
        return tuple(fields)
    count = len(options.names)
    is_bad_row = not has_header and options.on_bad_lines != "error"  # which is left out, if there are others
    if count != len(fields) and not (
        is_bad_row and any(row.fields == count for row in records(rows, options.nameless))
    ):
        raise CSVError(f"{file.path}: names= has {count} names, the file {len(fields)} columns.")
    return options.names


def repeated_names(names: tuple[Any, ...], line: bytes, options: Options) -> tuple[tuple[str, str], ...]:
    """The names made of names that stand twice in a header, and these: ("zip.1", "zip")."""
    if options.header is None or options.names is not None or not any("." in name for name in names):
        return ()
    form = options.nameless
    own = {"header": None, "index_col": False, "dtype": object, "encoding": form.encoding}
    kept = {name: value for name, value in form.for_pandas().items() if name in HEADER_OPTIONS}
    written = plain_fields(line, form) or pd.read_csv(io.BytesIO(line), **kept | own).iloc[0].tolist()
    return tuple((name, old) for name, old in zip(names, written, strict=True) if name != old and old in written[:-1])


def plain_fields(line: bytes, form: Format) -> list[str] | None:
    """The fields of a record whose text is as it is meant, between quotes or not; None of any other."""
    if form.why_pandas or not line.isascii() or (form.escape and form.escape.encode() in line):
        return None
    fields = line.rstrip(b"\r\n").decode().split(form.sep)
    if form.quote and form.quote.encode() in line:
        fields = [one[1:-1] if len(one) > 1 and one[0] == one[-1] == form.quote else one for one in fields]
        if any(form.quote in one for one in fields):
            return None
    return fields


def fields_by_pandas(file: File, line: bytes, options: Options) -> list[Any]:
    """The names of the columns in a header, or numbers for the fields of a record, as pandas has them."""
    has_header = options.header is not None
    try:
        table = pd.read_csv(
            io.BytesIO(line),
            header=0 if has_header else None,
            nrows=0 if has_header else 1,
            index_col=False,
            **{name: value for name, value in options.nameless.for_pandas().items() if name in HEADER_OPTIONS},
        )
    except UnicodeDecodeError:
        raise undecodable(file, options.nameless.encoding) from None
    except pd.errors.ParserError as error:
        raise CSVError(f"{file.path}: the header can't be read: {str(error).strip()} Give the right options.") from None
    return list(table.columns)


def first_fields(data: bytes, form: Format) -> int:
    """The number of fields of the first record."""
    return next((record.fields for record in records(data, form)), 0)


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
