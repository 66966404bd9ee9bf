"""Rows and those around them equal pandas' however they are cut: shifts, differences, fills and rolling windows."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lazyframe as lf
from tests.assertions import assert_all_eq, assert_same
from tests.conftest import examples

RANDOM = np.random.default_rng(1)
N = 60
FRAME = pd.DataFrame(
    {
        "x": RANDOM.integers(-5, 5, N),
        "y": RANDOM.normal(size=N),
        "k": RANDOM.choice(list("abc"), N),
        "b": RANDOM.random(N) > 0.5,
        "d": pd.to_datetime(RANDOM.integers(0, 9, N) * 86_400_000_000, unit="us"),
    }
).astype({"k": "str"})
FRAME.loc[::5, "k"] = np.nan
FRAME.loc[[0, 1, *range(3, 10), *range(55, 60)], "y"] = np.nan
FRAME.loc[::4, "d"] = pd.NaT

LIFTED = """
d.shift()
d.shift(-2)
d.shift(25)
d.x.shift(3,fill_value=0)
d.x.diff()
d.x.diff(-1)
d.d.diff()
d[["x","y"]].diff(2)
d.y.pct_change()
d.ffill()
d.bfill()
d.k.ffill()
d.y.bfill()
d.d.ffill()
d[d.x>0].y.bfill()
d.x.rolling(3).mean()
d[["x","y"]].rolling(5,min_periods=1).sum()
d.y.rolling(4,center=True,min_periods=2).std()
d.x.rolling(3,closed="both").max()
d.rolling(3,min_periods=1).y.count()
d.y.rolling(30,min_periods=1).quantile(.3)
d.x.rolling(3).median().sum()
d.assign(z=d.x-d.x.shift(1))[d.x>2]
d[d.x>100].x.shift()
d[d.x>100].y.rolling(3).mean()
d.shift(0)
d.dropna(subset=["d"]).set_index("d").sort_index(kind="stable").x.rolling("3D").sum()
d.dropna(subset=["d"]).sort_values("d", kind="stable").rolling("3D", on="d").x.mean()
d.dropna(subset=["d"]).sort_values("d", kind="stable").rolling("40h", on="d", closed="both")[["x", "y"]].sum()
d.dropna(subset=["d"]).sort_values("d", kind="stable").rolling("40h", on="d")[["x", "y"]].sum().x
d.dropna(subset=["d"])[["x", "d"]].sort_values("d", kind="stable").rolling("2D", on="d", min_periods=3).max()
d[d.d > "1970-01-04"].sort_values("d", ascending=False, kind="stable").rolling("1D", on="d").y.count()
d.dropna(subset=["d"]).set_index("d").sort_index(kind="stable").y.rolling("5D", center=True).median()
d.y.ffill(limit=1)
d.bfill(limit=3)
d[d.x > 0].y.bfill(limit=20)
d.y.expanding().sum()
d.x.expanding(3).mean()
d[["x", "y", "b"]].expanding(min_periods=0).max()
d.expanding(2).y.min()
d[d.x > 0].y.expanding(2).count()
d.y.mask(d.x == 2, np.inf).mask(d.x == 3, -np.inf).expanding().sum()
d.y.interpolate()
d[["x", "y"]].interpolate(limit_direction="both")
d[d.x < 3].y.interpolate(limit_direction="backward")
d.y.interpolate(limit_area="inside", limit_direction="both")
d.y.mask(d.x == 2, np.inf).mask(d.x == 3, -np.inf).interpolate()
d[d.x > 100].y.interpolate()
d[d.x > 100].y.expanding().sum()
""".strip().splitlines()

GATHERED = """
d[["x","y"]].diff(axis=1)
d.x.rolling(2).apply(lambda v: v.max())
d.x.rolling(2).agg(["sum","mean"])
d.x.rolling(3, step=2).sum()
d.x.shift([1, 2])
d.x.expanding().std()
d.y.expanding().agg(["sum", "max"])
d.y.interpolate(limit=2)
""".strip().splitlines()


def cut(parts: int | str, folder: Path) -> Any:
    """The table lazily, in memory or from files."""
    if isinstance(parts, int):
        return lf.from_pandas(FRAME, npartitions=parts)
    for number in range(4):
        FRAME.iloc[number * 15 : number * 15 + 15].to_csv(folder / f"{number}.csv", index=False)
    return lf.read_csv(folder / "*.csv", blocksize=200, parse_dates=["d"])


@pytest.mark.parametrize("parts", [1, 14, "files"])
def test_rows_around(parts: int | str, tmp_path: Path) -> None:
    lazy = cut(parts, tmp_path)
    asked = [eval(text, {"d": lazy, "np": np}) for text in LIFTED]
    assert [text for text, one in zip(LIFTED, asked, strict=True) if one.kind == "deferred"] == []
    assert_all_eq([(one, eval(text, {"d": FRAME, "np": np}), True) for text, one in zip(LIFTED, asked, strict=True)])


@pytest.mark.parametrize("text", GATHERED)
def test_other_windows_are_gathered(text: str) -> None:
    lazy = eval(text, {"d": lf.from_pandas(FRAME, npartitions=5)})
    assert lazy.kind == "deferred"
    assert_same(lazy.compute(), eval(text, {"d": FRAME, "np": np}))


@pytest.mark.parametrize("scheduler", ["sync", "threads", "processes", "distributed"])
def test_rows_around_on_every_executor(scheduler: str, client: Any) -> None:
    runner = client if scheduler == "distributed" else scheduler
    lazy = lf.from_pandas(FRAME, npartitions=9)
    for ask in (lambda d: d.shift(-3), lambda d: d.y.rolling(4, center=True).mean(), lambda d: d.bfill()):
        assert_same(ask(lazy).compute(scheduler=runner), ask(FRAME))


def test_windows_say_what_is_wrong_at_once() -> None:
    lazy = lf.from_pandas(FRAME, npartitions=2)
    with pytest.raises(ValueError, match="window must be an integer"):
        lazy.x.rolling(-1)
    with pytest.raises(ValueError, match="min_periods"):
        lazy.x.rolling(2, min_periods=3)
    assert repr(lazy.x.rolling(2, center=True)) == "lazyframe.Rolling(window=2, center=True)"


VALUES = st.lists(st.one_of(st.sampled_from([np.nan, 0.0, 1.0]), st.integers(-5, 5).map(float)), max_size=25)


@given(VALUES, st.sampled_from([2, 3, 9]), st.integers(-6, 6), st.integers(1, 6), st.booleans())
@settings(max_examples=examples(60), deadline=None)
def test_random_rows_around(values: list[float], parts: int, periods: int, size: int, center: bool) -> None:
    series = pd.Series(values, dtype="float64", name="x")
    lazy = lf.from_pandas(series, npartitions=parts)
    for ask in (
        lambda s: s.shift(periods),
        lambda s: s.diff(periods),
        lambda s: s.rolling(size, center=center, min_periods=1).sum(),
        lambda s: s.rolling(size).max(),
        lambda s: s.ffill(),
        lambda s: s.bfill(),
    ):
        assert_same(ask(lazy).compute(), ask(series))


def test_windows_of_times_that_go_up_and_down_are_an_error() -> None:
    times = pd.to_datetime([1, 3, 5, 4, 6, 7], unit="D")
    lazy = lf.from_pandas(pd.DataFrame({"d": times, "x": range(6)}), npartitions=2)  # each partition goes up
    with pytest.raises(ValueError, match="d values must be monotonic"):
        lazy.rolling("2D", on="d").x.sum().compute()
    with pytest.raises(ValueError, match="window must be an integer"):
        lazy.x.rolling("2D")
