"""What pandas does in one place: each op of the table, on frames, Series, groups and answers, however they are cut.

A new op is tested by a line here; an op without one fails `test_every_op_is_asked`.
"""

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lazyframe as lf
from lazyframe.collections.collection import Collection
from lazyframe.ops import whole
from lazyframe.ops.op import Needs, Whole
from lazyframe.plan.logical.groups import Grouped
from lazyframe.session.guard import gatherings
from tests.assertions import assert_all_eq, assert_eq, assert_same
from tests.conftest import examples
from tests.tables import with_an_empty_partition

FRAME = pd.DataFrame(
    {
        "k": ["a", "b", "a", "c", None, "b", "a", "c", "b", "a"],
        "x": [5, 3, 8, 1, 9, 2, 7, 4, 6, 0],
        "y": [0.5, np.nan, -1.0, 2.0, 0.25, 0.5, np.nan, 3.5, 1.0, -2.0],
        "d": pd.to_datetime([f"2024-01-{day:02} 06:00" for day in (1, 1, 2, 4, 4, 5, 8, 9, 9, 10)]).as_unit("us"),
    }
)


def cut(how: str, folder: Path) -> Any:
    """The table lazily: in one piece, in several with empty ones, or from files."""
    if how == "files":
        for number, rows in enumerate((FRAME.iloc[:4], FRAME.iloc[4:5], FRAME.iloc[5:])):
            rows.to_csv(folder / f"{number}.csv", index=False)
        return lf.read_csv(folder / "*.csv", parse_dates=["d"])
    return lf.from_pandas(FRAME) if how == "one" else with_an_empty_partition(FRAME)


FRAMES = """
d.T
d[["x", "y"]].agg(["min", "max"])
d.aggregate({"x": "sum", "y": ["min", "count"]})
d.align(d[["x"]])[1]
d.add_prefix("p_")
d.add_suffix("_s")
d.apply(lambda row: row.x * 2, axis=1)
d[["x", "y"]].apply(np.sum)
d.set_index("d").asfreq("3D", method="ffill") if d.shape[0] < 0 else d.x.to_frame()
d.set_index("d").sort_index().asof(pd.Timestamp("2024-01-03"))
d.assign(z=lambda e: e.x.cumsum())
d.set_index("d").at_time("06:00")
d.set_index("d").between_time("05:00", "07:00")
d.bfill()
d.ffill()
d[["x", "y"]].combine(d[["x", "y"]] * 2, np.maximum)
d.combine_first(d.assign(y=0.0))
d.compare(d.assign(x=d.x * 2))
d.convert_dtypes()
d[["x", "y"]].corr()
d[["x", "y"]].corrwith(d.x)
d[["x", "y"]].cov()
d.describe()
d.describe(include="all")
d[["x", "y"]].diff()
d[["x"]].dot(d[["x"]].T)
d.drop(columns="x")
d.drop(index=[0, 3])
d.set_index(["k", "x"]).droplevel(0)
d.dropna()
d.dropna(subset=["y"])
d.duplicated("k")
d.duplicated(["k", "y"], keep=False)
d.eval("x + y")
d[["x", "y"]].ewm(alpha=0.5).mean()
d[["x", "y"]].expanding(2).sum()
d.assign(k=d.k.str.split("")).explode("k") if d.shape[0] < 0 else d.explode("k")
d.filter(like="x")
d.first_valid_index()
d.last_valid_index()
d.get("x")
d[["x", "y"]].idxmax()
d[["x", "y"]].idxmin()
d.index
d.infer_objects()
d[["y"]].interpolate(limit=1)
d.join(d[["x"]].add_suffix("_r"))
d[["x", "y"]].kurt()
d[["x", "y"]].kurtosis()
d[["x", "y"]].map(str)
d[["x", "y"]].median()
d.melt("k", ["x", "y"])
d[["x", "y"]].memory_usage()
d.merge(d.groupby("k").x.sum().rename("s").reset_index(), on="k")
d[["k", "x"]].mode()
d.nlargest(3, "x")
d.nsmallest(3, ["y", "x"])
d[["x", "y"]].pct_change()
d.pipe(lambda e: e.x.max())
d.pivot(index="x", columns="k", values="y")
d.pivot_table(index="k", values="x", columns="y")
d[["x", "y"]].prod()
d[["x", "y"]].product()
d[["x", "y"]].quantile([0.1, 0.5])
d.query("x > 2 and k == 'a'")
d[["x", "y"]].rank()
d.reindex([3, 1, 40])
d.reindex_like(d[["x"]])
d.rename(columns={"x": "z"})
d.rename_axis("label")
d.set_index(["k", "x"]).reorder_levels([1, 0])
d.replace({"a": "z"})
d.set_index("d").resample("2D").x.sum()
d.reset_index()
d[d.x > 3].reset_index(drop=True)
d[["x", "y"]].rolling(3, min_periods=1).mean()
d.sample(3, random_state=1)
d.select_dtypes("number")
d[["x", "y"]].sem()
d.set_axis(list("KXYD"), axis=1)
d.set_flags(allows_duplicate_labels=True)
d.set_index("k")
d[["x", "y"]].shift(2)
d[["x", "y"]].skew()
d.sort_index(ascending=False)
d[["x"]].squeeze()
d[["x", "y"]].stack()
d.set_index(["k", "x"]).swaplevel()
d.take([3, 1])
d.set_index("d").to_period("D")
d.set_index("d").to_period("D").to_timestamp()
d[["x", "y"]].transform("cumsum")
d.transpose()
d.truncate(2, 5)
d.set_index("d").tz_localize("UTC").tz_convert("Asia/Tokyo")
d[["x", "y"]].unstack()
d[["k", "x"]].value_counts()
d.value_counts("k")
d.xs(3)
""".strip().splitlines()

