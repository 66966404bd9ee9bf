"""Groups of several keys, in the order of their keys."""

from collections.abc import Sequence
from math import prod

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from lazyframe.types import is_text

Groups = tuple[np.ndarray, int, Sequence[pa.ChunkedArray], tuple[pa.ChunkedArray, ...]]
"""The number of each row's group, how many there are, a column for each key, and its distinct values in their order.

The columns have the places of the values, -1 for what is missing.
"""


def in_order(table: pa.Table, names: Sequence[str]) -> Groups | None:
    """Return the groups in the order of their keys, missing ones last.

    Rows are sorted by one number each that stands for its keys, which brings those of a group together: no table of
    hashes is made of many groups, and nothing is sorted again. None where a key's values have no plain order, or where
    the keys may have more values than there are numbers.
    """
    if not all(has_order(table[name].type) for name in names):
        return None
    numbers, levels, widths = np.zeros(table.num_rows, np.int64), [], []
    for name in names:
        codes, level, has_missing = ranks_of(table[name])
        levels.append(level)
        widths.append(len(level) + has_missing)
        numbers *= widths[-1]
        numbers += codes
    if prod(widths) > np.iinfo(np.int64).max:
        return None
    order = np.argsort(numbers)
    numbers = numbers[order]
    is_first = np.ones(len(order), bool)
    np.not_equal(numbers[1:], numbers[:-1], out=is_first[1:])
    groups = np.empty(len(order), np.int64)
    groups[order] = np.cumsum(is_first) - 1
    numbers, columns = numbers[is_first], []
    for level, width in zip(reversed(levels), reversed(widths), strict=True):
        rest = numbers // width
        codes = numbers - rest * width
        columns.append(pa.chunked_array([codes if width == len(level) else np.where(codes == len(level), -1, codes)]))
        numbers = rest
    return groups, len(numbers), columns[::-1], tuple(pa.chunked_array([level]) for level in levels)


def has_order(kind: pa.DataType) -> bool:
    """Return whether values of a type are plain ones, with an order that pandas has too."""
    is_number = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind)
    if pa.types.is_dictionary(kind):
        return is_text(kind.value_type)
    return is_number or is_text(kind) or pa.types.is_temporal(kind)


def ranks_of(column: pa.ChunkedArray) -> tuple[np.ndarray, pa.Array, bool]:
    """Return the place of each value among the distinct ones in their order, these, and whether any is missing.

    Missing values come last.
    """
    if pa.types.is_integer(column.type) and not column.null_count:
        return *ranks_of_integers(column.to_numpy()), False
    if pa.types.is_floating(column.type):
        codes, level = pd.factorize(column.to_numpy())  # of which NaN has -1
        distinct = pa.array(level)
    else:
        whole = column.combine_chunks()
        encoded = whole if pa.types.is_dictionary(column.type) else whole.dictionary_encode()
        codes, distinct = encoded.indices.fill_null(-1).to_numpy(), encoded.dictionary
    order = pc.array_sort_indices(distinct).to_numpy()
    rank = np.empty(len(order) + 1, np.int64)
    rank[order] = np.arange(len(order))
    rank[-1] = len(order)
    has_missing = bool(column.null_count) or bool((codes < 0).any())
    return rank[codes], distinct.take(pa.array(order)), has_missing


def ranks_of_integers(values: np.ndarray) -> tuple[np.ndarray, pa.Array]:
    """Return the ranks of integers, and the distinct ones: where these lie close, without a table of hashes."""
    if values.dtype.kind == "i":
        values = values.astype(np.int64, copy=False)  # in which no difference of smaller ones wraps around
    low, high = int(values.min(initial=0)), int(values.max(initial=0))
    if high - low > 4 * len(values):
        level, codes = np.unique(values, return_inverse=True)
        return codes, pa.array(level)
    is_there = np.zeros(high - low + 1, bool)
    is_there[values - low] = True
    return (np.cumsum(is_there) - 1)[values - low], pa.array((np.flatnonzero(is_there) + low).astype(values.dtype))


def without_codes(table: pa.Table) -> pa.Table:
    """Return a table in which texts that are given as codes are texts."""
    for place, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            table = table.set_column(place, field.name, table[field.name].cast(field.type.value_type))
    return table
