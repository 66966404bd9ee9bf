"""Lifts of `pivot_table` and `crosstab`: groups of both their keys, which pandas lays out as a table."""

from typing import Any

import pandas as pd

from lazyframe.collections.collection import Collection
from lazyframe.collections.few import are_keys
from lazyframe.collections.gather import gather
from lazyframe.collections.lifts import Given
from lazyframe.collections.method import apply
from lazyframe.ops import reductions
from lazyframe.ops.calls import Method
from lazyframe.ops.join import side_by_side
from lazyframe.ops.op import Elementwise

LAID_OUT = {"fill_value", "dropna", "sort"}
"""The parameters of `pivot_table` that only the table of the groups' answers looks at."""


def pivot_table(frame: Any, given: Given) -> Any:
    """`pivot_table` by columns, of one aggregate that is known by its name."""
    options = dict(given)
    aggfunc, values = options.pop("aggfunc", "mean"), options.pop("values", None)
    rows, columns = (as_names(options.pop(name, None)) for name in ("index", "columns"))
    if options.keys() - LAID_OUT or not all(value is True or name == "fill_value" for name, value in options.items()):
        return None
    if not isinstance(aggfunc, str) or aggfunc not in reductions.BY_NAME or aggfunc == "size":
        return None
    known = set(frame.columns)
    keys = [*(rows or ()), *(columns or ())]
    asked = [name for name in frame.columns if name not in keys] if values is None else as_names(values)
    if rows is None or columns is None or asked is None or not keys or not asked or len(set(keys)) < len(keys):
        return None
    if not {*keys, *asked} <= known or set(keys) & set(asked) or len(set(asked)) < len(asked):
        return None
    if not all(are_keys(frame[name]) for name in keys):
        return None
    answer = frame.groupby(keys)[list(asked)].agg(aggfunc).reset_index()
    return gather("pivot_table", Method("pivot_table"), (answer,), dict(given) | {"aggfunc": "first"})


def as_names(value: Any) -> list[Any] | None:
    """Names of columns as a list; None for keys that are no names."""
    names = [] if value is None else value if isinstance(value, list) else [value]
    return names if all(isinstance(name, str) for name in names) else None


def crosstab(given: Given) -> Any:
    """`crosstab` of two Series with the same rows: how many rows have each pair of values."""
    if given.keys() != {"index", "columns"}:
        return None
    pair = list(given.values())
    if not all(isinstance(one, Collection) and one.kind == "series" for one in pair):
        return None
    names = [one.name for one in pair]
    if not all(isinstance(name, str) for name in names) or names[0] == names[1] or not all(map(are_keys, pair)):
        return None
    table = apply(Elementwise("concat", side_by_side), tuple(pair))
    if table.kind != "frame":
        return None
    return gather("crosstab", laid_out, (table.groupby(names).size(),))


def laid_out(counts: pd.Series) -> pd.DataFrame:
    """The sizes of groups of two keys as a table, with 0 for pairs that there are not."""
    table = counts.unstack(fill_value=0)
    assert isinstance(table, pd.DataFrame)
    return table
