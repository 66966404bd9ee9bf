"""Rows and those around them: shift, diff, rolling windows of rows and of time."""

import datetime
from collections.abc import Callable
from operator import index
from typing import Any, Self

import numpy as np
import pandas as pd
from pandas.api.typing import Rolling as PandasRolling

from lazyframe.collections.collection import wrap
from lazyframe.collections.gather import gather
from lazyframe.collections.like import ELSE_GATHERS, bound, documented, handed_on
from lazyframe.collections.method import arguments, holds_lazy
from lazyframe.ops.calls import Method
from lazyframe.ops.neighbours import Window
from lazyframe.ops.op import Whole
from lazyframe.ops.reach import Reach, Span
from lazyframe.ops.whole import FACTORS, CallMethod
from lazyframe.plan.logical.neighbours import Nearby
from lazyframe.plan.schema import schema_of

AROUND = "the rows around"


def shifting(op: Whole, of: type) -> Callable[..., Any]:
    """A method that looks at the row so many rows before, or behind: `shift`, `diff`, `pct_change`."""
    like = getattr(of, op.name)

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        given = arguments(like, op.params, self, args, kwargs)
        periods = 1 if given is None else given.get("periods", 1)
        is_number = isinstance(periods, int | np.integer) and not isinstance(periods, bool)
        if given is None or holds_lazy([*given.values()]) or not is_number or not are_plain(self, op.name):
            return self._gather(op.name, args, kwargs)
        call = CallMethod(op.name, tuple(sorted(given.items())))
        outcome = schema_of(shifted(self._plan.schema.empty, call, int(periods)))
        return wrap(Nearby(self._plan, call, op.name, max(int(periods), 0), max(-int(periods), 0), outcome))

    return documented(method, like, AROUND + ELSE_GATHERS)


def are_plain(rows: Any, name: str) -> bool:
    """Return whether the dtypes of results are known before: of numbers, text and dates, and for shifts of bools."""
    kinds = {"shift": "iufbM", "diff": "iufM", "pct_change": "iuf"}[name]
    is_text = name == "shift"
    return all(
        (isinstance(dtype, pd.StringDtype) and is_text) or (isinstance(dtype, np.dtype) and dtype.kind in kinds)
        for dtype in rows._value_dtypes()
    )


def shifted(empty: Any, call: CallMethod, periods: int) -> Any:
    """The result with no rows, in the dtypes that it has with some: of one row more than none is known."""
    if isinstance(empty, pd.Series):
        return shifted(empty.to_frame(0), call, periods)[0].rename(empty.name)
    rows = pd.DataFrame({i: one_value(dtype) for i, dtype in enumerate(empty.dtypes)}, index=[0])
    made = call(rows).iloc[:0].set_axis(empty.columns, axis=1)
    return made.set_axis(empty.index[:0])


def one_value(dtype: Any) -> pd.Series:
    """A Series of one value of a dtype."""
    if isinstance(dtype, pd.StringDtype):
        return pd.Series(["a"], dtype=dtype)
    return pd.Series(np.ones(1, np.int64)).astype(dtype)


def rolling(of: type) -> Callable[..., Any]:
    """`rolling`: windows of a number of rows, or of time, look at the rows around; others gather."""
    like = of.rolling  # type: ignore[attr-defined]

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        given = bound(like, self, args, kwargs)
        window = given.get("window")
        is_plain = isinstance(window, int | np.integer) or is_span(window)
        if not is_plain or holds_lazy(given) or {"step", "method"} & given.keys() or self._plan.is_answer:
            return self._gather("rolling", args, kwargs)
        if "on" in given and (isinstance(window, int | np.integer) or given["on"] not in self._plan.schema.columns):
            return self._gather("rolling", args, kwargs)
        return Rolling(self, given)

    return documented(method, like, AROUND + ELSE_GATHERS)


def is_span(window: Any) -> bool:
    """Return whether windows are of a time."""
    return isinstance(window, str | datetime.timedelta | np.timedelta64 | pd.offsets.BaseOffset)


