"""A range of a file read by the kernel, or the reason why it can't be.

The kernel is never wrong, only sometimes not applicable: what it does not know exactly (a quote within a field, a
record with another number of fields, a number in an unusual form) makes it fall back, and the reference reader gives
the answer or the error. The same for options, dtypes and expressions that it has not.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from lazyframe.accumulators import Accumulator, State, names_of
from lazyframe.cache import Cache
from lazyframe.errors import CSVError
from lazyframe.io.csv.block import Block, Ranges
from lazyframe.io.csv.errors import not_integers
from lazyframe.io.csv.kernel import _kernel
from lazyframe.io.csv.readers.compiled import FallbackRequired, compiled, kernel_accumulators
from lazyframe.io.csv.sniff import why_not
from lazyframe.io.files import File, open_range, reading
from lazyframe.io.scan import (
    BadLines,
    Count,
    Reduce,
    Request,
    Rows,
    columns_typed,
)
from lazyframe.io.sinks import frame_of_rows
from lazyframe.moments import MOMENTS
from lazyframe.types import to_array

AT_A_TIME = 0.01
"""Seconds that the kernel reads in one go, without the GIL; an interrupt waits for so long, and a piece."""

FED = 1 << 22
"""Bytes that the kernel is fed with in one go, of a file that it can't open by itself."""

_records: Cache[Any, int] = Cache(size=1 << 18)
"""How many records the ranges have that this process has read, by `place_of`."""


def answers(ranges: Ranges, requests: Sequence[Request]) -> tuple[Any, ...]:
    """The answers to some requests, from some ranges of files as if they were one.

    An inferred column of integers that has a fraction or a missing value is read as floats, as pandas would.

    Raises
    ------
    FallbackRequired
    ReplanRequired
        If the type of such a column shows in an answer: then all of its blocks must be read as floats.
    CSVError
        If a file ends before its range.
    """
    block = ranges[0][0]
    if reason := why_not(block.format):
        raise FallbackRequired(reason)
    known = known_records(ranges) if all(request == Count() for request in requests) else None
    if known is not None:
        return (known,) * len(requests)
    as_real: frozenset[str] = frozenset()
    while True:
        reading = Reading(block, requests, as_real)
        place = block
        try:
            for place, start, end in ranges:
                reading.run(place, start, end)
            revealed = as_real and as_real & set().union(*map(columns_typed, requests))
            if revealed:
                raise not_integers(block, sorted(revealed))
            return reading.results()
        except _kernel.FallbackRequired as odd:
            reason, number, may_be_real = odd.args
            column = reading.compiled.parsed[number] if number >= 0 else ""
            if not may_be_real or column not in block.inferred or column in as_real | reading.compiled.sources.keys():
                raise FallbackRequired(f"{reason} ({column})" if column else reason, place) from None
            as_real |= {column}
        except _kernel.ReadError as error:
            raise CSVError(f"{error}. Call read_csv again.") from None


def known_records(ranges: Ranges) -> int | None:
    """Return how many records some ranges have, if this process has read them all."""
    counts = [_records.get(place_of(*one)) for one in ranges]
    return None if None in counts else sum(filter(None, counts))


def place_of(block: Block, start: int, end: int) -> Any:
    """Return what tells a range from all others; a file that has changed is another."""
    return block.file, start, end, block.format


class Reading:
    """One reading of some ranges by the kernel, and its answers in Arrow's terms and pandas'."""

    def __init__(self, block: Block, requests: Sequence[Request], as_real: frozenset[str]):
        self.block = block
        self.requests = requests
        self.compiled = compiled(block, requests, as_real)
        self.scan = self.compiled.scan()

    def run(self, block: Block, start: int, end: int) -> None:
        """Read a range, with breaks in which an interrupt is noticed."""
        before = self.scan.records
        if block.file.is_stream or block.file.is_remote:
            self._feed(block.file, start, end)
        else:
            self.scan.open(block.file.path, start, end)
            while not self.scan.advance(AT_A_TIME):
                pass
        if not any(isinstance(request, Rows) and request.limit is not None for request in self.requests):
            _records.put(place_of(block, start, end), self.scan.records - before)

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
        dtype = self.block.dtypes[str(name)]
        values = as_arrow(column)
        if dtype == pd.Float64Dtype():
            values = pc.if_else(pc.is_nan(values), pa.scalar(None, values.type), values)
        return to_array(values, dtype)


def state_of(request: Reduce, keys: Sequence[Any], columns: Sequence[Any], tables: Sequence[Any]) -> State:
    """The state that the kernel gives: its columns of keys and accumulators, and those of distinct values."""
    wanted = kernel_accumulators(request.accumulators)
    names = [Accumulator(one, v) for name, v in wanted for one in (MOMENTS if name == "moments" else [name])]
    made = dict(zip(names, columns, strict=True))
    of_keys = names_of(len(keys))
    arrays = [pa.array(column) for column in (*keys, *(made[one] for one in request.accumulators))]
    distinct = [pa.table([pa.array(one) for one in (*own, column)], [*of_keys, "v"]) for own, column in tables]
    return State(pa.table(arrays, [*of_keys, *map(str, range(len(request.accumulators)))]), tuple(distinct))


def as_arrow(column: Any) -> pa.ChunkedArray:
    """A column of the kernel as Arrow's, without a copy."""
    return pa.chunked_array([pa.array(column)])
