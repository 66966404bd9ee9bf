"""Windows of all rows so far: expanding sums, means, extremes and counts, of which each partition hands on the last."""

from collections.abc import Callable
from typing import Any

import numpy as np
from pandas.api.typing import Expanding as PandasExpanding

from lazyframe.collections.like import ELSE_GATHERS, bound, documented, handed_on
from lazyframe.collections.merging import beside
from lazyframe.collections.method import holds_lazy
from lazyframe.collections.windows import Windows, is_number
from lazyframe.ops.op import Needs

BEFORE = Needs.BEFORE.value


def expanding(of: type) -> Callable[..., Any]:
    """`expanding`: windows of all rows up to each."""
    like = of.expanding  # type: ignore[attr-defined]

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        given = bound(like, self, args, kwargs)
        if holds_lazy(given) or given.keys() - {"min_periods"} or self._plan.is_answer:
            return self._gather("expanding", args, kwargs)
        self._plan.schema.empty.expanding(**given)  # pandas' own errors show now
        return Expanding(self, given)

    return documented(method, like, BEFORE + ELSE_GATHERS)


class Expanding(Windows):
    """Windows of all rows up to each: what pandas' `expanding` gives."""

    of = PandasExpanding

    sum = handed_on(PandasExpanding.sum, BEFORE)
    mean = handed_on(PandasExpanding.mean, BEFORE)
    min = handed_on(PandasExpanding.min, BEFORE)
    max = handed_on(PandasExpanding.max, BEFORE)
    count = handed_on(PandasExpanding.count, BEFORE)

    def _called(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """A method of the windows."""
        rows = self._rows
        if args or kwargs or not all(is_number(dtype) for dtype in rows._value_dtypes()):
            return getattr(self._deferred(), name)(*args, **kwargs)
        least = self._window.get("min_periods", 1)
        if rows.kind == "series":
            return so_far(rows, name, least)
        made = beside([so_far(rows[column], name, least) for column in rows.columns])
        return getattr(self._deferred(), name)() if made is None else made


def so_far(series: Any, name: str, least: int) -> Any:
    """A statistic of all values up to each, where there are so many at least; pandas takes infinite ones as missing."""
    values = series.astype(np.float64)
    if name == "count":  # of which the rows must be so many
        counts = values.notna().astype(np.float64).cumsum()
        return counts.where(numbers_of(values) >= least)
    values = values.where(values.abs() != np.inf)
    counts = values.notna().astype(np.float64).cumsum()
    if name in ("min", "max"):
        return getattr(values, f"cum{name}")().ffill().where(counts >= least)
    sums = values.fillna(0.0).cumsum().where(counts >= least)
    return sums / counts if name == "mean" else sums


def numbers_of(series: Any) -> Any:
    """The number of each row, from one on, as floats."""
    return series.isna().astype(np.float64).clip(1, 1).cumsum()
