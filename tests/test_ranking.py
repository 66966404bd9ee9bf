"""Ranks equal pandas', whatever the partitions: nothing is gathered."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lazyframe as lf
from lazyframe.plan.logical.gathered import Gathered
from lazyframe.plan.node import walk
from tests.assertions import assert_eq, assert_same
from tests.conftest import examples
from tests.tables import from_files, with_an_empty_partition

RANDOM = np.random.default_rng(2)
N = 150
FRAME = pd.DataFrame(
    {
        "x": RANDOM.integers(0, 30, N),
        "y": np.where(RANDOM.random(N) < 0.2, np.nan, RANDOM.choice([-1.5, 0.0, -0.0, 2, np.inf, -np.inf], N)),
        "d": pd.to_datetime(RANDOM.integers(0, 40, N), unit="D").astype("datetime64[us]"),
        "u": RANDOM.integers(0, 2**63, N).astype("uint64"),
        "t": list("abc") * 50,
    }
)
FRAME.loc[::9, "d"] = pd.NaT
METHODS = ["average", "min", "max", "first", "dense"]

ASKED = """
d[["x", "y"]].rank()
d.rank(numeric_only=True, pct=True)
d[d.x > 3].y.rank()
d.x - d.x.rank()
d[d.x > 100].y.rank(pct=True)
d.assign(r=d.y.rank(ascending=False))[d.x > 10].r.sum()
d[d.x.rank(method="first") <= 10].x
d.sort_values("x", kind="stable").y.rank()
""".strip().splitlines()

GATHERED = ["d.t.rank()", "d.y.rank(na_option='top')", "d[['x', 'y']].rank(axis=1)", "d.rank()"]


OPTIONS: list[dict[str, Any]] = [{}, {"ascending": False}, {"pct": True}, {"ascending": False, "pct": True}]


@pytest.mark.parametrize("column", "xydu")
def test_ranks(column: str) -> None:
    lazy = with_an_empty_partition(FRAME)
    asked = [(method, options) for method in METHODS for options in OPTIONS]
    ranks = [lazy[column].rank(method=method, **options) for method, options in asked]
    assert not any(isinstance(node, Gathered) for one in ranks for node in walk(one._plan))
    for (method, options), found in zip(asked, lf.compute(*ranks, scheduler="sync"), strict=True):
        assert_same(found, FRAME[column].rank(method=method, **options))
    assert_eq(lazy[column].rank(), FRAME[column].rank())


@pytest.mark.parametrize("text", [*ASKED, *GATHERED])
def test_answers(text: str, tmp_path: Path) -> None:
    lazy = eval(text, {"d": from_files(FRAME, tmp_path, blocksize=900, parse_dates=["d"], dtype={"u": "uint64"})})
    assert_same(lazy.compute(), eval(text, {"d": FRAME}))
    assert any(isinstance(node, Gathered) for node in walk(lazy._plan)) == (text in GATHERED)


@pytest.mark.parametrize("scheduler", ["sync", "threads", "processes", "distributed"])
def test_on_every_executor(scheduler: str, client: Any, tmp_path: Path) -> None:
    runner = client if scheduler == "distributed" else scheduler
    lazy = lf.from_pandas(FRAME, npartitions=4)
    with lf.config.set(spill_limit="1", temporary_directory=tmp_path):
        assert_same(lazy.y.rank().compute(scheduler=runner), FRAME.y.rank())
    assert not list(tmp_path.iterdir())


@settings(max_examples=examples(60), deadline=None)
@given(
    st.lists(st.sampled_from([np.nan, -1.0, 0.0, 3.5, 1e9]), max_size=40),
    st.sampled_from(METHODS),
    st.booleans(),
    st.booleans(),
    st.sampled_from([2, 5, 20]),
)
def test_random_ranks(values: list[float], method: Any, ascending: bool, pct: bool, parts: int) -> None:
    series = pd.Series(values, dtype="float64")
    found = lf.from_pandas(series.rename("x"), parts).rank(method=method, ascending=ascending, pct=pct)
    assert_same(found.compute(scheduler="sync"), series.rename("x").rank(method=method, ascending=ascending, pct=pct))


def test_a_method_that_there_is_not() -> None:
    with pytest.raises(KeyError, match="nothing"):
        lf.from_pandas(FRAME, 3).x.rank(method="nothing")
