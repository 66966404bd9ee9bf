"""Reductions, a line each: which accumulators they need and how they are finalized."""

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from lazyframe.moments import MOMENTS, variance
from lazyframe.ops.op import Reduction
from lazyframe.record import record, replace


def to_integer(dtype: Any) -> Any:
    """The dtype of numbers of values; of nullable and Arrow values they are such themselves."""
    is_plain = isinstance(dtype, np.dtype) or (isinstance(dtype, pd.StringDtype) and dtype.na_value is np.nan)
    return np.dtype(np.int64) if is_plain else None


def to_widest(dtype: Any) -> Any:
    """The dtype of sums of plain numbers and bools."""
    return {"b": np.dtype(np.int64), "i": dtype, "u": dtype, "f": dtype}.get(plain_kind(dtype) or "")


def to_float(dtype: Any) -> Any:
    """The dtype of means and deviations of plain numbers and bools."""
    return np.dtype(np.float64) if plain_kind(dtype) else None


def to_bool(dtype: Any) -> Any:
    """The dtype of answers to yes-or-no questions about plain numbers and bools."""
    return np.dtype(bool) if plain_kind(dtype) else None


def to_same(dtype: Any) -> Any:
    """The dtype of one of the values, for plain numbers, dates and text."""
    is_plain = plain_kind(dtype) not in (None, "b") or dtype == np.dtype("M8[us]") or isinstance(dtype, pd.StringDtype)
    return dtype if is_plain else None


def plain_kind(dtype: Any) -> str | None:
    """The kind of numpy's bools and numbers of 64 bits; None for other dtypes, of which pandas' answers are odd."""
    is_plain = isinstance(dtype, np.dtype) and (dtype.kind == "b" or (dtype.kind in "iuf" and dtype.itemsize == 8))
    return dtype.kind if is_plain else None


def deviation(count: pd.Series, *moments: pd.Series, ddof: int = 1) -> pd.Series:
    """The variance's square root."""
    return np.sqrt(variance(count, *moments, ddof=ddof))  # type: ignore[no-any-return]


def standard_error(count: pd.Series, *moments: pd.Series, ddof: int = 1) -> pd.Series:
    """The deviation of the mean: that of the values, by the square root of their number."""
    return deviation(count, *moments, ddof=ddof) / np.sqrt(count)  # type: ignore[no-any-return]


@record()
class WhereKnown:
    """Finalize to an answer that is missing where a value is, with `skipna=False`, or where too few are there."""

    finalize: Callable[..., Any] | None

    def __call__(
        self,
        size: pd.Series,
        count: pd.Series,
        *accumulators: pd.Series,
        skipna: bool = True,
        min_count: int = 0,
        **options: Any,
    ) -> pd.Series:
        column = accumulators[0] if self.finalize is None else self.finalize(*accumulators, **options)
        is_known = (count >= min_count) & (skipna | (count == size))
        return column if is_known.all() else column.where(is_known)


@record()
class Logic:
    """Finalize `any` or `all` with `skipna=False`: a missing value is True, or unknown where a dtype has that."""

    decided: bool

    def __call__(self, size: pd.Series, count: pd.Series, column: pd.Series, skipna: bool = False) -> pd.Series:
        is_missing = (count < size) & (column != self.decided)
        if isinstance(column.dtype, pd.api.extensions.ExtensionDtype):
            return column.mask(is_missing.astype(bool))
        return column | is_missing if self.decided else column


def with_missing(size: pd.Series, count: pd.Series, distinct: pd.Series, dropna: bool = False) -> pd.Series:
    """The number of distinct values, a missing one among them."""
    return distinct + (count < size).to_numpy(dtype=np.int64)


def heeding_missing(op: Reduction, options: tuple[tuple[str, Any], ...]) -> Reduction:
    """A reduction that takes note of missing values, if the options ask for that."""
    if not MISSING & dict(options).keys():
        return op
    finalizers = {"any": Logic(True), "all": Logic(False), "nunique": with_missing}
    finalize = finalizers.get(op.name, WhereKnown(op.finalize))
    return replace(op, accumulators=("size", "count", *op.accumulators), finalize=finalize)


MISSING = {"skipna", "min_count", "dropna"}
"""The options that say what missing values mean."""

SKIPNA = ("skipna",)

count = Reduction("count", ("count",), dtype=to_integer)
sum = Reduction("sum", ("sum",), params=("skipna", "min_count"), dtype=to_widest)
prod = Reduction("prod", ("prod",), params=("skipna", "min_count"), dtype=to_widest)
mean = Reduction("mean", ("total", "count"), operator.truediv, params=SKIPNA, dtype=to_float)
min = Reduction("min", ("min",), params=SKIPNA, dtype=to_same)
max = Reduction("max", ("max",), params=SKIPNA, dtype=to_same)
var = Reduction("var", ("count", *MOMENTS), variance, params=("ddof", "skipna"), dtype=to_float)
std = Reduction("std", ("count", *MOMENTS), deviation, params=("ddof", "skipna"), dtype=to_float)
sem = Reduction("sem", ("count", *MOMENTS), standard_error, params=("ddof", "skipna"), dtype=to_float)
any = Reduction("any", ("any",), params=SKIPNA, dtype=to_bool)
all = Reduction("all", ("all",), params=SKIPNA, dtype=to_bool)
nunique = Reduction("nunique", ("distinct",), params=("dropna",), dtype=to_integer)
size = Reduction("size", ("size",), dtype=to_integer)
first = Reduction("first", ("first",), dtype=to_same)
last = Reduction("last", ("last",), dtype=to_same)

BY_NAME = {op.name: op for op in list(vars().values()) if isinstance(op, Reduction)}
"""What `agg` calls them."""
