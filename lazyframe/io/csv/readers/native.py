"""A range of a file read by the kernel, or the reason why it can't be.

The kernel is never wrong, only sometimes not applicable: what it does not know exactly (a quote within a field, a
record with another number of fields, a number in an unusual form) makes it step aside, and the reference reader gives
the answer or the error. The same for options, dtypes and formulas that it has not.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from lazyframe.accumulators import Accumulator, State, names_of
from lazyframe.errors import CSVError, Revision
from lazyframe.io.answers import frame_of_rows
from lazyframe.io.csv.dates import INTEGERS
from lazyframe.io.csv.format import Format
from lazyframe.io.csv.kernel import ARCHITECTURE, REASON, _kernel
from lazyframe.io.files import File, open_range, reading
from lazyframe.io.scan import (
    BadLines,
    Call,
    Column,
    Count,
    Formula,
    Literal,
    Reduce,
    Request,
    Rows,
    columns_needed,
    columns_typed,
)
from lazyframe.moments import MOMENTS
from lazyframe.types import to_array

if TYPE_CHECKING:
    from lazyframe.io.csv.block import CSVReader
    from lazyframe.io.csv.readers.reference import Ranges

MISSING, INTEGER, REAL, UNKNOWN, TEXT = (1 << bit for bit in range(5))
"""What a field looks like to `sniff`; see kernel/text/sniff.h."""

AT_A_TIME = 0.01
"""Seconds that the kernel reads in one go, without the GIL; an interrupt waits for so long, and a piece."""

FED = 1 << 22
"""Bytes that the kernel is fed with in one go, of a file that it can't open by itself."""

MOST_REMEMBERED = 1 << 18
"""Ranges whose numbers of records are kept in mind."""

MOST_COMPILED = 4
"""Requests that are kept compiled."""

PIECE = 1 << 18
"""Bytes that the kernel works on at a time; with what it makes of them, they stay in the processor's L2 cache."""

LONG = "a record of more than 8 MB"
"""Why the kernel steps aside for a long record."""

TYPES: dict[Any, str] = {
    np.dtype(np.int64): "integer",
    np.dtype(np.float64): "real",
    np.dtype(bool): "boolean",
    np.dtype(object): "text",
    np.dtype("M8[us]"): "date",
    pd.Int64Dtype(): "integer",
    pd.Float64Dtype(): "real",
    pd.BooleanDtype(): "boolean",
}
"""The kernel's type for each dtype that it has, besides pandas' dtypes of text."""

WHOLE = (np.dtype(np.int64), np.dtype(bool))
"""The dtypes without missing values."""


class StepAside(Exception):
    """The kernel can't read this, or not as it was asked; the message says why, and `place` the range, if it is one."""

    def __init__(self, reason: str, place: "CSVReader | None" = None):
        super().__init__(reason)
        self.place = place


def why_not(form: Format) -> str:
    """Why the kernel can't read a format; empty if it can."""
    if not ARCHITECTURE:
        return f"no kernel, {REASON}"
    reasons = {
        form.why_pandas: bool(form.why_pandas),
        "escapechar": bool(form.escape),
        "doublequote=False": bool(form.quote) and not form.doublequote,
        f"encoding={form.encoding!r}": form.encoding != "utf-8",
        "no columns": not form.names,
    }
    return ", ".join(reason for reason, holds in reasons.items() if holds)


def reader_of(form: Format) -> str:
    """What reads a format, and why not the kernel."""
    if reason := why_not(form):
        return f"pandas (for {form.why_pandas})" if form.why_pandas else f"pyarrow ({reason})"
    return f"the kernel ({ARCHITECTURE})"


def dialect(form: Format, is_zero_false: bool = True) -> tuple[Any, ...]:
    """A format as the kernel's functions take it."""
    zero, one = (["0"], ["1"]) if is_zero_false else ([], [])
    trues, falses = [*one, *form.true_texts], [*zero, *form.false_texts]
    return ARCHITECTURE, form.sep, form.quote, form.decimal, len(form.names), form.null_texts, trues, falses


def positions_of(form: Format) -> dict[str, int]:
    """The place of each column among those of the file."""
    return {name: place for place, name in enumerate(form.names)}


def whole_records(data: bytes, form: Format) -> int | None:
    """How many bytes of whole records a text has; None if there is anything odd in it, or with the format."""
    found = None if why_not(form) else _kernel.sniff(*dialect(form), [], data)
    return found[0] if found and found[1] else None


def count_records(data: bytes, form: Format) -> int | None:
    """How many records a text of `whole_records` has; None if the kernel can't tell."""
    scan = _kernel.Scan(*dialect(form))
    scan.count(-1)
    try:
        scan.feed(data)
        scan.finish()
    except _kernel.StepAside:
        return None
    return int(scan.records)


