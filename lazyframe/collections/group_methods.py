"""Methods of groups for which all rows of a group meet, a line each: exchanged by key, or by pandas in one place."""

from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.typing import DataFrameGroupBy, SeriesGroupBy

from lazyframe.collections.collection import wrap
from lazyframe.collections.few import are_keys
from lazyframe.collections.gather import is_listed
from lazyframe.collections.like import ELSE_GATHERS, PARTIAL, bound, documented
from lazyframe.collections.method import holds_lazy, is_column
from lazyframe.ops.group_correlation import correlation_of_groups
from lazyframe.ops.groups import GroupCall, KeptOfSorted
from lazyframe.ops.hidden import hidden
from lazyframe.ops.reductions import BY_NAME, to_float, to_same, to_widest
from lazyframe.ops.sort import Sorting
from lazyframe.ops.whole import keys_of, sort_values
from lazyframe.plan.buckets import buckets_for
from lazyframe.plan.logical.aggregate import Summary
from lazyframe.plan.logical.gathered import DEFERRED
from lazyframe.plan.logical.groups import Gives, Grouped
from lazyframe.plan.logical.rowwise import Assign, Pick, Project
from lazyframe.plan.logical.whole import Across
from lazyframe.plan.node import Node
from lazyframe.plan.schema import schema_of
from lazyframe.record import replace

KEYS = "all rows of its keys"


def to_missing(dtype: Any) -> Any:
    """The dtype of values some of which are missing: numbers become floats, bools objects."""
    if dtype == np.dtype(bool):
        return np.dtype(object)
    found = to_float(dtype)
    return to_same(dtype) if found is None else found


def to_number(dtype: Any) -> Any:
    """The dtype of numbers of rows, whatever these have."""
    return np.dtype(np.int64)


def of_numbers(dtype: Any) -> Any:
    """The same dtype for numbers; of dates pandas' extremes depend on whether any row of the table has no group."""
    return to_same(dtype) if isinstance(dtype, np.dtype) and dtype.kind in "iufb" else None


def to_difference(dtype: Any) -> Any:
    """The dtype of differences of numbers; bools have others."""
    return to_float(dtype)


Rule = Callable[[Any], Any]

ROWS: dict[str, Rule] = {
    "cumcount": to_number, "cumsum": to_widest, "cumprod": to_widest, "cummin": of_numbers, "cummax": of_numbers,
    "rank": to_float, "shift": to_missing, "diff": to_difference, "pct_change": to_difference, "ffill": to_same,
    "bfill": to_same,
}  # fmt: skip
"""The dtypes of methods that give a result for each row, where every row has its keys."""

TRANSFORMS = (
    {op.name: op.dtype for op in BY_NAME.values() if op.name not in ("any", "all")} | {"median": to_float} | ROWS
)
"""The dtypes of what `transform` gives by names."""


def of_each_row(name: str) -> Callable[..., Any]:
    """A method that gives a result for each row."""
    like = getattr(DataFrameGroupBy, name)

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        given = bound(like, self, args, kwargs)
        return row_results(self, name, args, kwargs, ROWS[name], given)

    return documented(method, like, KEYS + ELSE_GATHERS)


def row_results(groups: Any, name: str, args: Any, kwargs: Any, rule: Rule, given: dict[str, Any]) -> Any:
    """A result for each row; in one place, where its dtype is not known beforehand."""
    if holds_lazy(given) or not can_meet(groups) or {"freq", "axis", "limit_area", "fill_value"} & given.keys():
        return groups._gather(name, args, kwargs)
    if rule is to_difference and np.dtype(bool) in groups._value_dtypes():
        return groups._gather(name, args, kwargs)
    like = getattr(groups._of_nothing(), name)(*args, **kwargs)
    names = list(like.columns) if isinstance(like, pd.DataFrame) else [like.name]
    if isinstance(like, pd.DataFrame) and not set(names) <= set(groups._value_names()):  # such as of several shifts
        return groups._gather(name, args, kwargs)
    own = [groups._value(one).schema.empty.dtype for one in names if one is not None or groups._is_series]
    dtypes = list(map(rule, own)) or [rule(None)]
    if any(dtype is None for dtype in dtypes):
        return groups._gather(name, args, kwargs)
    if isinstance(like, pd.DataFrame):
        like = like.astype(dict(zip(names, dtypes, strict=True)))
    else:
        like = like.astype(dtypes[0])
    index = groups._query.schema.empty.index
    return exchanged(groups, name, args, kwargs, "each row", like.set_axis(index))


