"""pandas' methods that work row by row, a line each."""

import operator
from typing import Any

import numpy as np
import pandas as pd

from lazyframe.errors import UnsupportedError
from lazyframe.ops.op import Elementwise
from lazyframe.record import record


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


def clipped(values: pd.Series | pd.DataFrame, lower: Any = None, upper: Any = None) -> pd.Series | pd.DataFrame:
    """pandas' clip; integers clipped at a fraction are floats, in rows too that are within the bounds."""
    bounds = [bound for bound in (lower, upper) if isinstance(bound, float | np.floating)]
    if any(bound == bound and not float(bound).is_integer() for bound in bounds):
        values = with_floats(values)
    return values.clip(lower, upper)


def with_floats(values: pd.Series | pd.DataFrame) -> pd.Series | pd.DataFrame:
    """Integers as floats, as pandas has them where some are replaced by fractions."""
    if isinstance(values, pd.DataFrame):
        plain = [name for name, dtype in values.dtypes.items() if is_plain_integer(dtype)]
        return values.astype(dict.fromkeys(plain, np.float64)) if plain else values
    return values.astype(np.float64) if is_plain_integer(values.dtype) else values


def is_plain_integer(dtype: Any) -> bool:
    """Return whether a dtype is one of NumPy's integers."""
    return isinstance(dtype, np.dtype) and dtype.kind in "iu"


def evaluated(frame: pd.DataFrame, expr: str, values: tuple[tuple[str, Any], ...]) -> Any:
    """pandas' eval of an expression, with the values of the names in it that are no columns."""
    return frame.eval(expr, local_dict=dict(values))


def dates_of(values: pd.Series, **options: Any) -> pd.Series:
    """pandas' to_datetime, in microseconds where there are no values, of which it says seconds.

    Raises
    ------
    UnsupportedError
        For dates that are finer: other partitions are in microseconds.
    """
    dates = pd.to_datetime(values, **options)
    if not len(dates) or dates.isna().all():
        return dates.dt.as_unit("us")
    if dates.dt.unit != "us":
        raise UnsupportedError(
            f"to_datetime: there are dates in {dates.dt.unit}, finer than microseconds. Leave out format=."
        )
    return dates


def looked_up(values: pd.Series, found: dict[Any, Any] | pd.Series) -> pd.Series:
    """pandas' map by a dict or a Series, in the dtype of its values, also where there are no rows."""
    return values.map(found).astype(pd.Series(found).dtype)


@record()
class Sampled:
    """Whether rows, by their numbers, are in a sample of a share of all; the hash is that of SplitMix64.

    G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom number generators", OOPSLA (2014).
    """

    share: float
    seed: int

    def __call__(self, rows: pd.Series | pd.DataFrame) -> pd.Series:
        with np.errstate(over="ignore"):
            start = hashed(np.array([self.seed % 2**64], np.uint64))
            hashes = hashed(np.asarray(rows.index, np.int64).astype(np.uint64) + start)
        return pd.Series(hashes >> np.uint64(11) < np.uint64(int(self.share * 2**53)), index=rows.index)


def hashed(numbers: np.ndarray) -> Any:
    """A hash of each number; see `Sampled`."""
    numbers = numbers + np.uint64(0x9E3779B97F4A7C15)
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))


abs = Elementwise("abs", operator.abs, scan=("n",))
astype = Elementwise("astype", convert, params=("dtype",))
between = Elementwise("between", params=("left", "right", "inclusive"), scan=("nnn", "inn", "ttt", "ddd"))
clip = Elementwise("clip", clipped, params=("lower", "upper"))
fillna = Elementwise("fillna", params=("value",))
isin = Elementwise("isin", params=("values",), scan=("nn", "in", "tt", "dd"))
isna = Elementwise("isna", scan=("*",))
notna = Elementwise("notna", scan=("*",))
round = Elementwise("round", params=("decimals",))
where = Elementwise("where", params=("cond", "other"))
mask = Elementwise("mask", params=("cond", "other"))
look_up = Elementwise("map", looked_up)
evaluate = Elementwise("evaluate", evaluated)
to_datetime = Elementwise("to_datetime", dates_of)
