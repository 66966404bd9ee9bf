"""Rows in bins of time: a groupby of the bins' labels, with a row for the bins that have none."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.typing import Resampler as PandasResampler

from lazyframe.collections.collection import wrap
from lazyframe.collections.gather import gather
from lazyframe.collections.group_methods import KEYS
from lazyframe.collections.lifts import labels_as_columns
from lazyframe.collections.like import ELSE_GATHERS, PARTIAL, bound, documented, handed_on
from lazyframe.collections.method import apply, holds_lazy
from lazyframe.ops.calls import Method
from lazyframe.ops.hidden import hidden
from lazyframe.ops.op import Elementwise, Needs
from lazyframe.ops.resampling import Bins, EveryBin
from lazyframe.ops.whole import FACTORS
from lazyframe.plan.logical.rowwise import Project

SORTED = Needs.SORTED.value

PLACED = ("closed", "label", "origin", "offset")
"""The parameters that say where bins lie."""

FILLS = {"sum": 0, "count": 0, "size": 0, "nunique": 0, "prod": 1}
"""What a bin without rows has; other aggregates have a missing value."""

ORDERED = {"first", "last"}
"""The aggregates for which rows are sorted by their dates, as pandas sorts them."""

KNOWN = FILLS.keys() | ORDERED | {"mean", "min", "max", "var", "std", "sem", "median", "quantile"}
"""The aggregates of which it is known what a bin without rows has."""

CANDLES = {"open": "first", "high": "max", "low": "min", "close": "last"}
"""The aggregates of `ohlc`."""


def resampling(of: type) -> Callable[..., Any]:
    """`resample` of a column of dates, or of labels that are dates; by what else there is rows are gathered."""
    like = of.resample  # type: ignore[attr-defined]

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        given = bound(like, self, args, kwargs)
        options = dict(given)
        rule, on = options.pop("rule"), options.pop("on", None)
        if self.kind == "frame" and isinstance(on, str) and on in set(self.columns) and is_text(self[on].dtype):
            raise TypeError(f"resample needs dates, and column {on!r} is text: pass read_csv(parse_dates=[{on!r}]).")
        is_placed = isinstance(rule, str) and not options.keys() - set(PLACED) and not holds_lazy(given)
        dated = with_dates(self, on) if is_placed and not self._plan.is_answer else None
        if dated is None:
            return self._gather("resample", args, kwargs)
        self._plan.schema.empty.resample(**given)  # pandas' own errors show now
        otherwise = partial(resampled_in_one_place, self, given)
        return Resampler(*dated, Bins(rule, tuple(sorted(options.items()))), otherwise)

    return documented(method, like, PARTIAL + ELSE_GATHERS)


def grouped_by_time(frame: Any, grouper: pd.Grouper, options: dict[str, Any]) -> "Resampler | None":
    """Groups by a `pd.Grouper` of a column of dates alone; None for one of anything else."""
    bins, dated = bins_of(frame, grouper), with_dates(frame, grouper.key)
    if bins is None or dated is None or not all(options.get(name, True) for name in ("as_index", "sort", "dropna")):
        return None
    return Resampler(*dated, bins, partial(grouped_in_one_place, frame, grouper, options))


def resampled_in_one_place(rows: Any, given: dict[str, Any], columns: list[Any]) -> Any:
    """pandas' own bins of the rows, of which only some columns are looked at."""
    if rows.kind == "frame":
        wanted = {*columns, given.get("on")}
        rows = rows[[name for name in rows.columns if name in wanted]]
    return gather("resample", Method("resample"), (rows,), given, FACTORS["resample"])


def grouped_in_one_place(frame: Any, grouper: pd.Grouper, options: dict[str, Any], columns: list[Any]) -> Any:
    """pandas' own groups of the rows, of which only some columns are looked at."""
    wanted = {*columns, grouper.key}
    return frame[[name for name in frame.columns if name in wanted]]._gather("groupby", (grouper,), options)


