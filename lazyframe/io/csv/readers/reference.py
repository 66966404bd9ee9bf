"""The reference readers: pyarrow or pandas read a block, and what is wrong is found with its line."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from lazyframe.cache import Cache
from lazyframe.errors import CSVError, FunctionError, function_error
from lazyframe.io.csv.advice import is_number
from lazyframe.io.csv.block import Block, Ranges
from lazyframe.io.csv.dates import NotADate
from lazyframe.io.csv.encodings import undecodable
from lazyframe.io.csv.errors import (
    no_date,
    not_bools,
    not_integers,
    open_at_the_end,
    wrong_number_of_fields,
    wrong_type,
)
from lazyframe.io.csv.longest import refuse_long_records, unclosed
from lazyframe.io.csv.readers import arrow, by_pandas
from lazyframe.io.csv.readers.arrow import PIECE, RecordTooLong
from lazyframe.io.csv.readers.block_text import BlockText
from lazyframe.io.csv.records import (
    LONGEST,
    Record,
    records,
    regular_part,
)
from lazyframe.io.csv.split import cuts_of
from lazyframe.io.csv.values import (
    Misfit,
    bools_of,
    kind_is_number,
    refuse_hexadecimals,
    rounded,
    widest_floats,
    without_null_numbers,
)
from lazyframe.io.files import reading
from lazyframe.io.scan import BadLines, Request, Rows, columns_needed, columns_typed
from lazyframe.io.sinks import SINKS, Piece
from lazyframe.types import NULLABLE, TEXT, arrow_type

FIRST_PARTS = (1 << 20, 1 << 24)
"""Bytes of a block that are read for its first rows, before all of it is."""

PLUS = re.compile(r"\s*\+")

FRACTION = re.compile(r"\.|e|inf", re.I)

_files_of_words: Cache[tuple[str, str, str], bool] = Cache(size=1 << 14)
"""Whether a column has only true and false in a file of a source: for each of its blocks to know."""


class Again(Exception):
    """The records must be read again, with the columns parsed as other `types` or in longer pieces."""

    def __init__(self, types: Mapping[str, pa.DataType]):
        super().__init__()
        self.types = types


class BadRecord(NamedTuple):
    """A record with another number of fields than there are columns; its number counts from 0, of all in the block."""

    number: int
    fields: int
    text: str


def answers(ranges: Ranges, requests: Sequence[Request]) -> tuple[Any, ...]:
    """The answers to some requests, from some ranges as if they were one.

    Raises
    ------
    CSVError, ReplanRequired
        As `CSVReader.scan` says.
    """
    limits = [request.limit for request in requests if isinstance(request, Rows) and request.limit is not None]
    block, start, end = ranges[0]
    if len(limits) == len(requests) and not block.file.is_stream:
        for size in FIRST_PARTS:  # pyarrow would read far ahead
            if size < end - start:
                part = cuts_of(block.file, start, end, size, block.format, block.has_quotes).block(0)
                found = read([BlockReading(block, *part)], requests)
                if all(len(rows) >= limit for rows, limit in zip(found, limits, strict=True)):
                    return found
    return read([BlockReading(*one) for one in ranges], requests)


def read(readings: Sequence["BlockReading"], requests: Sequence[Request]) -> tuple[Any, ...]:
    """The answers, from blocks that are read in turn; again, if a column has to be parsed as another type."""
    for each in readings:
        with reading(each.file):
            each.check_quotes()
    types = readings[0].types(set().union(*map(columns_needed, requests)))
    typed = set().union(*map(columns_typed, requests))
    wanted = [request for request in requests if not isinstance(request, BadLines)]
    while True:
        gathered = [SINKS[type(request)](request, readings[0].block.dtypes) for request in wanted]
        first = 0
        try:
            for each in readings:
                first += each.add_to(gathered, types, first)
                if is_enough(gathered):
                    break
            break
        except Again as again:
            types = again.types  # type: ignore[assignment]
    for each in readings:
        if revealed := sorted(each.not_integers & typed):
            raise not_integers(each.block, revealed)
    results = iter([answer.result() for answer in gathered])
    return tuple(bad_lines(readings) if isinstance(one, BadLines) else next(results) for one in requests)


def bad_lines(readings: Sequence["BlockReading"]) -> pd.DataFrame:
    """The records that were left out; their lines are found by counting those before each block."""
    return pd.concat([each.bad_lines() for each in readings], ignore_index=True)


def is_enough(answers: Sequence[Any]) -> bool:
    """Return whether more records would change no answer."""
    return bool(answers) and all(answer.is_full for answer in answers)


class BlockReading:
    """One reading of a block by pyarrow or pandas."""

    def __init__(self, block: Block, start: int, end: int):
        self.block = block
        self.file = block.file
        self.form = block.format
        self.start = start
        self.end = end
        self.text = BlockText(block, start, end)
        self.bad: list[BadRecord] = []
        self.not_integers: set[str] = set()
        self.words = {name for name in block.inferred if block.dtypes.get(name) == np.dtype(bool)}
        self.has_plus = False
        self.piece = PIECE

    def add_to(self, answers: Sequence[Any], types: Mapping[str, pa.DataType], first: int) -> int:
        """Add the records to some answers, with the columns parsed as `types`; returns how many there were.

        `first` is the number of the first record among all. `not_integers` are then the columns that were taken for
        integers and have missing values or fractions.
        """
        try:
            with reading(self.file):
                return self._add_to(answers, types, first)
        except RecordTooLong:
            refuse_long_records(self.file, self.start, self.end, self.form)
            self.piece = LONGEST
            raise Again(types) from None
        except Misfit as misfit:
            raise Again(self._widened(misfit, types)) from None

    def _add_to(self, answers: Sequence[Any], types: Mapping[str, pa.DataType], first: int) -> int:
        self.bad.clear()
        row = 0
        words = dict.fromkeys(self.words & types.keys(), pa.string())
        for batch in self._batches({**widest_floats(types), **words}):
            batch = rounded(without_null_numbers(self._with_bools(batch, types), self.form), types)
            self._heed_missing(batch)
            piece = Piece(self._completed(batch, types, row), first + row)
            for answer in answers:
                answer.add(piece)
            row += batch.num_rows
            if is_enough(answers):
                break
        return row

    def types(self, columns: set[str]) -> dict[str, pa.DataType]:
        """The Arrow types of the file's columns that these columns of the table need."""
        dates = {date.name: date for date in self.block.dates}
        types: dict[str, pa.DataType] = {}
        for column in columns - {self.block.path_column}:
            if column in dates:
                types.update(dict.fromkeys(dates[column].sources, dates[column].source_type))
        for column in columns - {self.block.path_column} - set(dates):
            types.setdefault(column, arrow_type(self.block.dtypes[column]))
        return types or dict.fromkeys(self.form.names[:1], pa.string())  # a column is needed to count rows

    def _batches(self, types: Mapping[str, pa.DataType]) -> Iterator[pa.RecordBatch]:
        """The records in batches; at least one, perhaps without rows."""
        has_rows = False
        if self.start < self.end or self.file.is_stream:
            by_pandas = self.form.why_pandas or self.has_plus or self.text.has_lines_of_spaces()
            for batch in self._by_pandas(types) if by_pandas else self._by_arrow(types):
                has_rows = True
                yield batch
        if not has_rows:
            yield pa.RecordBatch.from_pydict({name: pa.array([], kind) for name, kind in types.items()})

    def _by_arrow(self, types: Mapping[str, pa.DataType]) -> Iterator[pa.RecordBatch]:
        """The records by pyarrow."""
        integers = [name for name, kind in types.items() if pa.types.is_integer(kind)]
        if integers and self.text.may_have_hexadecimals():
            for batch in self._by_arrow(dict.fromkeys(integers, pa.string())):
                refuse_hexadecimals(batch)
            self.bad.clear()
        with self._readable() as stream:
            try:
                yield from arrow.batches(stream, self.form, types, self._met_bad_row, self.piece)
            except CSVError as error:
                if self.bad and self.form.on_bad_lines == "error":
                    raise self._structure_error(self.bad[-1]) from None
                raise CSVError(f"{self.block.about}: {error}") from None

    def _readable(self) -> pa.NativeFile:
        """The text of the block for pyarrow, which can't show us a bad record that can't be decoded."""
        if self.form.encoding != "utf-8" or self.text.is_decodable():
            return self.text.open()
        return pa.BufferReader(self._without_bad_records(self.text.data()))

    def _by_pandas(self, types: Mapping[str, pa.DataType]) -> Iterator[pa.RecordBatch]:
        """The records by pandas, the bad ones left out before."""
        if self.file.is_stream or self.end - self.start > 2 * LONGEST:
            refuse_long_records(self.file, self.start, self.end, self.form)
        data = self.text.data()
        if len(regular_part(data, self.form)) < len(data):
            data = self._without_bad_records(data)
        try:
            if data.strip(self.form.blanks + b"\r\n"):
                yield from by_pandas.batches(data, self.form, types)
        except UnicodeDecodeError:
            raise undecodable(self.file, self.form.encoding) from None
        except FunctionError as error:
            raise function_error(f"{self.text.place()}: {error}", error) from error

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
        """Return what pyarrow is to do about a record with another number of fields; a line of spaces is none."""
        if not row.text.strip(self.form.blanks.decode()):
            return "skip"
        self.bad.append(BadRecord(row.number - 1, row.actual_columns, row.text))
        return "error" if self.form.on_bad_lines == "error" else "skip"

    def _with_bools(self, batch: pa.RecordBatch, types: Mapping[str, pa.DataType]) -> pa.RecordBatch:
        """The batch with the columns of words made bools, or the numbers that true and false are beside numbers."""
        for name in self.words & types.keys():
            values = bools_of(batch[name], name, self.form).cast(types[name])
            batch = batch.set_column(batch.schema.names.index(name), name, values)
        return batch

    def _completed(self, batch: pa.RecordBatch, types: Mapping[str, pa.DataType], first: int) -> pa.RecordBatch:
        """The batch with its columns of dates made of their sources, and that of the file's path."""
        for date in self.block.dates:
            if date.how != "iso" and all(source in types for source in date.sources):
                try:
                    values = date.convert(batch)
                except NotADate as error:
                    line = self._line_of(first + error.row)
                    texts = {source: batch[source][error.row].as_py() for source in date.sources}
                    raise no_date(self.block, line, date, error.found, texts) from None
                if date.is_combined:
                    batch = batch.append_column(date.name, values)
                else:
                    batch = batch.set_column(batch.schema.names.index(date.name), date.name, values)
        if self.block.path_column:
            paths = pa.repeat(pa.scalar(self.file.path), batch.num_rows)
            batch = batch.append_column(self.block.path_column, paths)
        return batch

    def _widened(self, misfit: Misfit, types: Mapping[str, pa.DataType]) -> dict[str, pa.DataType]:
        """The types with an inferred integer column made float, if that is what was stumbled over."""
        column, text = misfit.column, misfit.text
        if PLUS.match(text or "") and not self.has_plus and kind_is_number(types.get(column)):
            self.has_plus = True  # to pandas "+5" is a number, to Arrow it is none
            return dict(types)
        if column in self.block.inferred and self._is_bool_beside_numbers(column, text or "", types):
            self.words.add(column)
            return dict(types)
        if types.get(column) == pa.int64() and column in self.block.inferred and FRACTION.search(text or ""):
            self.not_integers.add(column)
            return {**types, column: pa.float64()}
        expected = np.dtype(bool) if column in self.words else self.block.dtypes.get(column, "a date")
        raise self._type_error(column, text, expected) from None

    def _is_bool_beside_numbers(self, column: str, text: str, types: Mapping[str, pa.DataType]) -> bool:
        """Return whether a file has only true and false in an inferred column that has numbers in others.

        Raises
        ------
        ReplanRequired
            If the column was taken for one of bools, and this file has numbers.
        """
        if pa.types.is_boolean(types[column]) and is_number(text, self.form):
            dtype = "float64" if FRACTION.search(text) else "int64"
            raise not_bools(self.block, column, text, dtype)
        return self._is_word(text) and kind_is_number(types[column]) and not self._file_has_numbers(column)

    def _is_word(self, text: str) -> bool:
        """Return whether a text means true or false."""
        return text in self.form.true_texts or text in self.form.false_texts

    def _file_has_numbers(self, column: str) -> bool:
        """Return whether words are not all that a column has in the whole file, of which the block may be a part.

        Raises
        ------
        CSVTypeError
            If the words came first: for what came later.
        """
        key = (self.block.source, self.file.path, column)
        is_of_words = _files_of_words.get(key)
        if is_of_words is None:
            whole = BlockReading(self.block, self.block.start, self.block.end)
            first, other = whole._first_text_and_first_other_than_words(column)
            if other is not None and self._is_word(first):
                raise whole._type_error(column, other, np.dtype(bool))
            is_of_words = other is None
            _files_of_words.put(key, is_of_words)
        return not is_of_words

    def _first_text_and_first_other_than_words(self, column: str) -> tuple[str, str | None]:
        """The first text of a column, and the first that is not true or false, if there is one."""
        first = ""
        for batch in self._batches({column: pa.string()}):
            texts = batch[column].drop_null()
            first = first or (texts[0].as_py() if len(texts) else "")
            try:
                bools_of(texts, column, self.form)
            except Misfit as misfit:
                return first, misfit.text
        return first, None

    def _heed_missing(self, batch: pa.RecordBatch) -> None:
        """A bool column has no missing values, nor has an integer column that was asked for: one is an error."""
        for name in batch.schema.names:
            dtype = self.block.dtypes.get(name)
            if dtype is None or not batch[name].null_count:
                continue
            if dtype == np.dtype(bool) or (name not in self.block.inferred and str(dtype) in NULLABLE):
                raise self._type_error(name, "", dtype, NULLABLE[str(dtype)])
            if dtype == np.dtype(np.int64):
                self.not_integers.add(name)

    def _type_error(self, column: str, text: str | None, expected: Any, instead: str = "str") -> CSVError:
        """The error for a text that does not fit its column."""
        if text is None:
            return undecodable(self.file, self.form.encoding)
        return wrong_type(self.block, self._line_with(column, text), column, text, expected, instead)

    def _structure_error(self, bad: BadRecord) -> CSVError:
        """The error for a record with too few or too many fields."""
        (place,) = self._places([bad.number])
        line = self.text.lines_before() + place.line + 1
        if place.fields < 0:
            return unclosed(self.file.path, line)
        besides = None if self.text.is_decodable() else undecodable(self.file, self.form.encoding)
        return wrong_number_of_fields(self.block, line, bad.fields, bad.text, besides)

    def bad_lines(self) -> pd.DataFrame:
        """The records left out, with their places in the file."""
        before = self.text.lines_before() if self.bad else 0
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
        return self.text.lines_before() + next(place for number, place in enumerate(places) if number == row).line + 1

    def _places(self, numbers: Sequence[int]) -> list[Record]:
        """The records of the block with these numbers, which ascend."""
        wanted = set(numbers)
        return [place for number, place in enumerate(self._records()) if number in wanted] if numbers else []

    def _records(self) -> Iterator[Record]:
        """All records of the block, as the reader counts them."""
        by_pandas = self.form.why_pandas or self.has_plus or self.text.has_lines_of_spaces()
        return self.text.records(spaces_count=not by_pandas)

    def check_quotes(self) -> None:
        """Refuse a quoted field that goes on behind the block: at a file's end it is open, else a cut was wrong."""
        is_last = self.end == self.block.end
        if not self.form.quote or (self.block.has_quotes and not is_last):
            return
        if self.text.quotes_are_even():
            return
        if not is_last or (not self.block.has_quotes and self.block.number > 0):  # then a cut may be wrong
            raise open_at_the_end(self.block)
        refuse_long_records(self.file, self.start, self.end, self.form)
