"""Skewness and kurtosis: sums of powers of the distances from the mean, merged over partitions.

P. Pébay, "Formulas for robust, one-pass parallel computation of covariances and arbitrary-order statistical moments",
Sandia National Laboratories, SAND2008-6212 (2008).
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from lazyframe.ops.op import Partial
from lazyframe.record import record


class Powers(NamedTuple):
    """Of each column: the number of values, their mean, and the sums of the powers of the distances from it."""

    sizes: np.ndarray
    mean: np.ndarray
    second: np.ndarray
    third: np.ndarray
    fourth: np.ndarray


def update(part: Any) -> Powers:
    """The powers of a partition."""
    columns = [part] if isinstance(part, pd.Series) else [part.iloc[:, i] for i in range(part.shape[1])]
    return Powers(*np.array([powers_of(one) for one in columns]).reshape(-1, 5).T)


def powers_of(column: pd.Series) -> tuple[float, ...]:
    """The powers of one column."""
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    values = values[~np.isnan(values)]
    if not len(values):
        return 0.0, 0.0, 0.0, 0.0, 0.0
    with np.errstate(invalid="ignore", over="ignore"):
        distances = values - values[0]  # of equal values 0, so that they do not vary at all
        center = distances.mean()
        distances -= center
        squares = distances**2
        sums = float(squares.sum()), float((squares * distances).sum()), float((squares**2).sum())
        return (float(len(values)), float(values[0] + center), *sums)


def merge(*states: Powers) -> Powers:
    """The powers of the values of several partitions."""
    found = states[0]
    with np.errstate(invalid="ignore", over="ignore"):
        for other in states[1:]:
            found = merged(found, other)
    return found


def merged(a: Powers, b: Powers) -> Powers:
    """The powers of the values of two partitions."""
    n = a.sizes + b.sizes
    size = np.maximum(n, 1)
    d = np.where((a.sizes > 0) & (b.sizes > 0), b.mean - a.mean, 0.0)
    ab = a.sizes * b.sizes
    return Powers(
        n,
        np.where(a.sizes > 0, a.mean, b.mean) + d * b.sizes / size,
        a.second + b.second + d**2 * ab / size,
        a.third + b.third + d**3 * ab * (a.sizes - b.sizes) / size**2
        + 3 * d * (a.sizes * b.second - b.sizes * a.second) / size,
        a.fourth + b.fourth + d**4 * ab * (a.sizes**2 - ab + b.sizes**2) / size**3
        + 6 * d**2 * (a.sizes**2 * b.second + b.sizes**2 * a.second) / size**2
        + 4 * d * (a.sizes * b.third - b.sizes * a.third) / size,
    )  # fmt: skip


def of_constants(name: str) -> Any:
    """What pandas says of values that do not vary: 0, since pandas 3.1 nothing."""
    return getattr(pd.Series([1.0] * 4), name)()


def skewness(state: Powers) -> np.ndarray:
    """The adjusted Fisher-Pearson coefficient; missing of fewer than 3 values."""
    n, m2, m3 = state.sizes, state.second, state.third
    with np.errstate(invalid="ignore", divide="ignore"):
        found = n * np.sqrt(n - 1) / (n - 2) * m3 / m2**1.5
    return np.where(n < 3, np.nan, np.where(m2 == 0, of_constants("skew"), found))


def kurtosis(state: Powers) -> np.ndarray:
    """The unbiased excess kurtosis; missing of fewer than 4 values."""
    n, m2, m4 = state.sizes, state.second, state.fourth
    with np.errstate(invalid="ignore", divide="ignore"):
        found = n * (n + 1) * (n - 1) * m4 / ((n - 2) * (n - 3) * m2**2) - 3 * (n - 1) ** 2 / ((n - 2) * (n - 3))
    return np.where(n < 4, np.nan, np.where(m2 == 0, of_constants("kurt"), found))


@record()
class Answer:
    """The answer of all columns, by their names; of a Series, alone."""

    function: Callable[[Powers], np.ndarray]
    columns: tuple[Any, ...] | None

    def __call__(self, *states: Powers) -> Any:
        found = self.function(merge(*states))
        return found[0] if self.columns is None else pd.Series(found, pd.Index(list(self.columns)))


FUNCTIONS = {"skew": skewness, "kurt": kurtosis, "kurtosis": kurtosis}


def of_columns(name: str, columns: tuple[Any, ...] | None) -> Partial:
    """`skew` or `kurt` of a frame's columns, or of a Series."""
    return Partial(name, update, merge, Answer(FUNCTIONS[name], columns))
