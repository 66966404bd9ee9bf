"""Work on partitions whose rows meet: a carry from one to the next, buckets by hash, ranges by samples."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from lazyframe.ops.whole import CallMethod
from lazyframe.record import record

SAMPLED = 256
"""Keys of each partition of which the bounds of ranges are chosen."""


class Carry(NamedTuple):
    """What a cumulative result carries on, of each column: the last result of a value, as one row.

    A column is `lost` where that is NaN and yet no missing value, such as inf - inf: all behind it is NaN.
    """

    row: pd.DataFrame
    lost: tuple[bool, ...]


@record()
class WithCarry:
    """A partition's part of a cumulative result, and the carry behind it, from the carry before it, if there is one.

    The carry goes before the partition's rows, so that sums are added in pandas' order, to the last digit.
    """

    call: CallMethod
    skipna: bool = True

    def __call__(self, part: Any, before: tuple[Any, Carry | None] = (None, None)) -> tuple[Any, Carry | None]:
        carry = before[1]
        table = part.to_frame() if isinstance(part, pd.Series) else part
        result = self.call(table) if carry is None else self._continued(table, carry)
        behind = carry if not len(table) else self._carry(table, result, carry)
        own: Any = result
        if isinstance(part, pd.Series):
            own = result.iloc[:, 0]
            own.name = part.name
        return own, behind

    def _continued(self, table: pd.DataFrame, carry: Carry) -> pd.DataFrame:
        """The result of rows behind others."""
        like = dict(enumerate(carry.row.dtypes))
        own = table.set_axis(range(table.shape[1]), axis=1).astype(like)
        whole: pd.DataFrame = self.call(pd.concat([carry.row.set_axis(own.columns, axis=1), own])).iloc[1:]
        for i, is_lost in enumerate(carry.lost):
            if is_lost:
                whole[i] = np.nan
        return whole.set_axis(table.index).set_axis(table.columns, axis=1)

    def _carry(self, table: pd.DataFrame, result: pd.DataFrame, carry: Carry | None) -> Carry:
        """The carry behind the rows of a partition, of which there is one at least."""
        rows, lost = [], []
        for i in range(table.shape[1]):
            there = table.iloc[:, i].notna().to_numpy(dtype=bool) if self.skipna else np.ones(len(table), bool)
            column, is_known = result.iloc[:, i], bool(there.any())
            before = column.iloc[-1:] if carry is None else carry.row.iloc[:, i]
            last = column[there].iloc[-1:] if is_known else before
            rows.append(last.reset_index(drop=True).rename(i))
            is_new_nan = self.skipna and is_known and bool(last.isna().iloc[0])
            lost.append(is_new_nan or (not is_known and carry is not None and carry.lost[i]))
        return Carry(pd.concat(rows, axis=1), tuple(lost))


@record()
class SplitByHash:
    """A partition's rows in buckets by a hash of their keys; rows with equal keys meet in one bucket."""

    keys: tuple[Any, ...]
    count: int

    def __call__(self, part: Any) -> list[Any]:
        table = part.to_frame(0) if isinstance(part, pd.Series) else part
        columns = [table[key] for key in self.keys] if self.keys else [table.iloc[:, i] for i in range(table.shape[1])]
        buckets = np.zeros(len(part), np.uint64)
        for column in columns:
            buckets = buckets * np.uint64(31) + hashed(column)
        return buckets_of(part, (buckets % np.uint64(self.count)).astype(np.int64), self.count)


def hashed(column: pd.Series) -> np.ndarray:
    """Return a hash of each value, the same in every process, and of equal values."""
    if column.dtype == np.dtype(object):  # 1, 1.0 and True are equal
        column = pd.Series([as_text(value) for value in column], dtype=object)
    elif isinstance(column.dtype, pd.CategoricalDtype):
        return hashed(column.astype(column.cat.categories.dtype))
    return pd.util.hash_pandas_object(column, index=False, categorize=False).to_numpy()


def as_text(value: Any) -> str:
    """Return a text that equal values share."""
    if isinstance(value, str):
        return f"s{value}"
    if not pd.api.types.is_scalar(value) or isinstance(value, bytes):
        return repr(value)
    return "missing" if pd.isna(value) else f"n{hash(value)}"


def buckets_of(part: Any, buckets: np.ndarray, count: int) -> list[Any]:
    """Return the rows of each bucket, with their places in the partition."""
    places = np.arange(len(part))
    return [(places[buckets == bucket], part.iloc[places[buckets == bucket]]) for bucket in range(count)]


@record()
class InBucket:
    """One bucket's rows of all partitions, reduced by a method; given back by partition, with their places there."""

    call: CallMethod
    bucket: int

    def __call__(self, *split: list[Any]) -> list[Any]:
        pieces = [one[self.bucket] for one in split]
        rows = pd.concat([piece for _, piece in pieces])
        partitions = np.repeat(np.arange(len(pieces)), [len(piece) for _, piece in pieces])
        places = np.concatenate([places for places, _ in pieces])
        kept = self.call(rows.set_axis(np.arange(len(rows)))).index.to_numpy()
        return [(places[own], rows.iloc[own]) for own in (kept[partitions[kept] == i] for i in range(len(pieces)))]


@record()
class BackInOrder:
    """A partition of the result: its rows of all buckets, in the order in which they stood."""

    partition: int

    def __call__(self, *buckets: list[Any]) -> Any:
        pieces = [one[self.partition] for one in buckets]
        places = np.concatenate([places for places, _ in pieces])
        return pd.concat([piece for _, piece in pieces]).iloc[np.argsort(places, kind="stable")]


@record()
class SampleKeys:
    """Some of a partition's values of the first key, spread over it."""

    keys: tuple[Any, ...]

    def __call__(self, part: Any) -> pd.Series:
        values = first_key(part, self.keys).dropna().sort_values()
        return values.iloc[np.linspace(0, len(values) - 1, min(len(values), SAMPLED)).astype(int)]


def first_key(part: Any, keys: tuple[Any, ...]) -> pd.Series:
    """Return the column by which ranges are cut."""
    column: pd.Series = part[keys[0]] if keys else part
    return column


@record()
class Bounds:
    """Where the ranges are cut, from samples of the partitions."""

    count: int

    def __call__(self, *samples: pd.Series) -> pd.Series:
        values = pd.concat(samples).sort_values(ignore_index=True)
        places = np.arange(1, self.count) * len(values) // self.count
        return values.iloc[places].drop_duplicates() if len(values) else values  # type: ignore[no-any-return]


@record()
class SplitByRange:
    """A partition's rows in buckets by the first key; missing keys stand last or first."""

    keys: tuple[Any, ...]
    count: int
    is_descending: bool
    is_missing_first: bool

    def __call__(self, part: Any, bounds: pd.Series) -> list[Any]:
        column = first_key(part, self.keys)
        buckets = np.zeros(len(column), np.int64)
        there = column.notna().to_numpy(dtype=bool)
        buckets[there] = bounds.searchsorted(column[there], side="right") if len(bounds) else 0
        if self.is_descending:
            buckets = self.count - 1 - buckets
        buckets[~there] = 0 if self.is_missing_first else self.count - 1
        return buckets_of(part, buckets, self.count)


@record()
class SortBucket:
    """One range's rows of all partitions, sorted."""

    call: CallMethod
    bucket: int

    def __call__(self, *split: list[Any]) -> Any:
        return self.call(pd.concat([one[self.bucket][1] for one in split]))
