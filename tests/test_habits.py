"""What people write in pandas out of habit gives its answer here too, or one sentence with a way out."""

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import lazyframe as lf
from tests.assertions import assert_eq, assert_same

PDF = pd.DataFrame(
    {
        "k": ["a", "b", "a", "c", "b", "a"],
        "x": [1.0, 2.5, np.nan, 4.0, -1.0, 0.0],
        "n": [3, 1, 2, 2, 5, 3],
        "t": list("uvwuvw"),
        "d": pd.to_datetime([f"2020-0{month}-01" for month in range(1, 7)]).as_unit("us"),
    }
)


@pytest.fixture(params=["csv", "csv in parts", "memory", "nullable", "arrow"])
def both(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Any, pd.DataFrame]:
    """A lazy table and the same in pandas."""
    if request.param.startswith("csv"):
        PDF.to_csv(tmp_path / "x.csv", index=False)
        blocksize = 40 if request.param == "csv in parts" else None
        return lf.read_csv(tmp_path / "x.csv", parse_dates=["d"], blocksize=blocksize), PDF
    kinds = {"nullable": "numpy_nullable", "arrow": "pyarrow"}
    data = PDF.convert_dtypes(dtype_backend=kinds[request.param]) if request.param in kinds else PDF  # type: ignore[call-overload]
    return lf.from_pandas(data, npartitions=3), data


def with_names(df: Any, names: Any) -> Any:
    df = df.copy()
    df.columns = names
    return df


def without(df: Any, name: str) -> Any:
    df = df.copy()
    del df[name]
    return df


def named(series: Any, name: Any) -> Any:
    series = series.copy()
    series.name = name
    return series


ANSWERS: dict[str, Callable[[Any], Any]] = {
    "isin of a Series": lambda d: d.k.isin(pd.Series(["a", "c"], index=[7, 8])),
    "isin of an Index": lambda d: d.n.isin(pd.Index([1, 2])),
    "isin of an array": lambda d: d.n.isin(pd.array([1, 2])),
    "isin of dates": lambda d: d.d.isin(pd.Series(pd.to_datetime(["2020-03-01"]))),
    "isin of a dict of columns": lambda d: d[["k", "n"]].isin({"k": ["a"], "n": pd.Index([2])}),
    "columns": lambda d: with_names(d, ["A", "B", "C", "D", "E"]),
    "np.sum": lambda d: np.sum(d.n),
    "np.mean along an axis": lambda d: np.mean(d[["n", "x"]], axis=0),
    "np.max": lambda d: np.max(d.n),
    "np.min of a frame": lambda d: np.min(d, axis=0),
    "np.any": lambda d: np.any(d.n > 4),
    "np.std": lambda d: np.std(d.n, ddof=1),
    "np.clip": lambda d: np.clip(d.n, 2, 3),
    "np.clip by name": lambda d: np.clip(d.n, a_min=None, a_max=3),
    "np.round": lambda d: np.round(d.x / 3, 1),
    "np.around": lambda d: np.around(d.x),
    "plus": lambda d: +d[["n", "x"]],
    "columns, then a filter": lambda d: (lambda e: e[e.B > 0].C)(with_names(d, list("ABCDE"))),
    "columns, swapped": lambda d: with_names(d, ["x", "k", "t", "n", "d"]).groupby("x").t.sum(),
    "columns, then some": lambda d: with_names(d, list("ABCDE"))[["C", "A"]],
    "columns that are numbers": lambda d: with_names(d, range(5))[2] * 2,
    "columns, then a mean": lambda d: with_names(d, list("ABCDE")).groupby("A").C.mean(),
    "columns twice": lambda d: with_names(with_names(d, list("ABCDE")), list("EDCBA")).groupby("E").C.max(),
    "columns, then a new one": lambda d: with_names(d, list("ABCDE")).assign(F=lambda e: e.C + 1),
    "name": lambda d: named(d.x, "new"),
    "name, then groups": lambda d: named(d.n, "new").groupby(named(d.k, "key")).sum(),
    "no name": lambda d: named(d.x, None),
    "del": lambda d: without(d, "x"),
    "del, then groups": lambda d: without(without(d, "x"), "d").groupby("k").agg({"n": "sum"}),
    "as_index": lambda d: d.groupby("k", as_index=False).n.sum(),
    "as_index of several": lambda d: d.groupby("k", as_index=False)[["n", "x"]].max(),
    "as_index of several keys": lambda d: d.groupby(["k", "t"], as_index=False).n.sum(),
    "as_index of a Series": lambda d: d[["n", "k"]].groupby(d.n > 2, as_index=False).k.count(),
    "as_index, size": lambda d: d.groupby(["k", "n"], as_index=False).size(),
    "size of a column": lambda d: d.groupby("k").n.size(),
    "as_index, size of a column": lambda d: d.groupby("k", as_index=False).n.size(),
    "as_index, agg": lambda d: d.groupby("k", as_index=False).agg({"n": ["sum", "min"], "x": "count"}),
    "as_index, agg by name": lambda d: d.groupby("k", as_index=False).agg(low=("n", "min"), high=("n", "max")),
    "as_index, in order": lambda d: d.groupby("k", as_index=False, sort=False).n.sum(),
    "observed": lambda d: d.groupby("k", observed=True).n.sum(),
    "not observed": lambda d: d.groupby("k", observed=False, group_keys=False).n.sum(),
    "log": lambda d: np.log(d.n),
    "sqrt of a frame": lambda d: np.sqrt(d[["n"]]),
    "maximum": lambda d: np.maximum(d.n, 2),
    "maximum of two": lambda d: np.maximum(d.n, 5 - d.n),
    "floor of a filter": lambda d: np.floor(d[d.n > 1].n / 2),
    "a number of numpy's first": lambda d: np.float64(2) * d.n,
    "a number of numpy's first, compared": lambda d: np.int64(2) < d.n,
    "a function of numpy's for an operator": lambda d: np.add(d.n, 1),
}


