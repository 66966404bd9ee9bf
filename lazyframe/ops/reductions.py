"""Reductions, a line each: which partial aggregates they need and how they are finished."""

import operator
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from lazyframe.moments import MOMENTS, variance
from lazyframe.ops.op import Reduction


def deviation(count: pd.Series, *moments: pd.Series, ddof: int = 1) -> pd.Series:
    """The variance's square root."""
    return np.sqrt(variance(count, *moments, ddof=ddof))


@dataclass(frozen=True)
class WhereKnown:
    """A finish whose answer is missing where a value is, with `skipna=False`, or where too few are there."""

    finish: Callable[..., Any] | None

    def __call__(
        self,
        size: pd.Series,
        count: pd.Series,
        *partials: pd.Series,
        skipna: bool = True,
        min_count: int = 0,
        **options: Any,
    ) -> pd.Series:
        column = partials[0] if self.finish is None else self.finish(*partials, **options)
        is_known = (count >= min_count) & (skipna | (count == size))
        return column if is_known.all() else column.where(is_known)


@dataclass(frozen=True)
class Logic:
    """The finish of `any` or `all` with `skipna=False`: a missing value is True, or unknown where a dtype has that."""

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
    finishes = {"any": Logic(True), "all": Logic(False), "nunique": with_missing}
    finish = finishes.get(op.name, WhereKnown(op.finish))
    return replace(op, partials=("size", "count", *op.partials), finish=finish)


MISSING = {"skipna", "min_count", "dropna"}
"""The options that say what missing values mean."""

SKIPNA = ("skipna",)

count = Reduction("count", ("count",))
sum = Reduction("sum", ("sum",), params=("skipna", "min_count"))
mean = Reduction("mean", ("total", "count"), operator.truediv, params=SKIPNA)
min = Reduction("min", ("min",), params=SKIPNA)
max = Reduction("max", ("max",), params=SKIPNA)
var = Reduction("var", ("count", *MOMENTS), variance, params=("ddof", "skipna"))
std = Reduction("std", ("count", *MOMENTS), deviation, params=("ddof", "skipna"))
any = Reduction("any", ("any",), params=SKIPNA)
all = Reduction("all", ("all",), params=SKIPNA)
nunique = Reduction("nunique", ("distinct",), params=("dropna",))
size = Reduction("size", ("size",))
first = Reduction("first", ("first",))
last = Reduction("last", ("last",))

BY_NAME = {op.name: op for op in (count, sum, mean, min, max, var, std, any, all, nunique, size, first, last)}
"""What `agg` calls them."""
