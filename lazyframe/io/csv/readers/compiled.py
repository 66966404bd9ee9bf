"""Requests in the kernel's terms, compiled once a query and replayed for each block."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from lazyframe.accumulators import Accumulator
from lazyframe.cache import Cache
from lazyframe.io.csv.block import Block
from lazyframe.io.csv.dates import INTEGERS
from lazyframe.io.csv.kernel import _kernel
from lazyframe.io.csv.sniff import dialect, positions_of
from lazyframe.io.scan import Call, Column, Count, Expression, Literal, Reduce, Request, Rows, columns_needed
from lazyframe.moments import MOMENTS

PIECE = 1 << 18
"""Bytes that the kernel works on at a time; with what it makes of them, they stay in the processor's L2 cache."""

LONG = "a record of more than 8 MB"
"""Why the kernel falls back for a long record."""

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


class FallbackRequired(Exception):
    """The kernel can't read this, or not as it was asked; the message says why, and `place` the range, if it is one."""

    def __init__(self, reason: str, place: Block | None = None):
        super().__init__(reason)
        self.place = place


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

    def __init__(self, block: Block, requests: Sequence[Request], as_real: frozenset[str]):
        self.requests = requests
        self.block = block
        self.as_real = as_real
        self.dates = {date.name: date for date in block.dates}
        self.sources = {source: date for date in block.dates for source in date.sources}
        self.parsed: list[str] = []
        self.positions = positions_of(block.format)
        self.steps: dict[Any, int] = {}
        self.recorder = Recorder()
        self.is_zero_false = self._zero_is_false()
        for request in requests:
            self._ask(request)

    def scan(self) -> Any:
        """A scan of the kernel, which answers the requests.

        Raises
        ------
        FallbackRequired
            If the kernel has not a function or an accumulator that is asked for.
        """
        scan = _kernel.Scan(*dialect(self.block.format, self.is_zero_false))
        scan.piece = PIECE
        scan.missing_numbers = list(self.block.format.null_numbers)
        try:
            for method, args in self.recorder.calls:
                getattr(scan, method)(*args)
        except ValueError as error:
            raise FallbackRequired(str(error)) from None
        return scan

    def _zero_is_false(self) -> bool:
        """See `lazyframe.io.csv.readers.reference.BlockReading`."""
        needed = set().union(*map(columns_needed, self.requests)) & self.block.inferred
        return not any(self.block.dtypes.get(name) == np.dtype(bool) for name in needed)

    def _ask(self, request: Request) -> None:
        match request:
            case Count(predicate):
                self.recorder.want("count", self._predicate(predicate))
            case Rows(columns, predicate, limit):
                names = [str(name) for name in columns]
                codes = [self.block.dtypes[name] == np.dtype(object) for name in names]
                steps = [self._column(name) for name in names]
                self.recorder.want("rows", steps, codes, self._predicate(predicate), -1 if limit is None else limit)
            case Reduce(values, by, accumulators, predicate, dropna, distinct):
                wanted = [*kernel_accumulators(accumulators), *(("distinct", value) for value in distinct)]
                operands = [self._step(value) for value in values], [self._step(key) for key in by]
                self.recorder.want("reduce", *operands, wanted, self._predicate(predicate), dropna)

    def _predicate(self, predicate: Expression | None) -> int:
        return -1 if predicate is None else self._step(predicate)

    def _step(self, expression: Expression) -> int:
        """The kernel's number of an expression."""
        if expression not in self.steps:
            self.steps[expression] = self._new_step(expression)
        return self.steps[expression]

    def _new_step(self, expression: Expression) -> int:
        match expression:
            case Column(name):
                return self._column(name)
            case Literal(value):
                return self._literal(value)
            case Call("isin", (value, Literal(tuple(among)))):
                return self._among(self._step(value), among)
            case Call(function, args):
                return self.recorder.step("call", function, [self._step(arg) for arg in args])
        raise TypeError(f"{expression!r} is no expression")

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
        """Return whether a step's value is one of some constants, which are alike."""
        integers = [int(one) for one in among if isinstance(one, int | np.integer)]
        integers += [microseconds(one) for one in among if isinstance(one, pd.Timestamp)]
        reals = [one for one in among if isinstance(one, float)]
        return self.recorder.step("among", value, integers, reals, [one for one in among if isinstance(one, str)])

    def _column(self, name: str) -> int:
        """The kernel's number of a column of the table."""
        date = self.dates.get(name)
        if name == self.block.path_column:
            raise FallbackRequired("a column of paths")
        if date is None or date.how == "iso":
            may_miss = self.block.dtypes[name] not in WHOLE or name in self.as_real
            return self._parsed(name, self.type_of(name), may_miss)
        if date.how != INTEGERS:
            raise FallbackRequired(f"dates like {date.how!r}")
        parts = [self._parsed(source, "integer", may_miss=True) for source in date.sources]
        return self.recorder.step("call", "date", parts)

    def type_of(self, name: str) -> str:
        """The kernel's type of a column."""
        dtype = self.block.dtypes[name]
        if name in self.as_real:
            return "real"
        if name in self.sources and name not in self.dates:
            return "integer" if self.sources[name].how == INTEGERS else "text"
        if isinstance(dtype, pd.StringDtype):
            return "text"
        if dtype not in TYPES:
            raise FallbackRequired(f"dtype {dtype}")
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
                raise FallbackRequired(f"no column {name!r}")
        return self.steps[place]


_compiled: Cache[Any, Compiled] = Cache(size=4)
"""Requests that this process has compiled; those of a query are one object in all of its tasks."""


def compiled(block: Block, requests: Sequence[Request], as_real: frozenset[str]) -> Compiled:
    """Some requests in the kernel's terms, compiled once a query."""
    place = id(requests), id(block.dtypes), block.format, as_real  # which are kept, so that no others get their ids
    return _compiled.get_or_make(place, lambda: Compiled(block, requests, as_real))


def kernel_accumulators(accumulators: Sequence[Accumulator]) -> list[tuple[str, int]]:
    """Some accumulators as the kernel takes them: it has all moments of a value as one."""
    return list(dict.fromkeys([("moments" if p.function in MOMENTS else p.function, p.value) for p in accumulators]))


def microseconds(date: pd.Timestamp) -> int:
    """A date as the kernel has it."""
    return int(date.as_unit("us").to_numpy().astype(np.int64))
