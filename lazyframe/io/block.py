"""One block of a CSV file: pyarrow or pandas read its records, and what is wrong is said with file and line."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from lazyframe.errors import CSVError, CSVTypeError, Revision
from lazyframe.io import arrow, by_pandas
from lazyframe.io.answers import ANSWERS, Piece
from lazyframe.io.arrow import PIECE, Misfit, RecordTooLong
from lazyframe.io.dates import DateColumn, NotADate
from lazyframe.io.files import File, check_unchanged, open_file, open_range
from lazyframe.io.format import Format
from lazyframe.io.records import Record, count_lines, records, regular_part
from lazyframe.io.scan import BadLines, Count, Request, Rows, columns_needed
from lazyframe.io.split import cuts_of, look_at_quotes
from lazyframe.io.types import TEXT, arrow_type

WINDOW = 1 << 19
"""Bytes counted at a time."""

FIRST_PARTS = (1 << 20, 1 << 24)
"""Bytes of a block that are read for its first rows, before all of it is."""

LONGEST = 1 << 30
"""Bytes of the longest record that can be read."""

LINE_OF_SPACES = re.compile(rb"[\r\n][ \t]++[\r\n]")

FRACTION = re.compile(r"\.|e|inf", re.I)

NULLABLE = {"bool": "boolean"} | {
    f"{sign}int{bits}": f"{sign.upper()}Int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)
}
"""The dtypes without missing values, and the dtypes to pass instead."""


class BadRecord(NamedTuple):
    """A record with another number of fields than there are columns; its number counts from 0, of all in the block."""

    number: int
    fields: int
    text: str


@dataclass(frozen=True, slots=True)
class CSVReader:
    """Reads the records of one block of a file.

    `start` and `end` are the first byte of the file's records and the one behind the last; `number` is the block's, of
    those of `blocksize` bytes. `dtypes` holds the dtype of every column of the table; those in `inferred` were not
    asked for by the user, and integers among them become floats where a missing value or a fraction turns up, as in
    pandas.
    `has_quotes` says that fields may hold newlines, as far as is known.
    """

    file: File
    start: int
    end: int
    blocksize: int | None
    number: int
    format: Format
    has_quotes: bool
    dtypes: Mapping[str, Any]
    inferred: frozenset[str]
    dates: tuple[DateColumn, ...]
    nrows: int | None = None
    path_column: str = ""

    @property
    def nbytes(self) -> int:
        """See `io.reader.PartitionReader`."""
        first, last = self._part
        return self.file.size if self.file.is_stream else last - first

    @property
    def about(self) -> str:
        """See `io.reader.PartitionReader`."""
        if self.file.is_stream:
            return f"{self.file.path} ({self.file.compression or self.file.recode})"
        return "{} bytes {}-{}".format(self.file.path, *self._part)

    @property
    def _part(self) -> tuple[int, int]:
        """The part of the file in which the block's records start."""
        first = self.start + self.number * (self.blocksize or 0)
        return first, self.end if self.blocksize is None else min(first + self.blocksize, self.end)

    def bounds(self) -> tuple[int, int]:
        """The first byte of the block's records, and the one behind the last."""
        return cuts_of(self.file, self.start, self.end, self.blocksize, self.format, self.has_quotes).block(self.number)

    def scan(self, requests: Sequence[Request]) -> tuple[Any, ...]:
        """See `io.reader.PartitionReader.scan`.

        Raises
        ------
        CSVError
            For a file that can't be read as asked; the message names file, line and what to do.
        Revision
            If fields hold newlines though no sample did, or if rows have another dtype than was planned.
        """
        check_unchanged(self.file)
        start, end = self.bounds()
        if all(isinstance(request, Rows) and request.limit is not None for request in requests):
            for size in FIRST_PARTS:  # pyarrow would read far ahead
                if not self.file.is_stream and size < end - start:
                    part = cuts_of(self.file, start, end, size, self.format, self.has_quotes).block(0)
                    answers = BlockReading(self, *part).answers(requests)
                    if all(len(rows) >= request.limit for rows, request in zip(answers, requests, strict=True)):
                        return answers
        return BlockReading(self, start, end).answers(requests)