@pytest.mark.parametrize("what", ANSWERS)
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_habits_that_give_their_answer(what: str, both: tuple[Any, pd.DataFrame]) -> None:
    df, pdf = both
    expected = ANSWERS[what](pdf)
    assert_eq(ANSWERS[what](df), expected)


def test_functions_of_numpy_on_lazy_numbers(both: tuple[Any, pd.DataFrame]) -> None:
    df, pdf = both
    assert np.sqrt(df.n.mean()).compute() == pytest.approx(np.sqrt(pdf.n.mean()))
    assert_eq(df.n / np.sqrt(df.n.max()), pdf.n / np.sqrt(pdf.n.max()))


def test_functions_of_numpy_go_to_processes() -> None:
    df = lf.from_pandas(PDF, npartitions=2)
    assert_same(np.exp(df.n).compute(scheduler="processes"), np.exp(PDF.n))


GATHERED: dict[str, Callable[[Any], Any]] = {
    "isin of a lazy Series": lambda d: d.k.isin(d.t),
    "isin of a frame's rows": lambda d: d[["n", "x"]].isin(d[["n", "x"]]),
    "isin by labels": lambda d: d[["n"]].isin(pd.Series([3])),
    "isin of a lazy value in a list": lambda d: d.n.isin([d.n.max()]),
    "isin of a lazy value in a tuple": lambda d: d[["n"]].isin((1, d.n.max())),
    "isin of a lazy value in an array": lambda d: d.n.isin(np.array([d.n.max()])),
    "isin of a lazy value in a Series": lambda d: d.n.isin(pd.Series([d.n.max()])),
    "isin of a lazy value in an iterator": lambda d: d.n.isin(list(iter([d.n.max()]))),
    "isin of a lazy value in a dict of lists": lambda d: d[["n", "x"]].isin({"n": [d.n.max()]}),
    "fillna of a dict of lazy values": lambda d: d[["n", "x"]].fillna({"x": d.x.max()}),
    "a mean of a frame with dates": lambda d: d[["n", "d"]].mean(),
    "groups by a level": lambda d: d.groupby(level=0).n.sum(),
    "groups by a function": lambda d: d.groupby(lambda label: label % 2).n.sum(),
    "groups by a dict": lambda d: d.groupby({0: "a", 1: "a", 2: "b"}).n.sum(),
    "groups by a Grouper": lambda d: d.groupby(pd.Grouper(key="d", freq="2MS")).n.sum(),
    "groups by other rows": lambda d: d.n.groupby(d[d.n > 1].k).sum(),
    "mean of dates": lambda d: d.groupby("k").agg({"d": "mean"}),
    "named mean of dates": lambda d: d.groupby("k").agg(m=("d", "mean")),
    "listed std of dates": lambda d: d.groupby("k").d.agg(["min", "std"]),
    "reduce": lambda d: np.add.reduce(d.n),
    "divmod": lambda d: divmod(d.n.astype("int64"), 2)[1],
    "divmod of a number": lambda d: divmod(7, d.n.astype("int64"))[0],
    "a product of matrices": lambda d: d.n @ d.n,
    "an array": lambda d: np.maximum(d.n, np.zeros(6)),
    "an array first": lambda d: np.arange(6) * d.n,
    "an array compared": lambda d: np.arange(6) < d.n,
    "a list": lambda d: d.n * [1, 2, 3, 4, 5, 6],
    "a list first": lambda d: [1, 2, 3, 4, 5, 6] - d.n,
    "a list compared": lambda d: d.n == [1, 1, 2, 2, 5, 5],
    "a pandas Series": lambda d: d.n - PDF.x,
    "a pandas Series first": lambda d: PDF.n * d.n,
    "a frame and its row of means": lambda d: d[["n", "x"]] - d[["n", "x"]].mean(),
    "other rows": lambda d: d.n + d[d.n > 1].x,
    "a slice of rows": lambda d: d[1:4],
    "a median within": lambda d: d[d.n > d.n.median()],
    "a chain": lambda d: d.groupby("k").n.mean().sort_values(ascending=False).rename("m").reset_index(),
    "an answer's rank": lambda d: d.groupby("k").n.sum().rank(),
    "an answer and its median": lambda d: (lambda a: a - a.median())(d.groupby("k").n.sum()),
    "a sum of rows": lambda d: d[["n", "x"]].sum(axis=1),
}


