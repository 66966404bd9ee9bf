"""Reductions, a line each: which partial aggregates they need and how they are finished."""

import operator

import numpy as np
import pandas as pd

from lazyframe.moments import MOMENTS, variance
from lazyframe.ops.op import Reduction


def deviation(count: pd.Series, *moments: pd.Series, ddof: int = 1) -> pd.Series:
    """The variance's square root."""
    return np.sqrt(variance(count, *moments, ddof=ddof))


count = Reduction("count", ("count",))
sum = Reduction("sum", ("sum",))
mean = Reduction("mean", ("total", "count"), operator.truediv)
min = Reduction("min", ("min",))
max = Reduction("max", ("max",))
var = Reduction("var", ("count", *MOMENTS), variance, params=("ddof",))
std = Reduction("std", ("count", *MOMENTS), deviation, params=("ddof",))
any = Reduction("any", ("any",))
all = Reduction("all", ("all",))
nunique = Reduction("nunique", ("distinct",))
size = Reduction("size", ("size",))
first = Reduction("first", ("first",))
last = Reduction("last", ("last",))

BY_NAME = {op.name: op for op in (count, sum, mean, min, max, var, std, any, all, nunique, size, first, last)}
"""What `agg` calls them."""