def transform(self: Any, func: Any, *args: Any, engine: Any = None, engine_kwargs: Any = None, **kwargs: Any) -> Any:
    """As pandas' `transform`: of the names of reductions and the like all rows of a group meet, else in one place."""
    is_known = isinstance(func, str) and func in TRANSFORMS and not args and engine is None
    if not is_known:
        return self._gather("transform", (func, *args), kwargs)
    given = {"func": func, **kwargs}
    return row_results(self, "transform", (func,), kwargs, TRANSFORMS[func], given)


transform.runs = KEYS + ELSE_GATHERS  # type: ignore[attr-defined]


def of_some_rows(name: str) -> Callable[..., Any]:
    """A method that gives some of a frame's rows, in their order and with their labels."""
    like = getattr(DataFrameGroupBy, name)

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        given = bound(like, self, args, kwargs)
        is_whole = not self._is_series and self._selection is None and given.get("dropna", True) is True
        if holds_lazy(given) or not is_whole or not can_meet(self):
            return self._gather(name, args, kwargs)
        return exchanged(self, name, args, kwargs, "some rows", self._query.schema.empty)

    return documented(method, like, KEYS + ELSE_GATHERS)


class Nth:
    """Rows by their places in their groups: pandas' `nth`, to be called, or, as in older code, asked for items."""

    def __init__(self, groups: Any):
        self._groups = groups

    def __call__(self, n: Any, dropna: Any = None) -> Any:
        """The rows at a place, at places, or in a slice of each group."""
        groups = self._groups
        is_whole = not groups._is_series and groups._selection is None and dropna is None
        if holds_lazy([n]) or not is_whole or not can_meet(groups):
            return groups._deferred().nth(n, dropna)
        groups._of_nothing().nth(n)  # pandas' own errors show now
        return exchanged(groups, "nth", (n,), {}, "some rows", groups._query.schema.empty)

    def __getitem__(self, n: Any) -> Any:
        return self._groups._deferred().nth[n]


def of_groups(name: str) -> Callable[..., Any]:
    """A method that gives a row, or a few, of each group."""
    like = getattr(DataFrameGroupBy, name)

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        given = bound(getattr(SeriesGroupBy, name) if self._is_one_column() else like, self, args, kwargs)
        is_row = name in ("median", "skew", "kurt") or (name == "quantile" and not is_listed(given.get("q")))
        is_answered = self._as_index or (is_row and not self._has_namesakes())
        if holds_lazy(given) or not can_meet(self) or not self._sort or not is_answered:
            return self._gather(name, args, kwargs)
        return exchanged(self, name, args, kwargs, "groups", None)

    return documented(method, like, KEYS + ELSE_GATHERS)


