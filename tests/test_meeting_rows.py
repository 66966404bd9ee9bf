"""Rows with equal keys meet whatever their partitions' dtypes are, and what happens to them there has no trace."""

import datetime as dt
import decimal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import lazyframe as lf
from lazyframe.ops.hashing import hash_values
from lazyframe.plan import buckets
from tests.assertions import assert_same
from tests.tables import from_files

NUMBERS = pd.DataFrame({"a": range(1, 11), "v": np.arange(10.0)})
SOME = pd.DataFrame({"a": [1, 2, 3, 4, 5, 8, 9, 10], "g": [1, 2] * 4, "b": [True, False] * 4})
DATES = pd.DataFrame(
    {
        "d": pd.to_datetime(["2020-01-01", "2020-02-01", "2020-01-05", None, "2020-02-07", "2020-01-09"]).as_unit("us"),
        "v": np.arange(6.0),
    }
)
INTEGERS = pd.DataFrame({"x": [4, 5, 6, 7, 8] * 2, "y": [2] * 4 + [0] + [2] * 5})
KEYS = pd.DataFrame({"k": [*"abcdef"] * 2, "v": np.arange(12.0)})
KEYS.loc[11, "k"] = None
GAPS = pd.DataFrame({"k": [1.0, np.nan, 2.0, np.nan, 1.0, 3.0] * 2, "v": np.arange(12)})
TEXTS = pd.DataFrame({"k": range(8), "s": pd.array(["a", "b", None, None, "c", "d", None, "e"], dtype="str")})
TUPLES = pd.DataFrame({"o": pd.Series([(1,), (1.0,), (True,), (2,)] * 3, dtype=object), "k": list("aabb") * 3})
CATEGORIES = pd.DataFrame({"k": pd.Categorical([1, None, 2, 1]), "v": range(4)})
LABELLED = pd.DataFrame({"k": [1, 2, 1, 2, 3, 3], "v": range(6)}, index=[10, 20, 30, 40, 50, 60])
TWICE = LABELLED.set_axis([10, 20, 20, 20, 50, 50])
PRIVATE = pd.DataFrame(
    {
        "lazyframe-place": [3, 1, 2, 0],
        "lazyframe-partition": [1, 1, 0, 0],
        "lazyframe-stood": [5, 6, 7, 8],
        "lazyframe-label": [5, 6, 7, 8],
        "key 0 of groups": [5, 6, 7, 8],
        "k": [1, 2, 1, 2],
    }
)
NAMES = {
    "numbers": NUMBERS, "some": SOME, "dates": DATES, "integers": INTEGERS, "keys": KEYS, "gaps": GAPS, "texts": TEXTS,
    "tuples": TUPLES, "categories": CATEGORIES, "labelled": LABELLED, "twice": TWICE, "private": PRIVATE,
    "bools": pd.DataFrame({"k": [1, 1, 2], "b": [True, False, True]}),
    "infinite": pd.DataFrame({"x": np.array([np.inf, -np.inf, 1, 2], "float32")}),
    "ints": pd.DataFrame({0: [1, 2, 3, 4], 1: [1.0, 2, 3, 4]}),
    "right": pd.DataFrame({"k": [1, 2], "w": [1, 2]}),
    "stamps": pd.DataFrame({"k": ["a", "a", None], "d": pd.to_datetime(["2020-01-01", None, "2020-01-03"])}),
    "nullable": pd.DataFrame({"i": pd.array([1, 2, None], dtype="Int64"), "c": pd.Categorical(["a", "b", "a"])}),
}  # fmt: skip