def bins_of(frame: Any, grouper: Any) -> Bins | None:
    """The bins of a `pd.Grouper` of a column of dates; None for one of anything else."""
    freq, key = getattr(grouper, "freq", None), grouper.key
    is_column = isinstance(key, str) and frame.kind == "frame" and key in set(frame.columns)
    if freq is None or not is_column or frame[key].dtype.kind != "M":
        return None
    options = {name: getattr(grouper, name) for name in PLACED if getattr(grouper, name) is not None}
    return Bins(freq.freqstr, tuple(sorted(options.items())))


def labels_of(dates: Any, bins: Bins) -> Any:
    """The label of each row's bin, lazily."""
    return apply(Elementwise("resample", bins), (dates, dates.min(), dates.max()))


def with_dates(rows: Any, on: Any) -> tuple[Any, Any, Any] | None:
    """Rows without their dates, the dates, and their name; None if there are no dates, or rows without a name."""
    if on is None:
        index = rows._plan.schema.empty.index
        if index.nlevels > 1 or index.dtype.kind != "M" or (rows.kind == "series" and rows.name is None):
            return None
        label = hidden("lazyframe-label", rows.columns if rows.kind == "frame" else [rows.name])
        flat = wrap(labels_as_columns((rows.to_frame() if rows.kind == "series" else rows)._plan, label))
        own = flat[list(rows.columns)] if rows.kind == "frame" else flat[rows.name]
        return own, flat[label].rename(index.name), index.name
    if rows.kind != "frame" or not pd.api.types.is_hashable(on) or on not in set(rows.columns):
        return None
    if rows[on].dtype.kind != "M" or not isinstance(on, str):
        return None
    others = tuple(name for name in rows.columns if name != on)
    return wrap(Project(rows._plan, others)), rows[on], on


