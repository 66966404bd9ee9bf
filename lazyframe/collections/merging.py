"""Lifts of merge, join and the like: with all of a small table, or of two tables whose rows are exchanged by key."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from lazyframe.collections.collection import Collection, rows_in_memory, wrap
from lazyframe.collections.few import is_countable, unique
from lazyframe.collections.gather import PARAMETERS, gather
from lazyframe.collections.lifts import Given
from lazyframe.collections.like import ELSE_GATHERS, bound, documented
from lazyframe.collections.method import apply, matched
from lazyframe.ops.calls import Method
from lazyframe.ops.elementwise import looked_up
from lazyframe.ops.join import MergeInto, side_by_side
from lazyframe.ops.op import Elementwise
from lazyframe.ops.whole import FACTORS, CallMethod
from lazyframe.plan.logical.join import Merged, WithWhole
from lazyframe.plan.logical.rowwise import Rename, Renumber
from lazyframe.plan.node import Node
from lazyframe.plan.schema import schema_of
from lazyframe.session.estimate import bytes_of, dtypes_of, rows_of

SMALL = 64_000_000
"""About how many bytes a table may have that every task of a merge takes whole."""

JOINS = "each partition with all of a small table, or all rows of its keys"


def merge_method(like: Callable[..., Any]) -> Callable[..., Any]:
    """`DataFrame.merge`, with Dask's ``broadcast=`` besides: True takes the other table for small, False does not."""

    def merge(self: Any, right: Any, *args: Any, broadcast: bool | None = None, **kwargs: Any) -> Any:
        given = bound(like, self, (right, *args), kwargs)
        result = merged(self, given, broadcast)
        if result is not None:
            return result
        return gather("merge", Method("merge"), (self,), given, FACTORS["merge"], why=PARAMETERS)

    return documented(merge, like, JOINS + ELSE_GATHERS)


def merged(left: Any, given: Given, broadcast: bool | None = None) -> Any:
    """`merge` of two frames by columns, of which there are several partitions."""
    options = dict(given)
    right, how = as_lazy(options.pop("right")), options.pop("how", "inner")
    keys = keys_of(left, right, options) if right is not None else None
    indicator = options.pop("indicator", False)
    suffixes = options.pop("suffixes", ("_x", "_y"))
    if keys is None or options.keys() - {"validate", "copy"} or how not in ("inner", "left", "right", "cross"):
        return None
    if options.get("validate") is not None or not isinstance(indicator, bool):
        return None
    like = left._plan.schema.empty.merge(right._plan.schema.empty, **{k: v for k, v in given.items() if k != "right"})
    renamed = without_overlap(left._plan, right._plan, *keys, suffixes)
    if renamed is None or not like.columns.is_unique:
        return None
    first, second, left_keys, right_keys = renamed
    asked: Given = {"how": how, "indicator": indicator}
    if how != "cross":
        is_same = left_keys == right_keys
        asked |= {"on": left_keys} if is_same else {"left_on": left_keys, "right_on": right_keys}
    call = CallMethod("merge", tuple(sorted(asked.items())))
    outcome = schema_of(call(first.schema.empty, second.schema.empty)[list(like.columns)])
    if how != "right" and (is_small(second) if broadcast is None else broadcast):
        plan: Node = WithWhole(first, second, call, "merge", left_keys, right_keys, outcome)
        return wrap(Renumber(plan))
    if how == "right" and is_small(first):
        plan = WithWhole(second, first, MergeInto(call), "merge", right_keys, left_keys, outcome)
        return wrap(Renumber(plan))
    dtypes = common_dtypes(first, second, left_keys, right_keys)
    if how not in ("inner", "left") or dtypes is None or first.npartitions == 1:
        return None
    return wrap(Renumber(Merged(first, second, call, left_keys, right_keys, dtypes, outcome)))


def as_lazy(table: Any) -> Any:
    """A frame, or a named Series, as a lazy frame; None for what is neither."""
    if isinstance(table, pd.DataFrame) and table.columns.is_unique:
        return wrap(rows_in_memory(table))
    if isinstance(table, Collection) and table.kind == "series" and table.name is not None:  # type: ignore[attr-defined]
        return table.to_frame()  # type: ignore[attr-defined]
    return table if isinstance(table, Collection) and table.kind == "frame" else None


def keys_of(left: Any, right: Any, options: Given) -> tuple[tuple[Any, ...], tuple[Any, ...]] | None:
    """The columns by which two frames are merged; None if it is not by columns alone."""
    if any(options.pop(name, False) for name in ("left_index", "right_index", "sort")):
        return None
    on, left_on, right_on = (options.pop(name, None) for name in ("on", "left_on", "right_on"))
    if on is None and left_on is None and right_on is None:
        shared = [name for name in left.columns if name in set(right.columns)]
        return (tuple(shared), tuple(shared)) if shared else ((), ())
    first, second = (as_names(on if on is not None else one) for one in (left_on, right_on))
    if len(first) != len(second) or not set(first) <= set(left.columns) or not set(second) <= set(right.columns):
        return None
    return first, second


