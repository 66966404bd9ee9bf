"""Bins of time equal pandas', gathered only where they have to be."""

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
from tests.assertions import assert_same
from tests.conftest import ALL, examples
from tests.tables import from_files

RANDOM = np.random.default_rng(7)
N = 60
FRAME = pd.DataFrame(
    {
        "when": pd.Timestamp("2020-01-30") + pd.to_timedelta(RANDOM.integers(0, 4_000_000, N), unit="s"),
        "x": RANDOM.integers(0, 9, N),
        "y": np.where(RANDOM.random(N) > 0.2, RANDOM.normal(size=N), np.nan),
        "k": RANDOM.choice(list("ab"), N),
    }
).astype({"k": "str", "when": "M8[us]"})

LIFTED = """
d.resample("D",on="when").x.sum()
d.resample("D",on="when")["x"].mean()
d.resample("12h",on="when")[["x","y"]].max()
d.resample("7h",on="when").size()
d.resample("W",on="when").k.count()
d.resample("ME",on="when").x.std()
d.resample("MS",on="when").y.var()
d.resample("QE",on="when").k.nunique()
d.resample("3D",on="when",closed="right").x.min()
d.resample("D",on="when",label="right").y.sum()
d.resample("5h",on="when",origin="epoch").x.sum()
d.resample("5h",on="when",origin="end").x.sum()
d.resample("7h",on="when",offset="2h").x.prod()
d.resample("2D",on="when",origin="start").x.sem()
d.resample("W",on="when").mean(numeric_only=True)
d.resample("D",on="when").agg({"x":"sum","y":["min","max"]})
d.resample("D",on="when").agg(total=("x","sum"),n=("k","count"))
d.resample("D",on="when").x.agg(["sum","mean"])
d.resample("D",on="when").x.agg("sum")
d.set_index("when").resample("D").x.sum()
d.set_index("when").x.resample("2D").mean()
d.set_index("when")[["x","y"]].resample("ME").sum()
d[d.x>3].resample("D",on="when").x.sum()
d.assign(z=d.x*2).resample("D",on="when").z.sum()
d.groupby(G(key="when",freq="D")).x.sum()
d.groupby(G(key="when",freq="ME")).y.agg(["mean","max"])
d.groupby(G(key="when",freq="W",closed="left",label="left")).size()
d.groupby([G(key="when",freq="W"),"k"]).x.sum()
d.groupby(["k",G(key="when",freq="ME")]).y.mean()
d.resample("D",on="when").x.sum().rolling(3).mean()
d.resample("D",on="when").first()
d.resample("7h",on="when").k.last()
d.resample("D",on="when").k.agg(["last","count"])
d.resample("5h",on="when").agg({"x":"first","y":["last","mean"]})
d.resample("D",on="when").x.median()
d.resample("9h",on="when")[["x","y"]].quantile(.3)
d.resample("D",on="when").y.quantile()
d.resample("9h",on="when").y.ohlc()
d.set_index("when").x.resample("2D").ohlc()
d.set_index("when").x.resample("2D").last()
d.groupby(G(key="when",freq="D")).x.median()
d[d.x>6].groupby(G(key="when",freq="D")).k.first()
""".strip().splitlines()

GATHERED = """
d.resample("D",on="when")[["x","y"]].ohlc()
d.resample("D",on="when").y.quantile([.2,.4])
d.resample("D",on="when").x.first(min_count=2)
d.resample("D",on="when").k.sum()
d.resample("D",on="when").k.agg("sum")
d.resample("D",on="when").agg({"k":["sum","count"]})
d.resample("D",on="when").agg(a=("k","sum"),n=("x","sum"))
d.resample("D",on="when").x.agg(lambda g: g.sum())
d.resample("D",on="when").x.sum(min_count=2)
d.sort_values("when").set_index("when").x.resample("30D").apply(len)
""".strip().splitlines()


def cut(frame: pd.DataFrame, parts: int | str, folder: Path) -> Any:
    """The table lazily, in memory or from files."""
    if isinstance(parts, int):
        return lf.from_pandas(frame, npartitions=parts)
    return from_files(frame, folder, blocksize=200, parse_dates=["when"])


