"""Answers made of small states of each partition equal pandas': quantiles, correlations, skewness, describe."""

import warnings
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
from tests.conftest import ALL, examples

NUMBERS = st.one_of(
    st.integers(-3, 3).map(float), st.floats(-1e6, 1e6, width=32), st.sampled_from([np.nan, 0.0, -0.0, 1e9, 1e9 + 1])
)
WITH_INFINITE = st.one_of(NUMBERS, st.sampled_from([np.inf, -np.inf]))
COLUMNS = st.lists(WITH_INFINITE, max_size=60)
PARTS = st.sampled_from([1, 2, 3, 7])
INTERPOLATIONS = st.sampled_from(["linear", "lower", "higher", "midpoint", "nearest"])


def gathers(lazy: Any) -> bool:
    """Whether rows are gathered for a query."""
    return any(node.gathered for node in walk(lazy._plan) if isinstance(node, Gathered))


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")  # pandas' own, of infinite values
@given(COLUMNS, st.lists(st.floats(0, 1), min_size=1, max_size=4), INTERPOLATIONS, PARTS)
@settings(max_examples=examples(100), deadline=None)
def test_quantiles_are_exact(values: list[float], shares: list[float], interpolation: Any, parts: int) -> None:
    series = pd.Series(values, dtype=float, name="x")
    lazy = lf.from_pandas(series, npartitions=parts)
    found = lazy.quantile(shares, interpolation)
    assert not gathers(found)
    expected = series.quantile(shares, interpolation)
    pd.testing.assert_series_equal(found.compute(), expected, rtol=1e-15, atol=0)
    assert_same(lazy.quantile(shares[0], interpolation).compute(), series.quantile(shares[0], interpolation))
    median = lazy.median()
    assert not gathers(median)
    assert_same(median.compute(), series.median())


@given(st.lists(st.integers(-(2**53), 2**53), min_size=1, max_size=40), st.floats(0, 1), INTERPOLATIONS, PARTS)
@settings(max_examples=examples(50), deadline=None)
def test_quantiles_of_integers(values: list[int], share: float, interpolation: Any, parts: int) -> None:
    series = pd.Series(values, name="x")
    lazy = lf.from_pandas(series, npartitions=parts)
    assert_same(lazy.quantile([share], interpolation).compute(), series.quantile([share], interpolation))
    assert_same(lazy.median().compute(), series.median())


def test_quantiles_of_many_rows_need_what_lies_between(monkeypatch: pytest.MonkeyPatch) -> None:
    from lazyframe.ops import quantiles

    kept: list[int] = []
    between = quantiles.united

    def watched(*parts: quantiles.Between) -> quantiles.Between:
        whole = between(*parts)
        kept.append(sum(map(len, whole.values)))
        return whole

    monkeypatch.setattr(quantiles, "united", watched)
    values = pd.Series(np.random.default_rng(0).normal(size=200_000), name="x")
    found = lf.from_pandas(values, npartitions=20).quantile([0.1, 0.5]).compute(scheduler="sync")
    assert_same(found, values.quantile([0.1, 0.5]))
    assert 0 < max(kept) < 200_000 / 30


@given(st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), max_size=40), PARTS)
@settings(max_examples=examples(60), deadline=None)
def test_moments_and_correlations(rows: list[tuple[float, ...]], parts: int) -> None:
    table = pd.DataFrame(rows, columns=list("xyz"), dtype=float)
    lazy = lf.from_pandas(table, npartitions=parts)
    for ask in ASKED:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # pandas' of no rows
            expected = ask(table)
        found = ask(lazy)
        assert not gathers(found)
        answer = found.compute()
        scale = float(table.abs().max().max()) ** 2 if table.notna().any().any() else 1.0
        tolerance = {"rtol": 1e-7, "atol": 1e-9 if ask in UNITLESS else 1e-13 * scale}
        if isinstance(expected, pd.DataFrame):
            pd.testing.assert_frame_equal(steady(answer, table), steady(expected, table), **tolerance)  # type: ignore[arg-type]
        elif isinstance(expected, pd.Series):
            pd.testing.assert_series_equal(steady(answer, table), steady(expected, table), **tolerance)  # type: ignore[arg-type]


UNITLESS = [lambda d: d.corr(), lambda d: d.corr(min_periods=3), lambda d: d.skew(), lambda d: d.kurt()]
ASKED: list[Any] = [*UNITLESS, lambda d: d.cov(), lambda d: d.cov(ddof=0), lambda d: d.cov(min_periods=4)]


def steady(answer: Any, table: pd.DataFrame) -> Any:
    """The answer without columns that hardly vary: their correlation is that of their rounding, in pandas too."""
    names = [name for name in table if table[name].std() > 1e-5 * (1 + table[name].abs().max())]
    return answer.loc[names, names] if isinstance(answer, pd.DataFrame) else answer.loc[names]


def test_constants_do_not_vary() -> None:
    table = pd.DataFrame({"x": [0.1] * 50, "y": np.arange(50.0)})
    lazy = lf.from_pandas(table, npartitions=7)
    assert_same(lazy.x.skew().compute(), table.x.skew())
    assert_same(lazy.x.kurt().compute(), table.x.kurt())
    assert np.isnan(lazy.corr().compute().loc["x", "y"])
    assert lazy.cov().compute().loc["x", "x"] == 0


@pytest.mark.parametrize("parts", [1, 2, 7, 30])
@pytest.mark.parametrize("missing", [False, True])
def test_pairs_of_series(parts: int, missing: bool) -> None:
    rows = np.random.default_rng(1)
    table = pd.DataFrame({"x": rows.normal(size=25), "y": rows.integers(0, 9, 25)})
    if missing:
        table.loc[::4, "x"] = np.nan
    lazy = lf.from_pandas(table, npartitions=parts)
    for ask in (
        lambda d: d.x.corr(d.y),
        lambda d: d.x.cov(d.y),
        lambda d: d.y.cov(d.x, ddof=0),
        lambda d: d.x.corr(d.y, min_periods=40),
    ):
        assert_same(ask(lazy).compute(), ask(table))


