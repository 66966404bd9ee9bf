"""Rows chosen by their labels equal pandas': no others are gathered."""

import datetime
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import lazyframe as lf
from lazyframe.plan.logical.flat_map import FlatMap
from lazyframe.plan.logical.gathered import Gathered
from lazyframe.plan.node import walk
from tests.assertions import assert_same
from tests.tables import MIXED, from_files

CHOSEN = """
d.loc[3]
d.loc[[3,5]]
d.loc[3:6]
d.loc[3:6,["a","v"]]
d.loc[30:]
d.loc[:2,"a"]
d.loc[7,"a"]
d[d.v>3].loc[5:20]
d.set_index("a").loc["x"]
d.set_index("b").loc[2]
d.set_index("b").loc[[2,1],"v"]
d.set_index("b").v.loc[3]
d.set_index("b").sort_index(kind="stable").loc[1:2]
d.v.loc[5]
d.v.loc[[5,3]]
d.loc[5:3]
d.v.loc[3.0]
d.loc[1.5:2.5]
""".strip().splitlines()

GATHERED = """
d.loc[d.v.idxmax()]
d.set_index(["a","b"]).loc[("x",2)]
d.loc[3:9:2]
d.set_index("b").sort_index(ascending=False,kind="stable").loc[2:1]
d.loc[np.array([3,5])]
""".strip().splitlines()


@pytest.mark.filterwarnings("ignore::pandas.errors.PerformanceWarning")
@pytest.mark.parametrize("text", [*CHOSEN, *GATHERED])
def test_rows_by_their_labels(text: str, tmp_path: Path) -> None:
    lazy = eval(text, {"d": from_files(MIXED, tmp_path), "np": np})
    assert_same(lazy.compute(), eval(text, {"d": MIXED, "np": np}))
    assert isinstance(lazy._plan, Gathered)
    assert isinstance(lazy._plan.inputs[0], FlatMap) == (text in CHOSEN)


@pytest.mark.parametrize("ends", [slice(2, None), slice(None, 3), slice(1, 3)])
def test_missing_labels_are_behind_all_others(ends: slice) -> None:
    table = pd.DataFrame({"v": range(6)}, index=[3.0, 1, np.nan, 2, np.nan, 5])
    lazy = lf.from_pandas(table, npartitions=3)
    assert_same(lazy.sort_index().loc[ends].compute(), table.sort_index().loc[ends])


def test_a_label_that_is_not_there(tmp_path: Path) -> None:
    lazy = from_files(MIXED, tmp_path)
    for asked in (lambda: lazy.loc[99], lambda: lazy.set_index("a").loc["nothing"], lambda: lazy.loc[[1, 99]]):
        with pytest.raises(KeyError):
            asked().compute()


def test_labels_of_several_levels(tmp_path: Path) -> None:
    lazy, expected = (d.groupby(["a", "b"]).agg(v=("v", "sum")) for d in (from_files(MIXED, tmp_path), MIXED))
    assert_same(lazy.loc[("x", 2)].compute(), expected.loc[("x", 2)])
    assert_same(lazy.loc[("x", 2), "v"].compute(), expected.loc[("x", 2), "v"])
    assert_same(lazy.loc["x"].compute(), expected.loc["x"])
    assert_same(lazy.v.loc[("x", 2)].compute(), expected.v.loc[("x", 2)])
    assert repr(lazy.loc).startswith(".loc of lazyframe.DataFrame")


BY_TIME = """
d.between_time("09:00", "17:30")
d.v.between_time("22:00", "03:30", inclusive="left")
d.at_time("05:00").v.sum()
d.at_time(datetime.time(5))
d.tz_localize("UTC")
d.tz_localize("UTC").tz_convert("Asia/Tokyo").v
d.v.tz_localize("Europe/Berlin", nonexistent="shift_forward")
d.to_period("D")
d.to_period("D").groupby("k").v.sum()
d.reset_index().set_index(["t", "k"]).swaplevel()
d.reset_index().set_index(["t", "k"]).droplevel("k").v
d[d.v > 1000].between_time("09:00", "10:00")
""".strip().splitlines()

TIMES = pd.DataFrame(
    {
        "t": pd.to_datetime(np.arange(0, 400, 5) + np.arange(80) % 2, unit="h"),
        "v": np.arange(80) % 7,
        "k": list("abcd") * 20,
    }
).set_index("t")


@pytest.mark.parametrize("parts", [1, 7, 100])
@pytest.mark.parametrize("text", BY_TIME)
def test_rows_by_the_times_of_their_labels(text: str, parts: int) -> None:
    lazy = eval(text, {"d": lf.from_pandas(TIMES, npartitions=parts), "datetime": datetime})
    assert not any(isinstance(node, Gathered) for node in walk(lazy._plan))
    assert_same(lazy.compute(), eval(text, {"d": TIMES, "datetime": datetime}))


@pytest.mark.parametrize("text", ['d.reset_index().at_time("05:00")', 'd.tz_convert("UTC")', 'd.to_period("nothing")'])
def test_labels_that_are_no_such_times(text: str) -> None:
    with pytest.raises((TypeError, ValueError)) as expected:
        eval(text, {"d": TIMES})
    with pytest.raises(expected.type, match=re.escape(str(expected.value))):
        eval(text, {"d": lf.from_pandas(TIMES, npartitions=3)})
