"""Files of which each line is a row, as a source: JSON lines and fields of fixed widths, read by pandas in blocks.

A block begins behind the first newline at or behind its first byte, so the number of blocks is known at once. Columns
and dtypes are those of samples of the files; a block in which a column does not fit is an error, and one whose integers
have missing values has the query planned again with floats.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from hashlib import blake2b
from io import BytesIO
from typing import Any

import cloudpickle
import numpy as np
import pandas as pd

from lazyframe.errors import CSVTypeError, ReplanRequired, UnsupportedError, printable
from lazyframe.io.csv import infer
from lazyframe.io.csv.checks import parse_bytes
from lazyframe.io.files import File, head, open_range, reading
from lazyframe.io.find import find
from lazyframe.io.identity import check_unchanged
from lazyframe.io.reader import Emit
from lazyframe.io.scan import Count, Request, Rows
from lazyframe.record import record, replace
from lazyframe.types import empty_table

AHEAD = 1 << 16
"""Bytes looked at in one go for the end of a line."""

SAMPLE = 1 << 18
"""Bytes of each file that are looked at for columns and dtypes."""

WHOLE_FILE = ("skipfooter", "nrows", "chunksize", "iterator", "index_col", "usecols", "parse_dates")
"""Options of pandas' that are not for a part of a file."""

Parse = Callable[[bytes], Any]


@record()
class JSONLines:
    """A text of JSON records, a line each, as pandas reads it."""

    options: tuple[tuple[str, Any], ...]

    def __call__(self, text: bytes) -> Any:
        if not text.strip():
            return pd.DataFrame()
        return pd.read_json(BytesIO(text), lines=True, **dict(self.options))


@record()
class FixedWidths:
    """A text of fields of fixed widths, as pandas reads it, with the names and places of the columns."""

    names: tuple[Any, ...]
    places: tuple[tuple[int, int], ...]
    options: tuple[tuple[str, Any], ...]

    def __call__(self, text: bytes) -> Any:
        if not text.strip():
            return pd.DataFrame(columns=list(self.names))
        places, names = list(self.places), list(self.names)
        return pd.read_fwf(BytesIO(text), colspecs=places, header=None, names=names, **dict(self.options))


@record()
class LinesReader:
    """Reads the lines that begin in a range of a file; a block without `end` is the rest of the file."""

    file: File
    start: int
    end: int | None
    first: int
    parse: Parse
    dtypes: Mapping[Any, Any]
    inferred: frozenset[Any]
    source: str

    @property
    def nbytes(self) -> int:
        """See `io.reader.PartitionReader`."""
        return (self.file.size if self.end is None else self.end) - self.start

    @property
    def about(self) -> str:
        """See `io.reader.PartitionReader`."""
        return f"{printable(self.file.path)}, bytes {self.start:,} to {self.start + self.nbytes:,}"

    def place(self) -> str:
        """See `io.reader.PartitionReader`."""
        return self.about

    def scan(self, requests: Sequence[Request], emit: Emit) -> tuple[Any, ...]:
        """See `io.reader.PartitionReader.scan`."""
        check_unchanged(self.file)
        table = self._table()
        return tuple(self._answer(request, table) for request in requests)

    def _answer(self, request: Request, table: pd.DataFrame) -> Any:
        match request:
            case Rows(columns=columns, predicate=None, limit=limit):
                return table[list(columns)].iloc[:limit]
            case Count(predicate=None):
                return len(table)
        raise TypeError(f"a file of lines gives rows and their number, not {request}")

    def _table(self) -> pd.DataFrame:
        """The rows, in the dtypes of the folder."""
        with reading(self.file):
            start = line_behind(self.file, self.start) if self.start > self.first else self.start
            end = None if self.end is None else line_behind(self.file, self.end)
            with open_range(self.file, start, end) as stream:
                text = bytes(stream.read())
        try:
            found = self.parse(text)
        except ValueError as error:
            raise CSVTypeError(f"{self.about}: {error}. Each line must be a row of its own.") from None
        if unknown := [name for name in found.columns if name not in self.dtypes]:
            raise CSVTypeError(
                f"{self.about}: there is a column {unknown[0]!r} that the samples of the files did not show. Pass "
                f"dtype={{{unknown[0]!r}: ...}} to have it."
            )
        columns = {name: self._column(found, name, dtype) for name, dtype in self.dtypes.items()}
        return pd.DataFrame(columns, index=pd.RangeIndex(len(found)), columns=pd.Index(list(self.dtypes)))

    def _column(self, found: pd.DataFrame, name: Any, dtype: Any) -> pd.Series:
        """One column in its dtype."""
        if name not in found.columns or not len(found):
            values = pd.Series(np.nan, index=pd.RangeIndex(len(found)), dtype=object)
        else:
            values = found[name]
        if values.dtype == dtype:
            return values
        if dtype.kind in "iu" and values.dtype.kind in "fO" and len(values) and name in self.inferred:
            raise ReplanRequired(
                f"{self.about}: column {name!r} has missing values or fractions, and was taken for integers from "
                f"samples of the files. Pass dtype={{{name!r}: 'float64'}}.",
                self.source,
                {name: "float64"},
            )
        is_missing = values.isna().all()
        is_wider = values.dtype.kind in "biuf" and dtype.kind in "iuf"
        if not is_missing and not is_wider and dtype != np.dtype(object) and not isinstance(dtype, pd.StringDtype):
            odd = values[pd.to_numeric(values, errors="coerce").isna() & values.notna()]
            text = (odd if len(odd) else values.dropna()).iloc[0]
            raise CSVTypeError(
                f"{self.about}: column {name!r} has {text!r}, which is not {dtype}, as the samples of the files have "
                f"it. Pass dtype={{{name!r}: str}}."
            )
        if is_missing and dtype.kind in "Mm":
            return pd.to_datetime(values).astype(dtype)
        return values.astype(dtype)


