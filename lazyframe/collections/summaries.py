"""Lifts of methods whose answers are made of small states of each partition: quantiles, correlations, describe."""

import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from lazyframe.collections.collection import Collection, wrap
from lazyframe.collections.few import counts_of, is_countable
from lazyframe.collections.gather import gather
from lazyframe.collections.lifts import Given
from lazyframe.collections.like import PARTIAL
from lazyframe.collections.method import matched, of_each_row
from lazyframe.ops.comoments import matrix_of, of_two
from lazyframe.ops.describe import Described, DescribedFrame, commonest
from lazyframe.ops.monotonic import monotonic
from lazyframe.ops.op import Needs, Partial
from lazyframe.ops.pick import Tabled
from lazyframe.ops.quantiles import INTERPOLATIONS, Places, bounds_of, quantiles_of
from lazyframe.ops.reductions import plain_kind
from lazyframe.ops.skewness import of_columns
from lazyframe.plan.logical.aggregate import Summary
from lazyframe.plan.logical.gathered import DEFERRED
from lazyframe.plan.logical.rowwise import Project
from lazyframe.plan.node import Node
from lazyframe.plan.schema import Schema, schema_of

FLOAT = Schema("scalar", pd.Series(dtype=np.float64))


def is_plain(dtype: Any) -> bool:
    """Return whether values are NumPy's numbers of 64 bits, of which all answers are floats of 64 bits."""
    return plain_kind(dtype) in ("i", "u", "f")


def is_date(dtype: Any) -> bool:
    """Return whether values are dates as files give them."""
    return bool(dtype == np.dtype("M8[us]"))


def is_bool(dtype: Any) -> bool:
    """Return whether values are NumPy's bools, which many answers take for 0 and 1."""
    return plain_kind(dtype) == "b"


def numbers_of(rows: Any, given: Given, others: Callable[[Any], bool] = lambda dtype: False) -> Any:
    """The rows with their columns of numbers if asked with `numeric_only`; None if one has other values.

    `others` says which dtypes are taken besides.
    """
    if rows.kind == "frame" and given.pop("numeric_only", False):
        names = tuple(rows._plan.schema.empty.select_dtypes(["number", "bool"]).columns)
        rows = wrap(Project(rows._plan, names)) if names != tuple(rows._plan.schema.columns) else rows
    dtypes = rows._value_dtypes()
    return rows if dtypes and all(is_plain(dtype) or others(dtype) for dtype in dtypes) else None


def summary(inputs: Sequence[Any], op: Partial, outcome: Schema = DEFERRED) -> Any:
    """The answer of an op that merges a state of each partition."""
    return wrap(Summary(tuple(one._plan for one in inputs), op, outcome))


def quantiles(series: Any, places: Places, index: pd.Index | None) -> Any:
    """Some quantiles of a Series of numbers or dates, in two passes."""
    bounds = summary((series,), bounds_of(places))
    is_value = places.interpolation in ("lower", "higher", "nearest")
    dtype = series.dtype if series.dtype.kind == "M" else np.dtype(np.float64)
    kind: Any = "scalar" if index is None else "series"
    outcome = Schema(kind, pd.Series(dtype=dtype, index=None if index is None else index[:0], name=series.name))
    if is_value and series.dtype.kind in "iu":
        outcome = DEFERRED  # of no values they are floats
    return summary((series, bounds), quantiles_of(places, index, series._plan.schema.empty), outcome)


def median(rows: Any, given: Given) -> Any:
    """`median`."""
    if (found := of_each_row(rows, "median", given)) is not None:
        return found
    numbers = numbers_of(rows, given, others=is_bool)
    if numbers is None or given:
        return None
    places = Places(None)
    if rows.kind == "series":
        return quantiles(rows, places, None)
    names = numbers._plan.schema.columns
    return gather("median", Tabled(None), ({name: quantiles(numbers[name], places, None) for name in names},))


def quantile(rows: Any, given: Given) -> Any:
    """`quantile`."""
    if (found := of_each_row(rows, "quantile", given)) is not None:
        return found
    q, interpolation = given.pop("q", 0.5), given.pop("interpolation", "linear")
    numbers = numbers_of(rows, given, others=is_date)
    if numbers is None or given or interpolation not in INTERPOLATIONS:
        return None
    is_one = pd.api.types.is_number(q)
    if not is_one and not (isinstance(q, list | tuple | np.ndarray) and len(q)):
        return None
    shares = [float(one) for one in ([q] if is_one else q)]
    if not all(0 <= one <= 1 for one in shares):
        raise ValueError("percentiles should all be in the interval [0, 1]")
    places = Places(tuple(shares), interpolation)
    index = None if is_one else pd.Index(q, dtype=np.float64)
    if rows.kind == "series":
        return quantiles(rows, places, index)
    names = numbers._plan.schema.columns
    columns = {name: quantiles(numbers[name], places, index) for name in names}
    return gather("quantile", Tabled(q if is_one else None, is_frame=not is_one), (columns,))


def powers(name: str) -> Callable[[Any, Given], Any]:
    """`skew` and `kurt`."""

    def lift(rows: Any, given: Given) -> Any:
        if (found := of_each_row(rows, name, given)) is not None:
            return found
        numbers = numbers_of(rows, given, others=is_bool)
        if numbers is None or given:
            return None
        if rows.kind == "series":
            return summary((rows,), of_columns(name, None), FLOAT)
        names = tuple(numbers._plan.schema.columns)
        outcome = schema_of(pd.Series(0.0, pd.Index(list(names))))
        return summary((numbers,), of_columns(name, names), outcome)

    return lift