class BlockReading:
    """One reading of a block."""

    def __init__(self, reader: CSVReader, start: int, end: int):
        self.reader = reader
        self.file = reader.file
        self.form = reader.format
        self.start = start
        self.end = end
        self.bad: list[BadRecord] = []
        self.piece = PIECE

    def answers(self, requests: Sequence[Request]) -> tuple[Any, ...]:
        """The answers to some requests."""
        is_counted = self.reader.nrows is None and all(request == Count() for request in requests)
        if is_counted and self.form.on_bad_lines == "error" and not self.form.why_pandas and not self.form.escape:
            lines = self._count_lines()
            if lines is not None:
                return (lines,) * len(requests)
        self._check_quotes()
        types = self._types(set().union(*map(columns_needed, requests)))
        while True:
            self.bad.clear()
            try:
                return self._answers(requests, types)
            except RecordTooLong:
                if self.piece >= LONGEST:
                    raise CSVError(f"{self.reader.about}: a record is longer than 1 GB.") from None
                self.piece *= 16
            except Misfit as misfit:
                types = self._widened(misfit, types, requests)

    def _answers(self, requests: Sequence[Request], types: Mapping[str, pa.DataType]) -> tuple[Any, ...]:
        """The answers, with the columns parsed as `types`."""
        nrows = self.reader.nrows
        wanted = [request for request in requests if not isinstance(request, BadLines)]
        answers = [ANSWERS[type(request)](request, self.reader.dtypes) for request in wanted]
        first = 0
        for batch in self._batches(types):
            if nrows is not None:
                batch = batch.slice(0, nrows - first)
            self._refuse_missing(batch, requests)
            piece = Piece(self._completed(batch, types, first), first)
            for answer in answers:
                answer.add(piece)
            first += batch.num_rows
            is_enough = answers and len(wanted) == len(requests) and all(answer.is_full for answer in answers)
            if first == nrows or is_enough:
                break
        results = iter([answer.result() for answer in answers])
        return tuple(self._bad_lines() if isinstance(one, BadLines) else next(results) for one in requests)

    def _types(self, columns: set[str]) -> dict[str, pa.DataType]:
        """The Arrow types of the file's columns that these columns of the table need."""
        dates = {date.name: date for date in self.reader.dates}
        types: dict[str, pa.DataType] = {}
        for column in columns - {self.reader.path_column}:
            if column in dates:
                types.update(dict.fromkeys(dates[column].sources, dates[column].source_type))
        for column in columns - {self.reader.path_column} - set(dates):
            types.setdefault(column, arrow_type(self.reader.dtypes[column]))
        return types or dict.fromkeys(self.form.names[:1], pa.string())  # a column is needed to count rows

    def _batches(self, types: Mapping[str, pa.DataType]) -> Iterator[pa.RecordBatch]:
        """The records in batches; at least one, perhaps without rows."""
        has_rows = False
        if self.start < self.end or self.file.is_stream:
            by_pandas = self.form.why_pandas or self._has_lines_of_spaces()
            for batch in self._by_pandas(types) if by_pandas else self._by_arrow(types):
                has_rows = True
                yield batch
        if not has_rows:
            yield pa.RecordBatch.from_pydict({name: pa.array([], kind) for name, kind in types.items()})

    def _has_lines_of_spaces(self) -> bool:
        """Whether there is a line of spaces in a file of one column: to pyarrow it is a record, to pandas none."""
        if len(self.form.names) != 1:
            return False
        line = b"\n"  # the last one so far
        with self._open() as stream:
            while data := stream.read(WINDOW):
                if LINE_OF_SPACES.search(line + data):
                    return True
                line = (line + data)[-WINDOW:]
                line = line[max(line.rfind(b"\n"), line.rfind(b"\r"), 0) :]
        return not line[1:].strip(b" \t") and len(line) > 1

    def _by_arrow(self, types: Mapping[str, pa.DataType]) -> Iterator[pa.RecordBatch]:
        """The records by pyarrow."""
        with self._open() as stream:
            try:
                yield from arrow.batches(
                    stream, self.form, types, self._zero_is_false(types), self._met_bad_row, self.piece
                )
            except OSError as error:
                raise CSVError(f"{self.reader.about} can't be read: {error}") from None
            except CSVError as error:
                if self.bad and self.form.on_bad_lines == "error":
                    raise self._structure_error(self.bad[-1]) from None
                raise CSVError(f"{self.reader.about}: {error}") from None

    def _by_pandas(self, types: Mapping[str, pa.DataType]) -> Iterator[pa.RecordBatch]:
        """The records by pandas, the bad ones left out before."""
        data = self._data()
        if len(regular_part(data, self.form)) < len(data):
            data = self._without_bad_records(data)
        if data.strip(b" \t\r\n"):
            yield from by_pandas.batches(data, self.form, types, self._zero_is_false(types))

    def _without_bad_records(self, data: bytes) -> bytes:
        """A text without the records that have another number of fields."""
        good = []
        for number, record in enumerate(records(data, self.form)):
            if record.fields == len(self.form.names):
                good.append(data[record.start : record.end])
            else:
                text = data[record.start : record.end].decode(self.form.encoding, errors="replace").rstrip("\r\n")
                self.bad.append(BadRecord(number, record.fields, text))
                if self.form.on_bad_lines == "error":
                    raise self._structure_error(self.bad[-1])
        return b"".join(good)

    def _met_bad_row(self, row: Any) -> str:
        """What pyarrow is to do about a record with another number of fields; a line of spaces is none."""
        if not row.text.strip(" \t"):
            return "skip"
        self.bad.append(BadRecord(row.number - 1, row.actual_columns, row.text))
        return "error" if self.form.on_bad_lines == "error" else "skip"

    def _zero_is_false(self, types: Mapping[str, pa.DataType]) -> bool:
        """Whether 0 and 1 are bools: not if that was inferred, for then they came late, and pandas makes no bools."""
        inferred = self.reader.inferred
        return not any(pa.types.is_boolean(kind) and name in inferred for name, kind in types.items())

    def _completed(self, batch: pa.RecordBatch, types: Mapping[str, pa.DataType], first: int) -> pa.RecordBatch:
        """The batch with its columns of dates made of their sources, and that of the file's path."""
        for date in self.reader.dates:
            if date.how != "iso" and all(source in types for source in date.sources):
                try:
                    values = date.convert(batch)
                except NotADate as error:
                    line = self._line_of(first + error.row)
                    raise CSVTypeError(
                        f"{self.file.path}, line {line}: column {date.name!r} has {error.found}, or leave the "
                        "column out of parse_dates."
                    ) from None
                if date.is_combined:
                    batch = batch.append_column(date.name, values)
                else:
                    batch = batch.set_column(batch.schema.names.index(date.name), date.name, values)
        if self.reader.path_column:
            paths = pa.repeat(pa.scalar(self.file.path), batch.num_rows)
            batch = batch.append_column(self.reader.path_column, paths)
        return batch

    def _widened(
        self, misfit: Misfit, types: dict[str, pa.DataType], requests: Sequence[Request]
    ) -> dict[str, pa.DataType]:
        """The types with an inferred integer column made float, if that is what was stumbled over."""
        column, text = misfit.column, misfit.text
        if types.get(column) == pa.int64() and column in self.reader.inferred and FRACTION.search(text or ""):
            self._refuse_other_rows(column, f"has {text!r}", requests)
            return types | {column: pa.float64()}
        raise self._type_error(column, text, self.reader.dtypes.get(column, "a date")) from None

    def _refuse_other_rows(self, column: str, found: str, requests: Sequence[Request]) -> None:
        """Have the query planned again if it gets rows: all of them must have one dtype."""
        if any(isinstance(request, Rows) and column in map(str, request.columns) for request in requests):
            raise Revision(
                f"{self.file.path}: column {column!r} {found}, and was taken for integers from samples of the files. "
                f"Pass dtype={{{column!r}: 'float64'}}.",
                ("float", self.file.path, column),
            )

    def _refuse_missing(self, batch: pa.RecordBatch, requests: Sequence[Request]) -> None:
        """A bool column has no missing values, nor has an integer column that was asked for: one is an error."""
        for name in batch.schema.names:
            dtype = self.reader.dtypes.get(name)
            if dtype is None or not batch[name].null_count:
                continue
            if dtype == np.dtype(bool) or (name not in self.reader.inferred and str(dtype) in NULLABLE):
                raise self._type_error(name, "", dtype, NULLABLE[str(dtype)])
            if dtype == np.dtype(np.int64):
                self._refuse_other_rows(name, "has a missing value", requests)

    def _type_error(self, column: str, text: str | None, expected: Any, instead: str = "str") -> CSVTypeError:
        """The error for a text that does not fit its column."""
        if text is None:
            return CSVTypeError(
                f"{self.reader.about}: column {column!r} has a text that is not {self.form.encoding}. Pass the right "
                "encoding=, such as 'latin-1'."
            )
        line = self._line_with(column, text)
        found = "a missing value" if text == "" else f"{text!r}"
        place = f"{self.file.path}, line {line}: column {column!r} has {found}, which is not"
        if any(column in date.sources for date in self.reader.dates):
            return CSVTypeError(f"{place} a date or a part of one (as asked). Leave it out of parse_dates.")
        why = "inferred from samples of the files" if column in self.reader.inferred else "as asked"
        return CSVTypeError(f"{place} {expected} ({why}). Pass dtype={{{column!r}: {instead!r}}}.")

    def _structure_error(self, bad: BadRecord) -> CSVError:
        """The error for a record with too few or too many fields."""
        (place,) = self._places([bad.number])
        path = self.file.path
        if place.fields < 0:
            return unclosed(path, self._lines_before() + place.line + 1)
        return CSVError(
            f"{path}, line {self._lines_before() + place.line + 1}: expected {len(self.form.names)} fields, found "
            f"{bad.fields}: {bad.text!r}. Mend the line, or pass on_bad_lines='skip' or 'collect'."
        )

    def _bad_lines(self) -> pd.DataFrame:
        """The records left out, with their places in the file."""
        before = self._lines_before() if self.bad else 0
        lines = [before + place.line + 1 for place in self._places([bad.number for bad in self.bad])]
        expected = len(self.form.names)
        table = {
            "file": [self.file.path] * len(lines),
            "line": lines,
            "text": [bad.text for bad in self.bad],
            "reason": [f"expected {expected} fields, found {bad.fields}" for bad in self.bad],
        }
        return pd.DataFrame(table).astype({"file": TEXT, "line": np.int64, "text": TEXT, "reason": TEXT})

    def _line_with(self, column: str, text: str | None) -> int | str:
        """The line of the file on which a column first has a text, or "unknown"."""
        row = 0
        if text is not None and column in self.form.names:
            wanted = None if text == "" else text
            for batch in self._batches({column: pa.string()}):
                values = batch[column].to_pylist()
                if wanted in values:
                    return self._line_of(row + values.index(wanted))
                row += len(values)
        return "unknown"

    def _line_of(self, row: int) -> int:
        """The line of the file on which a row of the block stands; bad records are no rows."""
        bad = {one.number for one in self.bad}
        places = (place for number, place in enumerate(self._records()) if number not in bad)
        return self._lines_before() + next(place for number, place in enumerate(places) if number == row).line + 1

    def _places(self, numbers: Sequence[int]) -> list[Record]:
        """The records of the block with these numbers, which ascend."""
        wanted = set(numbers)
        return [place for number, place in enumerate(self._records()) if number in wanted] if numbers else []

    def _records(self) -> Iterator[Record]:
        """All records of the block, as the reader counts them."""
        by_pandas = self.form.why_pandas or self._has_lines_of_spaces()
        return records(self._data(), self.form, spaces_count=not by_pandas)

    def _data(self) -> bytes:
        """The text of the block, with an end of its last line."""
        with self._open() as stream:
            data = stream.read()
        newline = (self.form.terminator or "\n").encode()
        return data if not data or data.endswith((newline, b"\r")) else data + newline

    def _open(self) -> pa.NativeFile:
        return open_range(self.file, self.start, self.end)

    def _lines_before(self) -> int:
        """How many lines of the file come before the block."""
        with open_range(self.file, 0, self.start) as stream:
            return count_lines(stream.read(self.start), self.form)

    def _check_quotes(self) -> None:
        """Refuse a quoted field that goes on behind the block: at a file's end it is open, else a cut was wrong."""
        is_last = self.end == self.reader.end
        if not self.form.quote or (self.reader.has_quotes and not is_last):
            return
        if self._quotes_are_even():
            return
        if not is_last or self._is_cut_wrong():
            raise Revision(
                f"{self.reader.about}: a quoted field may go on past the end of this range. Pass blocksize=None to "
                "read each file in one piece.",
                ("quotes", self.file.path, ""),
            )
        for record in self._records():
            if record.fields < 0:
                raise unclosed(self.file.path, self._lines_before() + record.line + 1)

    def _is_cut_wrong(self) -> bool:
        """Whether the block's beginning was not found with quotes in mind."""
        return not self.reader.has_quotes and self.reader.number > 0

    def _quotes_are_even(self) -> bool:
        """Whether the block's quotes pair up, each opening at a field's start."""
        if not self.file.is_stream and not self.form.escape:
            with open_file(self.file) as stream:
                quotes, is_clean = look_at_quotes(stream, self.start, self.end, self.form)
            return is_clean and quotes % 2 == 0
        mark = self.form.quote.encode()
        quotes = 0
        with self._open() as stream:
            while data := stream.read(WINDOW):
                quotes += data.count(mark)
        return quotes == 0 or (quotes % 2 == 0 and not self.form.escape)

    def _count_lines(self) -> int | None:
        """The number of records: that of lines, if no quotes, carriage returns or blank lines seem to be among them."""
        lines = 0
        last = 10  # the byte before the window
        window = np.empty(WINDOW, np.uint8)
        quote = ord(self.form.quote) if self.form.quote else -1
        with self._open() as stream:
            while size := stream.readinto(window):
                text = window[:size]
                ends = np.flatnonzero(text == 10)
                follow = text[ends[: -1 if len(ends) and ends[-1] == size - 1 else None] + 1]
                may_be_blank = (follow <= 32).any() or (last == 10 and text[0] <= 32)
                if may_be_blank or (text == quote).any() or (text == 13).any():
                    return None
                lines += len(ends)
                last = int(text[-1])
        return lines + (last != 10)


def unclosed(path: str, line: int) -> CSVError:
    """The error for a quote that opens and never closes."""
    return CSVError(
        f"{path}, line {line}: a quote opens here and is never closed. Mend the line, or pass quoting=csv.QUOTE_NONE."
    )