def line_behind(file: File, place: int) -> int:
    """The byte behind the first newline at or behind the byte before a place; the end of the file, if there is none."""
    place -= 1
    while place < file.size:
        with open_range(file, place, min(place + AHEAD, file.size)) as stream:
            piece = bytes(stream.read())
        if (newline := piece.find(b"\n")) >= 0:
            return place + newline + 1
        place += len(piece)
    return file.size


@record(eq=False)
class LinesSource:
    """Files of lines with one schema, in blocks; `starts` are where their rows begin."""

    files: tuple[File, ...]
    starts: tuple[int, ...]
    parse: Parse
    dtypes: Mapping[Any, Any]
    inferred: frozenset[Any]
    bytes_a_row: float
    blocksize: int | None
    form: str
    is_numbered = True
    can_compute = False
    skips_bad_lines = False

    @property
    def name(self) -> str:
        """See `io.reader.Source`."""
        parts = printable(self.files[0].path).replace("\\", "/").split("/")
        return parts[-2] if len(self.files) > 1 else parts[-1].split(".")[0]

    @cached_property
    def identity(self) -> str:
        """See `io.reader.Source`."""
        plain = self.files, self.starts, [(name, str(dtype)) for name, dtype in self.dtypes.items()], self.blocksize
        digest = blake2b(repr(plain).encode(), digest_size=16)
        digest.update(cloudpickle.dumps(self.parse))
        return digest.hexdigest()

    @cached_property
    def schema(self) -> pd.DataFrame:
        """See `io.reader.Source`."""
        return empty_table(tuple(self.dtypes), list(self.dtypes.values()))

    @cached_property
    def readers(self) -> list[LinesReader]:
        """See `io.reader.Source`."""
        found = []
        for file, start in zip(self.files, self.starts, strict=True):
            size = file.size - start
            is_whole = file.is_stream or self.blocksize is None or size <= self.blocksize
            step = size if is_whole else self.blocksize or size
            for at in [start] if is_whole else range(start, file.size, step):
                end = None if is_whole or at + step >= file.size else at + step
                what = self.parse, self.dtypes, self.inferred, self.identity
                found.append(LinesReader(file, at, end, start, *what))
        return found

    @property
    def about_rows(self) -> float:
        """See `io.reader.Source`."""
        return sum(file.size for file in self.files) / self.bytes_a_row if self.bytes_a_row else 0.0

    def replanned(self, dtypes: Mapping[str, str]) -> "LinesSource":
        """See `io.reader.Source`: columns of wider numbers."""
        return replace(self, dtypes={**self.dtypes, **{name: np.dtype(own) for name, own in dtypes.items()}})

    def describe(self) -> str:
        """See `io.reader.Source`."""
        size = sum(file.size for file in self.files)
        return f"{len(self.files)} {self.form} file{'s' * (len(self.files) > 1)}, {size / 1e6:,.1f} MB"

    def how_read(self) -> str:
        """See `io.reader.Source`."""
        return f"pandas, for {self.form}"

    def parsed(self, columns: set[str]) -> tuple[list[str], int]:
        """See `io.reader.Source`: every line is parsed whole."""
        return list(map(str, self.dtypes)), len(self.dtypes)


