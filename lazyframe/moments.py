"""Sums of values and of their squares about a common origin, in two-float arithmetic, and the variance from them.

The moments of a group are its number of values, an origin (the first of the values), and the sums of the values'
distances from the origin and of the squares of these. Each number but the first is the unevaluated sum of two floats,
which has twice a float's digits: so an int64 is exact, and a variance does not depend on how the rows were cut into
parts, to the last digit or two. The variance of equal values is 0.

Two-float arithmetic: T. J. Dekker, "A floating-point technique for extending the available precision", Numerische
Mathematik 18 (1971). Sums about an origin: T. F. Chan, G. H. Golub, R. J. LeVeque, "Algorithms for computing the sample
variance", The American Statistician 37 (1983).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

MOMENTS = ("origin", "origin_low", "moment1", "moment1_low", "moment2", "moment2_low")
"""The accumulators of a group beside its count; "_low" is the second float of the one before."""

SPLIT = 2.0**27 + 1
"""Splits a float in two of half the digits, whose products are exact."""

MOST_VALUES = 1 << 16
"""Values of several columns that are computed with at once."""


class Wide(NamedTuple):
    """Numbers of two floats each: the nearest float, and what it lacks."""

    high: np.ndarray
    low: np.ndarray

    def take(self, places: Any) -> "Wide":
        """Some of the numbers."""
        return Wide(self.high[places], self.low[places])


def normal(high: np.ndarray, low: np.ndarray) -> Wide:
    """The sum of floats of which the first is larger, exactly; what is no finite number lacks nothing."""
    total = high + low
    return Wide(total, np.where(np.isfinite(total), low - (total - high), 0.0))


def add(first: Wide, second: Wide) -> Wide:
    """Sums."""
    total, lost = two_sum(first.high, second.high)
    low, lost_low = two_sum(first.low, second.low)
    total, lost = normal(total, lost + low)
    return normal(total, lost + lost_low)


def two_sum(first: np.ndarray, second: np.ndarray) -> Wide:
    """Sums of floats, exactly."""
    total = first + second
    part = total - first
    return Wide(total, np.where(np.isfinite(total), (first - (total - part)) + (second - part), 0.0))


def multiply(first: Wide, second: Wide) -> Wide:
    """Products."""
    product, lost = two_product(first.high, second.high)
    across = np.where(np.isfinite(product), first.high * second.low + first.low * second.high, 0.0)
    return normal(product, lost + across)


def two_product(first: np.ndarray, second: np.ndarray) -> Wide:
    """Products of floats, exactly."""
    product = first * second
    (a, b), (c, d) = halves(first), halves(second)
    lost = ((a * c - product) + a * d + b * c) + b * d
    return Wide(product, np.where(np.isfinite(lost), lost, 0.0))  # halves of what is near the limit overflow


def halves(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Floats as sums of two with half the digits each."""
    scaled = values * SPLIT
    high = scaled - (scaled - values)
    return high, values - high


def negative(values: Wide) -> Wide:
    """The numbers with the other sign."""
    return Wide(-values.high, -values.low)


def whole(values: np.ndarray) -> Wide:
    """Integers or floats as numbers of two floats, exactly."""
    values = np.asarray(values)
    if values.dtype.kind not in "iu":
        return Wide(values.astype(np.float64), np.zeros(len(values)))
    high = values.astype(np.uint64 if values.dtype.kind == "u" else np.int64)
    return Wide((high >> 32).astype(np.float64) * 2.0**32, (high & 0xFFFFFFFF).astype(np.float64))


def sums(values: Wide, groups: np.ndarray, count: int) -> Wide:
    """The sum of each group's values; `groups` are their numbers below `count`, and ascend.

    Neighbours of one group are added in turns, until one number a group is left.
    """
    while len(groups):
        first = np.flatnonzero(np.diff(groups, prepend=-1))
        rank = np.arange(len(groups)) - np.repeat(first, np.diff(np.append(first, len(groups))))
        odd = rank % 2 == 1
        if not odd.any():
            break
        added = add(values.take(np.flatnonzero(odd) - 1), values.take(odd))
        values = Wide(values.high.copy(), values.low.copy())
        values.high[np.flatnonzero(odd) - 1], values.low[np.flatnonzero(odd) - 1] = added
        values, groups = values.take(~odd), groups[~odd]
    found = Wide(np.zeros(count), np.zeros(count))
    found.high[groups], found.low[groups] = values
    return found


def moments(values: np.ndarray, groups: np.ndarray, count: int) -> dict[str, np.ndarray]:
    """The moments of some values, none of which is missing, of groups with numbers below `count`; -1 is no group."""
    order = np.argsort(groups, kind="stable")
    order = order[np.searchsorted(groups[order], 0) :]
    groups, numbers = groups[order], whole(np.asarray(values)[order])
    origin = firsts(numbers, groups, count)
    with np.errstate(invalid="ignore", over="ignore"):
        distances = add(numbers, negative(origin.take(groups)))
        squares = multiply(distances, distances)
        return named(origin, sums(distances, groups, count), sums(squares, groups, count))