def kinds_of(data: bytes, form: Format, columns: Sequence[str]) -> dict[str, int]:
    """What the fields of some columns of a sample look like: the kinds met, as bits; empty where anything is odd."""
    if why_not(form):
        return {}
    positions = positions_of(form)
    places = [positions[column] for column in columns]
    _, is_regular, kinds = _kernel.sniff(*dialect(form, is_zero_false=False), places, data)
    return dict(zip(columns, kinds, strict=True)) if is_regular else {}


def distinct_texts(data: bytes, form: Format, columns: Sequence[str]) -> list[tuple[str, ...]] | None:
    """The distinct combinations of texts that a sample has in some columns, without those where one is missing.

    None if there is anything odd in the sample, or with the format.
    """
    if why_not(form) or len(set(columns)) < len(columns):
        return None
    scan = _kernel.Scan(*dialect(form))
    positions = positions_of(form)
    keys = [scan.column(positions[column], "text", True) for column in columns]
    scan.reduce([], keys, [("size", 0)], -1, True)
    try:
        scan.feed(data)
        scan.finish()
    except _kernel.StepAside:
        return None
    ((found, _, _),) = scan.answers()
    return list(zip(*(pa.array(key).to_pylist() for key in found), strict=True))


_records: dict[Any, int] = {}
"""How many records the ranges have that this process has read, by `place_of`."""


def answers(ranges: "Ranges", requests: Sequence[Request]) -> tuple[Any, ...]:
    """The answers to some requests, from some ranges of files as if they were one.

    An inferred column of integers that has a fraction or a missing value is read as floats, as pandas would.

    Raises
    ------
    StepAside
    Revision
        If the type of such a column shows in an answer: then all of its blocks must be read as floats.
    CSVError
        If a file ends before its range.
    """
    reader = ranges[0][0]
    if reason := why_not(reader.format):
        raise StepAside(reason)
    known = known_records(ranges) if all(request == Count() for request in requests) else None
    if known is not None:
        return (known,) * len(requests)
    as_real: frozenset[str] = frozenset()
    while True:
        reading = Reading(reader, requests, as_real)
        place = reader
        try:
            for place, start, end in ranges:
                reading.run(place, start, end)
            revealed = as_real and as_real & set().union(*map(columns_typed, requests))
            if revealed:
                raise not_integers(reader, sorted(revealed))
            return reading.results()
        except _kernel.StepAside as odd:
            reason, number, may_be_real = odd.args
            column = reading.compiled.parsed[number] if number >= 0 else ""
            if not may_be_real or column not in reader.inferred or column in as_real | reading.compiled.sources.keys():
                raise StepAside(f"{reason} ({column})" if column else reason, place) from None
            as_real |= {column}
        except _kernel.ReadError as error:
            raise CSVError(f"{error}. Call read_csv again.") from None


def not_integers(reader: "CSVReader", columns: Sequence[str]) -> Revision:
    """Have the query planned again with some columns as floats."""
    dtypes = dict.fromkeys(columns, "float64")
    return Revision(
        f"{reader.file.path}: columns {columns} have missing values or fractions, and were taken for integers from "
        f"samples of the files. Pass dtype={dtypes}.",
        reader.source,
        dtypes,
    )


def known_records(ranges: "Ranges") -> int | None:
    """How many records some ranges have, if this process has read them all."""
    counts = [_records.get(place_of(*one)) for one in ranges]
    return None if None in counts else sum(filter(None, counts))


def place_of(reader: "CSVReader", start: int, end: int) -> Any:
    """What tells a range from all others; a file that has changed is another."""
    return reader.file, start, end, reader.format


