"""Rows of several partitions that meet in buckets, and go back to where they stood."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from lazyframe.ops.spill import Pieces, Spill, in_buckets
from lazyframe.ops.whole import CallMethod
from lazyframe.record import record


@record()
class SplitByHash:
    """A partition's rows in buckets by a hash of their keys: rows with equal keys meet in one.

    `keys` are columns, none means all. `dtypes` are those in which keys are compared, where another side's differ.
    `first` reduces a partition's own rows before they travel, to some of them.
    """

    keys: tuple[Any, ...]
    count: int
    spill: Spill | None = None
    first: Callable[[Any], Any] | None = None
    dtypes: tuple[Any, ...] = ()

    def __call__(self, part: Any) -> Pieces:
        places = np.arange(len(part))
        if self.first is not None:
            places = np.sort(self.first(part.set_axis(places)).index.to_numpy())
            part = part.iloc[places]
        return in_buckets(part, places, self._buckets(part), self.count, self.spill)

    def _buckets(self, part: Any) -> np.ndarray:
        """The bucket of each row."""
        columns = key_columns(part, self.keys)
        found = np.zeros(len(part), np.uint64)
        for i, column in enumerate(columns):
            found = found * np.uint64(31) + hashed(column.astype(self.dtypes[i]) if self.dtypes else column)
        return (found % np.uint64(self.count)).astype(np.int64)


def key_columns(part: Any, keys: tuple[Any, ...]) -> list[pd.Series]:
    """The columns by which rows meet."""
    if isinstance(part, pd.Series):
        return [part]
    return [part[key] for key in keys] if keys else [part.iloc[:, i] for i in range(part.shape[1])]


def hashed(column: pd.Series) -> np.ndarray:
    """Return a hash of each value, the same in every process, and of equal values."""
    if column.dtype == np.dtype(object):  # 1, 1.0 and True are equal
        column = pd.Series([as_text(value) for value in column], dtype=object)
    elif isinstance(column.dtype, pd.CategoricalDtype):
        return hashed(column.astype(column.cat.categories.dtype))
    return pd.util.hash_pandas_object(column, index=False, categorize=True).to_numpy()


def as_text(value: Any) -> str:
    """Return a text that equal values share."""
    if isinstance(value, str):
        return f"s{value}"
    if not pd.api.types.is_scalar(value) or isinstance(value, bytes):
        return repr(value)
    return "missing" if pd.isna(value) else f"n{hash(value)}"


def first_of(call: CallMethod) -> Callable[[Any], Any]:
    """What `drop_duplicates` may do to a partition's own rows before they meet those of others."""
    options = dict(call.options)
    return AtMostTwo(options.get("subset")) if options.get("keep") is False else call


@record()
class AtMostTwo:
    """The first two of equal rows: so many tell that there is more than one."""

    subset: Any

    def __call__(self, rows: Any) -> Any:
        of = {} if isinstance(rows, pd.Series) else {"subset": as_list(self.subset)}
        is_other = rows.duplicated(**of)
        return pd.concat([rows[~is_other], rows[is_other].drop_duplicates(**of)])


def as_list(value: Any) -> Any:
    """A tuple as the list that it was given as."""
    return list(value) if isinstance(value, tuple) else value


class Side(NamedTuple):
    """The rows of one bucket of all partitions, with the partition of each and its place there; in their order."""

    rows: Any
    partitions: np.ndarray
    places: np.ndarray


class OneBucket(NamedTuple):
    """The rows of one bucket alone, and where they stood."""

    table: Any
    places: np.ndarray

    def rows(self, bucket: int) -> tuple[Any, np.ndarray]:
        """See `ops.spill.Pieces`."""
        return self.table, self.places


@record()
class TakeBucket:
    """One bucket of a partition's pieces."""

    bucket: int

    def __call__(self, pieces: Pieces) -> Pieces:
        table, places = pieces.rows(self.bucket)
        return OneBucket(table.copy(), places.copy())  # not a view, which would hold all buckets


@record()
class Meet:
    """The work on one bucket, of one or two sides.

    Called with each side's pieces and, where `is_numbered`, how many rows stand before each partition's first: its
    labels are counted from there.
    """

    work: Callable[..., Any]
    bucket: int
    sizes: tuple[int, ...]
    is_numbered: tuple[bool, ...]

    def __call__(self, *args: Any) -> Any:
        given, sides = list(args), []
        for size, is_numbered in zip(self.sizes, self.is_numbered, strict=True):
            pieces, given = given[:size], given[size:]
            offsets, given = (given[:size], given[size:]) if is_numbered else ([0] * size, given)
            sides.append(side_of(pieces, offsets, self.bucket))
        return self.work(*sides)


def side_of(pieces: Sequence[Pieces], offsets: Sequence[int], bucket: int) -> Side:
    """See `Side`."""
    found = [piece.rows(bucket) for piece in pieces]
    kept = [i for i, (rows, _) in enumerate(found) if len(rows)] or [0]
    parts = [found[i][0].set_axis(found[i][0].index + offsets[i]) if offsets[i] else found[i][0] for i in kept]
    partitions = np.repeat(kept, [len(part) for part in parts])
    return Side(
        pd.concat(parts) if len(parts) > 1 else parts[0], partitions, np.concatenate([found[i][1] for i in kept])
    )


@record()
class KeepSome:
    """Some of a bucket's rows, those that a method keeps, on their way back to their partitions."""

    call: CallMethod
    count: int
    spill: Spill | None

    def __call__(self, side: Side) -> Pieces:
        places = self.call(side.rows.set_axis(np.arange(len(side.rows)))).index.to_numpy()
        kept = Side(side.rows.iloc[places], side.partitions[places], side.places[places])
        return in_buckets(kept.rows, kept.places, kept.partitions, self.count, self.spill)


@record()
class SameRows:
    """A result for each of a bucket's rows, on its way back to their partitions."""

    call: Callable[[Any], Any]
    count: int
    spill: Spill | None

    def __call__(self, side: Side) -> Pieces:
        made = self.call(side.rows)
        return in_buckets(made, side.places, side.partitions, self.count, self.spill)


def in_place(side: Side) -> Any:
    """A partition's rows, in the order in which they stood."""
    return side.rows.iloc[np.argsort(side.places, kind="stable")]