FRAME = pd.DataFrame(
    {
        "k": ["a", "b", "a", "c", None, "b", "a", "c", "b", "a"],
        "x": [5, 3, 8, 1, 9, 2, 7, 4, 6, 0],
        "y": [0.5, np.nan, -1.0, 2.0, 0.25, 0.5, np.nan, 3.5, 1.0, -2.0],
        "b": [True, False] * 5,
        "d": pd.to_datetime([f"2024-01-{day:02}" for day in (1, 1, 2, 4, 4, 5, 8, 9, 9, 10)]).as_unit("us"),
    }
)

DESCRIBED = """
d.describe()
d.describe(include="all")
d.describe(include=["number"])
d.describe(exclude=["number"])
d.describe(percentiles=[0.9, 0.1])
d.describe(percentiles=[])
d[["k", "b"]].describe()
d[["x", "y"]].describe()
d.k.describe()
d.b.describe()
d.x.describe()
d.d.describe()
d.y.describe(percentiles=[0.05, 0.5])
d[d.x > 100].describe()
d[d.x > 100].k.describe()
d[["x", "y", "b"]].median()
d.median(numeric_only=True)
d[["x", "y"]].quantile(0.3)
d[["x", "y", "d"]].quantile([0.3, 0.7])
d.d.quantile(0.4)
d.x.prod()
d.y.prod(min_count=9)
d.y.prod(skipna=False)
d[["x", "y"]].prod()
d.groupby("k").x.prod()
d.groupby("k")[["x", "y"]].prod()
d[["x", "y"]].median(axis=1)
d[["x", "y"]].quantile(0.3, axis=1)
d[["x", "y"]].skew(axis=1)
d[["x", "y"]].cumsum(axis=1)
d[["x", "y", "b"]].corr()
d.skew(numeric_only=True)
""".strip().splitlines()


@pytest.mark.parametrize("parts", [1, 2, 7, 14] if ALL else [1, 7])
@pytest.mark.parametrize("text", DESCRIBED)
def test_descriptions(text: str, parts: int) -> None:
    d: Any = FRAME
    expected = eval(text, {"d": d})
    lazy = eval(text, {"d": lf.from_pandas(FRAME, npartitions=parts)})
    assert_eq(lazy, expected)
    assert gathers(lazy) == (text in OF_DATES)


OF_DATES = [
    "d.describe()",
    'd.describe(include="all")',
    'd.describe(exclude=["number"])',
    "d.describe(percentiles=[0.9, 0.1])",
    "d.describe(percentiles=[])",
    "d.d.describe()",
    "d[d.x > 100].describe()",
]
"""Those for which a column of dates is gathered, for its mean; the others gather nothing."""


def test_nothing_of_numbers_and_text_is_gathered(tmp_path: Path) -> None:
    FRAME.drop(columns="d").to_csv(tmp_path / "a.csv", index=False)
    lazy = lf.read_csv(tmp_path / "a.csv")
    for found in (lazy.describe(include="all"), lazy.k.describe(), lazy[["x", "y"]].quantile([0.1, 0.2])):
        assert not gathers(found)


def test_quantiles_outside_are_refused_as_in_pandas() -> None:
    lazy = lf.from_pandas(FRAME, npartitions=2)
    with pytest.raises(ValueError, match="percentiles should all be in the interval"):
        lazy.x.quantile(1.5)


@pytest.mark.parametrize("parts", [1, 3, 9])
@pytest.mark.parametrize(
    "values",
    [[1, 2, 2, 5], [5, 4, 4, 1], [1, 3, 2], [1.0, np.nan, 2.0], [], ["a", "b", "c"], ["b", "a", None], [True, True]],
    ids=str,
)
def test_order_and_duplicates_of_values(values: Any, parts: int) -> None:
    series = pd.Series(values, name="x", dtype=None if values else "float64")
    lazy = lf.from_pandas(series, npartitions=parts)
    for name in ("is_monotonic_increasing", "is_monotonic_decreasing", "is_unique"):
        found = getattr(lazy, name)
        assert not gathers(found)
        assert found.compute() is getattr(series, name)
        assert bool(found) == getattr(series, name)


@pytest.mark.parametrize("npartitions", [1, 2, 7])
def test_places_and_correlations_of_rows_in_their_order(npartitions: int) -> None:
    random = np.random.default_rng(0)
    frame = pd.DataFrame({"x": random.integers(-5, 5, 50), "y": random.normal(size=50)})
    frame.loc[[3, 9], "y"] = np.nan
    frame["s"] = np.sort(frame.x)
    lazy = lf.from_pandas(frame, npartitions).reset_index(drop=True)
    asks: list[Any] = [
        lambda d: d.x.argmax(),
        lambda d: d.y.argmin(),
        lambda d: d[d.x > 0].y.argmax(),
        lambda d: d.y.autocorr(),
        lambda d: d.x.autocorr(3),
        lambda d: d[["x", "y"]].corrwith(d.s),
    ]
    for ask in asks:
        assert npartitions == 1 or not gathers(ask(lazy))
        assert np.allclose(ask(lazy).compute(), ask(frame), rtol=1e-12)
    assert_same(lazy[["x", "y"]].corrwith(lazy.s).compute(), frame[["x", "y"]].corrwith(frame.s))
    with pytest.raises(ValueError, match=r"All-NA|all NA|empty"):
        lazy[lazy.x > 100].y.argmax().compute()