class Recorder:
    """Stands for a kernel's scan while requests are compiled: calls are noted, and steps numbered as the scan does."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[Any, ...]]] = []
        self.steps = 0

    def step(self, method: str, *args: Any) -> int:
        """Note a call that adds a step; its number."""
        self.calls.append((method, args))
        self.steps += 1
        return self.steps - 1

    def want(self, method: str, *args: Any) -> None:
        """Note a call that asks for an answer."""
        self.calls.append((method, args))


class Compiled:
    """Some requests in the kernel's terms, for all blocks of a source whose files have one format."""

    def __init__(self, reader: "CSVReader", requests: Sequence[Request], as_real: frozenset[str]):
        self.requests = requests
        self.reader = reader
        self.as_real = as_real
        self.dates = {date.name: date for date in reader.dates}
        self.sources = {source: date for date in reader.dates for source in date.sources}
        self.parsed: list[str] = []
        self.positions = positions_of(reader.format)
        self.steps: dict[Any, int] = {}
        self.recorder = Recorder()
        self.dialect = dialect(reader.format, self._zero_is_false())
        for request in requests:
            self._ask(request)

    def scan(self) -> Any:
        """A scan of the kernel, which answers the requests.

        Raises
        ------
        StepAside
            If the kernel has not a function or an accumulator that is asked for.
        """
        scan = _kernel.Scan(*self.dialect)
        scan.piece = PIECE
        scan.missing_numbers = list(self.reader.format.null_numbers)
        try:
            for method, args in self.recorder.calls:
                getattr(scan, method)(*args)
        except ValueError as error:
            raise StepAside(str(error)) from None
        return scan

    def _zero_is_false(self) -> bool:
        """See `lazyframe.io.csv.readers.reference.BlockReading`."""
        needed = set().union(*map(columns_needed, self.requests)) & self.reader.inferred
        return not any(self.reader.dtypes.get(name) == np.dtype(bool) for name in needed)

    def _ask(self, request: Request) -> None:
        match request:
            case Count(keep):
                self.recorder.want("count", self._keep(keep))
            case Rows(columns, keep, limit):
                names = [str(name) for name in columns]
                codes = [self.reader.dtypes[name] == np.dtype(object) for name in names]
                steps = [self._column(name) for name in names]
                self.recorder.want("rows", steps, codes, self._keep(keep), -1 if limit is None else limit)
            case Reduce(values, by, accumulators, keep, dropna, distinct):
                wanted = [*kernel_accumulators(accumulators), *(("distinct", value) for value in distinct)]
                steps = [self._step(value) for value in values], [self._step(key) for key in by]
                self.recorder.want("reduce", *steps, wanted, self._keep(keep), dropna)

    def _keep(self, keep: Formula | None) -> int:
        return -1 if keep is None else self._step(keep)

    def _step(self, formula: Formula) -> int:
        """The kernel's number of a formula."""
        if formula not in self.steps:
            self.steps[formula] = self._new_step(formula)
        return self.steps[formula]

    def _new_step(self, formula: Formula) -> int:
        match formula:
            case Column(name):
                return self._column(name)
            case Literal(value):
                return self._literal(value)
            case Call("isin", (value, Literal(tuple(among)))):
                return self._among(self._step(value), among)
            case Call(function, args):
                return self.recorder.step("call", function, [self._step(arg) for arg in args])
        raise TypeError(f"{formula!r} is no formula")

    def _literal(self, value: Any) -> int:
        if isinstance(value, bool | np.bool_):
            return self.recorder.step("boolean", bool(value))
        if isinstance(value, str):
            return self.recorder.step("text", value)
        if isinstance(value, pd.Timestamp):
            return self.recorder.step("date", microseconds(value))
        return (
            self.recorder.step("real", value) if isinstance(value, float) else self.recorder.step("integer", int(value))
        )

    def _among(self, value: int, among: tuple[Any, ...]) -> int:
        """Whether a step's value is one of some constants, which are alike."""
        integers = [int(one) for one in among if isinstance(one, int | np.integer)]
        integers += [microseconds(one) for one in among if isinstance(one, pd.Timestamp)]
        reals = [one for one in among if isinstance(one, float)]
        return self.recorder.step("among", value, integers, reals, [one for one in among if isinstance(one, str)])

    def _column(self, name: str) -> int:
        """The kernel's number of a column of the table."""
        date = self.dates.get(name)
        if name == self.reader.path_column:
            raise StepAside("a column of paths")
        if date is None or date.how == "iso":
            may_miss = self.reader.dtypes[name] not in WHOLE or name in self.as_real
            return self._parsed(name, self.type_of(name), may_miss)
        if date.how != INTEGERS:
            raise StepAside(f"dates like {date.how!r}")
        parts = [self._parsed(source, "integer", may_miss=True) for source in date.sources]
        return self.recorder.step("call", "date", parts)

    def type_of(self, name: str) -> str:
        """The kernel's type of a column."""
        dtype = self.reader.dtypes[name]
        if name in self.as_real:
            return "real"
        if name in self.sources and name not in self.dates:
            return "integer" if self.sources[name].how == INTEGERS else "text"
        if isinstance(dtype, pd.StringDtype):
            return "text"
        if dtype not in TYPES:
            raise StepAside(f"dtype {dtype}")
        return TYPES[dtype]

    def _parsed(self, name: str, kind: str, may_miss: bool) -> int:
        """The kernel's number of a column of the file; one that the file lacks is missing in every row."""
        place = (name, kind)
        if place not in self.steps:
            position = self.positions.get(name)
            if position is not None:
                self.steps[place] = self.recorder.step("column", position, kind, may_miss or name in self.sources)
                self.parsed.append(name)
            elif may_miss:
                self.steps[place] = self.recorder.step("missing", kind)
            else:
                raise StepAside(f"no column {name!r}")
        return self.steps[place]