@pytest.mark.parametrize("what", GATHERED)
def test_habits_that_pandas_answers_in_one_place(what: str, both: tuple[Any, pd.DataFrame]) -> None:
    df, pdf = both
    assert_eq(GATHERED[what](df), GATHERED[what](pdf))


SENTENCES: dict[str, tuple[Callable[[Any], Any], type, str]] = {
    "a sum of a column of dates": (
        lambda d: d.sum(),
        TypeError,
        r"^sum is not for column 'd', whose dtype is .*: leave the column out, or pass numeric_only=True",
    ),
    "a mean of text": (lambda d: d.k.mean(), TypeError, r"^mean is not for column 'k', whose dtype is"),
    "a mean of text by groups": (lambda d: d.groupby("n").k.mean(), TypeError, r"^mean is not for column 'k'"),
    "np.sum of a frame": (
        lambda d: np.sum(d),
        TypeError,
        r"np.sum of a lazy DataFrame is for its columns: use .sum\(\)",
    ),
    "np.mean in a dtype": (lambda d: np.mean(d.n, dtype="f4"), TypeError, r"np.mean\(dtype=\) is not for lazy objects"),
    "a Scalar of a value": (lambda d: lf.Scalar(3), TypeError, r"not made of values: a reduction such as df.x.sum\("),
    "a part of a row": (lambda d: d.head(2.5), TypeError, r"^head: n is a whole number, not 2\.5\."),
    "isin of a text": (lambda d: d.k.isin("a"), TypeError, "only list-like objects"),
    "too few columns": (lambda d: with_names(d, ["A"]), ValueError, "1 names were given for 5 columns."),
    "columns twice": (lambda d: with_names(d, list("AABCD")), ValueError, "columns must have different names"),
    "the index set": (
        lambda d: setattr(d, "index", [1]),
        AttributeError,
        r"The index of a lazy DataFrame can't be set: use set_index",
    ),
    "del of nothing": (lambda d: without(d, "y"), KeyError, "There is no column 'y'"),
    "groups by nothing": (lambda d: d.groupby(), TypeError, "pass a key, a column's name"),
    "as_index of two keys of one name": (
        lambda d: d.groupby(["n", d.n > 1], as_index=False).x.sum(),
        lf.errors.UnsupportedError,
        r"two keys are named 'n', .*Leave as_index out, and name the levels after .compute\(\)",
    ),
    "as_index of a Series": (lambda d: d.n.groupby(d.k, as_index=False), TypeError, "only valid with DataFrame"),
    "as_index of the key": (lambda d: d.groupby("k", as_index=False).k.count(), NotImplementedError, "reset_index"),
    "log of text": (
        lambda d: np.log(d.t),
        TypeError,
        "np.log is for numbers, and column 't' is .*Choose other columns",
    ),
    "log of some text": (lambda d: np.log(d), TypeError, "np.log is for numbers, and column 'k' is"),
    "log of dates": (lambda d: np.log(d.d), TypeError, "np.log is not for values of dtype"),
    "out": (lambda d: np.log(d.n, out=np.zeros(6)), TypeError, r"np.log\(out=\) is not for lazy objects"),
    "a lazy value in what a function takes": (
        lambda d: d.n.map_partitions(lambda part, by: part * by, d.n.max()),
        lf.errors.UnsupportedError,
        r"can't take the lazy value.*Pass what its .compute",
    ),
    "a lazy value in what a function takes by name": (
        lambda d: d.n.map_partitions(lambda part, by: part * by, by=[d.n.max()]),
        lf.errors.UnsupportedError,
        r"can't take the lazy value.*Pass what its .compute",
    ),
    "abs of text": (lambda d: abs(d.t), TypeError, "abs|bad operand"),
    "a frame of lazy values": (
        lambda d: lf.DataFrame({"a": d.n}),
        TypeError,
        "is not made of lazy values",
    ),
    "from_pandas of a dict": (lambda d: lf.from_pandas({"a": [1]}), TypeError, r"not a dict: pass pd.DataFrame\(...\)"),
    "no path": (
        lambda d: lf.read_csv(None),
        TypeError,
        "A path is text or a pathlib.Path, not a NoneType: pass a path",
    ),  # type: ignore[arg-type]
    "paths that are none": (
        lambda d: lf.read_csv([1]),
        TypeError,
        "not a int: pass a path, a glob, a folder, an open file or",
    ),  # type: ignore[list-item]
}


