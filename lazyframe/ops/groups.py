"""Methods of pandas' groupby on buckets that have all rows of their groups, and the answers put together."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from lazyframe.ops.concat import collect
from lazyframe.ops.exchange import Side, dtypes_of
from lazyframe.ops.hidden import picked
from lazyframe.ops.sort import Sorting
from lazyframe.record import record


@record()
class GroupCall:
    """A method of the groups of some rows.

    `keys` are the columns in which the keys stand, each with its name, and whether it is a column of the frame's own.
    `column` is that of the values of a Series; None for a frame's groups, of which `selection` chooses columns.
    """

    name: str
    args: tuple[Any, ...]
    options: tuple[tuple[str, Any], ...]
    keys: tuple[tuple[Any, Any, bool], ...]
    is_list: bool
    selection: Any
    column: Any
    dropna: bool
    sort: bool

    def __call__(self, rows: pd.DataFrame) -> Any:
        return getattr(self.groups(rows), self.name)(*self.args, **dict(self.options))

    def groups(self, rows: pd.DataFrame) -> Any:
        """pandas' groups of some rows."""
        by = [column if is_own else rows[column].rename(name) for column, name, is_own in self.keys]
        others = [column for column, _, is_own in self.keys if not is_own]
        table: Any = rows
        if others:
            table = picked(rows, [column for column in rows.columns if column not in others])
        if self.column is not None:
            by = [rows[column].rename(name) for column, name, _ in self.keys]
            table = rows[self.column[0]].rename(self.column[1])
        groups = table.groupby(by if self.is_list or len(by) > 1 else by[0], sort=self.sort, dropna=self.dropna)
        if self.selection is not None:
            groups = groups[list(self.selection) if isinstance(self.selection, tuple) else self.selection]
        return groups

    @property
    def keeps_its_own(self) -> bool:
        """Return whether the method keeps no rows of a table that it does not keep of some of its rows."""
        if self.name not in ("head", "tail"):
            return False
        (count,) = self.args or tuple(value for name, value in self.options if name == "n") or (5,)
        return bool(count >= 0)

    def is_of_group(self, rows: pd.DataFrame) -> Any:
        """Whether each row has a group: where missing keys are dropped, those that have one do not."""
        keys = rows[[column for column, _, _ in self.keys]]
        return keys.notna().all(axis=1).to_numpy() if self.dropna else np.ones(len(rows), bool)


@record()
class FilteredGroups:
    """The places of the rows of groups for which a user's function is true; it sees them with their labels."""

    call: GroupCall

    def __call__(self, rows: pd.DataFrame) -> np.ndarray:
        if rows.index.is_unique:
            places: np.ndarray = rows.index.get_indexer(self.call(rows).index)
            return places
        numbers = self.call.groups(rows).ngroup().to_numpy()
        order = np.argsort(numbers, kind="stable")
        groups = np.split(order, np.flatnonzero(np.diff(numbers[order])) + 1)
        return np.concatenate([own[:0] if not len(self.call(rows.iloc[own])) else own for own in groups])


@record()
class KeptOfSorted:
    """The rows of a partition that a method keeps of it when it is sorted, in the order in which they stand."""

    sorting: Sorting
    call: GroupCall

    def __call__(self, part: pd.DataFrame) -> pd.DataFrame:
        order = self.sorting.order(self.sorting.thin(part))
        kept = self.call(part.iloc[order].set_axis(order)).index.to_numpy()
        return part.iloc[np.sort(kept)]


@record()
class ResultOfRows:
    """What the method gives of each row: of rows without a group, which pandas can't do alone, missing values."""

    call: GroupCall
    empty: Any

    def __call__(self, rows: pd.DataFrame) -> Any:
        return self.call(rows) if self.call.is_of_group(rows).any() else self.empty.reindex(rows.index)


@record()
class OfGroups:
    """What the method gives of a bucket's groups; None where there are none."""

    call: GroupCall

    def __call__(self, side: Side) -> Any:
        rows = side.rows[self.call.is_of_group(side.rows)]
        return self.call(rows) if len(rows) else None


def answers(*parts: Any) -> Any:
    """The answers of several buckets; None if no bucket has any rows.

    Where these have other dtypes, as what users' functions give may have, pandas looks at all values.
    """
    found = [one for one in parts if one is not None]
    found = [one for one in found if len(one)] or found[:1]
    if not found:
        return None
    table = collect(*found)
    if len({dtypes_of(one) for one in found}) == 1:
        return table
    if isinstance(table, pd.Series):
        return as_inferred(table, [one.dtype for one in found])
    columns = [as_inferred(table.iloc[:, i], [one.dtypes.iloc[i] for one in found]) for i in range(table.shape[1])]
    return pd.concat(columns, axis=1)


def as_inferred(column: pd.Series, dtypes: Sequence[Any]) -> pd.Series:
    """A column of answers of several dtypes in that which pandas has for all of them."""
    if column.dtype != np.dtype(object) or len(set(dtypes)) == 1:
        return column
    return pd.Series(column.tolist(), column.index, name=column.name)


@record()
class InOrderOfKeys:
    """The answers of all buckets in the order of their keys, labelled by them or with them as columns."""

    keys: int
    as_index: bool
    of_nothing: Callable[[], Any]

    def __call__(self, *parts: Any) -> Any:
        found = answers(*parts)
        if found is None:
            found = self.of_nothing()
        elif self.keys == found.index.nlevels == 1 and found.index.dtype != np.dtype(object):
            found = found.sort_index(kind="stable")
        else:
            found = found.iloc[np.lexsort([ranks(found.index, level) for level in range(self.keys)][::-1])]
        return found if self.as_index else found.reset_index()


def ranks(labels: pd.Index, level: int) -> np.ndarray:
    """The place of each row's key among all of its level, as pandas sorts them: objects of several kinds too."""
    codes, distinct = pd.factorize(labels.get_level_values(level), sort=True)
    return np.where(codes < 0, len(distinct), codes)
