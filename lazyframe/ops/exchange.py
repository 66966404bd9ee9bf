"""Rows of several partitions that meet in buckets, and go back to where they stood."""

from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from lazyframe.ops.concat import collect, shift
from lazyframe.ops.hashing import hash_rows
from lazyframe.ops.hidden import picked
from lazyframe.ops.spill import Pieces, Spill, in_buckets, size_of, without_rows
from lazyframe.ops.whole import CallMethod
from lazyframe.record import record


@record()
class SplitByHash:
    """A partition's rows in buckets by a hash of their keys: rows with equal keys meet in one.

    `keys` are columns, none means all. `first` reduces a partition's own rows before they travel, to some of them.
    """

    keys: tuple[Any, ...]
    count: int
    spill: Spill | None = None
    first: Callable[[Any], Any] | None = None

    def __call__(self, part: Any) -> Pieces:
        places = np.arange(len(part))
        if self.first is not None:
            places = np.sort(self.first(part.set_axis(places)).index.to_numpy())
            part = part.iloc[places]
        return in_buckets(part, places, self._buckets(part), self.count, self.spill)

    def _buckets(self, part: Any) -> np.ndarray:
        """The bucket of each row."""
        return (hash_rows(key_columns(part, self.keys)) % np.uint64(self.count)).astype(np.int64)


def key_columns(part: Any, keys: tuple[Any, ...]) -> list[pd.Series]:
    """The columns by which rows meet."""
    if isinstance(part, pd.Series):
        return [part]
    return [part[key] for key in keys] if keys else [part.iloc[:, i] for i in range(part.shape[1])]


def first_of(call: CallMethod) -> Callable[[Any], Any]:
    """What `drop_duplicates` may do to a partition's own rows before they meet those of others."""
    options = dict(call.options)
    return (
        AtMostTwo(tuple(pair for pair in call.options if pair[0] != "keep")) if options.get("keep") is False else call
    )


@record()
class AtMostTwo:
    """The first two of equal rows: so many tell that there is more than one."""

    options: tuple[tuple[str, Any], ...]

    def __call__(self, rows: Any) -> Any:
        is_other = CallMethod("duplicated", self.options)(rows)
        return pd.concat([rows[~is_other], CallMethod("drop_duplicates", self.options)(rows[is_other])])


class Side(NamedTuple):
    """The rows of one bucket of all partitions, with the partition of each and its place there; in their order."""

    rows: Any
    partitions: np.ndarray
    places: np.ndarray


class OneBucket(NamedTuple):
    """The rows of one bucket alone, and where they stood."""

    table: Any
    places: np.ndarray
    like: Any

    def rows(self, bucket: int) -> tuple[Any, np.ndarray]:
        """See `ops.spill.Pieces`."""
        return self.table, self.places


@record()
class TakeBucket:
    """One bucket of a partition's pieces."""

    bucket: int

    def __call__(self, pieces: Pieces) -> Pieces:
        table, places = pieces.rows(self.bucket)
        like = None if pieces.like is None else without_rows(pieces.like)
        return OneBucket(table.copy(), places.copy(), like)  # no views, which would hold all buckets


TURN = 32_000_000
"""Bytes of a bucket's rows above which the rest of them wait for another turn."""


@record()
class Meet:
    """The work on one bucket, of one or two sides.

    Called with each side's pieces, of which there are `sizes`; and, where the labels of the first side are counted
    through, with how many rows stand before the first of each of its partitions. The last arguments, of which there are
    so many `beside`, are handed to the work. The rows of the side `in_turn` come some after others, so that one key may
    have more of them than there is memory.
    """

    work: Callable[..., Any]
    bucket: int
    sizes: tuple[int, ...]
    in_turn: int | None = None
    beside: int = 0

    def __call__(self, *args: Any) -> Any:
        ends = [0, *accumulate(self.sizes)]
        last = len(args) - self.beside
        offsets = args[ends[-1] : last]
        sides = [Unmet(args[start:end], () if start else offsets, self.bucket) for start, end in pairwise(ends)]
        if self.in_turn is None:
            return self.work(*(side.all() for side in sides), *args[last:])
        others = [None if i == self.in_turn else side.all() for i, side in enumerate(sides)]
        turns = sides[self.in_turn].in_turns()
        made = [self.work(*(turn if other is None else other for other in others)) for turn in turns]
        return made[0] if len(made) == 1 else Several(tuple(made))