SERIES = """
d.x.argmax()
d.x.argmin()
d.x.argsort()
d.x.autocorr()
d.x.case_when([(d.x > 5, 0), (d.x > 2, 1)])
d.x.divmod(3)[1]
d.x.rdivmod(30)[0]
d.k.factorize()[0].sum()
d.y.hasnans
d.x.is_monotonic_decreasing
d.x.is_monotonic_increasing
d.x.is_unique
d.x.repeat(2)
d.x.sort_values().searchsorted(4)
d.x.to_frame("z")
d.k.unique()[1]
d.k.value_counts()
d.k.value_counts(normalize=True, dropna=False)
d.y.value_counts(bins=3)
d.x.agg(["sum", "mean"])
d.x.apply(lambda x: x + 1)
d.k.map({"a": 1.0, "b": 2.0})
d.x.keys()
d.x.median()
d.y.quantile(0.3)
d.x.nlargest(2)
d.x.nsmallest(2)
d.y.interpolate()
d.x.rank(pct=True)
d.x.rolling("2D", on=None).sum() if d.shape[0] < 0 else d.x.rolling(2).sum()
d.x.corr(d.y)
d.x.cov(d.y)
d.k.mode()
d.y.idxmax()
d.x.sort_index()
d.y.duplicated()
d.x.shift(1, fill_value=0)
d.x.prod()
d.y.skew() + d.y.kurt() + d.y.sem()
""".strip().splitlines()

GROUPS = """
g.x.median()
g.x.quantile(0.5)
g.x.rank()
g.x.shift()
g.x.diff()
g.x.pct_change()
g.x.cumsum()
g.x.cumprod()
g.x.cummax()
g.x.cummin()
g.cumcount()
g.ngroup()
g.ngroups
g.x.transform("mean")
g.x.transform(lambda s: s - s.min())
g.filter(lambda e: len(e) > 2)
g[["x", "y"]].apply(lambda e: e.x.sum() + e.y.sum())
g.x.agg(lambda s: s.max() - s.min())
g.agg({"x": ["sum", "median"]})
g.agg(low=("x", "min"), spread=("y", "std"), mid=("x", "median"))
g.x.nlargest(1)
g.x.nsmallest(1)
g.x.unique()
g.k.value_counts()
g.x.describe()
g.head(1)
g.tail(1)
g.nth(0)
g.x.idxmax()
g.x.idxmin()
g.x.prod()
g.x.sem()
g.x.skew()
g.x.kurt()
g.x.ohlc()
g.x.rolling(2).mean()
g.x.expanding().sum()
g.x.ewm(alpha=0.5).mean()
g.x.sample(1, random_state=0)
g.get_group("a")
g[["x", "y"]].corr()
g[["x", "y"]].cov()
g.x.ffill()
g.y.bfill()
g[["x"]].take([0])
g.pipe(lambda h: h.x.max())
g.y.is_monotonic_increasing
""".strip().splitlines()

ANSWERS = """
a.sort_values(ascending=False).head(2)
a.sort_index(ascending=False)
a.reset_index()
a.to_frame().T
a.rank()
a.nlargest(2)
a / a.sum()
a.loc["a"]
a.iloc[0]
a["b"]
a[a > 3]
a.idxmax()
a.cumsum()
a.describe()
a.round(1).astype(str)
a.index
a.rename("z").to_frame()
a.unstack() if d.shape[0] < 0 else a.mean()
""".strip().splitlines()


