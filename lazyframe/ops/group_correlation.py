"""Correlations of columns within groups, from means and products of distances that are kept of each group.

They are merged as those of whole columns are: T. F. Chan, G. H. Golub, R. J. LeVeque, "Algorithms for computing the
sample variance", The American Statistician 37 (1983).
"""

from itertools import combinations_with_replacement
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from lazyframe.ops.op import Partial
from lazyframe.record import record


class CoMomentsOfGroups(NamedTuple):
    """Of each pair (i, j) of columns, i <= j, over a group's rows in which both are finite: a row a pair, then i, j.

    `sizes` are the numbers of such rows; `means` of i and of j, as near as a float comes; `rests` the sums of their
    distances from these, `squares` those of the distances' squares, and `products` those of both distances. `groups`
    are the groups' keys.
    """

    groups: pd.Index
    sizes: np.ndarray
    means: np.ndarray
    rests: np.ndarray
    squares: np.ndarray
    products: np.ndarray


@record()
class Update:
    """The co-moments of a partition; called with so many columns of values, then the keys, as Series."""

    values: int

    def __call__(self, *series: pd.Series) -> CoMomentsOfGroups:
        keys = [key.reset_index(drop=True).rename(None) for key in series[self.values :]]
        rows = pd.DataFrame(index=pd.RangeIndex(len(series[0])))
        groups = rows.groupby(keys, sort=False, observed=True)
        numbers, index = groups.ngroup().fillna(-1).to_numpy().astype(np.int64), groups.size().index
        columns = [one.to_numpy(dtype=np.float64, na_value=np.nan) for one in series[: self.values]]
        return of_rows(columns, numbers, index)


def of_rows(columns: list[np.ndarray], numbers: np.ndarray, groups: pd.Index) -> CoMomentsOfGroups:
    """The co-moments of columns whose rows are of groups with these numbers, or of none (-1)."""
    pairs = list(combinations_with_replacement(range(len(columns)), 2))
    sizes, products = np.zeros((2, len(pairs), len(groups)))
    means, rests, squares = np.zeros((3, len(pairs), 2, len(groups)))
    is_there = [np.isfinite(one) & (numbers >= 0) for one in columns]
    for row, (i, j) in enumerate(pairs):
        both = is_there[i] & is_there[j]
        own = numbers[both]
        sizes[row] = np.bincount(own, minlength=len(groups))
        distances = []
        for side, column in enumerate((columns[i], columns[j])):
            values = column[both]
            means[row, side] = total(values, own, len(groups)) / np.maximum(sizes[row], 1)
            distances.append(values - means[row, side][own])
            rests[row, side] = total(distances[side], own, len(groups))
            squares[row, side] = total(distances[side] ** 2, own, len(groups))
        products[row] = total(distances[0] * distances[1], own, len(groups))
    return CoMomentsOfGroups(groups, sizes, means, rests, squares, products)


def total(values: np.ndarray, numbers: np.ndarray, count: int) -> np.ndarray:
    """The sum of the values of each group."""
    return np.bincount(numbers, values, count)


def merged(*states: CoMomentsOfGroups) -> CoMomentsOfGroups:
    """The co-moments of the rows of several states."""
    if len(states) == 1:
        return states[0]
    index = states[0].groups.append([state.groups for state in states[1:]])
    numbers, groups = pd.factorize(index, use_na_sentinel=False)
    sizes, means, rests, squares, products = (
        np.concatenate([state[place] for state in states], axis=-1) for place in range(1, 6)
    )
    count = len(groups)
    all_sizes, all_products = np.zeros((2, len(sizes), count))
    all_means, all_rests, all_squares = np.zeros((3, len(sizes), 2, count))
    for row, size in enumerate(sizes):
        all_sizes[row] = total(size, numbers, count)
        shifts = []
        for side in range(2):
            mean, rest = means[row, side], rests[row, side]
            all_means[row, side] = total(size * mean, numbers, count) / np.maximum(all_sizes[row], 1)
            shift = mean - all_means[row, side][numbers]
            all_rests[row, side] = total(rest + size * shift, numbers, count)
            all_squares[row, side] = total(squares[row, side] + shift * (2 * rest + size * shift), numbers, count)
            shifts.append(shift)
        (one, other), (rest, other_rest) = shifts, rests[row]
        moved = products[row] + one * other_rest + other * rest + size * one * other
        all_products[row] = total(moved, numbers, count)
    return CoMomentsOfGroups(groups, all_sizes, all_means, all_rests, all_squares, all_products)


@record()
class Finalize:
    """The correlations, a row for each group and column: labelled by the keys and the columns' names.

    `empty` is pandas' answer for no rows.
    """

    names: pd.Index
    key_names: tuple[Any, ...]
    empty: pd.DataFrame

    def __call__(self, *states: CoMomentsOfGroups) -> pd.DataFrame:
        state = merged(*states)
        if not len(state.groups):
            return self.empty
        order = state.groups.argsort()
        count = len(self.names)
        table = np.zeros((len(order), count, count))
        with np.errstate(invalid="ignore", divide="ignore"):
            squares = np.maximum(state.squares - state.rests**2 / state.sizes[:, None], 0)
            products = state.products - state.rests[:, 0] * state.rests[:, 1] / state.sizes
            found = products / np.sqrt(squares[:, 0] * squares[:, 1])
        for row, (i, j) in enumerate(combinations_with_replacement(range(count), 2)):
            table[:, i, j] = table[:, j, i] = np.clip(found[row][order], -1, 1)
        groups = state.groups[order].repeat(count)
        levels = [groups.get_level_values(place) for place in range(groups.nlevels)]
        own = self.names.take(np.tile(np.arange(count), len(order)))
        index = pd.MultiIndex.from_arrays([*levels, own], names=[*self.key_names, self.names.name])
        return pd.DataFrame(table.reshape(-1, count), index=index, columns=self.names)


def correlation_of_groups(names: pd.Index, key_names: tuple[Any, ...], empty: pd.DataFrame) -> Partial:
    """The op for columns of these names, and keys of those."""
    return Partial("groupby-corr", Update(len(names)), merged, Finalize(names, key_names, empty))
