"""pandas' methods that work row by row, a line each."""

from typing import Any

import pandas as pd

from lazyframe.errors import UnsupportedError
from lazyframe.ops.op import Elementwise


def convert(values: pd.Series | pd.DataFrame, dtype: Any) -> pd.Series | pd.DataFrame:
    """pandas' astype, but for dates as texts, whose form in pandas depends on all dates of the column."""
    columns = values.items() if isinstance(values, pd.DataFrame) else [(None, values)]
    for name, column in columns:
        wanted = dtype.get(name) if isinstance(dtype, dict) else dtype
        if column.dtype.kind == "M" and wanted is not None and pd.api.types.is_string_dtype(wanted):
            raise UnsupportedError(
                "astype of dates to text is not supported; compute() first, or use the parts of .dt."
            )
        if wanted is not None and isinstance(pd.api.types.pandas_dtype(wanted), pd.CategoricalDtype):
            raise UnsupportedError("astype('category') is not supported: each partition would have its own categories.")
    return values.astype(dtype)


abs = Elementwise("abs", scan=("n",))
astype = Elementwise("astype", convert, params=("dtype",))
between = Elementwise("between", params=("left", "right", "inclusive"), scan=("nnn", "inn", "ttt", "ddd"))
clip = Elementwise("clip", params=("lower", "upper"))
fillna = Elementwise("fillna", params=("value",))
isin = Elementwise("isin", params=("values",), scan=("nn", "in", "tt", "dd"))
isna = Elementwise("isna", scan=("*",))
notna = Elementwise("notna", scan=("*",))
round = Elementwise("round", params=("decimals",))