def aggregated(groups: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    """`agg` by functions, or names of what has no states: all rows of a group meet.

    Raises
    ------
    AttributeError
        For a name that pandas' groups do not have.
    """
    for name in names_in([*args, *kwargs.values()]):
        if not any(hasattr(of, name) for of in (DataFrameGroupBy, SeriesGroupBy, np)):
            close = get_close_matches(name, dir(DataFrameGroupBy), 1)
            raise AttributeError(f"There is no aggregate {name!r}.{f' Did you mean {close[0]!r}?' if close else ''}")
    if holds_lazy([args, kwargs]) or not can_meet(groups) or not groups._sort or not groups._as_index:
        return groups._gather("agg", args, kwargs)
    return exchanged(groups, "agg", args, kwargs, "groups", None)


def names_in(asked: Any) -> list[str]:
    """The names of aggregates that `agg` was asked, at any depth."""
    if isinstance(asked, str):
        return [asked]
    if isinstance(asked, tuple) and len(asked) == 2 and isinstance(asked[0], str):  # a column, and what of it
        return names_in(asked[1])
    values = asked.values() if isinstance(asked, dict) else asked if isinstance(asked, list) else ()
    return [name for value in values for name in names_in(value)]


def can_meet(groups: Any) -> bool:
    """Return whether rows of a group are to be brought together: there are several partitions, and plain keys."""
    is_apart = groups._query.npartitions > 1 and not groups._query.is_answer
    names = [key.schema.empty.name for key in groups._keys]
    are_plain = all(are_keys(wrap(key)) for key in groups._keys)
    return is_apart and are_plain and len(set(map(str, names))) == len(names) and groups._group_keys


def exchanged(groups: Any, name: str, args: Any, kwargs: dict[str, Any], gives: Gives, like: Any) -> Any:
    """A method of the groups, for which rows are exchanged by their keys."""
    query: Node = groups._query
    frame, column = query, None
    if groups._is_series:
        column = ("value", query.schema.empty.name)
        frame = wrap(query).to_frame("value")._plan
    keys = []
    for number, key in enumerate(groups._keys):
        own = key.schema.empty.name
        if not groups._is_series and is_column(query, key, own):
            keys.append((own, own, True))
        else:
            column_of_key = hidden(f"key {number} of groups", frame.schema.columns)
            frame = Assign(frame, column_of_key, key)
            keys.append((column_of_key, own, False))
    if groups._selection is not None:
        wanted = {*groups._value_names(), *(one for one, _, _ in keys)}
        frame = Project(frame, tuple(one for one in frame.schema.columns if one in wanted))
    selection = tuple(groups._selection) if isinstance(groups._selection, list) else groups._selection
    options = tuple(kwargs.items())
    call = GroupCall(
        name, tuple(args), options, tuple(keys), groups._is_list, selection, column, groups._dropna, groups._sort
    )
    if gives == "some rows" and call.keeps_its_own:
        frame = with_first_of_each(frame, call)
    outcome = DEFERRED if like is None else schema_of(like)
    return wrap(Grouped(frame, call, gives, buckets_for(frame), outcome, groups._as_index))


def with_first_of_each(frame: Node, call: GroupCall) -> Node:
    """A sorted frame with no more of its rows than the method may keep, where each partition knows before the sort."""
    match frame:
        case Across(frame=rows, op=op, options=options) if op is sort_values and rows.npartitions > 1:
            return replace(frame, frame=Pick(rows, KeptOfSorted(Sorting(frame.call, keys_of(op, options)), call)))
    return frame


def correlation() -> Callable[..., Any]:
    """`corr` of the numbers of each group, from a state of each partition; else all rows of a group meet."""
    like, met = DataFrameGroupBy.corr, of_groups("corr")

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        given = bound(like, self, args, kwargs)
        names = self._value_names()
        is_number = [isinstance(one, np.dtype) and one.kind in "iuf" for one in self._value_dtypes()]
        is_plain = self._as_index and self._sort and self._dropna and not self._is_one_column()
        if given or not all(is_number) or not names or not is_plain or self._has_namesakes():
            return met(self, *args, **kwargs)
        labels = self._query.schema.empty[names].columns
        key_names = tuple(key.schema.empty.name for key in self._keys)
        op = correlation_of_groups(labels, key_names, self._of_nothing().corr())
        return wrap(Summary((*(self._value(name) for name in names), *self._keys), op, DEFERRED))

    return documented(method, like, PARTIAL + ELSE_GATHERS)
