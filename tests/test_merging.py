"""Joins equal pandas', whether every task takes all of the other table or rows of both meet by their keys."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lazyframe as lf
from lazyframe.collections import merging
from lazyframe.ops import exchange, join
from lazyframe.plan.logical.gathered import Gathered
from tests.assertions import assert_same
from tests.conftest import ALL, examples
from tests.tables import from_files

RANDOM = np.random.default_rng(1)
N = 60
FRAME = pd.DataFrame(
    {
        "x": RANDOM.integers(-5, 5, N),
        "y": RANDOM.normal(size=N),
        "k": RANDOM.choice(list("abc"), N),
        "j": RANDOM.integers(0, 6, N),
    }
).astype({"k": "str"})
FRAME.loc[::5, "k"] = np.nan
OTHER = pd.DataFrame({"k": ["a", "b", "b", "d", None], "y": [1.0, 2, 3, 4, 5], "name": list("pqrst"), "n": range(5)})
FLOATS = pd.DataFrame({"j": [0, 1, 2, 9.0], "w": [1.0, 2, 3, 4]})

LIFTED = """
d.merge(o,on="k")
d.merge(o,on="k",how="left")
d.merge(o,on="k",how="right")
d.merge(o,how="cross")
d.merge(o)
d.merge(o,left_on="k",right_on="k",suffixes=("_l","_r"))
d.merge(o,on="k",indicator=True,how="left")
d.merge(q,on="j")
d.merge(q,left_on="x",right_on="j",how="left")
d.merge(o,on="k").y_x.sum()
d[d.x>0].merge(o[["k","name"]],on="k",how="left")[["name","x"]]
d[d.x>100].merge(o,on="k")
d.merge(d[["k","x"]],on=["k","x"])
d.merge(d.rename(columns={"y":"z"}),on=["k","x","j"],how="left")
d.k.isin(o.k)
d[d.j.isin(q.j)]
d.k.map(o.dropna().drop_duplicates("k").set_index("k").name)
d.join(q.set_index("j"),on="j")
d.join(q.set_index("j"),on="j",how="inner")
d.merge(d.groupby("k").y.mean().rename("m").reset_index(),on="k")
m.merge(d,o,on="k")
d.merge(o,on="k",how="outer")
d.merge(q,on="j",how="outer")
d.merge(o,on="k",how="outer",indicator=True)._merge
d.merge(o,on="k",how="right",indicator=True)
d.merge(o, on="k", validate="m:m")
d.merge(o, on="k", sort=True)
d.merge(o, on="k", how="left", sort=True)
d.merge(q, on="j", validate="m:1")
d.merge(d.groupby("k").y.mean().reset_index(),on="k",how="left",validate="many_to_one")
d.merge(o,left_index=True,right_index=True)
d.merge(o,left_index=True,right_index=True,how="outer")
d.merge(o,left_index=True,right_index=True,how="right")
d[d.x>0].merge(d[d.x<3][["y"]],left_index=True,right_index=True,how="left",suffixes=("","_2"))
d.set_index("k").merge(o.set_index("k"),left_index=True,right_index=True,how="inner")
d.merge(q.set_index("j"),left_on="x",right_index=True)
q.set_index("j").merge(d,left_index=True,right_on="x",how="right")
d.join(o[["name"]])
d.join(o[["name","n"]],how="inner")
d[["x"]].join(o,how="outer")
d.join(o,suffixes=("_l","_r"))
d.join(o.rename(columns={"k":"kk","y":"yy"}).n)
d.set_index("k").join(o.set_index("k")[["n"]])
d.join(o.set_index("k")[["n"]],on="k").n.sum()
d.merge(o,on="k",how="left").n.cumsum()
d.merge(o,on="k",how="left").sort_values(["n","x"]).n
d.merge(o,on="k",how="left").groupby("x").n.sum()
d.merge(o[o.k=="a"],on="k",how="left").groupby("k").n.max()
""".strip().splitlines()

OF_NUMBERED = ('d.merge(o,left_index=True,right_index=True,how="outer")', 'd[["x"]].join(o,how="outer")')
"""Those that are only lifted where rows are numbered: of labels that may be equal pandas has no stable order."""

GATHERED = """
d.merge(o,left_on="x",right_on="n",how="outer")
m.concat([d[["x"]],d[["y"]]],axis=1)
d.set_index("k").merge(o.set_index("k"),left_index=True,right_index=True,how="outer")
d.merge(q,left_on=d.x,right_on="j")
""".strip().splitlines()


def cut(parts: int | str, folder: Path) -> Any:
    """The table lazily, in memory or from files."""
    if isinstance(parts, int):
        return lf.from_pandas(FRAME, npartitions=parts)
    return from_files(FRAME, folder, blocksize=700)


def names(d: Any, parts: int) -> dict[str, Any]:
    """What the questions mention, lazily."""
    others = {name: as_it_is_cut(d, table, parts) for name, table in (("o", OTHER), ("q", FLOATS))}
    return {"d": d, "m": lf, **others}


def as_it_is_cut(d: Any, table: pd.DataFrame, parts: int) -> Any:
    """A table in memory, with numbered rows where the other has them."""
    lazy = lf.from_pandas(table, npartitions=parts)
    return lazy.reset_index(drop=True) if d._plan.is_numbered else lazy


EAGER = {"d": FRAME, "m": pd, "o": OTHER, "q": FLOATS}


@pytest.mark.parametrize("parts", [1, 3, 7, "files"] if ALL else [5, "files"])
@pytest.mark.parametrize(
    ("small", "is_spilled"),
    [(merging.SMALL, False), (0, False), (0, True)] if ALL else [(merging.SMALL, False), (0, True)],
)
def test_joins(parts: int | str, small: int, is_spilled: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging, "SMALL", small)
    lazy = names(cut(parts, tmp_path), 2)
    asked = [eval(text, lazy) for text in LIFTED]
    (tmp_path / "spill").mkdir()
    with lf.config.set(spill_limit="1" if is_spilled else None, temporary_directory=tmp_path / "spill"):
        found = [one.compute(scheduler="sync") for one in asked]  # in one run each join that is replanned repeats all
    for text, answer in zip(LIFTED, found, strict=True):
        assert_same(answer, eval(text, EAGER))
    if small:
        gathered = [text for text, one in zip(LIFTED, asked, strict=True) if isinstance(one._plan, Gathered)]
        assert gathered == [text for text in LIFTED if parts != "files" and text in OF_NUMBERED]
    assert not list((tmp_path / "spill").iterdir())


@pytest.mark.parametrize("text", GATHERED)
def test_others_are_gathered(text: str) -> None:
    lazy = eval(text, names(lf.from_pandas(FRAME, npartitions=3), 2))
    assert_same(lazy.compute(), eval(text, EAGER))


@pytest.mark.parametrize("scheduler", ["sync", "threads", "processes", "distributed"])
@pytest.mark.parametrize("broadcast", [True, False])
def test_joins_on_every_executor(scheduler: str, broadcast: bool, client: Any) -> None:
    runner = client if scheduler == "distributed" else scheduler
    lazy = lf.from_pandas(FRAME, npartitions=5).merge(lf.from_pandas(OTHER, 2), on="k", how="left", broadcast=broadcast)
    how = "all of the other table" if broadcast else "an exchange by hash of k over 5 buckets"
    assert how in str(lazy.explain())
    with lf.config.set(spill_limit="1"):
        assert_same(lazy.compute(scheduler=runner), FRAME.merge(OTHER, on="k", how="left"))


def test_only_the_columns_that_are_needed_are_read(tmp_path: Path) -> None:
    lazy = cut("files", tmp_path)
    OTHER.to_csv(tmp_path / "other.txt", index=False)
    for broadcast in (True, False):
        found = lazy.merge(lf.read_csv(tmp_path / "other.txt"), on="k", broadcast=broadcast).n.sum()
        text = str(found.explain())
        assert "1 of 4 columns: k" in text and "2 of 4 columns: k, n" in text
        assert_same(found.compute(), FRAME.merge(OTHER, on="k").n.sum())


def test_pandas_errors_are_raised_at_once() -> None:
    lazy = lf.from_pandas(FRAME, npartitions=3)
    with pytest.raises(KeyError):
        lazy.merge(lf.from_pandas(OTHER), on="nothing").compute()
    with pytest.raises(ValueError, match="merge on"):
        lazy.merge(lf.from_pandas(OTHER), left_on="x", right_on="name")


KEYS = st.lists(st.tuples(st.sampled_from([0, 1, 2, 3]), st.sampled_from(["a", "b", None])), max_size=14)


@given(
    KEYS,
    KEYS,
    st.sampled_from(["inner", "left", "right", "outer"]),
    st.sampled_from([["i"], ["k"], ["i", "k"]]),
    st.sampled_from([2, 5]),
    st.booleans(),
)
@settings(max_examples=examples(60), deadline=None)
def test_random_joins(left: Any, right: Any, how: Any, on: list[str], parts: int, is_sorted: bool) -> None:
    tables = [pd.DataFrame(rows, columns=["i", "k"]).astype({"i": "int64", "k": "str"}) for rows in (left, right)]
    for number, table in enumerate(tables):
        table[f"n{number}"] = np.arange(len(table))
    lazy = [lf.from_pandas(table, npartitions=parts) for table in tables]
    for broadcast in (True, False):
        found = lazy[0].merge(lazy[1], on=on, how=how, sort=is_sorted, broadcast=broadcast).compute()
        assert_same(found, tables[0].merge(tables[1], on=on, how=how, sort=is_sorted))


def test_a_broken_promise_about_keys_is_an_error() -> None:
    lazy = [lf.from_pandas(table, npartitions=3) for table in (FRAME, OTHER)]
    for promise in ("1:1", "1:m", "m:1"):
        with pytest.raises(pd.errors.MergeError, match="Merge keys are not unique"):
            lazy[0].merge(lazy[1], on="k", validate=promise).compute()


def test_missing_matches_are_met_once() -> None:
    """Integers become floats where a row has no match: one run finds it, and later ones begin with it."""
    lazy = [lf.from_pandas(table, npartitions=3) for table in (FRAME[["k", "x"]], OTHER[["k", "n"]])]
    found = lazy[0].merge(lazy[1][lazy[1].n > 0], on="k", how="left").n
    assert found.dtype == np.int64
    assert found.compute().dtype == np.float64
    with lf.diagnostics.Profiler() as profiler:
        found.compute()
    runs = [one for one in profiler.results if "merge" in str(one.key)]
    assert len({str(one.key) for one in runs}) == len(runs)


@pytest.mark.parametrize("how", ["left", "inner", "right"])
def test_a_key_with_half_of_the_rows_is_met_some_rows_at_a_time(
    how: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(exchange, "TURN", 1)
    many = FRAME.assign(k=FRAME.k.where(FRAME.x > 0, "b"))
    tables = (OTHER, many) if how == "right" else (many, OTHER)
    expected = tables[0].merge(tables[1], on="k", how=how)
    lazy = [lf.from_pandas(table, npartitions=5) for table in tables]
    for limit in (None, "1kB"):
        with lf.config.set(temporary_directory=tmp_path, spill_limit=limit, scheduler="threads"):
            assert_same(lazy[0].merge(lazy[1], on="k", how=how, broadcast=False).compute(), expected)
    with pytest.raises(pd.errors.MergeError, match="Merge keys are not unique"):
        lazy[0].merge(lazy[1], on="k", how=how, validate="1:1", broadcast=False).compute()


KEYED = {
    "integers": [1, 2, 3, 4, 9, 10],
    "texts": ["a", "b", "é", "", None, "zz"],
    "dates": pd.to_datetime(["2020-01-01", "2020-01-02", None, "2021-01-01", "2022-01-01", "2023-01-01"]),
}


@pytest.mark.parametrize("dtype", KEYED)
@pytest.mark.parametrize("how", ["inner", "left", "right", "outer"])
@pytest.mark.parametrize("is_twice", [False, True])
def test_many_rows_are_looked_up_or_merged_by_codes(
    dtype: str, how: Any, is_twice: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(join, "MANY", 0)
    keys = pd.Series(KEYED[dtype], dtype="str" if dtype == "texts" else None)
    left = pd.DataFrame({"k": keys.sample(30, replace=True, random_state=1).reset_index(drop=True), "v": range(30)})
    others = keys.iloc[1:].reset_index(drop=True)
    right = pd.DataFrame(
        {"k": others, "n": range(5), "f": np.arange(5) / 2, "s": pd.Series(list("vwxyz"), dtype="str")}
    )
    right = pd.concat([right, right.iloc[2:3]]) if is_twice else right
    if dtype == "integers":
        left.loc[::4, "k"] = 77
    lazy = [lf.from_pandas(table, npartitions=3) for table in (left, right)]
    for broadcast in (True, False):
        for names in ({"on": "k"}, {"left_on": "k", "right_on": "key"}):
            tables = (
                (lazy[1], right)
                if "on" in names
                else tuple(one.rename(columns={"k": "key"}) for one in (lazy[1], right))
            )
            if how == "outer" and "on" not in names:
                continue
            found = lazy[0].merge(tables[0], how=how, broadcast=broadcast, **names)
            assert_same(found.compute(), left.merge(tables[1], how=how, **names))


@pytest.mark.parametrize("on", [["d"], ["d", "k"], ["k", "d"], ["d", "s"]])
@pytest.mark.parametrize("how", ["outer", "left", "inner"])
def test_missing_dates_come_first_in_sorted_joins(on: list[str], how: Any) -> None:
    dates = pd.to_datetime(["2020-01-01", None, "2021-01-01", None, "2019-05-05"])
    left = pd.DataFrame({"d": dates, "k": [1, 2, 1, 1, 2], "s": ["a", None, "b", "a", None], "v": range(5)})
    right = pd.DataFrame({"d": dates[[1, 2, 4]], "k": [2, 1, 1], "s": [None, "b", "a"], "w": range(3)})
    expected = left.merge(right, on=on, how=how, sort=True)
    for parts in (1, 3):
        lazy = lf.from_pandas(left, parts).merge(lf.from_pandas(right, parts), on=on, how=how, sort=True)
        assert_same(lazy.compute(), expected)


@pytest.mark.parametrize("keys", [(["k", "k"], ["k", "z"]), (["k", "k2"], ["z", "z"])])
def test_a_text_that_is_a_key_twice(keys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(join, "MANY", 0)
    left = pd.DataFrame({"k": ["x", "y", "q"], "k2": ["x", "q", "q"], "v": [1, 2, 3]})
    right = pd.DataFrame({"k": ["x", "y"], "z": ["x", "q"], "w": [1.0, 2]})
    for how in ("inner", "left"):
        found = lf.from_pandas(left, 2).merge(lf.from_pandas(right, 2), left_on=keys[0], right_on=keys[1], how=how)
        assert_same(found.compute(), left.merge(right, left_on=keys[0], right_on=keys[1], how=how))


def test_texts_in_columns_whose_names_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(join, "MANY", 0)
    left = pd.DataFrame({7: ["x", "y", None], "v": [1, 2, 3]})
    right = pd.DataFrame({7: ["x", "x", None], "w": [1.0, 2, 3]})
    for how in ("inner", "left"):
        found = lf.from_pandas(left, 2).merge(lf.from_pandas(right, 2), on=7, how=how)
        assert_same(found.compute(), left.merge(right, on=7, how=how))