def firsts(values: Wide, groups: np.ndarray, count: int) -> Wide:
    """The first value of each group, 0 of those without any; the groups ascend."""
    first = np.flatnonzero(np.diff(groups, prepend=-1))
    found = Wide(np.zeros(count), np.zeros(count))
    found.high[groups[first]], found.low[groups[first]] = values.take(first)
    return found


def merged(
    counts: np.ndarray, parts: Mapping[str, np.ndarray], groups: np.ndarray, count: int
) -> dict[str, np.ndarray]:
    """The moments of groups from those of their parts; `groups` are the parts' groups."""
    order = np.argsort(groups, kind="stable")
    groups, sizes = groups[order], counts[order].astype(np.float64)
    origin, first, second = (
        Wide(parts[name][order], parts[f"{name}_low"][order]) for name in ("origin", "moment1", "moment2")
    )
    has_values = sizes > 0
    common = firsts(origin.take(has_values), groups[has_values], count)
    size = Wide(sizes, np.zeros(len(sizes)))
    with np.errstate(invalid="ignore", over="ignore"):
        shift = add(origin, negative(common.take(groups)))
        shift = Wide(np.where(has_values, shift.high, 0.0), np.where(has_values, shift.low, 0.0))
        moved = multiply(size, shift)
        twice = add(Wide(2 * first.high, 2 * first.low), moved)
        second = add(second, multiply(shift, twice))
        return named(common, sums(add(first, moved), groups, count), sums(second, groups, count))


def moments_of_columns(columns: Sequence[tuple[np.ndarray, np.ndarray]], count: int) -> list[dict[str, np.ndarray]]:
    """The moments of several columns: of each the values, none of which is missing, and the numbers of their groups.

    Columns of one dtype are taken for one with as many times the groups: thousands of short ones cost little. Of long
    ones only a bundle is to be there at a time; see `in_bundles`.
    """
    found: dict[int, dict[str, np.ndarray]] = {}
    alike: dict[Any, list[int]] = {}
    for i, (values, _) in enumerate(columns):
        alike.setdefault(values.dtype, []).append(i)
    for places in alike.values():
        values = np.concatenate([columns[i][0] for i in places])
        groups = np.concatenate([apart(columns[i][1], k * count) for k, i in enumerate(places)])
        found |= split(moments(values, groups, count * len(places)), places)
    return [found[i] for i in range(len(columns))]


def merged_of_columns(
    columns: Sequence[Mapping[str, np.ndarray]], groups: np.ndarray, count: int
) -> list[dict[str, np.ndarray]]:
    """The moments of groups from those (and the counts) of their parts, for several columns; see `merged`."""
    found: dict[int, dict[str, np.ndarray]] = {}
    for bundle in in_bundles(list(range(len(columns))), len(groups)):
        parts = {name: np.concatenate([columns[i][name] for i in bundle]) for name in ("count", *MOMENTS)}
        numbers = np.concatenate([apart(groups, k * count) for k in range(len(bundle))])
        found |= split(merged(parts["count"], parts, numbers, count * len(bundle)), bundle)
    return [found[i] for i in range(len(columns))]


def in_bundles(places: Sequence[int], rows: int) -> Iterator[Sequence[int]]:
    """Columns of so many rows in bundles that fit in the cache, or one by one."""
    size = max(1, MOST_VALUES // max(rows, 1))
    for start in range(0, len(places), size):
        yield places[start : start + size]


def apart(groups: np.ndarray, first: int) -> np.ndarray:
    """Groups' numbers from another first one on; -1 is no group."""
    return np.where(groups < 0, -1, groups + first)


def split(together: Mapping[str, np.ndarray], bundle: Sequence[int]) -> dict[int, dict[str, np.ndarray]]:
    """The moments of each column of a bundle."""
    rows = {name: column.reshape(len(bundle), -1) for name, column in together.items()}
    return {i: {name: rows[name][k] for name in rows} for k, i in enumerate(bundle)}


def named(origin: Wide, first: Wide, second: Wide) -> dict[str, np.ndarray]:
    """Moments by the names of the accumulators."""
    return dict(zip(MOMENTS, (*origin, *first, *second), strict=True))


def variance(count: pd.Series, *columns: pd.Series, ddof: int = 1) -> pd.Series:
    """From the count and the moments; missing where there are no more than `ddof` values."""
    _, _, *floats = (np.asarray(column, dtype=np.float64) for column in columns)
    size = np.asarray(count, dtype=np.float64)
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        first, second = normal(*floats[:2]), normal(*floats[2:])
        excess = quotient(multiply(first, first), size)
        squares = np.maximum(add(second, negative(excess)).high, 0.0)
        return pd.Series(squares / (size - ddof), index=count.index).where(size > ddof)


def quotient(values: Wide, divisor: np.ndarray) -> Wide:
    """Numbers divided by floats."""
    high = values.high / divisor
    rest = add(values, negative(two_product(high, divisor)))
    return normal(high, rest.high / divisor)
