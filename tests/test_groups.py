"""Which columns a grouped answer has, and answers without any."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import lazyframe as lf
from tests.assertions import assert_eq, assert_same

PDF = pd.DataFrame({"n": [True, False, True], "v": [1, 2, 3], "k": ["a", "b", "a"], "x": [0.5, 1.0, 2.0]})

KEYS: list[Callable[[Any], Any]] = [
    lambda d: ~d.n,
    lambda d: d.n,
    lambda d: "n",
    lambda d: d.v + 0,
    lambda d: d.v > 1,
    lambda d: d.v.astype("int64"),
    lambda d: d.v.astype("float64"),
    lambda d: ["k", ~d.n],
    lambda d: [d.k, d.v],
    lambda d: [d.n & (d.v > 1), "k"],
    lambda d: -d.v,
    lambda d: d[["n", "v"]].v,
]


@pytest.fixture(params=["frame", "files"])
def frame(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    if request.param == "frame":
        return lf.from_pandas(PDF, npartitions=2)
    for number in range(3):
        PDF[number : number + 1].to_csv(tmp_path / f"{number}.csv", index=False)
    return lf.read_csv(tmp_path)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("name", ["sum", "count", "min", "mean"])
def test_a_key_takes_a_column_out_only_if_it_is_one(frame: Any, key: Any, name: str) -> None:
    def answer(d: Any) -> Any:
        return getattr(d.groupby(key(d)), name)(**({} if name in ("count", "min") else {"numeric_only": True}))

    assert_eq(answer(frame), answer(PDF))


def test_keys_of_a_frame_with_a_column_set_anew(frame: Any) -> None:
    def answers(d: Any) -> list[Any]:
        e = d.assign(n=~d.n)
        f = d[["n", "v"]]
        g = d[d.v > 1]
        keys = [(e, e.n), (e, d.n), (e, e.v), (f, d.n), (f, f.n), (g, g.n), (g, ~g.n)]
        return [one.groupby(key).sum(numeric_only=True) for one, key in keys]

    for lazy, expected in zip(answers(frame), answers(PDF), strict=True):
        assert_eq(lazy, expected)


NOTHING: list[Callable[[Any], Any]] = [
    lambda d: d[["k"]].groupby("k").sum(),
    lambda d: d[["k"]].groupby("k", sort=False).count(),
    lambda d: d[["k", "n"]].groupby(["k", "n"]).max(),
    lambda d: d[["k"]].groupby("k").mean(numeric_only=True),
    lambda d: d[["k"]].groupby("k").nunique(),
    lambda d: d[["k"]].groupby("k").agg("sum"),
    lambda d: d.groupby("k")[[]].sum(),
    lambda d: d[d.v > 5][["k"]].groupby("k").first(),
    lambda d: d[["k"]].mean(numeric_only=True),
    *[lambda d, name=name: getattr(d[[]], name)() for name in ("sum", "mean", "min", "count", "any", "all", "var")],
]


@pytest.mark.parametrize("question", NOTHING)
def test_answers_without_columns(frame: Any, question: Any) -> None:
    lazy, expected = question(frame), question(PDF)
    actual = lazy.compute(scheduler="sync")
    if isinstance(expected, pd.DataFrame):
        assert list(actual.index) == list(expected.index) and actual.index.names == expected.index.names
        assert actual.shape == expected.shape
    else:
        assert_same(actual, expected)