class Windows:
    """Windows of rows, lazily; `of` is pandas' class of them.

    A `selection` of columns is there where the windows are of another column's times.
    """

    of: type

    def __init__(self, rows: Any, window: dict[str, Any], selection: Any = None):
        self._rows = rows
        self._window = window
        self._selection = selection

    def __getitem__(self, key: Any) -> Self:
        own = self._rows[key]
        return type(self)(self._rows, self._window, key) if "on" in self._window else type(self)(own, self._window)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(f"{self.of.__name__} windows have no attribute {name!r}.")
        if self._rows.kind == "frame" and name in self._rows.columns:
            return self[name]
        return getattr(self._deferred(), name)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *(name for name in dir(self.of) if not name.startswith("_"))})

    def __repr__(self) -> str:
        window = ", ".join(f"{name}={value!r}" for name, value in self._window.items())
        return f"lazyframe.{self.of.__name__}({window})"

    def _deferred(self) -> Any:
        """pandas' own windows, of rows that are gathered."""
        name = self.of.__name__.lower()
        windows = gather(name, Method(name), (self._rows,), self._window, FACTORS[name])
        return windows if self._selection is None else windows[self._selection]


class Rolling(Windows):
    """Windows of a number of rows or of a time: what pandas' `rolling` gives."""

    of = PandasRolling

    def __init__(self, rows: Any, window: dict[str, Any], selection: Any = None):
        super().__init__(rows, window, selection)
        empty = rows._plan.schema.empty
        empty.rolling(**window)  # pandas' own errors show now
        times = empty.index if "on" not in window else pd.Index(empty[window["on"]])
        if is_span(window["window"]) and not isinstance(times, pd.DatetimeIndex | pd.TimedeltaIndex | pd.PeriodIndex):
            pd.Series([0.0]).rolling(window["window"])  # of no rows pandas asks for no times

    sum = handed_on(PandasRolling.sum, AROUND)
    mean = handed_on(PandasRolling.mean, AROUND)
    min = handed_on(PandasRolling.min, AROUND)
    max = handed_on(PandasRolling.max, AROUND)
    std = handed_on(PandasRolling.std, AROUND)
    var = handed_on(PandasRolling.var, AROUND)
    sem = handed_on(PandasRolling.sem, AROUND)
    count = handed_on(PandasRolling.count, AROUND)
    median = handed_on(PandasRolling.median, AROUND)
    skew = handed_on(PandasRolling.skew, AROUND)
    kurt = handed_on(PandasRolling.kurt, AROUND)
    quantile = handed_on(PandasRolling.quantile, AROUND)
    rank = handed_on(PandasRolling.rank, AROUND)

    def _called(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """A method of the windows."""
        rows, on = self._rows, self._window.get("on")
        selection = tuple(self._selection) if isinstance(self._selection, list) else self._selection
        if on is not None:
            wanted = {on, *(self._selection if isinstance(self._selection, list) else [self._selection])}
            rows = rows if selection is None else rows[[one for one in rows.columns if one in wanted]]
        looked_at = rows if on is None else rows.drop(columns=[on])
        if holds_lazy([args, kwargs]) or not all(is_number(dtype) for dtype in looked_at._value_dtypes()):
            return getattr(self._deferred(), name)(*args, **kwargs)
        call = Window(tuple(sorted(self._window.items())), selection, name, args, tuple(sorted(kwargs.items())))
        outcome = schema_of(floats_of(call(rows._plan.schema.empty), on))
        before = reach_of(self._window)
        after = before if self._window.get("center") else 0
        looks_at = () if on is None else tuple(rows.columns)
        return wrap(Nearby(rows._plan, call, f"rolling-{name}", before, after, outcome, looks_at))


def reach_of(window: dict[str, Any]) -> Reach:
    """How far a row's window may go."""
    if is_span(window["window"]):
        return Span(pd.Timedelta(pd.tseries.frequencies.to_offset(window["window"])), window.get("on"))
    return max(index(window["window"]), 1)


def is_number(dtype: Any) -> bool:
    """Return whether values are numbers or bools, of which windows give floats."""
    return isinstance(dtype, np.dtype) and dtype.kind in "iufb"


def floats_of(empty: Any, on: Any) -> Any:
    """A table with no rows, of floats but for a column of times."""
    if on is None or isinstance(empty, pd.Series):
        return empty.astype(np.float64)
    return empty.astype({name: np.float64 for name in empty.columns if name != on})
