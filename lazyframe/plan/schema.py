"""What is known of a node's result before it runs: its kind, and itself with no rows."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd

from lazyframe.record import record

Kind = Literal["frame", "series", "scalar", "delayed", "deferred", "inner"]


@record(eq=False)
class Schema:
    """A DataFrame or Series with no rows; a scalar is known by a Series of its dtype."""

    kind: Kind
    empty: Any

    @cached_property
    def columns(self) -> list[Any]:
        """The names of a frame's columns, or a Series' name."""
        return list(self.empty.columns) if self.kind == "frame" else [self.empty.name]

    @cached_property
    def taken(self) -> dict[Any, "Schema"]:
        """The schemas of columns that were taken before."""
        return {}

    def column(self, name: Any) -> "Schema":
        """The schema of one of a frame's columns."""
        if name not in self.taken:
            self.taken[name] = Schema("series", self.empty[name])
        return self.taken[name]

    def stand_in(self) -> Any:
        """Return what an op is run on to learn the dtype of its result.

        No rows, or for a scalar some value of its dtype.
        """
        if self.kind != "scalar":
            return self.empty
        dtype = self.empty.dtype
        if isinstance(dtype, np.dtype) and dtype.kind in "biufc":
            return dtype.type(1)
        if isinstance(dtype, pd.api.extensions.ExtensionDtype) and dtype.kind in "biuf":
            return pd.Series([1]).astype(dtype)[0]
        return pd.Series(np.zeros(1, f"{dtype.kind}8[us]"))[0] if dtype.kind in "mM" else None


INNER = Schema("inner", pd.Series(dtype=object))
"""The schema of results that only other nodes see, such as counts and accumulators."""


def schema_of(result: Any) -> Schema:
    """The schema of what an op gave for no rows.

    Raises
    ------
    TypeError
        For anything but a DataFrame, a Series or a scalar.
    """
    if isinstance(result, pd.DataFrame):
        return Schema("frame", result.iloc[:0])
    if isinstance(result, pd.Series):
        return Schema("series", result.iloc[:0])
    if pd.api.types.is_scalar(result):
        return Schema("scalar", pd.Series([result]).iloc[:0])
    raise TypeError(f"Expected a DataFrame, a Series or a scalar, not {type(result).__name__}.")


def outcome_of(meta: Any) -> Any:
    """Return what a function gives, with no rows, from any form of `meta`."""
    if isinstance(meta, dict):
        return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in meta.items()})
    if isinstance(meta, tuple):
        return pd.Series(name=meta[0], dtype=meta[1])
    return meta if isinstance(meta, pd.DataFrame | pd.Series) else pd.Series(dtype=meta)


def common_dtype(dtypes: Sequence[Any]) -> Any:
    """The dtype of a row of a table with columns of these dtypes."""
    some = list(dict.fromkeys(dtypes))
    return pd.concat([pd.Series(dtype=dtype) for dtype in some]).dtype if len(some) > 1 else some[0]


def kind_letter(dtype: Any) -> str:
    """The kind of operand that a dtype is for `ops.op.Elementwise.scan`, or "?" where a scan computes nothing with it.

    Only what a scan reads or computes without loss counts: int64, float64, bool, text, dates.
    """
    if isinstance(dtype, pd.StringDtype):
        return "t" if dtype.na_value is np.nan else "?"
    if dtype == np.dtype(object):
        return "t"
    if isinstance(dtype, np.dtype):
        letters = {
            np.dtype(np.int64): "n",
            np.dtype(np.int32): "i",
            np.dtype(np.float64): "n",
            np.dtype(bool): "b",
            np.dtype("M8[us]"): "d",
        }
        return letters.get(dtype, "?")
    return "?"


def kind_letter_of_value(value: Any) -> str:
    """The same of a constant; of a list, the letter that all its values share."""
    if isinstance(value, bool | np.bool_):
        return "b"
    if isinstance(value, int | float | np.int64):
        return "n" if abs(float(value)) < 2**53 else "?"  # neither NaN nor infinite, and exact as int64 and float64
    if isinstance(value, str):
        return "t"
    if isinstance(value, pd.Timestamp):
        return "d" if value.tz is None and value.unit in ("s", "ms", "us") else "?"
    if isinstance(value, tuple) and value:
        letters = {kind_letter_of_value(item) for item in value}
        return letters.pop() if len(letters) == 1 else "?"
    return "?"
