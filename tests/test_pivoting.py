"""Tables of groups equal pandas': only the groups' answers are laid out in one place."""

from pathlib import Path

import pandas as pd
import pytest

import lazyframe as lf
from lazyframe.plan.logical.gathered import Gathered
from tests.assertions import assert_same
from tests.tables import MIXED, from_files

LIFTED = """
d.pivot_table(values="v",index="a",columns="b")
d.pivot_table(values="v",index="a",columns="b",aggfunc="sum")
d.pivot_table(values="w",index="a",columns="b",aggfunc="sum",fill_value=0)
d.pivot_table(values=["v","w"],index="a",columns=["b"],aggfunc="mean")
d.pivot_table(values=["w","v"],index=["a","c"],columns="b",aggfunc="max")
d.pivot_table(index="a",columns="c",aggfunc="count")
d.pivot_table(values="v",index="a")
d.pivot_table(values="v",columns="a",aggfunc="count")
d.pivot_table(values="c",index="a",columns="b",aggfunc="nunique")
d.pivot_table(values="c",index="a",columns="b",aggfunc="first")
d.pivot_table("v","a","b","std")
d[d.v>3].pivot_table("v","a","b","min")
m.pivot_table(d,values="v",index="a",columns="b",aggfunc="sum")
m.crosstab(d.a,d.b)
m.crosstab(d.a,d.c)
""".strip().splitlines()

GATHERED = """
m.crosstab(d.a,d.b,normalize=True)
m.crosstab(d.a,d.b,margins=True)
m.crosstab(d.a,[d.b,d.c])
d.pivot_table(values="v",index="a",columns="b",margins=True)
d.pivot_table(values="v",index="a",columns="b",aggfunc=["sum","mean"])
d.pivot_table(values="v",index="a",columns="c",dropna=False)
d.pivot_table(values="v",index="a",columns="b",aggfunc=lambda g: g.max()-g.min())
""".strip().splitlines()


@pytest.mark.parametrize("text", [*LIFTED, *GATHERED])
def test_tables(text: str, tmp_path: Path) -> None:
    lazy = eval(text, {"d": from_files(MIXED, tmp_path), "m": lf})
    assert_same(lazy.compute(), eval(text, {"d": MIXED, "m": pd}))
    assert isinstance(lazy._plan, Gathered)
    assert (max(one.npartitions for one in lazy._plan.inputs) == 1) == (text in LIFTED)


def test_pandas_errors_are_raised() -> None:
    lazy = lf.from_pandas(MIXED, npartitions=3)
    with pytest.raises(TypeError, match="does not support operation 'mean'"):
        lazy.pivot_table(values="c", index="a").compute()
    with pytest.raises(KeyError):
        lazy.pivot_table(values="v", index="nothing").compute()


def test_what_gathers_looks_at_its_columns_alone() -> None:
    lazy = lf.from_pandas(MIXED, npartitions=3)
    asked = lazy.pivot_table(values="v", index="a", columns="b", aggfunc="median")
    assert "gathers 3 columns" in str(asked.explain())
