"""Lifts of merge, join and the like: with all of a small table, or of two tables whose rows are exchanged by key."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from lazyframe.collections.collection import Collection, rows_in_memory, wrap
from lazyframe.collections.few import is_countable, unique
from lazyframe.collections.gather import PARAMETERS, gather
from lazyframe.collections.lifts import Given, labels_as_columns
from lazyframe.collections.like import ELSE_GATHERS, bound, documented
from lazyframe.collections.method import apply, holds_lazy, matched
from lazyframe.ops.calls import Method
from lazyframe.ops.elementwise import looked_up
from lazyframe.ops.hidden import hidden
from lazyframe.ops.join import Join, side_by_side
from lazyframe.ops.op import Elementwise
from lazyframe.ops.whole import FACTORS, CallMethod
from lazyframe.plan.buckets import buckets_for
from lazyframe.plan.logical.join import Merged, WithWhole
from lazyframe.plan.logical.rowwise import Rename, Renumber, SetIndex
from lazyframe.plan.node import Node
from lazyframe.plan.schema import schema_of
from lazyframe.plan.size import width_of
from lazyframe.plan.token import token
from lazyframe.session.estimate import rows_of

SMALL = 64_000_000
"""About how many bytes a table may have that every task of a merge takes whole."""

HOW = ("inner", "left", "right", "outer", "cross")
"""The kinds of joins that need no gathering; pandas has others."""

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
    """`merge` of two frames by their columns or labels, in several partitions."""
    options = dict(given)
    right, how = as_lazy(options.pop("right")), options.pop("how", "inner")
    indicator, validate = options.pop("indicator", False), options.pop("validate", None)
    if right is None or holds_lazy(options) or how not in HOW or not isinstance(indicator, bool):
        return None
    like = left._plan.schema.empty.merge(right._plan.schema.empty, **{k: v for k, v in given.items() if k != "right"})
    is_sorted = options.pop("sort", False) or how == "outer"
    suffixes = options.pop("suffixes", ("_x", "_y"))
    sides = sides_of(left, right, how, options)
    sides = None if sides is None or options.keys() - {"copy"} else without_overlap(sides, suffixes)
    if sides is None or not like.columns.is_unique:
        return None
    first, second, left_keys, right_keys, label = sides
    if is_sorted and (left_keys != right_keys or (label and not have_unique_labels(left._plan, right._plan))):
        return None  # pandas has no stable order of equal labels
    missing = where_missing(first, left_keys) if is_sorted else "last"
    if missing is None:
        return None
    columns = (*like.columns, *([label] if label else []))
    asked = how, left_keys, right_keys, columns, indicator, validate
    join = Join(token(first.key, second.key, asked), *asked)
    whole = whole_of(first, second, join, broadcast)
    if not whole and (how == "cross" or not are_comparable(sides)):
        return None
    found = Merged(first, second, join, whole, buckets_for(first, second), is_in_order=not is_sorted or bool(whole))
    made: Any = wrap(found if label and not is_sorted else Renumber(found))
    if is_sorted:
        made = made.sort_values(list(left_keys), na_position=missing)
    if label:
        labelling = right if how == "right" or label not in first.schema.columns else left
        return wrap(SetIndex(made._plan, ((label, labelling._plan.schema.empty.index.name),)))
    return wrap(Renumber(made._plan)) if is_sorted else made


def where_missing(table: Node, keys: tuple[Any, ...]) -> str | None:
    """Where pandas' sorted merges have missing keys: those of dates first, others last; None where both may be."""
    kinds = {table.schema.column(key).empty.dtype.kind for key in keys} - set("iub")
    if kinds & set("mM"):
        return "first" if kinds <= set("mM") else None
    return "last"


def whole_of(left: Node, right: Node, join: Join, broadcast: bool | None) -> str:
    """Which of two tables every task of a merge takes whole, "left" or "right"; neither, if that is not possible."""
    sides: dict[str, tuple[Node, tuple[str | None, ...]]] = {
        "right": (right, (None, "m:m", "many_to_many", "m:1", "many_to_one")),
        "left": (left, (None, "m:m", "many_to_many", "1:m", "one_to_many")),
    }
    for side in {"right": ["left"], "outer": []}.get(join.how, ["right"]):
        table, checked_by_each = sides[side]
        if join.validate in checked_by_each and (is_small(table) if broadcast is None else broadcast):
            return side
    return ""


def as_lazy(table: Any) -> Any:
    """A frame, or a named Series, as a lazy frame; None for what is neither."""
    if isinstance(table, pd.DataFrame) and table.columns.is_unique:
        return wrap(rows_in_memory(table))
    if isinstance(table, Collection) and table.kind == "series" and table.name is not None:  # type: ignore[attr-defined]
        return table.to_frame()  # type: ignore[attr-defined]
    return table if isinstance(table, Collection) and table.kind == "frame" else None


def have_unique_labels(*tables: Node) -> bool:
    """Return whether no two rows of any of the tables have one label, as far as that is known before."""
    return all(table.is_numbered or isinstance(table, Renumber) for table in tables)


class Sides(NamedTuple):
    """Two tables to be merged, the columns that are their keys, and the one of the result's labels, if it has such."""

    left: Node
    right: Node
    left_keys: tuple[Any, ...]
    right_keys: tuple[Any, ...]
    label: str


