"""`index_col`: columns that label the rows, as in pandas; values are read and computed as without it."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import lazyframe as lf
from lazyframe.plan.logical.sources import ReduceRows, Scan
from lazyframe.plan.node import walk
from lazyframe.plan.passes.push import push
from lazyframe.plan.passes.simplify import simplify
from tests.assertions import assert_eq, assert_same

FILES = {"1.csv": "n,t,x\n3,a,1.5\n1,b,\n3,c,2\n", "2.csv": "n,t,x\n", "3.csv": "x,n,t\n4,1,a\n5,7,\n-1,2,b\n"}

OPTIONS: list[dict[str, Any]] = [
    {"index_col": "n"},
    {"index_col": 0},
    {"index_col": -1},
    {"index_col": ["t", "n"]},
    {"index_col": [0, "t"]},
    {"index_col": 0, "usecols": ["x", "t"]},
    {"index_col": "n", "dtype": str},
    {"index_col": "t", "dtype": {"x": "Float64"}},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def by_pandas(folder: Path, index_col: Any, **options: Any) -> pd.DataFrame:
    """The files as one table, then labelled: in the third file the columns have another order."""
    parts = [pd.read_csv(path, dtype=str, keep_default_na=False) for path in sorted(folder.iterdir())]
    whole = folder.parent / f"{folder.name}.csv"
    pd.concat(parts).to_csv(whole, index=False)
    return pd.read_csv(whole, index_col=index_col, **options)


@pytest.mark.parametrize("blocksize", [1, 12, None])
@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_rows_are_labelled(options: dict[str, Any], blocksize: int | None, folder: Path) -> None:
    df, expected = lf.read_csv(folder, blocksize=blocksize, **options), by_pandas(folder, **options)
    assert_eq(df, expected)
    assert_eq(df[df.columns[-1]], expected[expected.columns[-1]])
    assert_same(df.head(2), expected.head(2))
    assert_same(df.head(4), expected.head(4))
    assert len(df) == len(expected)
    assert_same(df.persist().compute(scheduler="processes"), expected)


@pytest.mark.parametrize("blocksize", [1, 12, None])
def test_queries_of_labelled_rows(blocksize: int | None, folder: Path) -> None:
    df, pdf = lf.read_csv(folder, blocksize=blocksize, index_col="n"), by_pandas(folder, "n")
    assert_eq(df[df.x > 1], pdf[pdf.x > 1])
    assert_eq(df[df.x > 1].t, pdf[pdf.x > 1].t)
    assert_eq(df.x.sum(), pdf.x.sum())
    assert_eq(df[df.t != "a"].x.max(), pdf[pdf.t != "a"].x.max())
    assert_eq(df.groupby("t").x.mean(), pdf.groupby("t").x.mean())
    assert_eq(df.assign(y=df.x * 2 + 1)[["y", "t"]], pdf.assign(y=pdf.x * 2 + 1)[["y", "t"]])
    assert_eq(df.max(), pdf.max())
    assert_eq(df.x.map_partitions(lambda part: part + 1), pdf.x + 1)


def test_the_scan_filters_and_reduces_what_is_labelled(folder: Path) -> None:
    df = lf.read_csv(folder, index_col="n")
    assert any(isinstance(node, ReduceRows) for node in walk(push(simplify(df[df.x > 1].x.sum()._plan))))
    filtered = push(simplify(df[df.x > 1]._plan))
    assert any(isinstance(node, Scan) and node.predicate is not None for node in walk(filtered))
    assert "SetIndex(n)" in [node.describe() for node in walk(filtered)]


def test_labels_that_are_dates(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("day,x\n2020-01-02,1\n2020-01-01,2\n")
    for options in ({"index_col": 0, "parse_dates": True}, {"index_col": "day", "parse_dates": ["day"]}):
        assert_eq(lf.read_csv(tmp_path / "x.csv", blocksize=5, **options), pd.read_csv(tmp_path / "x.csv", **options))


@pytest.mark.parametrize("text", [",x\n5,1\n6,2\n", "a,\n1,5\n2,6\n"])
def test_a_label_without_a_name(text: str, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(text)
    for place in (0, 1):
        assert_eq(lf.read_csv(tmp_path, index_col=place), pd.read_csv(tmp_path / "x.csv", index_col=place))


def test_rows_with_and_without_labels_are_other_rows(folder: Path) -> None:
    df, labelled = lf.read_csv(folder), lf.read_csv(folder, index_col="n")
    found = df.x.head(2) + labelled.x  # pandas matches them by their labels
    assert isinstance(found, lf.Deferred)
    assert_eq(found, df.x.head(2) + labelled.x.compute())


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"index_col": "z"}, KeyError, "There is no column 'z'. The columns are 'n', 't', 'x'."),
        ({"index_col": 3}, ValueError, "index_col=3, but there are 3 columns"),
        ({"index_col": "n", "usecols": ["t", "x"]}, ValueError, "index_col names 'n', which usecols leaves out"),
        ({"index_col": True}, ValueError, "give a column's name or number, or a list of such"),
        ({"index_col": [0, 0]}, ValueError, "columns must differ"),
        ({"index_col": [0, 1, 2]}, ValueError, "index_col leaves no column"),
    ],
)
def test_wrong_labels(options: dict[str, Any], error: type, message: str, folder: Path) -> None:
    with pytest.raises(error, match=message):
        lf.read_csv(folder, **options)
