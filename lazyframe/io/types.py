"""How pandas' dtypes and Arrow's types correspond, and how Arrow's columns become pandas' with their missing values."""

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

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
    """An Arrow column as a pandas column.

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
        return pd.Series(dtype.__from_arrow__(column), copy=False)
    if is_text(column.type):
        values = column.to_numpy()
        values = np.where(column.is_null().to_numpy(), np.nan, values) if column.null_count else values
        return pd.Series(values, dtype=object, copy=False)
    if pa.types.is_dictionary(column.type):
        return pd.Series(objects_of_codes(column.combine_chunks()), dtype=object, copy=False)
    if pa.types.is_timestamp(column.type) and column.type.tz is not None:
        return column.to_pandas()
    return pd.Series(column.to_numpy(), copy=False)


def is_text(kind: pa.DataType) -> bool:
    """Whether a type is one of plain texts."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def objects_of_codes(column: pa.DictionaryArray) -> np.ndarray:
    """Texts of which many are equal, as objects: each distinct one is made once."""
    distinct = np.array([*column.dictionary.to_pylist(), np.nan], dtype=object)
    return distinct[column.indices.fill_null(len(distinct) - 1).to_numpy()]