def asked(text: str, d: Any) -> Any:
    """The answer to a question of the table `d`, its groups `g` and an answer `a`."""
    g = d.groupby("k")
    return eval(text, {"np": np, "pd": pd, "d": d, "g": g, "a": g.x.sum()})


@pytest.mark.parametrize("how", ["one", "several", "files"])
@pytest.mark.parametrize("questions", [FRAMES, SERIES, GROUPS, ANSWERS], ids=["frames", "series", "groups", "answers"])
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_answers_are_those_of_pandas(questions: list[str], how: str, tmp_path: Path) -> None:
    lazy = cut(how, tmp_path)
    found = []
    for text in questions:
        answer, expected = asked(text, lazy), asked(text, FRAME)
        if isinstance(answer, lf.Deferred) and isinstance(expected, pd.Index | np.ndarray):
            pd.testing.assert_index_equal(pd.Index(answer.compute()), pd.Index(expected))
        elif isinstance(answer, pd.Series | pd.DataFrame):
            assert_same(answer, expected)
        else:
            is_known = not isinstance(answer, lf.Deferred) and not isinstance(answer._plan, Grouped)  # rows without key
            found.append((answer, expected, is_known))
    assert_all_eq(found)


def test_every_op_is_asked() -> None:
    text = "\n".join([*FRAMES, *SERIES, *GROUPS])
    ops = [op for op in vars(whole).values() if isinstance(op, Whole) and op.needs is Needs.ALL and not op.is_eager]
    assert not [op.name for op in ops if not re.search(rf"\.{op.name}\b", text)]


EAGER: dict[str, Callable[[Any], Any]] = {
    "array": lambda d: list(d.x.array),
    "boxplot": lambda d: d.boxplot(column=["x"]) is not None,
    "hist": lambda d: d.hist(column="x") is not None,
    "info": lambda d: d.info(buf=io.StringIO()),
    "nbytes": lambda d: d.x.nbytes,
    "to_dict": lambda d: d[["k", "x"]].to_dict("records"),
    "to_html": lambda d: d.to_html(),
    "to_json": lambda d: d.to_json(date_format="iso"),
    "to_list": lambda d: d.x.to_list(),
    "to_numpy": lambda d: d.x.to_numpy().tolist(),
    "to_records": lambda d: d[["x"]].to_records().tolist(),
    "to_string": lambda d: d.to_string(),
    "tolist": lambda d: d.x.tolist(),
    "values": lambda d: d[["x", "y"]].fillna(0).values.tolist(),
    "len": lambda d: len(d.pivot_table(index="k", values="x")),
    "iteration": lambda d: list(d.x),
    "items": lambda d: dict(d.x.items()),
    "itertuples": lambda d: [tuple(row) for row in d[["k", "x"]].dropna().itertuples(name=None)],
    "iterrows": lambda d: [(label, row.x) for label, row in d.iterrows()],
    "shape": lambda d: (d.shape, d.x.shape, d.ndim, d.x.ndim, d.empty, d.x.empty),
    "equals": lambda d: (d.x.equals(d.x), d.equals(d.assign(x=0))),
    "item": lambda d: d[d.x == 3].x.item(),
    "float": lambda d: float(d.x.median()),
    "format": lambda d: f"{d.x.median():.2f}",
    "repr": lambda d: repr(d.pivot_table(index="k", values="x")),
    "html": lambda d: d.pivot_table(index="k", values="x")._repr_html_(),
    "bool": lambda d: bool(d.x.median() > 2),
    "contains": lambda d: "x" in d.pivot_table(index="k", values="x"),
    "tail": lambda d: (d.tail(3).x.tolist(), d.x.tail(2).tolist(), d.tail(-8).x.tolist(), len(d.tail(0))),
    "numpy": lambda d: np.asarray(d.x.shift(1).fillna(0)).tolist(),
    "a function of numpy": lambda d: float(np.sum(d.x.shift(1))),
}


@pytest.mark.parametrize("how", ["one", "several", "files"])
@pytest.mark.parametrize("what", EAGER)
def test_what_leaves_pandas_is_computed(what: str, how: str, tmp_path: Path) -> None:
    assert EAGER[what](cut(how, tmp_path)) == EAGER[what](FRAME)


@pytest.mark.filterwarnings("ignore:The inplace keyword")
def test_items_and_attributes_of_a_deferred_are_set() -> None:
    lazy, frame = lf.from_pandas(FRAME[["k", "y", "d"]], npartitions=3).shift(0), FRAME[["k", "y", "d"]].shift(0)
    for table in (lazy, frame):
        table["z"] = table.y * 2
        table.loc[table.z > 1, "z"] = 0.0
        del table["d"]
        table.columns = ["K", "Y", "Z"]
        table.sort_values("Y", inplace=True)
    assert_same(lazy.compute(), frame)