QUESTIONS = """
numbers.merge(some,on="a",how="left").groupby("g").v.median()
numbers.merge(some,on="a",how="left").groupby("g").v.transform("sum")
numbers.merge(some,on="a",how="left").drop_duplicates("g")
numbers.merge(some,on="a",how="left").duplicated("b")
numbers.merge(some,on="a",how="left").g.cumsum()
numbers.merge(some,on="a",how="left").g.ffill()
numbers.merge(some,on="a",how="left").g.bfill()
numbers.merge(some,on="a",how="left").merge(some.drop_duplicates("g"),on="g",how="left").v
dates.groupby(dates.d.dt.month).v.median()
(integers.x//integers.y).drop_duplicates()
keys.assign(n=keys.groupby("k").cumcount()).groupby("n").v.median()
gaps.groupby("k").transform("sum")
gaps.groupby("k").v.shift(1)
gaps.groupby("k").v.cumcount()
tuples.drop_duplicates("o")
tuples.duplicated(["o","k"])
categories.drop_duplicates("k")
categories.duplicated("k")
labelled.groupby("k").filter(lambda g: g.index.min()>15)
twice.groupby("k").filter(lambda g: g.index.max()>45)
numbers.groupby("a").agg(m=named("v",lambda x,q=.5: x.quantile(q),q=.9))
labelled.sort_index(ascending=[False])
labelled.drop_duplicates({"k"})
labelled.drop_duplicates(np.array(["k"]))
labelled.drop_duplicates(subset=("k","v"))
texts.groupby("k").s.agg(lambda g: g.iloc[0])
texts.groupby("k").agg(s=("s",lambda g: g.iloc[0]),n=("s","count"))
private.sort_values("lazyframe-place")
private.sort_values(["lazyframe-partition","lazyframe-place"])
private.merge(right,on="k",how="left")
private.merge(right,left_index=True,right_index=True,how="left")
private.groupby(private.k%2).median()
bools.groupby("k").b.diff()
infinite.x.cumsum()
ints.groupby(ints[0]%2).head(1)
ints.merge(ints.rename(columns={1:2}),on=0,how="left")
labelled.merge(right,how="cross",suffixes=("_l","_r"))
labelled.groupby(labelled.k+1,as_index=False).median()
labelled.groupby("k").v.shift(1,fill_value=0)
stamps.groupby("k").d.cummax()
nullable.i.map({1:1.5,2:2.5})
nullable.c.map({"a":1.5,"b":2.5})
""".strip().splitlines()


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")  # NumPy's, of inf - inf
@pytest.mark.parametrize("parts", [2, 3, 7])
@pytest.mark.parametrize("text", QUESTIONS)
def test_answers_do_not_depend_on_partitions(text: str, parts: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lazyframe.collections.merging.SMALL", 0)
    lazy = {name: lf.from_pandas(table, npartitions=parts) for name, table in NAMES.items()}
    known = {"np": np, "named": pd.NamedAgg}
    assert_same(eval(text, known | lazy).compute(), eval(text, known | NAMES))


VALUES = pd.Series([1, 0, 3, 0])


@pytest.mark.parametrize("dtype", ["int64", "int8", "uint64", "float32", "Int64", "Float64", "object", "category"])
def test_equal_numbers_have_one_hash(dtype: str) -> None:
    assert (hash_values(VALUES.astype(dtype)) == hash_values(VALUES.astype(float))).all()


@pytest.mark.parametrize("dtype", ["bool", "boolean", "object"])
def test_bools_are_numbers(dtype: str) -> None:
    assert (hash_values((VALUES > 0).astype(dtype)) == hash_values((VALUES > 0).astype(float))).all()


def test_equal_texts_have_one_hash() -> None:
    texts = pd.Series(["a", "b", None, "é"])
    of_objects = hash_values(texts.astype(object))
    for dtype in ("str", "string", "category"):
        assert (hash_values(texts.astype(dtype)) == of_objects).all()


def test_equal_objects_have_one_hash() -> None:
    utc, there = dt.UTC, dt.timezone(dt.timedelta(hours=2))
    alike: list[tuple[Any, ...]] = [
        (0.0, -0.0, 0, False, decimal.Decimal(0)),
        (dt.datetime(2020, 1, 1), pd.Timestamp(2020, 1, 1)),
        (dt.datetime(2020, 1, 1, 10, tzinfo=utc), dt.datetime(2020, 1, 1, 12, tzinfo=there)),
        (dt.timedelta(days=1), pd.Timedelta(days=1)),
        ((1, "a"), (1.0, "a"), (True, "a")),
        (frozenset([1, 2]), frozenset([2, 1.0])),
        (None, np.nan, pd.NaT, pd.NA),
        (10**400, 10**400),
    ]
    for values in alike:
        assert len(set(hash_values(pd.Series(list(values), dtype=object)))) == 1, values
    assert len({hash_values(pd.Series([values[0]], dtype=object))[0] for values in alike[1:-1]}) == len(alike) - 2


def test_a_hash_is_the_same_in_every_process(tmp_path: Path) -> None:
    code = (
        "import datetime as dt, pandas as pd\nfrom lazyframe.ops.hashing import hash_values\n"
        "values = [dt.date(2020, 1, 1), dt.time(1), 'a', (1, 'b'), b'c', dt.timedelta(1)]\n"
        "print(hash_values(pd.Series(values)).tolist())"
    )
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout for _ in range(2)]
    assert runs[0] == runs[1]


