"""Methods for which all rows of a group meet equal pandas', however the rows are cut and wherever they meet."""

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

RANDOM = np.random.default_rng(1)
N = 60
FRAME = pd.DataFrame(
    {
        "x": RANDOM.integers(-5, 5, N),
        "y": RANDOM.normal(size=N),
        "k": RANDOM.choice(list("abc"), N),
        "j": RANDOM.integers(0, 4, N),
        "b": RANDOM.random(N) > 0.5,
        "s": RANDOM.choice(["u", "v", None], N),
        "d": pd.to_datetime(RANDOM.integers(0, 9, N) * 86_400_000_000, unit="us"),
    }
).astype({"k": "str", "s": "str"})
FRAME.loc[::7, "y"] = np.nan
FRAME.loc[::5, "k"] = np.nan

MEET = """
d.groupby("k").y.median()
d.groupby("k")[["x","y"]].median()
d.groupby(["k","j"]).y.quantile([.1,.5])
d.groupby(["k","j"]).y.quantile(.1)
d.groupby("k",as_index=False).y.median()
d.groupby("k").y.transform("mean")
d.groupby("k").x.cumsum()
d.groupby("j").x.cumsum()
d.groupby("j")[["x","y"]].shift(2)
d.groupby("j").x.diff()
d.groupby("j").b.shift()
d.groupby("j").s.ffill()
d.groupby("j").d.shift(-1)
d.groupby("k").cumcount()
d.groupby("j").x.rank(method="dense")
d.groupby("j").y.rank(pct=True)
d.groupby("k").head(2)
d.groupby("k").tail(1)
d.groupby("k").nth(0)
d.groupby("k").nth([0, -1])
d.groupby("k").nth(slice(1, 3))
d.groupby(d.j % 3).nth(-2).x.sum()
d[d.x > 0].groupby(["k", "j"], as_index=False).nth(0)
d.groupby("j").filter(lambda g: g.x.sum()>0)
d.groupby("k").x.agg(lambda s: s.max()-s.min())
d.groupby("k").agg({"x":"median","y":"mean"})
d.groupby("k").agg(a=("x","median"),b=("y","max"))
d.groupby("k").x.agg(["median","mean"])
d.groupby("k").x.describe()
d.groupby("k")[["x","y"]].describe()
d.groupby("k").y.idxmax()
d.groupby("k")[["x","y"]].corr()
d.groupby("k").y.skew()
d.groupby(d.x>0).y.median()
d.x.groupby(d.k).median()
d.x.groupby(d.j).transform("sum")
d.groupby("k",dropna=False).y.median()
d.groupby("k",dropna=False).x.cumsum()
d.groupby("k").x.transform("nunique")
d[d.x>0].groupby("j").x.cumsum()
d[d.x>100].groupby("j").x.cumsum()
d[d.x>100].groupby("j").x.median()
d.groupby("j").x.pct_change()
d.groupby(["k"]).y.median()
d.groupby("j").transform("count")
d.groupby("j")[["x","y"]].cumsum().x.sum()
d.groupby("d").x.median()
""".strip().splitlines()

GATHER = """
d.groupby("k",sort=False).y.median()
d.groupby("j").x.transform(lambda s: s-s.mean())
d.groupby("k").apply(lambda g: g.x.sum())
d.groupby("j").x.rolling(2).sum()
d.groupby("k").x.nth(1)
d.groupby("k").x.shift([1, 2])
d.groupby("k").x.value_counts()
d.groupby("k").s.value_counts(dropna=False)
d.groupby(lambda label: label % 3).x.median()
""".strip().splitlines()


def cut(parts: int | str, folder: Path) -> Any:
    """The table lazily, in memory or from files."""
    if isinstance(parts, int):
        return lf.from_pandas(FRAME, npartitions=parts)
    for number in range(4):
        FRAME.iloc[number * 15 : number * 15 + 15].to_csv(folder / f"{number}.csv", index=False)
    return lf.read_csv(folder / "*.csv", parse_dates=["d"], blocksize=300)


def gathers(lazy: Any) -> bool:
    """Whether rows are gathered in one place for a query."""
    return any(node.gathered for node in walk(lazy._plan) if isinstance(node, Gathered))


@pytest.mark.parametrize("parts", [1, 3, 7, "files"] if ALL else [1, 7, "files"])
@pytest.mark.parametrize("is_spilled", [False, True])
def test_groups_meet(parts: int | str, is_spilled: bool, tmp_path: Path) -> None:
    lazy = cut(parts, tmp_path)
    asked = [eval(text, {"d": lazy}) for text in MEET]
    (tmp_path / "spill").mkdir()
    with lf.config.set(spill_limit="1" if is_spilled else None, temporary_directory=tmp_path / "spill"):
        found = lf.compute(*asked)
    for text, answer in zip(MEET, found, strict=True):
        assert_same(answer, eval(text, {"d": FRAME}))
    assert not list((tmp_path / "spill").iterdir())
    if parts != 1:
        assert [text for text, one in zip(MEET, asked, strict=True) if gathers(one)] == []