def as_names(value: Any) -> tuple[Any, ...]:
    """Names of columns; what is no name is not among any frame's."""
    values = tuple(value) if isinstance(value, list) else (value,)
    return values if all(pd.api.types.is_hashable(one) for one in values) else (object(),)


def without_overlap(
    left: Node, right: Node, left_keys: tuple[Any, ...], right_keys: tuple[Any, ...], suffixes: Any
) -> tuple[Node, Node, tuple[Any, ...], tuple[Any, ...]] | None:
    """Two tables whose columns are named as they will be in the merge, and their keys."""
    shared = {one for one, other in zip(left_keys, right_keys, strict=True) if one == other}
    twice = [name for name in left.schema.columns if name in set(right.schema.columns) - shared]
    if not twice:
        return left, right, left_keys, right_keys
    if not isinstance(suffixes, tuple | list) or len(suffixes) != 2 or not all(isinstance(one, str) for one in twice):
        return None
    new = [{name: f"{name}{suffix or ''}" for name in twice} for suffix in suffixes]
    tables = [
        Rename(table, tuple(names.items())) if any(one != other for one, other in names.items()) else table
        for table, names in zip((left, right), new, strict=True)
    ]
    for table, names in zip((left, right), new, strict=True):
        if len({names.get(name, name) for name in table.schema.columns}) < len(table.schema.columns):
            return None
    keys = [tuple(names.get(key, key) for key in own) for own, names in zip((left_keys, right_keys), new, strict=True)]
    return tables[0], tables[1], keys[0], keys[1]


def is_small(table: Node) -> bool:
    """Return whether a table is small enough to be taken whole by every task."""
    return table.is_answer or rows_of(table) * sum(map(bytes_of, dtypes_of(table))) <= SMALL


def common_dtypes(
    left: Node, right: Node, left_keys: tuple[Any, ...], right_keys: tuple[Any, ...]
) -> tuple[Any, ...] | None:
    """The dtypes in which the keys of two tables are compared; None where they are of different kinds."""
    found = []
    for one, other in zip(left_keys, right_keys, strict=True):
        dtypes = left.schema.column(one).empty.dtype, right.schema.column(other).empty.dtype
        are_numbers = all(isinstance(dtype, np.dtype) and dtype.kind in "iuf" for dtype in dtypes)
        if dtypes[0] != dtypes[1] and not are_numbers:
            return None
        found.append(dtypes[0] if dtypes[0] == dtypes[1] else np.dtype(np.float64))
    return tuple(found) if found else None


def joined(left: Any, given: Given) -> Any:
    """`join` by a column with a small table's labels."""
    options = dict(given)
    right, on, how = options.pop("other"), options.pop("on", None), options.pop("how", "left")
    if isinstance(right, pd.DataFrame | pd.Series):
        right = wrap(rows_in_memory(right)) if not isinstance(right, pd.Series) or right.name is not None else None
    is_table = isinstance(right, Collection) and right.kind in ("frame", "series")
    keys = as_names(on)
    if not is_table or on is None or how not in ("left", "inner") or options.keys() - {"lsuffix", "rsuffix"}:
        return None
    names = right.columns if right.kind == "frame" else [right.name]
    if not set(keys) <= set(left.columns) or set(left.columns) & set(names) or not is_small(right._plan):
        return None
    call = CallMethod("join", (("how", how), ("on", keys if isinstance(on, list) else on)))
    outcome = schema_of(call(left._plan.schema.empty, right._plan.schema.empty))
    return wrap(WithWhole(left._plan, right._plan, call, "join", keys, (), outcome))


def is_in(series: Any, given: Given) -> Any:
    """`isin` of a lazy Series' values."""
    values = given.get("values")
    if not isinstance(values, Collection) or values.kind != "series" or not is_countable(values):
        return None
    distinct = unique(values, {})
    outcome = schema_of(series._plan.schema.empty.isin([]))
    return wrap(WithWhole(series._plan, distinct._plan, CallMethod("isin", ()), "isin", (), (), outcome, True))


def mapped(series: Any, values: Any) -> Any:
    """`map` by a small lazy Series of floats, text or dates."""
    if not isinstance(values, Collection) or values.kind != "series" or not is_small(values._plan):
        return None
    dtype = values.dtype  # type: ignore[attr-defined]
    if not isinstance(dtype, pd.StringDtype) and not (isinstance(dtype, np.dtype) and dtype.kind in "fM"):
        return None
    outcome = schema_of(pd.Series(dtype=dtype, name=series.name, index=series._plan.schema.empty.index))
    return wrap(WithWhole(series._plan, values._plan, looked_up, "map", (), (), outcome, True))


def beside(tables: list[Any]) -> Any:
    """`concat` of frames and Series with the same rows, side by side."""
    nodes = matched(*(one._plan for one in tables))
    names = [name for one in tables for name in one._plan.schema.columns]
    if nodes is None or len({*names}) < len(names):
        return None
    return apply(Elementwise("concat", side_by_side), tuple(tables))