@pytest.mark.filterwarnings("ignore:The inplace keyword")
def test_frames_are_changed_in_place() -> None:
    lazy, frame = lf.from_pandas(FRAME, npartitions=3), FRAME.copy()
    for table in (lazy, frame):
        table.loc[table.x > 5, "x"] = 0
        table.loc[:, "k"] = "q"
        table.loc[table.y.isna(), ["y"]] = 7.0
        table.insert(1, "new", table.x + 1)
        table.isetitem(1, 3)
        assert table.pop("d").dtype == "M8[us]"
        assert table.rename(columns={"x": "X"}, inplace=True) is None
        table.fillna({"y": 0.0}, inplace=True)
        table.drop(columns="new", inplace=True)
    assert_same(lazy.compute(), frame)
    with pytest.raises(TypeError, match=r"Invalid value '0\.5' for dtype 'int64'"):
        lazy.loc[lazy.X > 1, "X"] = 0.5  # pandas' own words
    with pytest.raises(ValueError, match="cannot insert X, already exists"):
        lazy.insert(0, "X", 1)
    with pytest.raises(ValueError, match=r"\.loc\[...\] = ...: 3 values were given for 2 columns"):
        lazy.loc[lazy.X > 1, ["X", "y"]] = [1, 2, 3]
    with pytest.raises(lf.errors.UnsupportedError, match=r"\.loc\[99\] = ... adds a row: to a lazy frame, add"):
        lazy.loc[99, "X"] = 1


LOCATED = """
d.loc[d.x > 3]
d.loc[d.x > 3, "y"]
d.loc[d.x > 3, ["y", "k"]]
d.loc[d.x > 3, "x":"d"]
d.loc[:, "k":"y"]
d.loc[:, ["x"]]
d.loc[3]
d.loc[3, "x"]
d.loc[[3, 1]]
d.loc[2:4, "x"]
d.loc[lambda e: e.x > 3]
d.x.loc[d.y > 0]
d.x.loc[2:4]
d.iloc[:, 1]
d.iloc[:, [0, 2]]
d.iloc[:, 1:3]
d.iloc[:3]
d.iloc[:3, 1]
d.iloc[3:5]
d.iloc[-1]
d.iloc[[0, 2], [1]]
d.x.iloc[:2]
d.x.iloc[4]
d.at[3, "x"]
d.iat[3, 1]
d.loc[:, [True, False, True, False]]
""".strip().splitlines()


@pytest.mark.parametrize("how", ["one", "several", "files"])
def test_rows_and_columns_by_label_and_place(how: str, tmp_path: Path) -> None:
    lazy = cut(how, tmp_path)
    assert_all_eq([(asked(text, lazy), asked(text, FRAME), True) for text in LOCATED])


def test_no_more_is_read_than_is_looked_at(tmp_path: Path) -> None:
    lazy = cut("files", tmp_path)
    for question, count in [
        (lazy.pivot_table(values="x", index="k", columns="y"), 3),
        (lazy.pivot(values="x", index="y", columns="k"), 3),
        (lazy.melt("k", ["x"]), 2),
        (lazy.duplicated("k"), 1),
        (lazy.x.median(), 1),
        (lazy.groupby("k").x.median(), 2),
        (lazy.groupby("k")[["x"]].rank(), 2),
        (lazy[lazy.y > 0].x.rank(), 2),
        (lazy.loc[lazy.y > 0, "x"], 2),
    ]:
        assert f"{count} of 4 columns" in str(question.explain())


LIMIT = 3

