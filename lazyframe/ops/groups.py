"""Methods of pandas' groupby on buckets that have all rows of their groups, and the answers put together."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from lazyframe.ops.exchange import Side
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
        by = [column if is_own else rows[column].rename(name) for column, name, is_own in self.keys]
        others = [column for column, _, is_own in self.keys if not is_own]
        table: Any = rows.drop(columns=others) if others else rows
        if self.column is not None:
            by = [rows[column].rename(name) for column, name, _ in self.keys]
            table = rows[self.column[0]].rename(self.column[1])
        groups = table.groupby(by if self.is_list or len(by) > 1 else by[0], sort=self.sort, dropna=self.dropna)
        if self.selection is not None:
            groups = groups[list(self.selection) if isinstance(self.selection, tuple) else self.selection]
        return getattr(groups, self.name)(*self.args, **dict(self.options))


@record()
class OfGroups:
    """What the method gives of a bucket's groups; None where there are none."""

    call: GroupCall

    def __call__(self, side: Side) -> Any:
        keys = side.rows[[column for column, _, _ in self.call.keys]]
        rows = side.rows[keys.notna().all(axis=1)] if self.call.dropna else side.rows
        return self.call(rows) if len(rows) else None


def answers(*parts: Any) -> Any:
    """The answers of several buckets; None if no bucket has any rows."""
    found = [one for one in parts if one is not None]
    return pd.concat([one for one in found if len(one)] or found[:1]) if found else None


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
        elif self.keys == found.index.nlevels == 1:
            found = found.sort_index(kind="stable")
        else:
            found = found.sort_index(level=list(range(self.keys)), kind="stable", sort_remaining=False)
        return found if self.as_index else found.reset_index()
