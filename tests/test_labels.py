"""Rows chosen by their labels equal pandas': no others are gathered."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import lazyframe as lf
from lazyframe.plan.logical.flat_map import FlatMap
from lazyframe.plan.logical.gathered import Gathered
from tests.assertions import assert_same

RANDOM = np.random.default_rng(3)
FRAME = pd.DataFrame(
    {
        "a": RANDOM.choice(list("xyz"), 40),
        "b": RANDOM.integers(0, 4, 40),
        "c": RANDOM.choice(["p", "q", None], 40),
        "v": RANDOM.integers(0, 9, 40),
        "w": np.where(RANDOM.random(40) > 0.3, RANDOM.normal(size=40), np.nan),
    }
).astype({"a": "str", "c": "str"})


def from_files(folder: Path) -> Any:
    """The table lazily, from four files."""
    for number in range(4):
        FRAME.iloc[number * 10 : number * 10 + 10].to_csv(folder / f"{number}.csv", index=False)
    return lf.read_csv(folder / "*.csv")


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
    lazy = eval(text, {"d": from_files(tmp_path), "np": np})
    assert_same(lazy.compute(), eval(text, {"d": FRAME, "np": np}))
    assert isinstance(lazy._plan, Gathered)
    assert isinstance(lazy._plan.inputs[0], FlatMap) == (text in CHOSEN)


def test_a_label_that_is_not_there(tmp_path: Path) -> None:
    lazy = from_files(tmp_path)
    for asked in (lambda: lazy.loc[99], lambda: lazy.set_index("a").loc["nothing"], lambda: lazy.loc[[1, 99]]):
        with pytest.raises(KeyError):
            asked().compute()


def test_labels_of_several_levels(tmp_path: Path) -> None:
    lazy, expected = (d.groupby(["a", "b"]).agg(v=("v", "sum")) for d in (from_files(tmp_path), FRAME))
    assert_same(lazy.loc[("x", 2)].compute(), expected.loc[("x", 2)])
    assert_same(lazy.loc[("x", 2), "v"].compute(), expected.loc[("x", 2), "v"])
    assert_same(lazy.loc["x"].compute(), expected.loc["x"])
    assert_same(lazy.v.loc[("x", 2)].compute(), expected.v.loc[("x", 2)])
    assert repr(lazy.loc).startswith(".loc of lazyframe.DataFrame")