@pytest.mark.parametrize("text", GATHER)
def test_what_needs_the_whole_table_is_gathered(text: str) -> None:
    lazy = eval(text, {"d": lf.from_pandas(FRAME, npartitions=5)})
    assert gathers(lazy)
    assert_same(lazy.compute(), eval(text, {"d": FRAME}))


@pytest.mark.parametrize("scheduler", ["sync", "threads", "processes", "distributed"])
def test_groups_meet_on_every_executor(scheduler: str, client: Any) -> None:
    runner = client if scheduler == "distributed" else scheduler
    lazy = lf.from_pandas(FRAME, npartitions=5)
    with lf.config.set(spill_limit="1"):
        assert_same(lazy.groupby("k").y.median().compute(scheduler=runner), FRAME.groupby("k").y.median())
        ranks = lazy.assign(z=lazy.groupby("j").y.rank())[lazy.x > 0]
        assert_same(ranks.compute(scheduler=runner), FRAME.assign(z=FRAME.groupby("j").y.rank())[FRAME.x > 0])


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", None]),
        st.integers(0, 2),
        st.sampled_from([np.nan, 0.0, 1.5, -2.0]),
        st.integers(-9, 9),
    ),
    max_size=25,
)


@given(
    ROWS,
    st.sampled_from([2, 3, 7]),
    st.booleans(),
    st.lists(st.sampled_from(["k", "j"]), min_size=1, max_size=2, unique=True),
)
@settings(max_examples=examples(40), deadline=None)
def test_random_groups(rows: Any, parts: int, dropna: bool, by: list[str]) -> None:
    table = pd.DataFrame(rows, columns=["k", "j", "y", "x"])
    table = table.astype({"k": "str", "j": "int64", "y": "float64", "x": "int64"})
    lazy, groups = (one.groupby(by, dropna=dropna) for one in (lf.from_pandas(table, npartitions=parts), table))
    for ask in (
        lambda g: g.y.median(),
        lambda g: g.y.transform("mean"),
        lambda g: g.y.cumsum(),
        lambda g: g.x.shift(),
        lambda g: g.head(1),
        lambda g: g.y.ffill(),
        lambda g: g.x.agg(lambda values: values.max() - values.min()),
    ):
        found, expected = ask(lazy).compute(), ask(groups)
        assert type(found) is type(expected)
        if len(expected):
            assert_same(found, expected)


def test_keys_that_are_texts_of_dtype_object(tmp_path: Path) -> None:
    """As Dask's users write it: dtype={"TailNum": object}."""
    keys = ["b", "a", None, "c"] * 6
    frame = pd.DataFrame({"k": keys, "m": ["x", "y", "w"] * 8, "v": np.arange(24.0)})
    for number in range(3):
        frame.iloc[number * 8 : number * 8 + 8].to_csv(tmp_path / f"{number}.csv", index=False)
    lazy = lf.read_csv(tmp_path / "*.csv", dtype={"k": object, "m": object})
    frame = lazy.compute()
    assert frame.k.dtype == object
    asks: list[Any] = [
        lambda d: d.groupby("k").v.median(),
        lambda d: d[d.v > 3].groupby(["k", "m"], dropna=False).v.quantile(0.2),
        lambda d: d.groupby("k").v.transform("sum"),
        lambda d: d.assign(z=1).groupby("m").z.cumsum(),
        lambda d: d.groupby("m").describe(),
        lambda d: d.pivot_table(values="v", index="k", columns="m"),
    ]
    for ask in asks:
        node = ask(lazy)._plan
        assert not isinstance(node, Gathered) or all(one.npartitions == 1 for one in node.inputs)
        assert_same(ask(lazy).compute(), ask(frame))


def test_labels_that_are_objects_stay_objects() -> None:
    frame = pd.DataFrame({"v": [3, 1, 2, 0]}, index=pd.Index(["b", None, "a", "c"], dtype=object, name="k"))
    lazy = lf.from_pandas(frame, npartitions=3)
    assert_same(lazy.sort_values("v").compute(), frame.sort_values("v"))
    assert_same(lazy.compute(), frame)


def test_an_aggregate_that_there_is_not() -> None:
    groups = lf.from_pandas(pd.DataFrame({"k": ["a", "b"], "v": [1, 2]}), npartitions=2).groupby("k")
    asks: list[Any] = [{"func": {"v": "summ"}}, {"s": ("v", "summ")}, {"func": ["summ"]}]
    for ask in asks:
        with pytest.raises(AttributeError, match=r"There is no aggregate 'summ'. Did you mean 'sum'\?"):
            groups.agg(**ask)
