"""Exact quantiles of numbers in two passes, with a few thousand numbers in memory however many rows there are.

The first pass sorts each partition's values and keeps every n-th with its place: so it is known within a few hundredths
of the values how many lie below any of them. From that follow, for each place that a quantile needs, two values between
which what stands there must lie. The second pass counts what lies below, and keeps what lies between; equal values are
kept once, with their number.

J. I. Munro, M. S. Paterson, "Selection and sorting with limited storage", Theoretical Computer Science 12 (1980).
"""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from lazyframe.ops.op import Partial
from lazyframe.record import record

KEPT = 256
"""Values of each partition that the first pass keeps at most."""

INTERPOLATIONS = ("linear", "lower", "higher", "midpoint", "nearest")


class Sorted(NamedTuple):
    """Some of a partition's values in order, with the places where they stand among all, and how many these are."""

    values: np.ndarray
    places: np.ndarray
    size: int


def present(series: pd.Series) -> Any:
    """The values that are not missing, dates as integers."""
    values = series.to_numpy()
    if values.dtype.kind in "fM":
        values = values[~np.isnan(values) if values.dtype.kind == "f" else ~np.isnat(values)]
    return values.view(np.int64) if values.dtype.kind == "M" else values


def sampled(series: pd.Series) -> tuple[Sorted, ...]:
    """A partition's part of the first pass."""
    values = np.sort(present(series))
    places = np.unique(np.linspace(0, max(len(values) - 1, 0), KEPT).astype(np.int64))[: len(values)]
    return (Sorted(values[places], places, len(values)),)


def joined(*samples: tuple[Sorted, ...]) -> tuple[Sorted, ...]:
    """The samples of several partitions."""
    return tuple(one for own in samples for one in own)


@record()
class Places:
    """The places in the sorted values from which some quantiles are computed, and how.

    `quantiles` are shares between 0 and 1; None is the median, which pandas computes in another way.
    """

    quantiles: tuple[float, ...] | None
    interpolation: str = "linear"

    def exact(self, count: int) -> Any:
        """Places between those of values, as NumPy's `quantile` has them."""
        if self.quantiles is None:
            return np.array([(count - 1) / 2])
        return (count - 1) * np.array(self.quantiles)

    def needed(self, count: int) -> np.ndarray:
        """The places of the values that are needed, in order; none if there are no values."""
        return np.unique(self.around(count)).astype(np.int64) if count else np.zeros(0, np.int64)

    def around(self, count: int) -> tuple[np.ndarray, np.ndarray]:
        """The places of the values below and above each exact place.

        NumPy takes the next value also where the place is exact, which shows beside infinite values.
        """
        below = np.floor(self.exact(count))
        if self.quantiles is None or self.interpolation not in ("linear", "midpoint"):
            return below, np.ceil(self.exact(count))
        return below, np.minimum(below + 1, count - 1)

    def interpolated(self, count: int, places: np.ndarray, values: np.ndarray) -> Any:
        """The quantiles, from the values at the places that are needed."""
        exact, (below, above) = self.exact(count), self.around(count)
        low, high = (values[np.searchsorted(places, one.astype(np.int64))] for one in (below, above))
        match self.interpolation:
            case "lower":
                return low
            case "higher":
                return high
            case "nearest":
                return np.where(np.round(exact) == below, low, high)
            case "midpoint":
                shares = np.where(exact == below, 0.0, 0.5)
            case _:
                shares = exact - below
        low, high = low.astype(np.float64), high.astype(np.float64)
        with np.errstate(invalid="ignore", over="ignore"):
            if self.quantiles is None:
                return np.where(below == above, low, (low + high) / 2)
            return np.where(shares >= 0.5, high - (high - low) * (1 - shares), low + (high - low) * shares)


class Bounds(NamedTuple):
    """For each place that is needed the values between which what stands there lies, and how many values there are."""

    lows: np.ndarray
    highs: np.ndarray
    size: int


