"""Random chains of what is lifted and what is gathered, of random tables in any number of partitions, equal pandas'."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import lazyframe as lf
from lazyframe.collections.collection import Collection
from tests.assertions import assert_same
from tests.conftest import examples

ROWS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", None]),
        st.integers(-3, 6),
        st.sampled_from([np.nan, 0.0, -0.0, 1.5, 2.0, -7.25]),
        st.booleans(),
    ),
    max_size=30,
)

STEPS: list[Callable[[Any], Any]] = [
    lambda d: d[d.x > 1],
    lambda d: d[d.x >= d.x.median()],
    lambda d: d.assign(y=d.x.rank()),
    lambda d: d.assign(y=d.y.shift(1)),
    lambda d: d.assign(y=d.x.cumsum()),
    lambda d: d.assign(y=d.groupby("k").x.transform("sum")),
    lambda d: d.sort_values(["x", "y"], kind="stable"),
    lambda d: d.sort_index(ascending=False),
    lambda d: d.drop_duplicates(["k", "x"]),
    lambda d: d.dropna(),
    lambda d: d.reset_index(drop=True),
    lambda d: d.query("x > 0 or y < 1"),
    lambda d: d[d.x.isin(d.y)],
    lambda d: d.assign(x=d.x.mask(d.b, 0)),
    lambda d: d.assign(y=d.y.where(d.b)),
    lambda d: d.assign(y=d.y.fillna(d.y.mean())),
    lambda d: (pd if isinstance(d, pd.DataFrame) else lf).concat([d, d[d.b]]),
    lambda d: d.loc[d.b, ["k", "x", "y", "b"]],
    lambda d: d.nlargest(4, "x"),
    lambda d: d.assign(k=d.k.str.upper()),
    lambda d: d[~d.duplicated("x")],
    lambda d: d[d.x.eq(d.y)],
    lambda d: d.assign(y=d.y.ffill()),
    lambda d: d.assign(y=d.y.bfill()),
    lambda d: d.assign(y=d.x.diff(-2)),
    lambda d: d.assign(y=d.x.rolling(3, min_periods=1).sum()),
    lambda d: d.assign(y=d.groupby("b").y.transform("mean")),
    lambda d: d.assign(x=d.groupby("b").x.cumsum()),
    lambda d: d.assign(y=d.groupby("x").y.rank()),
    lambda d: d.groupby("x").head(2),
    lambda d: d.drop_duplicates(["k", "b"], keep="last"),
    lambda d: d.drop_duplicates("x", keep=False),
    lambda d: d.sort_values(["b", "y"], ascending=[False, True], na_position="first", kind="stable"),
    lambda d: d.merge(d.groupby("b").x.max().rename("m").reset_index(), on="b").drop(columns="m"),
    lambda d: d.merge(d[["k", "x"]].drop_duplicates(), on=["k", "x"], how="left"),
    lambda d: d.assign(k=d.k.replace("a", "z")),
    lambda d: d.groupby("k").nth(0),
    lambda d: d.sort_values("x", kind="stable").groupby("b").head(2),
    lambda d: d.sort_values("y", ascending=False, kind="stable").groupby(["k", "b"]).tail(1),
    lambda d: d.assign(y=d.y.rank(pct=True, method="first", ascending=False)),
    lambda d: d.assign(y=d.y.rank(method="dense")),
    lambda d: d.merge(d[["k"]].drop_duplicates(), on="k", how="outer"),
    lambda d: d.assign(k=d.k.map({"a": "b", "b": "c"})),
]

ENDS: list[Callable[[Any], Any]] = [
    lambda d: d,
    lambda d: d.head(3),
    lambda d: d.tail(3),
    lambda d: d.iloc[:2],
    lambda d: d.shape,
    lambda d: d.x.sum(),
    lambda d: d.k.value_counts(),
    lambda d: d.x.mode(),
    lambda d: list(d.x.unique()),
    lambda d: d.groupby("k").x.sum(),
    lambda d: d.groupby("k").y.median(),
    lambda d: d.groupby(["k", "b"]).size(),
    lambda d: d.agg({"x": ["min", "max"], "y": ["sum"]}),
    lambda d: d[["x", "y"]].sum(axis=1),
    lambda d: d.x.cumsum(),
    lambda d: d.y.quantile([0.25, 0.5]),
    lambda d: d[["x", "y"]].describe(),
    lambda d: d.groupby("k").x.median(),
    lambda d: d.groupby(["b", "k"]).y.agg(lambda values: values.count()),
    lambda d: d.sort_values("x", kind="stable").head(4),
    lambda d: d.duplicated(["k", "x"]),
    lambda d: d.x.shift(2),
    lambda d: d.groupby("b")[["x", "y"]].corr(),
    lambda d: d.groupby(["k", "x", "b"], dropna=False).y.agg(["sum", "count"]),
    lambda d: with_its_values(d)[lambda m: m.v > 0].groupby("k").w.sum(),
    lambda d: with_its_values(d)[lambda m: (m.v > 0) & m.b].w.count(),
    lambda d: (d.x.is_monotonic_increasing, d.x.is_unique),
]


def with_its_values(d: Any) -> Any:
    """The rows joined with all values of their keys."""
    return d[["k", "x", "b"]].rename(columns={"x": "v"}).merge(d[["k", "x"]].rename(columns={"x": "w"}), on="k")


@given(
    ROWS,
    st.lists(st.sampled_from(STEPS), max_size=4),
    st.sampled_from(ENDS),
    st.sampled_from([1, 2, 3, 7]),
    st.sampled_from(["1kB", None]),
)
@settings(max_examples=examples(600), deadline=None)
def test_chains_equal_those_of_pandas(rows: Any, steps: Any, end: Any, parts: int, spill: Any) -> None:
    dtypes = {"k": "str", "x": "int64", "y": "float64", "b": "bool"}
    table = pd.DataFrame(rows, columns=list(dtypes)).astype(dtypes)
    found, expected = lf.from_pandas(table, npartitions=parts), table
    try:
        for step in steps:
            expected = step(expected)
        expected = end(expected)
    except Exception:  # pandas refuses, such as labels that are not unique
        assume(False)
    with lf.config.set(scheduler="sync", spill_limit=spill):
        for step in steps:
            found = step(found)
        answer = end(found)
        answer = answer.compute() if isinstance(answer, Collection) else answer
    if isinstance(expected, list | tuple):
        assert answer == expected
    else:
        assert_same(answer, expected)