class Unmet(NamedTuple):
    """The pieces of which a bucket takes its rows; `offsets` are added to their labels, if there are any."""

    pieces: Sequence[Pieces]
    offsets: Sequence[int]
    bucket: int

    def all(self) -> Side:
        """The bucket's rows of all partitions."""
        return self._side(range(len(self.pieces)), [piece.rows(self.bucket) for piece in self.pieces])

    def in_turns(self) -> Iterator[Side]:
        """The bucket's rows of some partitions after others; there is one turn at least."""
        start, found, nbytes = 0, [], 0
        for number, piece in enumerate(self.pieces):
            found.append(piece.rows(self.bucket))
            nbytes += size_of(found[-1][0])
            if nbytes > TURN or number == len(self.pieces) - 1:
                yield self._side(range(start, number + 1), found)
                start, found, nbytes = number + 1, [], 0

    def _side(self, numbers: range, found: Sequence[tuple[Any, np.ndarray]]) -> Side:
        """The rows found of some partitions, with the dtypes of all."""
        kept = [i for i, (rows, _) in enumerate(found) if len(rows)] or [0]
        parts = [shift(found[i][0], self.offsets[numbers[i]]) if self.offsets else found[i][0] for i in kept]
        partitions = np.repeat([numbers[i] for i in kept], [len(part) for part in parts])
        rows = collect(*parts, *others_like(parts, [piece.like for piece in self.pieces]))
        return Side(rows, partitions, np.concatenate([found[i][1] for i in kept]))


class Several(NamedTuple):
    """The pieces that several turns gave, as one."""

    pieces: tuple[Pieces, ...]

    @property
    def like(self) -> Any:
        """See `ops.spill.Pieces`."""
        return next((piece.like for piece in self.pieces if piece.like is not None), None)

    def rows(self, bucket: int) -> tuple[Any, np.ndarray]:
        """See `ops.spill.Pieces`."""
        found = [piece.rows(bucket) for piece in self.pieces]
        found = [one for one in found if len(one[0])] or found[:1]
        return collect(*(rows for rows, _ in found)), np.concatenate([places for _, places in found])


def others_like(parts: Sequence[Any], likes: Sequence[Any]) -> list[Any]:
    """Tables of other dtypes than some parts have, with no rows: a bucket has the dtypes of all partitions' rows."""
    known = {dtypes_of(part) for part in parts}
    found = {dtypes_of(like): like for like in likes if like is not None}
    return [like for dtypes, like in found.items() if dtypes not in known]


def dtypes_of(table: Any) -> tuple[Any, ...]:
    """The dtypes of a table's columns."""
    return (table.dtype,) if isinstance(table, pd.Series) else tuple(table.dtypes)


@record()
class Places:
    """The places of the rows that a call keeps, which may not look at their labels."""

    call: Callable[[Any], Any]

    def __call__(self, rows: Any) -> np.ndarray:
        found: np.ndarray = self.call(rows.set_axis(np.arange(len(rows)))).index.to_numpy()
        return found


@record()
class KeepSome:
    """Some of a bucket's rows, those whose places a call gives, on their way back to their partitions.

    `columns` are those that go back; none means all.
    """

    call: Callable[[Any], np.ndarray]
    count: int
    spill: Spill | None
    columns: tuple[Any, ...] = ()

    def __call__(self, side: Side) -> Pieces:
        places = np.sort(self.call(side.rows)).astype(np.int64)
        rows = picked(side.rows, self.columns) if self.columns else side.rows
        return in_buckets(rows.iloc[places], side.places[places], side.partitions[places], self.count, self.spill)


@record()
class SameRows:
    """A result for each of a bucket's rows, on its way back to their partitions; `empty` is that of no rows."""

    call: Callable[[Any], Any]
    empty: Any
    count: int
    spill: Spill | None

    def __call__(self, side: Side) -> Pieces:
        made = self.call(side.rows.set_axis(np.arange(len(side.rows)))) if len(side.rows) else self.empty
        return in_buckets(made.set_axis(side.rows.index), side.places, side.partitions, self.count, self.spill)


def in_place(side: Side) -> Any:
    """A partition's rows, in the order in which they stood."""
    return side.rows.iloc[np.argsort(side.places, kind="stable")]