def matrix(name: str) -> Callable[[Any, Given], Any]:
    """`cov` and `corr` of a frame."""

    def lift(frame: Any, given: Given) -> Any:
        is_pearson = given.pop("method", "pearson") == "pearson"
        min_periods, ddof = given.pop("min_periods", None), given.pop("ddof", 1)
        numbers = numbers_of(frame, given, others=is_bool)
        if numbers is None or given or not is_pearson or not isinstance(ddof, int):
            return None
        names = tuple(numbers._plan.schema.columns)
        index = pd.Index(list(names))
        outcome = schema_of(pd.DataFrame(0.0, index, index))
        return summary((numbers,), matrix_of(name, names, 1 if min_periods is None else min_periods, ddof), outcome)

    return lift


def pair(name: str) -> Callable[[Any, Given], Any]:
    """`cov` and `corr` of a Series with another with the same rows."""

    def lift(series: Any, given: Given) -> Any:
        other, is_pearson = given.pop("other"), given.pop("method", "pearson") == "pearson"
        min_periods, ddof = given.pop("min_periods", None), given.pop("ddof", 1)
        is_series = isinstance(other, Collection) and other.kind == "series"
        if not is_series or given or not is_pearson or not isinstance(ddof, int):
            return None
        if not (is_plain(series.dtype) and is_plain(other.dtype)) or not have_same_rows(series._plan, other._plan):
            return None
        return summary((series, other), of_two(name, 1 if min_periods is None else min_periods, ddof), FLOAT)

    return lift


def autocorr(series: Any, given: Given) -> Any:
    """`autocorr`: the correlation with the values so many rows before."""
    lag = given.get("lag", 1)
    if not isinstance(lag, int) or not is_plain(series.dtype) or series._plan.is_answer:
        return None
    return summary((series, series.shift(lag)), of_two("corr", 1, 1), FLOAT)


def corrwith(frame: Any, given: Given) -> Any:
    """`corrwith` a Series with the same rows."""
    if given.keys() != {"other"} or not frame._plan.schema.columns:
        return None
    found = {name: pair("corr")(frame[name], dict(given)) for name in frame.columns}
    return None if any(one is None for one in found.values()) else gather("corrwith", Tabled(None), (found,))


def have_same_rows(first: Node, other: Node) -> bool:
    """Return whether pandas aligns two Series row by row: of other rows, each has to have a label of its own."""
    if first.rows is not None and first.rows == other.rows:
        return True
    return matched(first, other) is not None and first.is_numbered and other.is_numbered


def describe(rows: Any, given: Given) -> Any:
    """`describe`: of numbers their quantiles and so on, of text and bools the commonest value."""
    percentiles = given.get("percentiles")
    if given.keys() - {"percentiles", "include", "exclude"} or (rows.kind == "frame" and not rows._plan.schema.columns):
        return None
    try:
        empty: Any = rows._plan.schema.empty.describe(**given)  # pandas' own errors show now
    except IndexError:
        return None
    names = list(empty.columns) if rows.kind == "frame" else [None]
    columns = [rows if name is None else rows[name] for name in names]
    if not all(is_plain(one.dtype) or is_date(one.dtype) or is_category(one) for one in columns):
        return None
    shares = tuple(percentiles) if percentiles is not None else (0.25, 0.5, 0.75)
    labels = pd.Series([0.0]).describe(percentiles=percentiles).index
    wanted = tuple(label for label in labels if label.endswith("%"))
    places = Places(tuple(sorted(shares)))
    if len(wanted) != len(shares):
        return None
    parts = [described(one, places) for one in columns]
    if rows.kind == "series":
        return gather("describe", Described(wanted, rows.name), (parts[0],))
    return gather("describe", DescribedFrame(wanted, empty.columns), (parts,))


def is_category(series: Any) -> bool:
    """Return whether a Series is described by its commonest value."""
    return is_countable(series) and series.dtype.kind not in "iufmM"


def described(series: Any, places: Places) -> dict[str, Any]:
    """What the description of a Series is made of."""
    if is_category(series):
        return {"count": series.count(), "commonest": gather("describe", commonest, (counts_of(series, True),))}
    asked = places.quantiles or ()
    return {
        "count": series.count(),
        "mean": series.mean(),
        **({} if is_date(series.dtype) else {"std": series.std()}),
        "min": series.min(),
        "quantiles": quantiles(series, places, pd.Index(asked, dtype=np.float64)) if asked else None,
        "max": series.max(),
    }


def is_monotonic(name: str) -> property:
    """`is_monotonic_increasing` or `is_monotonic_decreasing`."""

    def method(self: Any) -> Any:
        return summary((self,), monotonic(name))

    method.runs = PARTIAL  # type: ignore[attr-defined]
    return property(method, doc=f"As pandas' `Series.{name}`.")


def is_unique() -> property:
    """`is_unique`: whether no row is a duplicate; equal values meet."""

    def method(self: Any) -> Any:
        return gather("is_unique", operator.not_, (self.duplicated().any(),))

    method.runs = Needs.GROUP.value  # type: ignore[attr-defined]
    return property(method, doc="As pandas' `Series.is_unique`.")
