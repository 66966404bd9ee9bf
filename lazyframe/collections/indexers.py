""".loc, .iloc, .at and .iat: columns and filters where rows are chosen by a lazy bool Series; all else by pandas."""

from typing import Any

import numpy as np
import pandas as pd

from lazyframe.collections.collection import Collection
from lazyframe.collections.gather import gather
from lazyframe.collections.method import keeps_dtype
from lazyframe.errors import UnsupportedError
from lazyframe.ops.calls import Located


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

    def __getitem__(self, key: Any) -> Any:
        rows, columns = key if isinstance(key, tuple) and len(key) == 2 else (key, ALL)
        chosen = self._chosen(columns) if self._name in ("loc", "iloc") else None
        if chosen is not None and is_test(rows) and self._name == "loc":
            return chosen[rows]
        if chosen is not None and is_all(rows):
            return chosen
        if chosen is not None and self._name == "iloc" and is_start(rows):
            return gather("iloc", Located("iloc"), (chosen.head(rows.stop), rows))
        return gather(self._name, Located(self._name), (self._rows, key))

    def __setitem__(self, key: Any, value: Any) -> None:
        rows, columns = key if isinstance(key, tuple) and len(key) == 2 else (key, ALL)
        names = columns if isinstance(columns, list) else [columns]
        is_lifted = self._name == "loc" and self._rows.kind == "frame" and (is_test(rows) or is_all(rows))
        if not is_lifted or isinstance(columns, slice) or not set(names) <= set(self._rows.columns):
            raise UnsupportedError(
                f".{self._name}[...] = ... of a lazy {type(self._rows).__name__} sets columns that it has, by name, in "
                "the rows for which a lazy bool Series is true. All else is done on the result of .compute()."
            )
        for name in names:
            self._rows[name] = value if is_all(rows) else replaced_where(self._rows[name], rows, value)

    def _chosen(self, columns: Any) -> Any:
        """The collection with some of its columns; None, where pandas has to choose."""
        if is_all(columns):
            return self._rows
        if self._rows.kind != "frame":
            return None
        known = self._rows.columns
        if self._name == "iloc":
            is_place = isinstance(columns, int | np.integer | slice) or is_list_of(columns, int | np.integer)
            return self._rows[named(known[columns])] if is_place else None
        if isinstance(columns, slice):
            return self._rows[named(known[known.slice_indexer(columns.start, columns.stop, columns.step)])]
        is_name = isinstance(columns, str) or is_list_of(columns, str)
        return self._rows[columns] if is_name else None


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


def named(found: Any) -> Any:
    """Return what chooses columns by name: a list, or one name."""
    return list(found) if isinstance(found, pd.Index) else found


def replaced_where(column: Any, test: Any, value: Any) -> Any:
    """A column with another value where a test is true.

    Raises
    ------
    TypeError
        If the column's dtype can't hold the value, as in pandas.
    """
    if not keeps_dtype(column.dtype, value):
        raise TypeError(f"Invalid value {value!r} for dtype '{column.dtype}'. Use astype first.")
    return column.mask(test, value)
