"""The header of a file: which line it is, which names it has."""

import io
from typing import Any

import pandas as pd

from lazyframe.errors import CSVError
from lazyframe.io.csv.encodings import undecodable
from lazyframe.io.csv.format import Format
from lazyframe.io.csv.options import Options
from lazyframe.io.csv.records import record_at, records
from lazyframe.io.csv.skipping import skips
from lazyframe.io.files import File

BOM = b"\xef\xbb\xbf"

HEADER_OPTIONS = (
    "sep", "quotechar", "quoting", "doublequote", "escapechar", "comment", "skipinitialspace", "encoding",
    "lineterminator", "engine",
)  # fmt: skip
"""The options with which pandas reads a header."""


def has_record(data: bytes, options: Options) -> bool:
    """Return whether a whole record is there, good or bad."""
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
        fields = list(range(len(fields)))  # type: ignore[arg-type]
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