def test_rows_are_numbered_by_their_own_source(tmp_path: Path) -> None:
    for name, cuts in (("a", [3, 2]), ("b", [1, 1, 1])):
        (tmp_path / name).mkdir()
        for number, count in enumerate(cuts):
            pd.DataFrame({"x": range(count)}).to_csv(tmp_path / name / f"{number}.csv", index=False)
    a, b = (lf.read_csv(tmp_path / name) for name in ("a", "b"))
    for scalar in (b.x.median(), b.x.sum(), b.x.skew(), b.drop_duplicates("x").x.sum()):
        found = (scalar - a.x).compute()
        assert_same(found, scalar.compute() - a.x.compute())


def test_a_filter_of_groups_sees_the_numbers_of_the_whole_table(tmp_path: Path) -> None:
    lazy = from_files(LABELLED, tmp_path, 3)
    table = LABELLED.reset_index(drop=True)
    asks: list[Any] = [
        lambda d: d.groupby("k").filter(lambda group: group.index.max() >= 3),
        lambda d: d[d.v > 0].groupby("k").filter(lambda group: group.index.min() > 1).v + 1,
        lambda d: d.groupby("k").filter(lambda group: group.index.max() >= 3).reset_index(),
    ]
    for ask in asks:
        assert_same(ask(lazy).compute(), ask(table))


def test_a_sort_has_as_many_partitions_as_buckets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buckets, "MOST", 3)
    frame = pd.DataFrame({"v": range(50), "k": [1, 2] * 25})
    lazy = lf.from_pandas(frame, 8)
    found = lazy.sort_values("v", ascending=False)
    assert found.npartitions == 3
    assert_same(found.tail(3), frame.sort_values("v", ascending=False).tail(3))
    assert_same(
        found.partitions[1].compute(), found.compute().iloc[len(found.partitions[0]) :].head(len(found.partitions[1]))
    )
    chain = lazy.drop_duplicates("v").sort_index(ascending=False)
    assert_same(chain.assign(w=chain.v + 1).tail(2), frame.sort_index(ascending=False).assign(w=frame.v + 1).tail(2))


@pytest.mark.parametrize(
    ("least", "most", "known", "unknown"), [(4_000_000, 256_000_000, 1, 8), (300, 256_000_000, 3, 8), (1, 50, 16, 8)]
)
def test_there_are_as_many_buckets_as_their_sizes_ask_for(
    monkeypatch: pytest.MonkeyPatch, least: int, most: int, known: int, unknown: int
) -> None:
    monkeypatch.setattr(buckets, "LEAST_BYTES", least)
    monkeypatch.setattr(buckets, "MOST_BYTES", most)
    frame = pd.DataFrame({"v": range(50), "k": [1, 2] * 25})  # 800 bytes
    lazy = lf.from_pandas(frame, 8)
    other = pd.DataFrame({"k": [2, 1, 2], "w": [1.5, 2, 3]})
    assert lazy.sort_values("v").npartitions == known
    assert (
        lazy[lazy.v > 3].assign(w=1).persist(scheduler="sync").drop(columns="w").sort_values("v").npartitions <= known
    )
    assert lazy.map_partitions(lambda part: part).sort_values("v").npartitions == unknown  # it may give more rows
    assert lf.concat([lazy, lazy]).sort_values("v").npartitions == (1 if least > 800 else 2 * known)
    asks: list[Any] = [
        lambda d: d.sort_values("v", ascending=False),
        lambda d: d.v.rank(pct=True),
        lambda d: d.drop_duplicates("k", keep="last"),
        lambda d: d.groupby("k").v.transform("median"),
        lambda d: d.merge(other if d is frame else lf.from_pandas(other, 2), on="k"),
        lambda d: d.groupby("k").v.apply(lambda values: values.iloc[-1]),
        lambda d: (
            d.map_partitions(lambda part: part).sort_values("k") if d is lazy else d.sort_values("k", kind="stable")
        ),
    ]
    for ask in asks:
        assert_same(ask(lazy).compute(scheduler="sync"), ask(frame))


SPREAD = {
    "small": np.arange(1, 1001),
    "steps": np.arange(10_000) * 4096,
    "halves": np.arange(10_000) / 2,
    "negative": -np.arange(10_000),
    "dates": 1.6e15 + np.arange(10_000) * 86400e6,
}


@pytest.mark.parametrize("name", SPREAD)
@pytest.mark.parametrize("count", [2, 7, 8, 16])
def test_numbers_spread_over_buckets(name: str, count: int) -> None:
    hashes = hash_values(pd.Series(SPREAD[name]))
    shares = np.bincount((hashes % np.uint64(count)).astype(np.int64), minlength=count) * count / len(hashes)
    assert shares.min() > 0.7 and shares.max() < 1.3
