"""Random frames, chains of steps, and partitionings, for hypothesis."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st

import lazyframe as lf

KEYS = ["a", "b", "c", None]


def floats() -> st.SearchStrategy[float]:
    """Numbers with missing values and infinities; sums of them do not depend on their order by much."""
    return st.one_of(st.integers(-1000, 1000).map(float), st.sampled_from([np.nan, 0.5, -0.0]))


@st.composite
def frames(draw: st.DrawFn, least: int = 0) -> pd.DataFrame:
    """Frames with columns i (int64), f (float64), b (bool), k (text keys), d (dates)."""
    size = draw(st.integers(least, 30))

    def column(values: st.SearchStrategy[Any], dtype: Any) -> pd.Series:
        return pd.Series(draw(st.lists(values, min_size=size, max_size=size)), dtype=dtype)

    dates = st.integers(0, 40_000).map(lambda day: pd.Timestamp("1970-01-01") + pd.Timedelta(days=day))
    return pd.DataFrame(
        {
            "i": column(st.integers(-1000, 1000), "int64"),
            "f": column(floats(), "float64"),
            "b": column(st.booleans(), "bool"),
            "k": column(st.sampled_from(KEYS), "str"),
            "d": column(st.one_of(dates, st.none()), "datetime64[us]"),
        }
    )


Step = Callable[[Any], Any]

FILTERS: dict[str, Step] = {
    "i > 0": lambda df: df[df.i > 0],
    "f > 0": lambda df: df[df.f > 0],
    "not f > 0": lambda df: df[~(df.f > 0)],
    "f != 5": lambda df: df[df.f != 5],
    "b": lambda df: df[df.b],
    "not b and f notna": lambda df: df[~df.b & df.f.notna()],
    "k == a": lambda df: df[df.k == "a"],
    "k != a or i < f": lambda df: df[(df.k != "a") | (df.i < df.f)],
    "k isin": lambda df: df[df.k.isin(["a", "c"])],
    "i between": lambda df: df[df.i.between(-500, 500)],
    "month": lambda df: df[df.d.dt.month > 6],
    "d isna": lambda df: df[df.d.isna() ^ df.b],
    "quotient": lambda df: df[df.f / df.i > 1],
    "late": lambda df: df[df.d > pd.Timestamp("2000-01-01")],
    "above the mean": lambda df: df[df.i > df.i.mean()],
}

CHANGES: dict[str, Step] = {
    "assign": lambda df: df.assign(f=df.f * 2 + df.i),
    "assign constant": lambda df: df.assign(i=7),
    "assign scalar": lambda df: df.assign(f=df.f.max()),
    "round and clip": lambda df: df.assign(f=df.f.clip(-10, 10).round(1)),
    "fillna": lambda df: df.assign(f=df.f.fillna(0)),
    "astype": lambda df: df.assign(i=df.i.astype("float64")),
    "columns": lambda df: df[["d", "k", "b", "f", "i"]],
    "abs": lambda df: df.assign(i=abs(df.i), f=-df.f),
}

ENDS: dict[str, Step] = {
    "rows": lambda df: df,
    "column": lambda df: df.f - df.i,
    "part of date": lambda df: df.d.dt.day_of_week,
    "sum": lambda df: df.i.sum(),
    "sum of floats": lambda df: df.f.sum(),
    "mean": lambda df: df.f.mean(),
    "largest": lambda df: df.i.max(),
    "smallest": lambda df: df.f.min(),
    "last day": lambda df: df.d.max(),
    "var": lambda df: df.f.var(),
    "std": lambda df: df.i.std(ddof=0),
    "count": lambda df: df.k.count(),
    "any": lambda df: df.b.any(),
    "all": lambda df: df.b.all(),
    "nunique": lambda df: df.k.nunique(),
    "frame": lambda df: df[["i", "f", "b"]].sum(),
    "frame of means": lambda df: df.mean(numeric_only=True),
    "frame of counts": lambda df: df.count(),
    "missing": lambda df: df.isna().sum(),
    "group mean": lambda df: df.groupby("k").f.mean(),
    "group sum": lambda df: df.groupby("k")[["i", "f"]].sum(),
    "group with missing": lambda df: df.groupby("k", dropna=False).i.max(),
    "groups unsorted": lambda df: df.groupby("k", sort=False).f.std(),
    "two keys": lambda df: df.groupby(["k", "b"]).f.var(),
    "part as key": lambda df: df.groupby(df.d.dt.quarter).i.sum(),
    "computed key": lambda df: df.groupby(df.i > 0).f.count(),
    "size": lambda df: df.groupby(["b", "k"]).size(),
    "group nunique": lambda df: df.groupby("b").k.nunique(),
    "agg": lambda df: df.groupby("k").agg({"i": ["min", "max"], "f": ["mean", "count"]}),
    "named agg": lambda df: df.groupby("b").agg(n=("i", "size"), low=("f", "min"), any=("b", "any")),
}


def lazily(frame: pd.DataFrame, npartitions: int) -> lf.DataFrame:
    """A frame in memory, in so many partitions; more than it has rows makes empty ones."""
    return lf.from_pandas(frame, npartitions=npartitions)