@pytest.mark.parametrize("parts", [1, 3, 7, "files"] if ALL else [1, 7, "files"])
@pytest.mark.parametrize("has_gaps", [False, True])
def test_bins(parts: int | str, has_gaps: bool, tmp_path: Path) -> None:
    frame = FRAME.assign(when=FRAME.when.where(FRAME.x != 5)) if has_gaps else FRAME
    lazy = cut(frame, parts, tmp_path)
    asked = [eval(text, {"d": lazy, "G": pd.Grouper}) for text in LIFTED]
    for text, answer in zip(LIFTED, lf.compute(*asked), strict=True):
        assert_same(answer, eval(text, {"d": frame, "G": pd.Grouper}))


@pytest.mark.parametrize("text", LIFTED)
def test_only_answers_are_gathered(text: str) -> None:
    lazy = eval(text, {"d": lf.from_pandas(FRAME, npartitions=3), "G": pd.Grouper})
    for node in walk(lazy._plan):
        if isinstance(node, Gathered):
            assert all(one.npartitions == 1 for one in node.inputs)


@pytest.mark.parametrize("text", GATHERED)
def test_others_are_gathered(text: str) -> None:
    lazy = eval(text, {"d": lf.from_pandas(FRAME, npartitions=3), "G": pd.Grouper})
    assert_same(lazy.compute(), eval(text, {"d": FRAME, "G": pd.Grouper}))


def test_no_rows() -> None:
    for frame in (FRAME.iloc[:0], FRAME.assign(when=pd.Series(pd.NaT, FRAME.index, dtype="M8[us]"))):
        lazy = lf.from_pandas(frame, npartitions=2)
        assert_same(lazy.resample("D", on="when").x.sum().compute(), frame.resample("D", on="when").x.sum())


def test_time_zones() -> None:
    frame = FRAME.assign(when=FRAME.when.dt.tz_localize("UTC").dt.tz_convert("Europe/Berlin"))
    lazy = lf.from_pandas(frame, npartitions=4)
    for rule in ("D", "6h", "ME"):
        assert_same(lazy.resample(rule, on="when").y.sum().compute(), frame.resample(rule, on="when").y.sum())


@given(
    st.lists(st.integers(0, 2_000_000), min_size=1, max_size=20),
    st.sampled_from(["D", "5h", "90min", "W-WED", "ME", "BMS", "2W", "36h"]),
    st.sampled_from(["left", "right"]),
    st.sampled_from(["left", "right"]),
    st.integers(1, 5),
)
@settings(max_examples=examples(60), deadline=None)
def test_random_bins(seconds: list[int], rule: str, closed: str, label: str, parts: int) -> None:
    when = (pd.Timestamp("2021-03-20 07:30") + pd.to_timedelta(seconds, unit="s")).as_unit("us")
    frame = pd.DataFrame({"when": when, "x": range(len(seconds))})
    options: dict[str, Any] = {"on": "when", "closed": closed, "label": label}
    lazy = lf.from_pandas(frame, npartitions=parts).resample(rule, **options)
    assert_same(lazy.x.sum().compute(), frame.resample(rule, **options).x.sum())


def test_what_people_see() -> None:
    lazy = lf.from_pandas(FRAME, npartitions=3)
    assert repr(lazy.resample("D", on="when", closed="right")) == "lazyframe.Resampler('D', closed='right')"
    with pytest.raises(ValueError, match="Invalid frequency"):
        lazy.resample("nothing", on="when")
    with pytest.raises(AttributeError):
        _ = lazy.resample("D", on="when").nothing.compute()


def test_dates_that_are_text_are_an_error_that_says_what_to_do() -> None:
    lazy = lf.from_pandas(FRAME.astype({"when": "str"}), npartitions=2)
    with pytest.raises(TypeError, match=r"column 'when' is text: pass read_csv\(parse_dates=\['when'\]\)"):
        lazy.resample("D", on="when")


def test_what_gathers_looks_at_its_columns_alone() -> None:
    lazy = lf.from_pandas(FRAME, npartitions=3)
    for asked in (
        lazy.resample("D", on="when").x.skew(),
        lazy.groupby(pd.Grouper(key="when", freq="D")).x.skew(),
    ):
        assert "gathers 2 columns" in str(asked.explain())
