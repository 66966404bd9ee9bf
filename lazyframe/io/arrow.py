"""A range of a CSV file read with pyarrow: the general path, and the reference for any other."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import csv

from lazyframe.errors import CSVError, CSVTypeError
from lazyframe.io.answers import ANSWERS, Piece
from lazyframe.io.dates import DateColumn
from lazyframe.io.files import File, check_unchanged, open_range
from lazyframe.io.scan import Count, Request, columns_needed
from lazyframe.io.split import look_at_quotes
from lazyframe.io.types import arrow_type

PIECE = 1 << 20
"""Bytes parsed at a time: few calls, and the parsed columns stay near the processor's caches."""

WINDOW = 1 << 18
"""Bytes counted at a time."""

CONVERSION_ERROR = re.compile(
    r"In CSV column #(\d+):.*CSV conversion error to ([^:]+): (?:invalid value '(.*)')?", re.S
)
FRACTION = re.compile(r"\.|e|inf", re.I)
FIELDS_ERROR = re.compile(r"CSV parse error: Row #(\d+): Expected (\d+) columns, got (\d+): ?(.*)", re.S)


NULLABLE = {"bool": "boolean"} | {
    f"{sign}int{bits}": f"{sign.upper()}Int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)
}
"""The dtypes without missing values, and the dtypes to pass instead."""