@pytest.mark.parametrize("what", SENTENCES)
def test_habits_that_get_a_sentence(what: str, both: tuple[Any, pd.DataFrame]) -> None:
    habit, error, message = SENTENCES[what]
    with pytest.raises(error, match=message):
        habit(both[0])


def test_functions_of_arrays_compute() -> None:
    df = lf.from_pandas(PDF, npartitions=3)
    assert np.where(df.n > 2, df.n, df.n.max()).tolist() == np.where(PDF.n > 2, PDF.n, PDF.n.max()).tolist()
    assert np.unique(df.n).tolist() == np.unique(PDF.n).tolist()
    assert np.median(df.n) == np.median(PDF.n)
    assert np.concatenate([df.n, df.n]).tolist() == [*PDF.n, *PDF.n]
    assert np.std(df.n).compute() == pytest.approx(np.std(PDF.n))


def test_groups_of_categories_without_rows() -> None:
    pdf = pd.DataFrame({"k": pd.Categorical(["a"], ["a", "b"]), "n": [1]})
    df = lf.from_pandas(pdf)
    assert_eq(df.groupby("k", observed=False).n.sum(), pdf.groupby("k", observed=False).n.sum())
    assert df.groupby("k").n.sum().compute().to_dict() == {"a": 1}


def test_groups_are_iterated_over() -> None:
    df = lf.from_pandas(PDF, npartitions=3)
    for by in ("k", ["k"], ["k", "n"]):
        for (key, rows), (expected, of) in zip(df.groupby(by), PDF.groupby(by), strict=True):
            assert key == expected
            assert_same(rows, of)


def test_a_groupby_says_how_many_groups_it_has() -> None:
    assert len(lf.from_pandas(PDF, npartitions=2).groupby(["k", "n"])) == len(PDF.groupby(["k", "n"]))


def test_renamed_columns_are_still_read_alone(tmp_path: Path) -> None:
    PDF.to_csv(tmp_path / "x.csv", index=False)
    df = with_names(lf.read_csv(tmp_path / "x.csv"), list("ABCDE"))
    plan = str(df[df.C > 1].groupby("A").B.mean().explain())
    assert "3 of 5 columns" in plan, plan
    assert "| Rename" not in plan


def test_a_step_with_new_names_is_pickled() -> None:
    df = with_names(lf.from_pandas(PDF, npartitions=2), list("ABCDE"))
    assert_same(pickle.loads(pickle.dumps(df)).compute(), PDF.set_axis(list("ABCDE"), axis=1))
