"""How pandas' dtypes and Arrow's types correspond, and how Arrow's columns become pandas' with their missing values."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pandas.api.extensions import ExtensionArray

MANY = 500
"""Columns from which on those of one dtype are put together."""

TEXT = pd.StringDtype(na_value=np.nan)
"""What pandas 3 makes of text that no dtype was asked for."""


NULLABLE = {"bool": "boolean"} | {
    f"{sign}int{bits}": f"{sign.upper()}Int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)
}
"""The dtypes without missing values, and the dtypes to pass instead."""


def arrow_type(dtype: Any) -> pa.DataType:
    """The Arrow type in which a column of this dtype is read.

    Raises
    ------
    TypeError
        Where there is none.
    """
    if isinstance(dtype, pd.ArrowDtype):
        return dtype.pyarrow_dtype
    if dtype == np.dtype(object) or isinstance(dtype, pd.StringDtype):
        return pa.string()
    if isinstance(dtype, pd.BooleanDtype):
        return pa.bool_()
    if isinstance(dtype, pd.api.extensions.ExtensionDtype):
        numpy_dtype = getattr(dtype, "numpy_dtype", None)
        if numpy_dtype is None:
            raise TypeError(f"a column can't be read as {dtype}")
        return pa.from_numpy_dtype(numpy_dtype)
    return pa.from_numpy_dtype(np.dtype(dtype))


def to_pandas(column: pa.ChunkedArray, dtype: Any = None) -> pd.Series:
    """An Arrow column as a pandas column; see `to_array`."""
    values = to_array(column, dtype)
    return pd.Series(values, dtype=values.dtype, copy=False)  # of objects pandas would make texts


def to_array(column: pa.ChunkedArray, dtype: Any = None) -> np.ndarray | ExtensionArray:
    """An Arrow column as the values of a pandas column.

    Missing values become NaN, NaT or NA as the dtype has it; an integer column with missing values becomes float64,
    as in pandas.

    Parameters
    ----------
    column
    dtype
        The column's dtype in pandas; by default the one that pandas gives to such values.
    """
    if dtype is None and is_text(column.type):
        dtype = TEXT
    if isinstance(dtype, pd.api.extensions.ExtensionDtype) and hasattr(dtype, "__from_arrow__"):
        values: ExtensionArray = dtype.__from_arrow__(column)
        return values
    if is_text(column.type):
        texts = column.to_numpy()
        return np.where(column.is_null().to_numpy(), np.nan, texts) if column.null_count else texts
    if pa.types.is_dictionary(column.type):
        return objects_of_codes(column.combine_chunks())
    if pa.types.is_timestamp(column.type) and column.type.tz is not None:
        return column.to_pandas().array  # type: ignore[no-any-return]
    return column.to_numpy()  # type: ignore[no-any-return]


def table_of(columns: Sequence[np.ndarray | ExtensionArray], names: Iterable[Any], index: pd.Index) -> pd.DataFrame:
    """A DataFrame of some columns; of many, those of one dtype are put together, for pandas is slow with each alone."""
    if len(columns) < MANY:
        few = {i: pd.Series(one, index, one.dtype, copy=False) for i, one in enumerate(columns)}
        table = pd.DataFrame(few, index=index, copy=False)
    else:
        places: dict[Any, list[int]] = {}
        for place, column in enumerate(columns):
            places.setdefault(column.dtype, []).append(place)
        table = pd.concat([block_of(columns, own, index) for own in places.values()], axis=1)
        table = table if len(places) == 1 else table[range(len(columns))]
    table.columns = pd.Index(names)
    return table


def empty_table(names: Iterable[Any], dtypes: Sequence[Any]) -> pd.DataFrame:
    """A DataFrame with no rows."""
    empty = {dtype: pd.Series(dtype=dtype) for dtype in set(dtypes)}
    arrays = {  # dates with a time zone are an ExtensionArray only so
        dtype: one.to_numpy() if isinstance(one.dtype, np.dtype) else one.array for dtype, one in empty.items()
    }
    table = table_of([arrays[dtype] for dtype in dtypes], names, pd.RangeIndex(0))
    return table.copy()  # then columns of a dtype are one block


def block_of(columns: Sequence[np.ndarray | ExtensionArray], places: list[int], index: pd.Index) -> pd.DataFrame:
    """The columns at some places, which are of one dtype, under these as names."""
    if isinstance(columns[places[0]], np.ndarray):
        values = np.stack([columns[place] for place in places]).T  # type: ignore[misc]
        return pd.DataFrame(values, index=index, columns=places, dtype=values.dtype, copy=False)
    return pd.DataFrame({place: columns[place] for place in places}, index=index, copy=False)


def is_text(kind: pa.DataType) -> bool:
    """Return whether a type is one of plain texts."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def objects_of_codes(column: pa.DictionaryArray) -> np.ndarray:
    """Texts of which many are equal, as objects: each distinct one is made once."""
    distinct = np.array([*column.dictionary.to_pylist(), np.nan], dtype=object)
    return distinct[column.indices.fill_null(len(distinct) - 1).to_numpy()]  # type: ignore[no-any-return]