LIFTED = """
d.drop(columns="x")
d.drop("x", axis=1)
d.drop(columns=["x", "k"])
d.drop(columns="nothing", errors="ignore")
d.select_dtypes("number")
d.select_dtypes(exclude="number")
d.filter(items=["y", "k"])
d.filter(regex="^[xy]")
d.reindex(columns=["y", "k"])
d.get("x")
d.get(["x", "k"])
d.rename(columns={"x": "z"})
d.rename(columns=str.upper)
d.rename(str.upper, axis="columns")
d.rename(columns={"x": "z"})[lambda e: e.z > 3] if d.shape[0] < 0 else d.rename(columns={"x": "z"}).z.sum()
d.x.rename("z")
d.add_prefix("p_")
d.add_suffix("_s").x_s.max()
d.set_axis(list("KXYD"), axis=1)
d.set_index("k").x
d.set_index(["k", "d"])
d.set_index("k")[["y"]].y.sum()
d.x.to_frame()
d.x.to_frame("z").z.mean()
d.dropna()
d.dropna(how="all")
d.dropna(subset="y")
d.dropna(subset=["y", "k"]).x.sum()
d.y.dropna()
d.k.dropna().str.upper()
d.query("x > 2 and k == 'a'")
d.query("x > @LIMIT or y < 0").x.sum()
d.query("k in ['a', 'b']")
d.query("not (x > 2)")
d.query("2 < x < 8")
d.eval("x + y * 2")
d.eval("x > @LIMIT")
d.reset_index(drop=True)
d[d.x > 3].reset_index(drop=True)
d[d.x > 3].y.reset_index(drop=True)
d[d.x > 3].reset_index(drop=True).x.sum()
d[d.x > 3].set_index("k").reset_index(drop=True)[lambda e: e.y > 0]
d[["x", "y"]].sum(axis=1)
d[["x", "y"]].mean(axis="columns")
d[["x", "y"]].max(axis=1, skipna=False)
d[["x"]].std(axis=1)
d[["x", "y"]].count(axis=1)
(d[["x", "y"]] > 1).any(axis=1)
d[(d[["x", "y"]] > 1).all(axis=1)].x.sum()
""".strip().splitlines()

NOT_LIFTED = """
d.drop(index=[0, 3])
d.rename(index={0: 100})
d.rename(index={0: 100}, columns={"x": "z"})
d.set_axis(range(10, 20), axis=0)
d.set_index("k", drop=False)
d.set_index("k", append=True)
d.dropna(axis=1)
d.dropna(thresh=3)
d.dropna(ignore_index=True)
d.query("x > x.mean()")
d.query("x > @LIMIT and index > 2")
d.eval("z = x + y")
d.eval("y.sum() + x")
d.filter(items=[0, 2], axis=0)
d.x.rename({0: 7})
d.add_prefix("p_", axis=0)
d.reindex(columns=["y", "new"])
d[["x", "y"]].nunique(axis=1)
""".strip().splitlines()

SMALL = """
d.k.value_counts()
d.k.value_counts(dropna=False)
d.k.value_counts(normalize=True)
d.k.value_counts(ascending=True)
d.k.value_counts(sort=False)
d.y.value_counts()
d.d.value_counts()
(d.x > 4).value_counts()
d.y.value_counts(dropna=False).head(3)
d.value_counts("k")
d.value_counts(["k"])
d[["k", "y"]].value_counts()
d[["k", "y"]].value_counts(dropna=False, normalize=True)
d.k.unique().tolist()[:4]
d.y.unique()[0]
d.d.unique()[2]
d.k.mode()
d.y.mode()
d.y.mode(dropna=False)
d.d.mode()
d.x.nlargest()
d.x.nlargest(3)
d.y.nsmallest(2, keep="last")
d.y.nlargest(1, keep="all")
d.nlargest(3, "x")
d.nsmallest(4, ["y", "x"])
d[d.x > 2].nlargest(2, "x").y
d.y.idxmax()
d.y.idxmin()
d[["x", "y"]].idxmax()
d.set_index("k")[["x", "y"]].idxmin()
d.x.sem()
d[["x", "y"]].sem()
d.groupby("k").x.sem()
d.x.agg("mean")
d.x.agg(["min", "max", "count"])
d.y.agg(["mean", "std", "nunique"])
d[["x", "y"]].agg("sum")
d[["x", "y"]].agg(["min", "max"])
d[["x"]].agg(["sum", "any"])
d.agg({"x": "sum", "y": "mean"})
d.agg({"x": ["sum", "min"], "y": ["max", "min"]})
d.agg({"k": ["min", "count"], "x": ["max"]})
d[["k", "x"]].agg(["min", "count"])
d.aggregate({"x": "max", "k": "nunique"})
d.d.agg(["min", "max"])
d.agg({"d": ["min", "max"], "x": ["min"]})
""".strip().splitlines()


def asked_here(text: str, d: Any) -> Any:
    """The answer to a question; names with an @ are looked up where the question is asked."""
    return eval(text, {"np": np, "pd": pd, "d": d, "LIMIT": LIMIT})


@pytest.mark.parametrize("how", ["one", "several", "files"])
def test_columns_chosen_and_named_and_filters_are_not_gathered(how: str, tmp_path: Path) -> None:
    lazy = cut(how, tmp_path)
    for text in LIFTED:
        assert not isinstance(asked_here(text, lazy), lf.Deferred), text
    for text in NOT_LIFTED:
        assert isinstance(asked_here(text, lazy), lf.Deferred), text
    assert_all_eq([(asked_here(text, lazy), asked_here(text, FRAME), True) for text in [*LIFTED, *NOT_LIFTED]])