def json_source(paths: Any, blocksize: int | str | None, dtype: Any, options: dict[str, Any]) -> LinesSource:
    """The source for `read_json`.

    Raises
    ------
    FileNotFoundError, CSVTypeError
    """
    compression, storage = options.pop("compression", "infer"), options.pop("storage_options", None)
    files = tuple(find(paths, compression, None, storage))
    if dtype is not None:
        options = options | {"dtype": dtype}
    asked = frozenset(dtype if isinstance(dtype, dict) else ())
    parse = JSONLines(tuple(options.items()))
    return sampled(files, (0,) * len(files), parse, asked, parse_bytes(blocksize), "JSON-lines")


def fixed_width_source(paths: Any, blocksize: int | str | None, options: dict[str, Any]) -> LinesSource:
    """The source for `read_fwf`; the columns' places and names are those of the first file.

    Raises
    ------
    FileNotFoundError, CSVTypeError
    UnsupportedError
        For options that need to see all lines at once.
    """
    for name in WHOLE_FILE:
        if options.get(name):
            raise UnsupportedError(
                f"read_fwf({name}=...) is not supported: read the files without it, and choose then."
            )
    compression, storage = options.pop("compression", "infer"), options.pop("storage_options", None)
    files = tuple(find(paths, compression, None, storage))
    names, skiprows = options.pop("names", None), options.pop("skiprows", None) or 0
    header = options.pop("header", "infer")
    header = (0 if names is None else None) if header == "infer" else header
    if not isinstance(skiprows, int) or not isinstance(header, int | None):
        raise UnsupportedError("read_fwf: skiprows and header are numbers of lines.")
    lines = first_lines(files[0])[skiprows:]
    places = places_of(options, [line.decode("utf-8", "replace") for line in lines])
    before = 0 if header is None else header + 1
    if names is None and header is None:
        names = range(len(places))
    elif names is None:
        names = pd.read_fwf(BytesIO(b"".join(lines[:before])), colspecs=list(places), header=header).columns
    starts = tuple(sum(map(len, first_lines(file)[: skiprows + before])) for file in files)
    asked = frozenset(options["dtype"] if isinstance(options.get("dtype"), dict) else ())
    parse = FixedWidths(tuple(names), places, tuple(options.items()))
    return sampled(files, starts, parse, asked, parse_bytes(blocksize), "fixed-width")


def places_of(options: dict[str, Any], lines: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Where the fields of fixed widths stand: as the options say, or as pandas finds them, in the first lines.

    There a field is where some line has something other than a delimiter.
    """
    widths, places = options.pop("widths", None), options.pop("colspecs", "infer")
    count, delimiter = options.pop("infer_nrows", 100), options.get("delimiter") or ""
    if widths is not None:
        ends = np.cumsum(widths).tolist()
        return tuple(zip([0, *ends[:-1]], ends, strict=True))
    if not isinstance(places, str):
        return tuple((start or 0, end) for start, end in places)
    blanks = set(f"\r\n{delimiter}" if delimiter else "\r\n\t ")
    is_used = np.zeros(max(map(len, lines), default=0) + 2, bool)
    for line in lines[:count]:
        is_used[1 : len(line) + 1] |= [mark not in blanks for mark in line]
    edges = np.flatnonzero(np.diff(is_used)).tolist()
    return tuple(zip(edges[::2], edges[1::2], strict=True))


def first_lines(file: File) -> list[bytes]:
    """The whole lines at the start of a file."""
    with reading(file):
        text = head(file, SAMPLE)
    lines = text.splitlines(keepends=True)
    return lines if len(text) < SAMPLE or len(lines) < 2 else lines[:-1]


def sampled(
    files: tuple[File, ...],
    starts: tuple[int, ...],
    parse: Parse,
    asked: frozenset[Any],
    blocksize: int | None,
    form: str,
) -> LinesSource:
    """A source with the columns and dtypes that the first lines of up to 100 files show; those `asked` stay so."""
    dtypes: dict[Any, Any] = {}
    rows = size = 0
    for number in infer.spread(len(files)):
        text = b"".join(first_lines(files[number]))[starts[number] :]
        try:
            table = parse(text)
        except ValueError as error:
            raise CSVTypeError(
                f"{printable(files[number].path)}: {error}. Each line must be a row of its own."
            ) from None
        rows, size = rows + len(table), size + len(text)
        for name, column in table.items():
            dtypes[name] = infer.join(dtypes.get(name), None if column.isna().all() else column.dtype)
        if len(table) and rows != len(table):
            dtypes |= {name: infer.join(own, np.dtype(float)) for name, own in dtypes.items() if name not in table}
    dtypes = {name: np.dtype(float) if own is None else own for name, own in dtypes.items()}
    inferred = frozenset(dtypes) - asked
    return LinesSource(files, starts, parse, dtypes, inferred, size / max(rows, 1), blocksize, form)