class Resampler:
    """Rows in bins of time, lazily: what pandas' `resample` gives."""

    def __init__(
        self, rows: Any, dates: Any, name: Any, bins: Bins, otherwise: Callable[[list[Any]], Any], selection: Any = None
    ):
        self._rows = rows
        self._dates = dates
        self._name = name
        self._bins = bins
        self._otherwise = otherwise
        self._selection = selection

    sum = handed_on(PandasResampler.sum, PARTIAL)
    prod = handed_on(PandasResampler.prod, PARTIAL)
    mean = handed_on(PandasResampler.mean, PARTIAL)
    min = handed_on(PandasResampler.min, PARTIAL)
    max = handed_on(PandasResampler.max, PARTIAL)
    var = handed_on(PandasResampler.var, PARTIAL)
    std = handed_on(PandasResampler.std, PARTIAL)
    sem = handed_on(PandasResampler.sem, PARTIAL)
    count = handed_on(PandasResampler.count, PARTIAL)
    size = handed_on(PandasResampler.size, PARTIAL)
    nunique = handed_on(PandasResampler.nunique, PARTIAL)
    first = handed_on(PandasResampler.first, SORTED)
    last = handed_on(PandasResampler.last, SORTED)
    median = handed_on(PandasResampler.median, KEYS)
    quantile = handed_on(PandasResampler.quantile, KEYS)

    def ohlc(self) -> Any:
        """As pandas' `ohlc`: the first, largest, smallest and last value of each bin."""
        is_one = self._rows.kind == "series" or not (self._selection is None or isinstance(self._selection, list))
        return self.agg(**CANDLES) if is_one else self._deferred().ohlc()

    ohlc.runs = SORTED + ELSE_GATHERS  # type: ignore[attr-defined]

    def agg(self, func: Any = None, *args: Any, **named: Any) -> Any:
        """As pandas' `agg`: several aggregates by their names; functions gather the rows."""
        asked = [] if args or (func is not None and named) else asked_of(func, named, self._columns())
        fills = self._fills(asked)
        if not fills:
            return self._deferred().agg(func, *args, **named)
        return self._filled(self._groups(name for _, name in asked).agg(func, **named), fills)

    aggregate = agg
    agg.runs = PARTIAL + ELSE_GATHERS  # type: ignore[attr-defined]

    def __getitem__(self, key: Any) -> "Resampler":
        self._rows[key]  # an error for what is no column
        return Resampler(self._rows, self._dates, self._name, self._bins, self._otherwise, key)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(f"Bins of time have no attribute {name!r}.")
        if self._rows.kind == "frame" and self._selection is None and name in self._rows.columns:
            return self[name]
        return getattr(self._deferred(), name)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *(name for name in dir(PandasResampler) if not name.startswith("_"))})

    def __repr__(self) -> str:
        options = "".join(f", {name}={value!r}" for name, value in self._bins.options)
        return f"lazyframe.Resampler({self._bins.rule!r}{options})"

    def _columns(self) -> list[Any]:
        """The columns that are aggregated."""
        if self._rows.kind == "series":
            return [self._rows.name]
        if self._selection is None:
            return list(self._rows.columns)
        return self._selection if isinstance(self._selection, list) else [self._selection]

    def _groups(self, names: Iterable[str]) -> Any:
        """The rows grouped by the labels of their bins, for some aggregates."""
        rows, dates = self._rows, self._dates
        if ORDERED & {*names}:
            rows, dates = by_date(rows, dates)
        groups = rows.groupby(labels_of(dates, self._bins))
        return groups if self._selection is None else groups[self._selection]

    def _deferred(self) -> Any:
        """pandas' own bins, of rows that are gathered."""
        found = self._otherwise(self._columns())
        return found if self._selection is None else found[self._selection]

    def _called(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """A method of the bins."""
        if name == "quantile" and len(args) < 2:
            args, kwargs = (), kwargs | dict(zip("q", args, strict=False))
        is_plain = not args and not kwargs.keys() - {"numeric_only", "q"} and not holds_lazy(kwargs)
        is_plain = is_plain and isinstance(kwargs.get("q", 0.5), float)
        fills = self._fills([(column, name) for column in self._columns()]) if is_plain else None
        if fills is None:
            return getattr(self._deferred(), name)(*args, **kwargs)
        return self._filled(getattr(self._groups([name]), name)(**kwargs), fills or [FILLS.get(name)])

    def _fills(self, asked: list[tuple[Any, Any]]) -> list[Any] | None:
        """What a bin without rows has, for each column and the name of its aggregate; None where that is not known."""
        rows = self._rows
        for column, name in asked:
            dtype = rows.dtype if rows.kind == "series" else rows[column].dtype
            is_sum = name in ("sum", "prod")
            if not isinstance(name, str) or name not in KNOWN or (is_sum and not isinstance(dtype, np.dtype)):
                return None
        return [FILLS.get(name) for _, name in asked]

    def _filled(self, answer: Any, fills: list[Any]) -> Any:
        """An answer with a row a bin."""
        dates = self._dates
        ends = dates.min(), dates.max(), dates.isna().any()
        return gather("resample", EveryBin(self._bins, tuple(fills), self._name), (answer, *ends))


def by_date(rows: Any, dates: Any) -> tuple[Any, Any]:
    """Rows and their dates in the order of the dates."""
    own = list(rows.columns) if rows.kind == "frame" else rows.name
    label = hidden("lazyframe-date", own if rows.kind == "frame" else [own])
    frame = (rows if rows.kind == "frame" else rows.to_frame()).assign(**{label: dates})
    frame = frame.sort_values(label, kind="stable")
    return frame[own], frame[label].rename(dates.name)


def is_text(dtype: Any) -> bool:
    """Return whether values of a dtype are text."""
    return isinstance(dtype, pd.StringDtype) or dtype == np.dtype(object)


def asked_of(func: Any, named: dict[str, Any], columns: list[Any]) -> list[tuple[Any, Any]]:
    """The column and the aggregate of each column of the answer of `agg`."""
    if func is None:
        pairs = [spec if isinstance(spec, tuple) else (columns[0], spec) for spec in named.values()]
    elif isinstance(func, dict):
        pairs = list(func.items())
    else:
        pairs = [(column, func) for column in columns]
    return [(column, one) for column, own in pairs for one in (own if isinstance(own, list) else [own])]