@pytest.mark.parametrize("how", ["one", "several", "files"])
def test_answers_of_few_rows_gather_few(how: str, tmp_path: Path) -> None:
    lazy = cut(how, tmp_path)
    questions = [asked_here(text, lazy) for text in SMALL]
    for text, question in zip(SMALL, questions, strict=True):
        if isinstance(question, Collection):
            assert not gatherings([question._plan]), text
    pairs = zip(questions, [asked_here(text, FRAME) for text in SMALL], strict=True)
    found = [(lazy, expected, True) for lazy, expected in pairs if isinstance(lazy, Collection)]
    assert len(found) > len(SMALL) - 3
    assert_all_eq(found)


@given(
    values=st.lists(st.sampled_from([0.0, -0.0, 1.5, float("nan"), 2.0, -3.0]), max_size=30),
    parts=st.integers(1, 5),
    n=st.integers(0, 5),
)
@settings(max_examples=examples(60), deadline=None)
def test_ties_and_missing_values_of_any_data(values: list[float], parts: int, n: int) -> None:
    series = pd.Series(values, dtype=float, name="v")
    lazy = lf.from_pandas(series, npartitions=parts)
    assert_same(lazy.value_counts().compute(), series.value_counts())
    assert_same(lazy.value_counts(dropna=False, sort=False).compute(), series.value_counts(dropna=False, sort=False))
    assert_same(lazy.mode().compute(), series.mode())
    np.testing.assert_array_equal(lazy.unique().compute(), series.unique())
    for keep in ("first", "last", "all"):
        assert_same(lazy.nlargest(n, keep=keep).compute(), series.nlargest(n, keep=keep))
        assert_same(lazy.nsmallest(n, keep=keep).compute(), series.nsmallest(n, keep=keep))
        frame = pd.DataFrame({"v": series, "w": np.arange(len(series)) % 3})
        lazy_frame = lf.from_pandas(frame, npartitions=parts)
        assert_same(lazy_frame.nlargest(n, "v", keep=keep).compute(), frame.nlargest(n, "v", keep=keep))
        assert_same(lazy_frame.nsmallest(n, ["w", "v"], keep=keep).compute(), frame.nsmallest(n, ["w", "v"], keep=keep))
    if series.notna().any():
        assert lazy.idxmax().compute() == series.idxmax()
        assert lazy.idxmin().compute() == series.idxmin()


def test_samples_are_drawn_once() -> None:
    lazy = lf.from_pandas(FRAME, npartitions=3)
    np.random.seed(3)
    first, second = lazy.sample(4), lazy.sample(4)
    assert_same(first.compute(), first.compute())
    assert not first.compute().equals(second.compute())
    np.random.seed(3)
    assert_same(lazy.sample(4).compute(), first.compute())
    shares = [lf.from_pandas(FRAME, npartitions=n).sample(frac=0.5, random_state=7).compute() for n in (1, 2, 14)]
    assert_same(shares[0], FRAME.loc[shares[0].index])
    assert 0 < len(shares[0]) < len(FRAME)
    assert_same(shares[1], shares[0])
    assert_same(shares[2], shares[0])


def test_lifted_columns_are_read_alone_and_filters_by_the_scan(tmp_path: Path) -> None:
    lazy = cut("files", tmp_path)
    assert "1 of 4 columns: x" in str(lazy.drop(columns=["k", "y"]).rename(columns={"x": "z"}).z.sum().explain())
    assert "where" in str(lazy.dropna(subset=["y"]).x.sum().explain())
    with pytest.raises(KeyError):
        lazy.drop(columns="nothing").compute()
    assert lazy.get("nothing", 7) == 7
    with pytest.raises(pd.errors.UndefinedVariableError, match="name 'nothing' is not defined"):
        lazy.query("nothing > 2").compute()


def ranked_of_a_filter(d: Any) -> Any:
    kept = d[d.x > 3].copy()
    kept["z"] = kept.x.rank()
    return kept[kept.z > 2]


def masked_before(d: Any) -> Any:
    mask = d.x > 4
    d["z"] = np.arange(10) * 2
    return d[mask]


def with_own(d: Any, value: Any) -> Any:
    d["z"] = value(d)
    return d


