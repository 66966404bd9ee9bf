"""Sorting beyond memory: samples choose ranges, rows of a range meet, and each range is sorted.

Ranges are cut between rows, not between keys: where many keys are equal, rows that stood earlier come first, so that
ranges are of about one length whatever the keys are. D. J. DeWitt, J. F. Naughton, D. A. Schneider, "Parallel sorting
on a shared-nothing architecture using probabilistic splitting", PDIS (1991).
"""

from typing import Any

import numpy as np
import pandas as pd

from lazyframe.ops.exchange import Side
from lazyframe.ops.hidden import hidden
from lazyframe.ops.spill import Pieces, Spill, kept
from lazyframe.ops.whole import CallMethod
from lazyframe.record import record

SAMPLED = 256
"""Rows of each partition of which the bounds of ranges are chosen."""


@record()
class Sorting:
    """A sort: the call, and the columns that it looks at; none if it looks at the labels, or at a Series' values."""

    call: CallMethod
    keys: tuple[Any, ...]

    @property
    def partition(self) -> str:
        """The column of the partition in which a sampled row stood."""
        return hidden("lazyframe-partition", self.keys)

    @property
    def place(self) -> str:
        """The column of where a row stood in its partition."""
        return hidden("lazyframe-place", self.keys)

    def thin(self, part: Any) -> Any:
        """The rows with no more columns than the sort looks at."""
        if isinstance(part, pd.Series):
            return part.to_frame(0) if self.call.name == "sort_values" else part.to_frame(0)[[]]
        return part[list(dict.fromkeys(self.keys))]

    def order(self, thin: Any) -> Any:
        """The places of rows in their sorted order."""
        if self.call.name == "sort_values" and thin.shape[1] == 1 and is_plain_number(thin.dtypes.iloc[0]):
            return order_of_numbers(thin.iloc[:, 0].to_numpy(), **dict(self.call.options))
        rows = thin.assign(**{self.place: np.arange(len(thin))})
        if self.call.name == "sort_values" and not self.keys:
            options = dict(self.call.options)
            return rows.sort_values(0, **options)[self.place].to_numpy()
        return self.call(rows)[self.place].to_numpy()


def is_plain_number(dtype: Any) -> bool:
    """Return whether values are numbers of numpy's."""
    return isinstance(dtype, np.dtype) and dtype.kind in "iuf"


def order_of_numbers(
    values: np.ndarray, by: Any = None, ascending: Any = True, na_position: str = "last", kind: str = "stable"
) -> np.ndarray:
    """Return the places of numbers in their order, equal ones in that in which they stand, as pandas has it."""
    is_upwards = bool(np.ravel(ascending)[0])
    missing = np.flatnonzero(np.isnan(values)) if values.dtype.kind == "f" else np.zeros(0, np.int64)
    there = np.flatnonzero(~np.isnan(values)) if len(missing) else None
    kept = values if there is None else values[there]
    if not is_upwards:
        kept = -kept if kept.dtype.kind == "f" else ~kept  # of which no integer overflows
    order = stable_order(kept)
    if there is None:
        return order
    return np.concatenate([missing, there[order]] if na_position == "first" else [there[order], missing])


def stable_order(values: np.ndarray) -> np.ndarray:
    """Return the places of numbers in their order, equal ones in that in which they stand.

    numpy's quick sort and a second one of ties and places take half of the time of its stable sort.
    """
    order = np.argsort(values)
    stood = values[order]
    is_new = stood[1:] != stood[:-1]
    if is_new.all():
        return order
    runs = np.cumsum(np.concatenate([[False], is_new])) * len(values) + order
    runs.sort()
    return runs % len(values)


@record()
class SampleRows:
    """Some of a partition's rows, with where they stand."""

    sorting: Sorting

    def __call__(self, part: Any, number: int) -> Any:
        count = min(len(part), SAMPLED)
        places = np.sort(np.random.default_rng(number).choice(len(part), count, replace=False))
        rows: pd.DataFrame = self.sorting.thin(part).iloc[places]
        stood: dict[str, Any] = {self.sorting.partition: number, self.sorting.place: places}
        return rows.assign(**stood)


def joined(*samples: pd.DataFrame) -> pd.DataFrame:
    """The samples of several partitions, in their order."""
    return pd.concat([one for one in samples if len(one)] or samples[:1])


@record()
class Bounds:
    """The rows before which ranges begin, from samples of the partitions; one less than there are ranges."""

    sorting: Sorting
    count: int

    def __call__(self, *samples: pd.DataFrame) -> Any:
        rows = joined(*samples)
        rows = rows.iloc[self.sorting.order(rows.drop(columns=[self.sorting.partition, self.sorting.place]))]
        places = np.arange(1, self.count) * len(rows) // self.count
        return rows.iloc[places] if len(rows) else rows


@record()
class SplitByRange:
    """A partition's rows, sorted, in buckets by ranges."""

    sorting: Sorting
    count: int
    spill: Spill | None = None

    def __call__(self, part: Any, bounds: pd.DataFrame, number: int) -> Pieces:
        rows = self.sorting.thin(part)
        stood = np.arange(len(part), dtype=np.float64)
        own, places = bounds[self.sorting.partition].to_numpy(), bounds[self.sorting.place].to_numpy()
        # A bound stands right before its own row: those of earlier partitions before all rows, of later ones behind.
        at = np.where(own < number, -1.0, np.where(own > number, np.inf, places - 0.5))
        table = pd.concat([rows, bounds[list(rows.columns)]]) if len(bounds) else rows
        stable = np.argsort(np.concatenate([stood, at]), kind="stable")
        order = stable[self.sorting.order(table.iloc[stable])]
        is_bound = order >= len(part)
        offsets = np.concatenate([[0], (np.cumsum(~is_bound))[is_bound], [len(part)]]).astype(np.int64)
        if len(bounds) < self.count - 1:
            offsets = np.concatenate([offsets, [len(part)] * (self.count - 1 - len(bounds))])
        places = order[~is_bound]
        return kept(part.iloc[places], places, offsets, self.spill)


@record()
class Sorted:
    """Rows, sorted."""

    sorting: Sorting

    def __call__(self, rows: Any) -> Any:
        return rows.iloc[self.sorting.order(self.sorting.thin(rows))]


@record()
class SortBucket:
    """One range's rows of all partitions, sorted."""

    sorting: Sorting

    def __call__(self, side: Side) -> Any:
        return Sorted(self.sorting)(side.rows)


@record()
class First:
    """The first rows of a partition in a sort, in the order in which they stand."""

    sorting: Sorting
    count: int

    def __call__(self, part: Any) -> Any:
        return part.iloc[np.sort(self.sorting.order(self.sorting.thin(part))[: self.count])]