@dataclass(frozen=True, slots=True)
class Format:
    """How the text of a file is to be read. Arrow's names of columns are texts, whatever their labels are."""

    names: tuple[str, ...]
    sep: str
    quote: str
    encoding: str
    null_texts: tuple[str, ...]
    true_texts: tuple[str, ...]
    false_texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CSVReader:
    """Reads the records of a file from byte `start` to byte `end`.

    `dtypes` holds the dtype of every column of the whole table; those in `inferred` were not asked for by the user, and
    integers among them become floats where a missing value or a fraction turns up, as in pandas.
    `must_pair` says that the cuts are right only if the range's quotes pair up.
    """

    file: File
    start: int
    end: int
    format: Format
    dtypes: Mapping[str, Any]
    inferred: frozenset[str]
    dates: tuple[DateColumn, ...]
    nrows: int | None = None
    must_pair: bool = False

    @property
    def nbytes(self) -> int:
        """See `io.reader.PartitionReader`."""
        return self.file.size if self.file.compression is not None else self.end - self.start

    @property
    def about(self) -> str:
        """See `io.reader.PartitionReader`."""
        if self.file.compression is not None:
            return f"{self.file.path} ({self.file.compression})"
        return f"{self.file.path} bytes {self.start}-{self.end}"

    def scan(self, requests: Sequence[Request]) -> tuple[Any, ...]:
        """See `io.reader.PartitionReader.scan`."""
        check_unchanged(self.file)
        if self.nrows is None and all(request == Count() for request in requests):
            return (self._count_lines(),) * len(requests)
        if self.must_pair:
            self._verify_quotes()
        types = self._types(set().union(*map(columns_needed, requests)))
        while True:
            try:
                return self._answer(requests, types)
            except pa.ArrowInvalid as error:
                types = self._widened(error, types)

    def _answer(self, requests: Sequence[Request], types: Mapping[str, pa.DataType]) -> tuple[Any, ...]:
        """The answers, with the columns parsed as `types`."""
        answers = [ANSWERS[type(request)](request, self.dtypes) for request in requests]
        first = 0
        for batch in self._batches(types):
            if self.nrows is not None:
                batch = batch.slice(0, self.nrows - first)
            self._refuse_missing(batch)
            piece = Piece(self._with_dates(batch, types), first)
            for answer in answers:
                answer.add(piece)
            first += batch.num_rows
            if first == self.nrows or all(answer.is_full for answer in answers):
                break
        return tuple(answer.result() for answer in answers)

    def _types(self, columns: set[str]) -> dict[str, pa.DataType]:
        """The Arrow types of the file's columns that these columns of the table need."""
        dates = {date.name: date for date in self.dates}
        types = {}
        for column in columns:
            if column in dates:
                types.update(dict.fromkeys(dates[column].sources, dates[column].source_type))
            else:
                types[column] = arrow_type(self.dtypes[column])
        return types or dict.fromkeys(self.format.names[:1], pa.string())  # a column is needed to count rows

    def _batches(self, types: Mapping[str, pa.DataType]) -> Iterator[pa.RecordBatch]:
        """The records in batches of about PIECE bytes of text; at least one, perhaps without rows."""
        empty = pa.RecordBatch.from_pydict({name: pa.array([], kind) for name, kind in types.items()})
        if self.start == self.end and self.file.compression is None:
            yield empty
            return
        has_rows = False
        with open_range(self.file, self.start, self.end) as stream:
            try:
                for batch in csv.open_csv(stream, *self._arrow_options(types)):
                    has_rows = True
                    yield batch
            except pa.ArrowInvalid as error:
                if str(error) != "Empty CSV file":
                    raise
        if not has_rows:
            yield empty

    def _arrow_options(self, types: Mapping[str, pa.DataType]) -> tuple[Any, Any, Any]:
        """The options of pyarrow's reader."""
        form = self.format
        has_inferred_bool = any(pa.types.is_boolean(kind) and name in self.inferred for name, kind in types.items())
        return (
            csv.ReadOptions(use_threads=False, block_size=PIECE, column_names=form.names, encoding=form.encoding),
            csv.ParseOptions(delimiter=form.sep, quote_char=form.quote, newlines_in_values=True),
            csv.ConvertOptions(
                include_columns=list(types),
                include_missing_columns=True,
                column_types=dict(types),
                null_values=form.null_texts,
                true_values=form.true_texts if has_inferred_bool else ("1", *form.true_texts),
                false_values=form.false_texts if has_inferred_bool else ("0", *form.false_texts),
                strings_can_be_null=True,
            ),
        )

    def _with_dates(self, batch: pa.RecordBatch, types: Mapping[str, pa.DataType]) -> pa.RecordBatch:
        """The batch with its date columns made of their sources."""
        for date in self.dates:
            if date.how != "iso" and all(source in types for source in date.sources):
                try:
                    values = date.convert(batch)
                except CSVTypeError as error:
                    raise CSVTypeError(f"{self.about}: {error}") from None
                if date.is_combined:
                    batch = batch.append_column(date.name, values)
                else:
                    batch = batch.set_column(batch.schema.names.index(date.name), date.name, values)
        return batch

    def _widened(self, error: pa.ArrowInvalid, types: dict[str, pa.DataType]) -> dict[str, pa.DataType]:
        """The types with an inferred integer column made float, if that is what Arrow stumbled over."""
        match = CONVERSION_ERROR.search(str(error))
        if match is None:
            raise self._structure_error(error) from None
        column = self.format.names[int(match[1])]
        if types.get(column) == pa.int64() and column in self.inferred and FRACTION.search(match[3] or ""):
            return types | {column: pa.float64()}
        raise self._type_error(column, match[3], self.dtypes.get(column, "a date")) from None

    def _refuse_missing(self, batch: pa.RecordBatch) -> None:
        """A bool column has no missing values, nor has an integer column that was asked for: one is an error."""
        for name in batch.schema.names:
            dtype = self.dtypes[name]
            is_strict = dtype == np.dtype(bool) or (name not in self.inferred and str(dtype) in NULLABLE)
            if is_strict and batch[name].null_count:
                raise self._type_error(name, "", dtype, NULLABLE[str(dtype)])

    def _type_error(self, column: str, text: str | None, expected: Any, instead: str = "str") -> CSVTypeError:
        """The error for a text that does not fit its column."""
        line = self._line_of(column, text)
        found = "a missing value" if text == "" else f"{text!r}" if text is not None else "a text that is not UTF-8"
        place = f"{self.file.path}, line {line}: column {column!r} has {found}, which is not"
        if any(column in date.sources for date in self.dates):
            return CSVTypeError(f"{place} a date or a part of one (as asked). Leave it out of parse_dates.")
        why = "inferred from samples of the files" if column in self.inferred else "as asked"
        return CSVTypeError(f"{place} {expected} ({why}). Pass dtype={{{column!r}: {instead!r}}}.")

    def _line_of(self, column: str, text: str | None) -> int | str:
        """The line of the file on which a column first has a text, or "unknown"."""
        if text is None:
            return "unknown"
        row = 0
        for batch in self._batches({column: pa.string()}):
            values = batch[column].to_pylist()
            wanted = None if text == "" else text
            if wanted in values:
                return self._lines_before() + row + values.index(wanted) + 1
            row += len(values)
        return "unknown"

    def _structure_error(self, error: pa.ArrowInvalid) -> CSVError:
        """The error for a record with too few or too many fields, or whatever else Arrow can't read."""
        match = FIELDS_ERROR.search(str(error))
        if match is None:
            return CSVError(f"{self.about}: {error}")
        line = self._lines_before() + int(match[1])
        return CSVError(
            f"{self.file.path}, line {line}: expected {match[2]} fields, found {match[3]}: {match[4]!r}. Mend the line."
        )

    def _lines_before(self) -> int:
        """How many lines of the file come before the range."""
        with open_range(self.file, 0, self.start) as stream:
            return stream.read(self.start).count(b"\n")

    def _verify_quotes(self) -> None:
        """Refuse a range whose quotes don't pair up: a cut fell within a quoted field."""
        with open(self.file.path, "rb", buffering=0) as stream:
            quotes, is_clean = look_at_quotes(stream, self.start, self.end, self.format.quote, self.format.sep)
            if quotes % 2 or not is_clean:
                raise CSVError(
                    f"{self.about}: the quotes in this range don't pair up, so a quoted field may go on past its end. "
                    f"Pass blocksize=None to read each file in one piece."
                )

    def _count_records(self) -> int:
        """The number of records, by parsing a column."""
        if self.must_pair:
            self._verify_quotes()
        try:
            return sum(batch.num_rows for batch in self._batches(self._types(set())))
        except pa.ArrowInvalid as error:
            raise self._structure_error(error) from None

    def _count_lines(self) -> int:
        """The number of records: that of lines, if there are no quotes, blank lines or carriage returns."""
        lines = 0
        last = 10  # the byte before the window
        window = np.empty(WINDOW, np.uint8)
        quote = self.format.quote.encode()[0]
        with open_range(self.file, self.start, self.end) as stream:
            while size := stream.readinto(window):
                text = window[:size]
                newlines = text == 10
                is_blank = (newlines[1:] & newlines[:-1]).any() or (newlines[0] and last == 10)
                if is_blank or (text == quote).any() or (text == 13).any():
                    return self._count_records()
                lines += int(np.count_nonzero(newlines))
                last = int(text[-1])
        return lines + (last != 10)