SET: dict[str, Callable[[Any], Any]] = {
    "a mean of groups": lambda d: with_own(d, lambda e: e.groupby("k").x.transform("mean")),
    "a list, then a filter": lambda d: with_own(d, lambda e: list(range(10)))[lambda e: e.z > 3],
    "an array after a mask": masked_before,
    "some labels": lambda d: with_own(d, lambda e: pd.Series([1, 2], index=[3, 7])),
    "a rank of a filter": ranked_of_a_filter,
    "other rows": lambda d: with_own(d, lambda e: e[e.x > 7].y),
    "a shift": lambda d: d.assign(z=lambda e: e.x.shift(1), w=lambda e: e.z.fillna(0) + 1),
    "a moving sum of a sum": lambda d: with_own(d, lambda e: e.x.cumsum()).assign(w=lambda e: e.z.rolling(2).sum()),
    "in groups then": lambda d: with_own(d, lambda e: e.x.rank()).groupby("k").z.sum(),
    "dates": lambda d: with_own(d, lambda e: pd.date_range("2020", periods=10, unit="us")),
    "an expression": lambda d: d.assign(z=pd.col("x") * 2)[pd.col("x") > 3],
    "rows that share labels": lambda d: with_own(d.set_index("k"), lambda e: range(10)).assign(w=lambda e: e.x.rank()),
    "in place of one": lambda d: d.assign(x=list("abcdefghij")),
}


@pytest.mark.parametrize("how", ["one", "several", "files"])
@pytest.mark.parametrize("what", SET)
def test_columns_are_set_to_what_pandas_matches(what: str, how: str, tmp_path: Path) -> None:
    lazy = SET[what](cut(how, tmp_path).copy())
    assert not isinstance(lazy, lf.Deferred)
    assert_eq(lazy, SET[what](FRAME.copy()))
    assert_same(lazy.compute(scheduler="processes"), SET[what](FRAME.copy()))


def test_what_can_not_be_set() -> None:
    lazy = lf.from_pandas(FRAME.set_index("k"), npartitions=3)
    with pytest.raises(ValueError, match="cannot reindex on an axis with duplicate labels"):
        lazy["z"] = lazy[lazy.x > 3].x
    with pytest.raises(ValueError, match=r"Length of values \(2\) does not match length of index \(10\)"):
        lazy["z"] = [1, 2]
    with pytest.raises(lf.errors.UnsupportedError, match=r"s\[test\] = value"):
        lazy.x["a"] = 1
    column = lf.from_pandas(FRAME, npartitions=3).x
    column[column > 5] = 0
    assert_same(column.compute(), FRAME.x.where(FRAME.x <= 5, 0))


def test_text_and_open_files_are_written_by_pandas() -> None:
    lazy = lf.from_pandas(FRAME, npartitions=3)
    assert lazy[lazy.x > 3].to_csv(index=False) == FRAME[FRAME.x > 3].to_csv(index=False)
    file = io.StringIO()
    assert lazy.x.to_csv(file) is None
    assert file.getvalue() == FRAME.x.to_csv()
    assert isinstance(lazy.to_parquet(), bytes)


def test_methods_match_labels_where_operators_refuse() -> None:
    lazy, other = lf.from_pandas(FRAME[["x", "y"]], npartitions=3), FRAME[["y", "x"]] * 2
    assert_eq(lazy.eq(lf.from_pandas(other, npartitions=3)), FRAME[["x", "y"]].eq(other))
    assert_eq(lazy.x.lt(lazy[lazy.y > 0].x), FRAME.x.lt(FRAME[FRAME.y > 0].x))
    assert_eq(lf.from_pandas(pd.Series([2.0, None, 5.0]), npartitions=2).cumsum(), pd.Series([2.0, None, 5.0]).cumsum())


def test_groups_by_values_of_each_row() -> None:
    lazy = lf.from_pandas(FRAME, npartitions=3)
    assert_eq(lazy.groupby([1, 2] * 5).x.sum(), FRAME.groupby([1, 2] * 5).x.sum())
    assert_eq(lazy.x.groupby(["u", "v"] * 5).max(), FRAME.x.groupby(["u", "v"] * 5).max())
    with pytest.raises(lf.errors.UnknownColumnError, match=r"There is no column 'kk'\. Did you mean 'k'"):
        lazy.groupby("kk")


def test_lists_in_memory() -> None:
    lists = pd.Series([[1, 2, 3], "foo", [], [3, 4]])
    assert_eq(lf.from_pandas(lists, npartitions=2).explode(), lists.explode())
    assert_eq(lf.from_pandas(lists, npartitions=3).str.len(), lists.str.len(), check_schema=False)


