"""Joins: with all of a small table, or of rows of two tables that meet by their keys."""

from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from lazyframe.errors import ReplanRequired
from lazyframe.ops.exchange import Side
from lazyframe.ops.hidden import hidden, picked
from lazyframe.ops.lookup import looked_up
from lazyframe.ops.spill import Pieces, Spill, in_buckets
from lazyframe.record import record, replace

MANY = 50_000
"""Rows from which on it is worth to look how they may be merged faster."""


@record()
class Join:
    """A merge of two tables by columns of them, whose results have the same dtypes whatever partitions are merged.

    `columns` are those of the result, in their order; `name` stands for what is joined. Integers and bools become
    other dtypes where rows of one table find none in the other, as in pandas: that is not known before. `fills` says
    of the left table's columns and of the right one's that they are to be those others.
    """

    name: str
    how: str
    left_keys: tuple[Any, ...]
    right_keys: tuple[Any, ...]
    columns: tuple[Any, ...]
    indicator: bool = False
    validate: str | None = None
    fills: tuple[bool, bool] = (False, False)

    @property
    def identity(self) -> str:
        """A name for the join with what is known of it; see `ReplanRequired`."""
        return f"{self.name} {self.fills}"

    @property
    def stood(self) -> str:
        """The column of where a row stood in its bucket."""
        return hidden("lazyframe-stood", self.columns)

    @property
    def options(self) -> dict[str, Any]:
        """The arguments of pandas' merge."""
        given = {"how": self.how, "indicator": self.indicator, "validate": self.validate}
        if self.how == "cross":
            return given
        if self.left_keys == self.right_keys:
            return given | {"on": list(self.left_keys)}
        return given | {"left_on": list(self.left_keys), "right_on": list(self.right_keys)}

    @property
    def is_lookup(self) -> bool:
        """Return whether each row of the left table has its own in the result, if no key of the right one is twice."""
        is_plain = not self.indicator and self.validate in (None, "m:m", "many_to_many")
        return self.how in ("inner", "left") and len(self.left_keys) == 1 and is_plain

    def replanned(self, dtypes: Any) -> "Join":
        """The join as it is to be planned with, after a `ReplanRequired` that names the tables."""
        left, right = (known or name in dtypes for known, name in zip(self.fills, ("left", "right"), strict=True))
        return replace(self, fills=(left, right))

    def __call__(self, left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
        made = self._merged(left, right)
        made = made[[name for name in (*self.columns, self.stood) if name in made.columns]]
        shared = {one for one, other in zip(self.left_keys, self.right_keys, strict=True) if one == other}
        for name, table, is_filled in zip(("left", "right"), (left, right), self.fills, strict=True):
            own = [column for column in table.columns if column in made.columns and column not in shared]
            wider = {column: with_missing(table[column].dtype) for column in own}
            wider = {column: dtype for column, dtype in wider.items() if dtype != table[column].dtype}
            if is_filled:
                made = made.astype({column: dtype for column, dtype in wider.items() if made[column].dtype != dtype})
            elif any(made[column].dtype != table[column].dtype for column in wider):
                raise ReplanRequired(
                    f"The merge has rows without a match, whose {', '.join(map(repr, wider))} are missing: compute "
                    "it anew.",
                    self.identity,
                    {name: "missing"},
                )
        return made

    def _merged(self, left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
        """pandas' merge, of many rows with codes in the place of texts: pandas would make objects of these."""
        is_twice = any(len({*keys}) < len(keys) for keys in (self.left_keys, self.right_keys))
        if len(left) + len(right) < MANY or is_twice:
            return left.merge(right, **self.options)
        if (
            self.is_lookup
            and (made := looked_up(left, right, self.left_keys[0], self.right_keys[0], self.how)) is not None
        ):
            return made
        texts: dict[Any, Any] = {}
        for one, other in zip(self.left_keys, self.right_keys, strict=True):
            if all(isinstance(table[key].dtype, pd.StringDtype) for table, key in ((left, one), (right, other))):
                codes, distinct = common_codes(left[one], right[other])
                left, right = with_values(left, one, codes[: len(left)]), with_values(right, other, codes[len(left) :])
                texts |= {one: distinct, other: distinct}
        made = left.merge(right, **self.options)
        for key, distinct in texts.items():
            made[key] = text_of(made[key], distinct)
        return made


@record()
class AsOfJoin(Join):
    """A merge of each row of a sorted table with the nearest one of another: pandas' `merge_asof`.

    The first key is the one by which rows are near; `near` are the options that say how.
    """

    near: tuple[tuple[str, Any], ...] = ()

    @property
    def options(self) -> dict[str, Any]:
        """The arguments of pandas' merge_asof."""
        keys = {
            "left_on": list(self.left_keys[:1]), "right_on": list(self.right_keys[:1]),
            "left_by": list(self.left_keys[1:]) or None, "right_by": list(self.right_keys[1:]) or None,
        }  # fmt: skip
        return dict(self.near) | keys

    def _merged(self, left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
        return pd.merge_asof(left, right, **self.options)


def with_values(table: pd.DataFrame, column: Any, values: np.ndarray) -> pd.DataFrame:
    """A table with other values in a column, whatever its name is; the one given stays as it is."""
    table = table.copy(deep=False)
    table[column] = values
    return table


def common_codes(*columns: pd.Series) -> tuple[np.ndarray, pd.Series]:
    """Codes of the texts of some columns, one column after another, and the distinct texts; -1 for what is missing."""
    codes, distinct = pd.factorize(pd.concat(columns, ignore_index=True))
    return codes, pd.Series(distinct)


def text_of(codes: pd.Series, distinct: pd.Series) -> Any:
    """Texts by their codes, some of which may be missing."""
    places = codes.fillna(-1).to_numpy().astype(np.int64)
    return distinct.array.take(places, allow_fill=True)


@cache
def with_missing(dtype: Any) -> Any:
    """The dtype that a column has in pandas where some of its rows find no match."""
    if not isinstance(dtype, np.dtype) or dtype.kind not in "iub":
        return dtype
    return pd.Series(np.ones(1, dtype)).reindex([0, 1]).dtype


@record()
class JoinInto:
    """The join of a whole table with a part of another, which comes second."""

    join: Join

    def __call__(self, right: pd.DataFrame, left: pd.DataFrame) -> pd.DataFrame:
        return self.join(left, right)


@record()
class JoinBucket:
    """The join of two tables' rows of one bucket."""

    join: Join

    def __call__(self, left: Side, right: Side) -> pd.DataFrame:
        return self.join(left.rows, right.rows)


@record()
class JoinInOrder:
    """The join of two tables' rows of one bucket, on its way back to where the rows of one of them stood."""

    join: Join
    count: int
    spill: Spill | None

    def __call__(self, left: Side, right: Side) -> Pieces:
        first = right if self.join.how == "right" else left
        rows = first.rows.assign(**{self.join.stood: np.arange(len(first.rows))})
        made = self.join(left.rows, rows) if first is right else self.join(rows, right.rows)
        stood = made[self.join.stood].to_numpy().astype(np.int64)
        own = picked(made, [name for name in made.columns if name != self.join.stood])
        return in_buckets(own, first.places[stood], first.partitions[stood], self.count, self.spill)


def side_by_side(*parts: Any) -> Any:
    """Tables with the same rows, as one."""
    return pd.concat(parts, axis=1)