@record()
class FindBounds:
    """Bounds from the samples of all partitions."""

    places: Places

    def __call__(self, *samples: tuple[Sorted, ...]) -> Bounds:
        own = joined(*samples)
        count = sum(one.size for one in own)
        needed = self.places.needed(count)
        known = [one for one in own if one.size]
        if not known:
            return Bounds(np.zeros(0), np.zeros(0), 0)
        values = np.unique(np.concatenate([one.values for one in known]))
        below = sum(most_below(one, values) for one in known)
        up_to = sum(least_up_to(one, values) for one in known)
        lows = np.searchsorted(below, needed, side="right") - 1
        highs = np.searchsorted(up_to, needed + 1, side="left")
        return Bounds(values[lows], values[highs], count)


def most_below(sample: Sorted, values: np.ndarray) -> Any:
    """How many of a partition's values are less than each of some values, at most."""
    return np.append(sample.places, sample.size)[np.searchsorted(sample.values, values, side="left")]


def least_up_to(sample: Sorted, values: np.ndarray) -> Any:
    """How many of a partition's values are no more than each of some values, at least."""
    return np.append(0, sample.places + 1)[np.searchsorted(sample.values, values, side="right")]


class Between(NamedTuple):
    """For each place that is needed: how many values lie below its bounds, and those between, each with its number."""

    size: int
    below: np.ndarray
    values: list[np.ndarray]
    numbers: list[np.ndarray]


def selected(series: pd.Series, bounds: Bounds) -> Between:
    """A partition's part of the second pass."""
    values = present(series)
    below = np.zeros(len(bounds.lows), np.int64)
    kept, numbers = [], []
    for i, (low, high) in enumerate(zip(bounds.lows, bounds.highs, strict=True)):
        below[i] = np.count_nonzero(values < low)
        found = np.unique(values[(values >= low) & (values <= high)], return_counts=True)
        kept.append(found[0])
        numbers.append(found[1])
    return Between(bounds.size, below, kept, numbers)


def united(*parts: Between) -> Between:
    """What several partitions have below and between the bounds."""
    values, numbers = [], []
    for own, counts in zip(
        zip(*(one.values for one in parts), strict=True), zip(*(one.numbers for one in parts), strict=True), strict=True
    ):
        kept, places = np.unique(np.concatenate(own), return_inverse=True)
        values.append(kept)
        numbers.append(np.bincount(places, np.concatenate(counts), len(kept)).astype(np.int64))
    below = np.sum([one.below for one in parts], axis=0)
    return Between(parts[0].size, below, values, numbers)


@record()
class Quantiles:
    """The quantiles, from what lies below and between the bounds of all partitions."""

    places: Places
    index: pd.Index | None
    name: Any
    is_of_dates: bool

    def __call__(self, *parts: Between) -> Any:
        whole = united(*parts)
        needed = self.places.needed(whole.size)
        if not len(needed):
            answers = np.full(len(self.places.exact(1)), np.nan)
        else:
            found = [
                values[np.searchsorted(np.cumsum(numbers), place - below, side="right")]
                for place, below, values, numbers in zip(needed, whole.below, whole.values, whole.numbers, strict=True)
            ]
            answers = self.places.interpolated(whole.size, needed, np.array(found))
        if self.is_of_dates:
            answers = answers.astype(np.int64).view("M8[us]") if len(needed) else np.full(len(answers), "NaT", "M8[us]")
        labelled = pd.Series(answers, self.index, name=self.name)
        return labelled.iloc[0] if self.index is None else labelled


def bounds_of(places: Places) -> Partial:
    """The first pass, over a Series."""
    return Partial("quantile-bounds", sampled, joined, FindBounds(places))


def quantiles_of(places: Places, index: pd.Index | None, series: pd.Series) -> Partial:
    """The second pass, over a Series and the bounds; `index` labels the quantiles, None asks for one alone.

    `series` is the Series with no rows.
    """
    answer = Quantiles(places, index, series.name, series.dtype.kind == "M")
    return Partial("quantile", selected, united, answer)