CHANGES = r"""
r = d.x.isin(d.y)
r = d.x.isin(d.x + 1)
r = d[d.x.isin(d.x * 2)]
r = d.query("x in y")
r = d.query("x not in y or y < 0")
r = d.query("k in ['a', 'b'] and x == [1, 2, 3]")
x = d.describe(); x.insert(0, "new", 1); r = x
x = d.describe(); p = x.pop("y"); r = x
x = d.describe(); r = x.pop("y")
x = d.describe(); x.isetitem(0, 1); r = x
t = d.groupby("k").y.median(); t.update(pd.Series({"a": 9.0})); r = t
t = d.groupby("k").y.sum(); t.index.name = "K"; r = t
t = d.groupby("k").y.median(); t.index.name = "K"; r = t
t = d.groupby("k")[["x"]].sum(); t.index.name = "K"; r = t.reset_index()
t = d.pivot_table(values="x", index="k", columns="y"); t.columns.name = None; r = t
x = d.groupby("k")[["x"]].median(); x.index.set_names("z", inplace=True); r = x
x = d[["x", "y"]].describe(); z = x; x += 1; r = z
s = d.x; t = s; s *= 2; r = t
d["x"] += 1; r = d
r = "a" in d.groupby("k").x.sum()
r = 3 in d.k
r = "a" in d.k
r = np.cumsum(d.x)
r = np.repeat(d.x, 2)
r = d[d.duplicated("k")]
x = d[d.y > 0]; r = x[x.duplicated("k")]
x = d[d.y > 0]; r = x[x.x == x.groupby("k").x.transform("max")]
r = d[d.x.rank() > 4]
d.loc[d.y > 0, "x"] += 1; r = d
d.loc[d.y > 0, "y"] = d.x * 1.0; r = d
d.loc[d.y > 0, "y"] = d.y.mean(); r = d
d.loc[d.y > 0, ["y", "k"]] = [1.5, "q"]; r = d
d.loc[d.x < 3, "flag"] = "low"; r = d
d.loc[3, "y"] = 99.0; r = d
d.at[0, "x"] = 50; r = d
d.iloc[0, 1] = 50; r = d
d.loc[:, "x":"y"] = 0; r = d
d.loc[:, "new"] = 0; r = d
d.loc[:, "y"] = d.x; r = d
d["size"] = np.where(d.x > 2, "many", "few"); r = d
d["back"] = d.y.values[::-1]; r = d
r = abs(d.x.min() - 5)
r = d.head(d.x.max() - 6)
r = d.k.max().upper()
r = d.k.max()[0]
t = d.groupby("k").x.sum(); t["all"] = t.sum(); r = t
t = d.groupby("k").x.sum(); t.loc["all"] = 5; r = t
t = d.groupby("k").x.sum(); t.index = t.index.str.upper(); r = t
r = d.merge(pd.DataFrame({"k": ["a"]}), how="left", indicator=True)._merge.value_counts()
r = np.array([d.x.max(), d.x.min()])
d["y"] = d.y.fillna(d.y.median()); r = d
d["part"] = d.k.str.split("a").str[0]; r = d
r = d.assign(rank=d.groupby("k").y.rank()).query("rank <= 2")
""".strip().splitlines()


@pytest.mark.parametrize("how", ["one", "several", "files"])
@pytest.mark.parametrize("text", CHANGES)
@pytest.mark.filterwarnings("ignore:The inplace keyword")
def test_what_changes_an_object_changes_it_as_in_pandas(text: str, how: str, tmp_path: Path) -> None:
    own: dict[str, Any] = {"np": np, "pd": pd, "d": cut(how, tmp_path).copy()}
    expected: dict[str, Any] = {"np": np, "pd": pd, "d": FRAME.copy()}
    for names in (own, expected):
        exec(text, names)
    found, right = own["r"], expected["r"]
    found = found.compute() if isinstance(found, Collection) else found
    if isinstance(right, pd.Index | np.ndarray):
        assert list(found) == list(right)
    else:
        assert_same(found, right)


@pytest.mark.parametrize("how", ["one", "several", "files"])
@pytest.mark.parametrize(
    "text",
    [
        "d.sort_index(ascending=False)",
        "d.x.rank(ascending=False)",
        "d.nlargest(5, 'x')",
        "d[['x', 'y']].interpolate()",
        "d.sort_values('x', kind='stable')",
        "d.x.cumsum()",
        "d[d.x > 3].reset_index(drop=True)",
        "d.assign(z=d.x.rank())",
        "d.drop_duplicates('k')",
        "d.duplicated('k')",
        "pd.concat([d, d])",
    ],
)
def test_the_first_and_last_rows_are_of_all(text: str, how: str, tmp_path: Path) -> None:
    lazy = eval(text, {"pd": lf, "d": cut(how, tmp_path)})
    expected = eval(text, {"pd": pd, "d": FRAME})
    assert_same(lazy.head(2), expected.head(2))
    assert_same(lazy.tail(2), expected.tail(2))
    assert lazy.empty == expected.empty
