"""pandas' functions at the top, and frames that are made of values."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import lazyframe as lf
from tests.assertions import assert_eq, assert_same
from tests.test_whole import FRAME, cut

OTHER = pd.DataFrame({"k": ["a", "b", "z"], "w": [1.0, 2.0, 3.0]})

LIFTED: dict[str, Callable[[Any, Any], Any]] = {
    "merge of two lazy ones": lambda pd, d: pd.merge(d, d.groupby("k").x.sum().rename("s").reset_index()),
    "merge": lambda pd, d: pd.merge(d, OTHER, on="k", how="left"),
    "concat of columns": lambda pd, d: pd.concat([d.x, d.y * 2], axis=1),
    "concat": lambda pd, d: pd.concat([d, d[d.x > 3]]),
    "concat of Series": lambda pd, d: pd.concat([d.x, d.x * 2]).sum(),
    "concat, filtered": lambda pd, d: (lambda e: e[e.x > 4].groupby("k").x.sum())(pd.concat([d, d])),
    "cut at edges": lambda pd, d: pd.cut(d.x, [-1, 3, 6, 10]),
    "cut with labels": lambda pd, d: pd.cut(d.x, [-1, 5, 10], labels=["low", "high"]),
    "groups of a cut": lambda pd, d: d.groupby(pd.cut(d.x, [-1, 3, 6, 10])).y.sum(),
    "isna": lambda pd, d: pd.isna(d.y),
    "notnull": lambda pd, d: pd.notnull(d),
    "to_datetime in a format": lambda pd, d: pd.to_datetime(d.d.dt.strftime("%Y/%m/%d"), format="%Y/%m/%d"),
    "merge_asof": lambda pd, d: pd.merge_asof(d[["d", "x"]], d[["d", "y"]], on="d"),
}

GATHERED: dict[str, Callable[[Any, Any], Any]] = {
    "concat of other columns": lambda pd, d: pd.concat([d, OTHER]),
    "concat with keys": lambda pd, d: pd.concat([d, d], keys=["one", "two"]),
    "concat, numbered": lambda pd, d: pd.concat([d, d], ignore_index=True),
    "concat of a dict": lambda pd, d: pd.concat({"one": d.x, "two": d.y}),
    "crosstab": lambda pd, d: pd.crosstab(d.k, d.x > 3),
    "cut in bins": lambda pd, d: pd.cut(d.x, 3),
    "factorize": lambda pd, d: pd.factorize(d.k)[1],
    "get_dummies": lambda pd, d: pd.get_dummies(d, columns=["k"]),
    "melt": lambda pd, d: pd.melt(d, "k", ["x", "y"]),
    "pivot_table": lambda pd, d: pd.pivot_table(d, values="x", index="k"),
    "qcut": lambda pd, d: pd.qcut(d.x, 4),
    "to_numeric": lambda pd, d: pd.to_numeric(d.x.astype(str)),
    "to_timedelta": lambda pd, d: pd.to_timedelta(d.x, unit="h"),
    "to_datetime": lambda pd, d: pd.to_datetime(d.d.dt.strftime("%Y-%m-%d")),
}


@pytest.mark.parametrize("how", ["one", "several", "files"])
@pytest.mark.parametrize("what", [*LIFTED, *GATHERED])
def test_functions_give_the_answer_of_pandas(what: str, how: str, tmp_path: Path) -> None:
    ask = (LIFTED | GATHERED)[what]
    lazy, expected = ask(lf, cut(how, tmp_path)), ask(pd, FRAME)
    assert isinstance(lazy, lf.Deferred) == (what in GATHERED)
    if isinstance(expected, pd.Index):
        pd.testing.assert_index_equal(lazy.compute(), expected)
    else:
        assert_eq(lazy, expected)


def test_of_values_that_are_there_they_are_pandas_own() -> None:
    assert_same(lf.concat([OTHER, OTHER]), pd.concat([OTHER, OTHER]))
    assert lf.isna(None) is True
    assert len(lf.date_range("2020-01-01", periods=3)) == 3
    with pytest.raises(TypeError, match=r"melt\(\) got an unexpected keyword argument 'wrong'"):
        lf.melt(OTHER, wrong=1)


def test_frames_are_made_of_values() -> None:
    data = {"x": [3, 1, 2], "k": list("aba")}
    expected = pd.DataFrame(data)
    assert_eq(lf.DataFrame(data), expected)
    assert_eq(lf.DataFrame(expected), expected)
    assert_eq(lf.DataFrame(np.ones((2, 2)), columns=["a", "b"]), pd.DataFrame(np.ones((2, 2)), columns=["a", "b"]))
    assert_eq(lf.DataFrame(lf.DataFrame(data)), expected)
    assert_same(lf.DataFrame().compute(), pd.DataFrame())
    assert_eq(lf.Series([1, 2], name="x"), pd.Series([1, 2], name="x"))
    assert_eq(lf.Series(expected.x).groupby(lf.Series(expected.x)).sum(), expected.x.groupby(expected.x).sum())
    assert_eq(lf.from_dict(data, npartitions=2), expected)
    assert lf.from_dict({"r": [1, 2]}, orient="index", columns=["a", "b"]).compute().loc["r"].tolist() == [1, 2]
    assert_eq(lf.from_arrow(pa.table(data), npartitions=2), pa.table(data).to_pandas())
    made = lf.from_map(lambda n, by: pd.DataFrame({"x": [n * by]}), [1, 2, 3], by=10)
    assert made.npartitions == 3
    assert made.x.sum().compute() == 60
    with pytest.raises(ValueError, match="The columns must have different names"):
        lf.DataFrame(expected[["x", "x"]])