_compiled: dict[Any, Compiled] = {}
"""Requests that this process has compiled; those of a query are one object in all of its tasks."""


def compiled(reader: "CSVReader", requests: Sequence[Request], as_real: frozenset[str]) -> Compiled:
    """Some requests in the kernel's terms, compiled once a query."""
    place = id(requests), id(reader.dtypes), reader.format, as_real  # which are kept, so that no others get their ids
    if place not in _compiled:
        if len(_compiled) >= MOST_COMPILED:
            _compiled.clear()
        _compiled[place] = Compiled(reader, requests, as_real)
    return _compiled[place]


class Reading:
    """One reading of some ranges by the kernel, and its answers in Arrow's terms and pandas'."""

    def __init__(self, reader: "CSVReader", requests: Sequence[Request], as_real: frozenset[str]):
        self.reader = reader
        self.requests = requests
        self.compiled = compiled(reader, requests, as_real)
        self.scan = self.compiled.scan()

    def run(self, reader: "CSVReader", start: int, end: int) -> None:
        """Read a range, with breaks in which an interrupt is noticed."""
        before = self.scan.records
        if reader.file.is_stream or reader.file.is_remote:
            self._feed(reader.file, start, end)
        else:
            self.scan.open(reader.file.path, start, end)
            while not self.scan.advance(AT_A_TIME):
                pass
        if len(_records) >= MOST_REMEMBERED:
            _records.clear()
        if not any(isinstance(request, Rows) and request.limit is not None for request in self.requests):
            _records[place_of(reader, start, end)] = self.scan.records - before

    def _feed(self, file: File, start: int, end: int) -> None:
        """Read a range of a file that the kernel can't open by itself."""
        with reading(file), open_range(file, start, end) as stream:
            while data := stream.read(FED):
                self.scan.feed(data)
        self.scan.finish()

    def results(self) -> tuple[Any, ...]:
        """The answers, one a request."""
        found = iter(self.scan.answers())
        return tuple(self._result(request, found) for request in self.requests)

    def _result(self, request: Request, found: Any) -> Any:
        match request:
            case Count():
                return next(found)
            case Rows():
                columns, numbers, count = next(found)
                arrays = [self._array(one, name) for one, name in zip(columns, request.columns, strict=True)]
                index = None if numbers is None else as_arrow(numbers).to_numpy()
                return frame_of_rows(request, arrays, count, index)
            case Reduce():
                return state_of(request, *next(found))
            case BadLines():
                return pd.DataFrame({"file": [], "line": [], "text": [], "reason": []}).astype(
                    {"file": "str", "line": np.int64, "text": "str", "reason": "str"}
                )

    def _array(self, column: Any, name: Any) -> Any:
        """A column of rows, in its dtype; a real that is missing comes as NaN."""
        dtype = self.reader.dtypes[str(name)]
        values = as_arrow(column)
        if dtype == pd.Float64Dtype():
            values = pc.if_else(pc.is_nan(values), pa.scalar(None, values.type), values)
        return to_array(values, dtype)


def kernel_accumulators(accumulators: Sequence[Accumulator]) -> list[tuple[str, int]]:
    """Some accumulators as the kernel takes them: it has all moments of a value as one."""
    return list(dict.fromkeys(("moments" if p.function in MOMENTS else p.function, p.value) for p in accumulators))


def state_of(request: Reduce, keys: Sequence[Any], columns: Sequence[Any], tables: Sequence[Any]) -> State:
    """The state that the kernel gives: its columns of keys and accumulators, and those of distinct values."""
    wanted = kernel_accumulators(request.accumulators)
    names = [Accumulator(one, v) for name, v in wanted for one in (MOMENTS if name == "moments" else [name])]
    made = dict(zip(names, columns, strict=True))
    of_keys = names_of(len(keys))
    arrays = [pa.array(column) for column in (*keys, *(made[one] for one in request.accumulators))]
    distinct = [pa.table([pa.array(one) for one in (*own, column)], [*of_keys, "v"]) for own, column in tables]
    return State(pa.table(arrays, [*of_keys, *map(str, range(len(request.accumulators)))]), tuple(distinct))


def microseconds(date: pd.Timestamp) -> int:
    """A date as the kernel has it."""
    return int(date.as_unit("us").to_numpy().astype(np.int64))


def as_arrow(column: Any) -> pa.ChunkedArray:
    """A column of the kernel as Arrow's, without a copy."""
    return pa.chunked_array([pa.array(column)])
