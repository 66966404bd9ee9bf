"""Covariances and correlations of columns, two by two, over the rows in which both have a value.

Means and products of distances from the means are kept of each pair of columns, and merged pairwise: T. F. Chan,
G. H. Golub, R. J. LeVeque, "Algorithms for computing the sample variance", The American Statistician 37 (1983).
"""

from itertools import combinations_with_replacement
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from lazyframe.ops.op import Partial
from lazyframe.record import record


class CoMoments(NamedTuple):
    """Of each pair (i, j) of columns, over the rows in which both have a value: matrices.

    `mean` is that of i, `square` the sum of the squares of i's distances from it, `product` that of the products of
    both columns' distances. `is_infinite` says of each column that it has infinite values, `has_missing` whether any
    value is missing: pandas computes in another way then.
    """

    sizes: np.ndarray
    mean: np.ndarray
    square: np.ndarray
    product: np.ndarray
    is_infinite: np.ndarray
    has_missing: bool


def update(*columns: Any) -> CoMoments:
    """The co-moments of a partition: of a frame's columns, or of several Series.

    Columns with values in the same rows are computed at once.
    """
    table = columns[0] if isinstance(columns[0], pd.DataFrame) else pd.concat(columns, axis=1)
    values = np.ascontiguousarray(table.to_numpy(dtype=np.float64, na_value=np.nan).T)
    is_there = np.isfinite(values)
    alike: dict[bytes, list[int]] = {}
    for column, there in enumerate(is_there):
        alike.setdefault(there.tobytes(), []).append(column)
    sizes, mean, square, product = (np.zeros((len(values),) * 2) for _ in range(4))
    for first, second in combinations_with_replacement(alike.values(), 2):
        both = is_there[first[0]] & is_there[second[0]]
        sizes[np.ix_(first, second)] = sizes[np.ix_(second, first)] = np.count_nonzero(both)
        mean_a, a = centered(values, first, both)
        mean_b, b = (mean_a, a) if first is second else centered(values, second, both)
        mean[np.ix_(first, second)], mean[np.ix_(second, first)] = mean_a[:, None], mean_b[:, None]
        square[np.ix_(first, second)] = np.einsum("ij,ij->i", a, a)[:, None]
        square[np.ix_(second, first)] = np.einsum("ij,ij->i", b, b)[:, None]
        product[np.ix_(first, second)] = a @ b.T
        product[np.ix_(second, first)] = product[np.ix_(first, second)].T
    return CoMoments(sizes, mean, square, product, np.isinf(values).any(axis=1), bool(np.isnan(values).any()))


def centered(values: np.ndarray, columns: list[int], rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The mean of some columns over some rows, and the distances from it: of equal values 0, so that they do not vary.

    `values` has a row a column.
    """
    found = np.stack([values[column][rows] for column in columns])
    if not found.shape[1]:
        return np.zeros(len(columns)), found
    first = found[:, 0].copy()
    found -= first[:, None]
    center = found.mean(axis=1)
    found -= center[:, None]
    return first + center, found


def merge(*states: CoMoments) -> CoMoments:
    """The co-moments of the rows of several partitions."""
    found = states[0]
    for other in states[1:]:
        count = found.sizes + other.sizes
        divisor = np.maximum(count, 1)
        shift = np.where((found.sizes > 0) & (other.sizes > 0), other.mean - found.mean, 0.0)
        weight = found.sizes * other.sizes / divisor
        found = CoMoments(
            count,
            np.where(found.sizes > 0, found.mean, other.mean) + shift * other.sizes / divisor,
            found.square + other.square + shift**2 * weight,
            found.product + other.product + shift * shift.T * weight,
            found.is_infinite | other.is_infinite,
            found.has_missing or other.has_missing,
        )
    return found


def covariance(state: CoMoments, ddof: int, min_periods: int) -> np.ndarray:
    """The covariance of each pair; missing where there are too few rows."""
    with np.errstate(invalid="ignore", divide="ignore"):
        found = state.product / (state.sizes - ddof)
    return np.where((state.sizes > ddof) & (state.sizes >= min_periods), found, np.nan)


def correlation(state: CoMoments, min_periods: int) -> np.ndarray:
    """Pearson's correlation of each pair; missing where a column does not vary."""
    with np.errstate(invalid="ignore", divide="ignore"):
        found = state.product / np.sqrt(state.square * state.square.T)
    return np.where((state.sizes >= min_periods) & np.isfinite(found), np.clip(found, -1, 1), np.nan)


@record()
class Matrix:
    """A matrix of the columns, by their names: `cov`, or `corr`."""

    name: str
    columns: tuple[Any, ...]
    min_periods: int
    ddof: int = 1

    def __call__(self, *states: CoMoments) -> pd.DataFrame:
        state = merge(*states)
        if self.name == "corr":
            found = correlation(state, self.min_periods)
        elif state.has_missing:  # pandas heeds ddof only where no value is missing
            found = covariance(state, 1, self.min_periods)
        else:
            found = covariance(state, self.ddof, self.min_periods)
            found[state.is_infinite] = found[:, state.is_infinite] = np.nan
        names = pd.Index(list(self.columns))
        return pd.DataFrame(found, index=names, columns=names)


@record()
class OfTwo:
    """The covariance or correlation of two Series."""

    name: str
    min_periods: int
    ddof: int = 1

    def __call__(self, *states: CoMoments) -> Any:
        state = merge(*states)
        if state.is_infinite.any():
            return np.float64(np.nan)
        is_corr = self.name == "corr"
        found = correlation(state, self.min_periods) if is_corr else covariance(state, self.ddof, self.min_periods)
        return found[0, 1]


def matrix_of(name: str, columns: tuple[Any, ...], min_periods: int, ddof: int) -> Partial:
    """`cov` or `corr` of a frame's columns."""
    return Partial(name, update, merge, Matrix(name, columns, min_periods, ddof))


def of_two(name: str, min_periods: int, ddof: int) -> Partial:
    """`cov` or `corr` of two Series."""
    return Partial(name, update, merge, OfTwo(name, min_periods, ddof))
