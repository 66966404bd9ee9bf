"""Files of which each line is a row, as a source, read by pandas in blocks: see `json_lines` and `fixed_widths`.

A block begins behind the first newline at or behind its first byte, so the number of blocks is known at once. Columns
and dtypes are those of samples of the files; a block in which a column does not fit is an error, and one whose integers
have missing values has the query planned again with floats.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from hashlib import blake2b
from typing import Any

import cloudpickle
import numpy as np
import pandas as pd

from lazyframe.errors import CSVTypeError, ReplanRequired, in_megabytes, printable
from lazyframe.io.csv import infer
from lazyframe.io.files import File, head, open_range, reading
from lazyframe.io.identity import check_unchanged
from lazyframe.io.reader import Emit
from lazyframe.io.scan import Count, Request, Rows
from lazyframe.record import record, replace
from lazyframe.types import empty_table

AHEAD = 1 << 16
"""Bytes looked at in one go for the end of a line."""

SAMPLE = 1 << 18
"""Bytes of each file that are looked at for columns and dtypes."""

Parse = Callable[[bytes], Any]


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
    is_near = False
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
        return f"{len(self.files)} {self.form} file{'s' * (len(self.files) > 1)}, {in_megabytes(size)}"

    def how_read(self) -> str:
        """See `io.reader.Source`."""
        return f"pandas, for {self.form}"

    def parsed(self, columns: set[str]) -> tuple[list[str], int]:
        """See `io.reader.Source`: every line is parsed whole."""
        return list(map(str, self.dtypes)), len(self.dtypes)


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
