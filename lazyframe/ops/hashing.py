"""Hashes by which rows with equal keys meet: equal values have one, whatever their dtypes, in every process.

Values that are not equal may share one: that costs room in a bucket, and no answer.
"""

from datetime import UTC, date, datetime, time, timedelta
from numbers import Number
from typing import Any

import numpy as np
import pandas as pd

MISSING = np.uint64(0x9E3779B97F4A7C15)
"""The hash of what is missing, which pandas takes for equal in keys."""

FACTOR = np.uint64(0xD6E8FEB86659FD93)
"""An odd number with as many bits set as not."""


def hash_rows(columns: list[pd.Series]) -> np.ndarray:
    """Return a hash of each row of some columns, of which there is one at least."""
    found = hash_values(columns[0])
    for column in columns[1:]:
        found = found * np.uint64(31) + hash_values(column)
    return found


def hash_values(column: pd.Series) -> np.ndarray:
    """Return a hash of each value."""
    dtype: Any = column.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        codes = column.cat.codes.to_numpy()
        own = np.append(hash_values(pd.Series(dtype.categories)), MISSING)
        return own[codes]  # of what is missing the code is -1
    if dtype == np.dtype(object):
        return hash_objects(column)
    is_missing = column.isna().to_numpy(dtype=bool)
    if dtype.kind in "biuf":  # a partition may have floats where another has integers
        found = hash_floats(column.to_numpy(dtype=np.float64, na_value=np.nan))
    else:
        found = pd.util.hash_pandas_object(column, index=False, categorize=True).to_numpy()
    return np.where(is_missing, MISSING, found) if is_missing.any() else found


def hash_floats(values: np.ndarray) -> np.ndarray:
    """Return a hash of each number; zeros are alike.

    Small whole numbers differ in their first bytes only: these become the last, on which a product depends most.
    """
    found: np.ndarray = (values + 0.0).view(np.uint64).byteswap()
    found *= FACTOR
    found ^= found >> np.uint64(32)
    return found


def hash_objects(column: pd.Series) -> np.ndarray:
    """Return a hash of each object: numbers and texts as in columns of their own."""
    values = column.to_numpy()
    is_missing = pd.isna(column).to_numpy(dtype=bool)
    is_number = np.fromiter((isinstance(value, Number | np.bool_) for value in values), bool, len(values))
    found = np.full(len(values), MISSING)
    numbers = is_number & ~is_missing
    found[numbers] = hash_floats(np.array([as_float(value) for value in values[numbers]], np.float64))
    others = ~is_number & ~is_missing
    texts = np.array([as_text(value) for value in values[others]], object)
    found[others] = pd.util.hash_array(texts, categorize=True)
    return found


def as_float(value: Any) -> float:
    """A number as a float; of those that have none, one for all."""
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return 0.0


def as_text(value: Any) -> str:
    """Return a text that equal values share, also in other processes."""
    match value:
        case str():
            return value
        case bytes():
            return repr(value)
        case datetime():
            is_aware = value.tzinfo is not None and value.utcoffset() is not None
            return (value.astimezone(UTC) if is_aware else value).strftime("%Y%m%d%H%M%S%f")
        case date() | time():
            return value.isoformat()
        case timedelta():
            return str(value // timedelta(microseconds=1))
        case tuple() | list():
            return f"({','.join(map(as_text, value))})"
        case frozenset():
            return f"{{{','.join(sorted(map(as_text, value)))}}}"
        case _ if isinstance(value, Number | np.bool_):
            return repr(as_float(value) + 0.0)
    return type(value).__name__ if pd.api.types.is_scalar(value) else "object"
