"""pandas' functions at the top, a line each: of lazy arguments lazily, of others at once."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from lazyframe.collections import pivoting
from lazyframe.collections.asof import merged_as_of
from lazyframe.collections.collection import Collection, wrap
from lazyframe.collections.lifts import COLUMNS
from lazyframe.collections.merging import as_lazy, beside, merged
from lazyframe.collections.method import apply, function, holds_lazy
from lazyframe.ops.elementwise import to_datetime as to_datetime_of_rows
from lazyframe.ops.op import Elementwise
from lazyframe.plan.logical.partitions import Concat
from lazyframe.plan.node import Node

Given = dict[str, Any]


def method_of(name: str) -> Callable[[Given], Any]:
    """A method of the first argument, which is lazy."""

    def lift(given: Given) -> Any:
        first, *others = given.values()
        if not isinstance(first, Collection) or others:
            return None
        return getattr(first, name)()

    return lift


def method_with_arguments(name: str) -> Callable[[Given], Any]:
    """A method of the first argument, with the others as they are given."""

    def lift(given: Given) -> Any:
        first, *_ = given.values()
        is_frame = isinstance(first, Collection) and first.kind == "frame"
        return getattr(first, name)(**dict(list(given.items())[1:])) if is_frame else None

    return lift


def by_row(op: Elementwise, needed: str) -> Callable[[Given], Any]:
    """A function of a Series row by row, where an argument is given without which it looks at all rows."""

    def lift(given: Given) -> Any:
        first = given.pop(next(iter(given)))
        options = given
        is_series = isinstance(first, Collection) and first.kind == "series"
        if not is_series or options.get(needed) is None or holds_lazy(options) or options.get("retbins"):
            return None
        if needed == "bins" and not isinstance(options[needed], list | tuple | np.ndarray | pd.IntervalIndex):
            return None  # a number of bins is between the smallest and the largest value
        return apply(op, (first,), options)

    return lift


def concatenated(given: Given) -> Any:
    """`concat` of frames or Series with the same columns, one after another."""
    objs = given.pop("objs")
    lazy = list(objs) if isinstance(objs, list | tuple) else []
    is_lazy = bool(lazy) and all(isinstance(one, Collection) and one.kind in ("frame", "series") for one in lazy)
    if not is_lazy or given.keys() - {"axis", "join", "sort"}:
        return None
    if given.get("axis", 0) in COLUMNS:
        return beside(lazy)
    if given.get("axis", 0) not in (0, "index", "rows"):
        return None
    plans: list[Node] = [one._plan for one in lazy]
    first = plans[0].schema
    if not all(is_alike(first.empty, plan.schema.empty) for plan in plans):
        return None
    return wrap(Concat(tuple(plans)))


def merged_here(given: Given) -> Any:
    """`merge` of two frames."""
    left = as_lazy(given.pop("left"))
    return None if left is None else merged(left, given)


def is_alike(first: Any, other: Any) -> bool:
    """Return whether two frames or Series have the same names, dtypes and names of levels."""
    if type(first) is not type(other) or list(first.index.names) != list(other.index.names):
        return False
    if isinstance(first, pd.Series):
        return bool(first.name == other.name and first.dtype == other.dtype)
    return bool(first.columns.equals(other.columns) and first.dtypes.equals(other.dtypes))


concat = function(pd.concat, concatenated)
crosstab = function(pd.crosstab, pivoting.crosstab)
cut = function(pd.cut, by_row(Elementwise("cut", pd.cut), "bins"))
factorize = function(pd.factorize)
get_dummies = function(pd.get_dummies)
isna = isnull = function(pd.isna, method_of("isna"))
melt = function(pd.melt, factor=4.0)
merge = function(pd.merge, merged_here, factor=4.0)
merge_asof = function(pd.merge_asof, merged_as_of, factor=4.0)
merge_ordered = function(pd.merge_ordered, factor=4.0)
notna = notnull = function(pd.notna, method_of("notna"))
pivot = function(pd.pivot)
pivot_table = function(pd.pivot_table, method_with_arguments("pivot_table"))
qcut = function(pd.qcut)
to_datetime = function(pd.to_datetime, by_row(to_datetime_of_rows, "format"))
to_numeric = function(pd.to_numeric)
to_timedelta = function(pd.to_timedelta)
unique = function(pd.unique, method_of("unique"))
wide_to_long = function(pd.wide_to_long)
date_range = pd.date_range