def sides_of(left: Any, right: Any, how: str, options: Given) -> Sides | None:
    """Two frames with the keys by which they are merged as columns; None if these are anything but columns and labels.

    What is used of the options is taken out.
    """
    of_left, of_right = options.pop("left_index", False), options.pop("right_index", False)
    on, left_on, right_on = (options.pop(name, None) for name in ("on", "left_on", "right_on"))
    first, second = left._plan, right._plan
    if not of_left and not of_right:
        if on is None and left_on is None and right_on is None:
            shared = () if how == "cross" else tuple(name for name in left.columns if name in set(right.columns))
            return Sides(first, second, shared, shared, "")
        keys = [as_names(on if on is not None else one) for one in (left_on, right_on)]
        is_known = set(keys[0]) <= set(left.columns) and set(keys[1]) <= set(right.columns)
        return Sides(first, second, keys[0], keys[1], "") if is_known and len(keys[0]) == len(keys[1]) else None
    if any(table.schema.empty.index.nlevels > 1 for table in (first, second)):
        return None
    label = hidden("lazyframe-label", left.columns, right.columns)
    other = label + "-of-the-other"
    if of_left and of_right:
        return Sides(labels_as_columns(first, label), labels_as_columns(second, label), (label,), (label,), label)
    keys = [as_names(left_on), as_names(right_on)]
    if of_right and how in ("inner", "left") and len(keys[0]) == 1 and keys[0][0] in set(left.columns):
        return Sides(labels_as_columns(first, label), labels_as_columns(second, other), keys[0], (other,), label)
    if of_left and how in ("inner", "right") and len(keys[1]) == 1 and keys[1][0] in set(right.columns):
        return Sides(labels_as_columns(first, other), labels_as_columns(second, label), (other,), keys[1], label)
    return None


def as_names(value: Any) -> tuple[Any, ...]:
    """Names of columns; what is no name is not among any frame's."""
    values = tuple(value) if isinstance(value, list) else (value,)
    return values if all(pd.api.types.is_hashable(one) for one in values) else (object(),)


def without_overlap(sides: Sides, suffixes: Any) -> Sides | None:
    """Two tables whose columns are named as they will be in the merge, and their keys."""
    keys = sides.left_keys, sides.right_keys
    shared = {one for one, other in zip(*keys, strict=True) if one == other}
    twice = [name for name in sides.left.schema.columns if name in set(sides.right.schema.columns) - shared]
    if not twice:
        return sides
    if not isinstance(suffixes, tuple | list) or len(suffixes) != 2 or not all(isinstance(one, str) for one in twice):
        return None
    new = [{name: f"{name}{suffix or ''}" for name in twice} for suffix in suffixes]
    tables = [
        Rename(table, tuple(names.items())) if any(one != other for one, other in names.items()) else table
        for table, names in zip((sides.left, sides.right), new, strict=True)
    ]
    for table, names in zip((sides.left, sides.right), new, strict=True):
        if len({names.get(name, name) for name in table.schema.columns}) < len(table.schema.columns):
            return None
    left_keys, right_keys = (tuple(names.get(key, key) for key in own) for own, names in zip(keys, new, strict=True))
    return Sides(tables[0], tables[1], left_keys, right_keys, sides.label)


def is_small(table: Node) -> bool:
    """Return whether a table is small enough to be taken whole by every task."""
    return table.is_answer or rows_of(table) * width_of(table) <= SMALL


def are_comparable(sides: Sides) -> bool:
    """Return whether the keys of two tables are of the same dtypes, or both numbers: then equal ones have one hash."""
    for one, other in zip(sides.left_keys, sides.right_keys, strict=True):
        dtypes = sides.left.schema.column(one).empty.dtype, sides.right.schema.column(other).empty.dtype
        are_numbers = all(isinstance(dtype, np.dtype) and dtype.kind in "iuf" for dtype in dtypes)
        if dtypes[0] != dtypes[1] and not are_numbers:
            return False
    return bool(sides.left_keys)


def joined(left: Any, given: Given) -> Any:
    """`join` with one table's labels: of the labels, or of a column."""
    options = dict(given)
    right, on = options.pop("other"), options.pop("on", None)
    if isinstance(right, list) or options.keys() - {"how", "suffixes", "sort", "validate"}:
        return None
    keys: Given = {"left_index": True} if on is None else {"left_on": on}
    return merged(left, {"right": right, "right_index": True, "how": "left", "suffixes": ("", "")} | options | keys)


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
    if not has_plain_values(series):
        return None
    dtype = values.dtype  # type: ignore[attr-defined]
    if not isinstance(dtype, pd.StringDtype) and not (isinstance(dtype, np.dtype) and dtype.kind in "fM"):
        return None
    outcome = schema_of(pd.Series(dtype=dtype, name=series.name, index=series._plan.schema.empty.index))
    return wrap(WithWhole(series._plan, values._plan, looked_up, "map", (), (), outcome, True))


def has_plain_values(series: Any) -> bool:
    """Return whether what a Series' values are mapped to has a dtype of its own: of categories pandas maps these."""
    return isinstance(series.dtype, np.dtype | pd.StringDtype)


def beside(tables: list[Any]) -> Any:
    """`concat` of frames and Series with the same rows, side by side."""
    nodes = matched(*(one._plan for one in tables))
    names = [name for one in tables for name in one._plan.schema.columns]
    if nodes is None or len({*names}) < len(names):
        return None
    return apply(Elementwise("concat", side_by_side), tuple(tables))
