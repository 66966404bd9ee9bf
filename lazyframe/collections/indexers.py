""".loc, .iloc, .at and .iat: columns and filters where rows are chosen by a lazy bool Series; all else by pandas."""

from typing import Any

import numpy as np
import pandas as pd

from lazyframe.collections.collection import Collection, wrap
from lazyframe.collections.gather import gather
from lazyframe.collections.method import is_steady
from lazyframe.ops.calls import Located, NewColumn, SetWithin, WithItem
from lazyframe.ops.labels import Between, Labelled
from lazyframe.plan.logical.flat_map import FlatMap
from lazyframe.plan.logical.rowwise import Project
from lazyframe.plan.logical.whole import Across
from lazyframe.plan.node import Node


class Indexer:
    """What `df.loc` and its like give.

    Parameters
    ----------
    name
        Of pandas' attribute.
    rows
        The collection.
    """

    def __init__(self, name: str, rows: Any):
        self._name = name
        self._rows = rows

    def __repr__(self) -> str:
        return f".{self._name} of {self._rows!r}"

    def __getitem__(self, key: Any) -> Any:
        rows, columns = key if isinstance(key, tuple) and len(key) == 2 else (key, ALL)
        has_levels = self._rows._plan.schema.empty.index.nlevels > 1
        if has_levels and isinstance(key, tuple) and not is_test(rows) and not is_all(rows):  # one label, perhaps
            return gather(self._name, Located(self._name), (self._rows, key))
        chosen = self._chosen(columns) if self._name in ("loc", "iloc") else None
        if chosen is not None and is_test(rows) and self._name == "loc":
            return chosen[rows]
        if chosen is not None and is_all(rows):
            return chosen
        if chosen is not None and self._name == "iloc" and is_start(rows):
            return gather("iloc", Located("iloc"), (chosen.head(rows.stop), rows))
        found = self._rows if chosen is None or self._name != "loc" else labelled(self._rows, rows)
        return gather(self._name, Located(self._name), (found, key))

    def __setitem__(self, key: Any, value: Any) -> None:
        own = self._rows
        if own._plan.is_answer:
            own._change(WithItem(self._name), key, value)
            return
        rows, columns = key if isinstance(key, tuple) and len(key) == 2 else (key, ALL)
        if own.kind == "series":
            own._plan = self._set(own, key, value)._plan
            return
        rows = rows(own) if callable(rows) and not isinstance(rows, Collection) else rows
        found = self._names(columns) if not is_all(columns) else list(own.columns)
        names = found if isinstance(found, list) else [columns if found is None else found]
        if isinstance(value, Collection) and not is_test(rows) and not is_all(rows):
            value = value.compute()
        value = values_by_name(value, names, pd.api.types.is_scalar(rows))
        is_each = isinstance(value, list | tuple) and (len(names) > 1 or len(value) == 1)
        if is_each and len(value) != len(names):
            raise ValueError(f".{self._name}[...] = ...: {len(value)} values were given for {len(names)} columns.")
        for name, one in zip(names, value if is_each else [value] * len(names), strict=True):
            own[name] = self._set_column(name, rows, one)

    def _set_column(self, name: Any, rows: Any, value: Any) -> Any:
        """What a column is to be set to: it may be new."""
        if name in self._rows.columns:
            return self._set(self._rows[name], rows, value)
        if is_all(rows):
            return value
        labels = wrap(Project(self._rows._plan, ()))
        return gather("setitem", NewColumn(self._name, name), (labels, rows, value))

    def _set(self, column: Any, rows: Any, value: Any) -> Any:
        """A column with values set; by pandas, unless they are where a test is true and of the column's dtype."""
        if self._name == "loc" and (is_test(rows) or is_all(rows)) and is_steady(column, value):
            return column.mask(column.isna() | column.notna() if is_all(rows) else rows, value)
        return gather("setitem", SetWithin(self._name), (column, rows, value))

    def _chosen(self, columns: Any) -> Any:
        """The collection with some of its columns; None, where pandas has to choose."""
        if is_all(columns):
            return self._rows
        names = self._names(columns) if self._rows.kind == "frame" else None
        return None if names is None else self._rows[names]

    def _names(self, columns: Any) -> Any:
        """The name of a chosen column, or a list of those of several; None, where pandas has to choose."""
        known = self._rows.columns
        if self._name in ("iloc", "iat"):
            is_place = isinstance(columns, int | np.integer | slice) or is_list_of(columns, int | np.integer)
            found = known[columns] if is_place else None
        elif isinstance(columns, slice):
            found = known[known.slice_indexer(columns.start, columns.stop, columns.step)]
        else:
            found = columns if isinstance(columns, str) or is_list_of(columns, str) else None
        return list(found) if isinstance(found, pd.Index) else found


def labelled(rows: Any, key: Any) -> Any:
    """The rows among which those with some labels are: these alone, where labels are compared as pandas does."""
    plan = rows._plan
    index = plan.schema.empty.index
    is_number = isinstance(index.dtype, np.dtype) and index.dtype.kind in "iuf"
    is_text = isinstance(index.dtype, pd.StringDtype)
    if plan.is_answer or index.nlevels > 1 or not (is_number or is_text):
        return rows
    kind: Any = (int | float | np.integer | np.floating) if is_number else str
    if isinstance(key, slice):
        ends = [one for one in (key.start, key.stop) if one is not None]
        is_known = key.step is None and ends and all(is_one(one, kind) for one in ends) and is_ascending(plan)
        return wrap(FlatMap(plan, Between(key.start, key.stop), ())) if is_known else rows
    keys = key if isinstance(key, list) else [key]
    return wrap(FlatMap(plan, Labelled(tuple(keys)), ())) if all(is_one(one, kind) for one in keys) else rows


def is_one(value: Any, kind: Any) -> bool:
    """Return whether a value is of a kind, and no bool."""
    return isinstance(value, kind) and not isinstance(value, bool)


def is_ascending(plan: Node) -> bool:
    """Return whether labels are in their order: row numbers, or after a sort by them."""
    if not isinstance(plan, Across) or plan.op.name != "sort_index":
        return plan.is_numbered
    return not {"ascending", "na_position"} & dict(plan.options).keys()


def values_by_name(value: Any, names: list[Any], is_row: bool) -> Any:
    """What each of some columns is set to: the columns of a table, or, of one row, the values by their labels."""
    is_frame = isinstance(value, pd.DataFrame) or getattr(value, "kind", "") == "frame"
    if is_frame:
        return [value[name] if name in value.columns else np.nan for name in names]
    if is_row and isinstance(value, pd.Series | dict):
        return [value.get(name, np.nan) for name in names]
    return value


ALL = slice(None)
"""What chooses all rows or columns."""


def is_all(key: Any) -> bool:
    """Return whether a key chooses all rows or columns."""
    return isinstance(key, slice) and key == ALL


def is_start(key: Any) -> bool:
    """Return whether a key chooses the first rows."""
    return isinstance(key, slice) and key.start in (None, 0) and key.step is None and is_count(key.stop)


def is_count(value: Any) -> bool:
    """Return whether a value is a number of rows."""
    return isinstance(value, int | np.integer) and int(value) >= 0


def is_test(key: Any) -> bool:
    """Return whether a key is a lazy Series of bool."""
    return isinstance(key, Collection) and key.kind == "series" and key.dtype.kind == "b"  # type: ignore[attr-defined]


def is_list_of(key: Any, kind: Any) -> bool:
    """Return whether a key is a list of values of a kind, other than of bools."""
    return isinstance(key, list) and all(isinstance(one, kind) and not isinstance(one, bool) for one in key)
