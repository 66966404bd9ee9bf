"""Values replaced, and rows made of rows, equal pandas' partition by partition."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import lazyframe as lf
from tests.assertions import assert_eq, assert_same

FRAME = pd.DataFrame(
    {
        "k": ["a", "b", "a", "c", None, "b", "a", "c", "b", "a", "b", "a"],
        "x": [5, 3, 8, 1, 9, 2, 7, 4, 6, 0, 1, 1],
        "y": [0.5, np.nan, -1.0, 2.0, 0.25, 0.5, np.nan, 3.5, 1.0, -2.0, 1.0, np.nan],
        "b": [True, False, True] * 4,
        "t": [f"{i} {2 * i}" for i in range(12)],
    }
)

LIFTED = """
d.replace("a", "z")
d.replace({"a": "z", "b": "a"})
d.replace({"k": {"a": "z"}})
d.replace({"x": 1}, 7)
d.replace({"x": {1: 7}, "k": {"a": "q"}})
d.replace(r"^[ab]", "zz", regex=True)
d.x.replace(1, 2)
d.x.replace([1, 2], [3, 4])
d.x.replace([1, 2], 3)
d.x.replace({1: 5, 5: 1})
d.y.replace(np.nan, 0)
d.y.replace([np.inf, -np.inf, 0.5], np.nan)
d.k.replace("a", np.nan)
d.k.map({"a": "one", "b": "two"})
d.k.map({"a": 1.5})
d.k.map(pd.Series({"a": "one", "c": "three"}))
d.x.map({1: 1.5, 2: 2.5})
d.explode("k")
d.reset_index()
d[d.x>0].reset_index().x
d[["x"]].reset_index(names="n").n.sum()
d.set_index("k").reset_index()
d.set_index(["k","x"]).reset_index()
d.set_index("k").x.reset_index()
d[["x", "y"]].stack()
d[["x", "y"]].stack().sum()
d.melt("k", ["x", "y"])
d.melt(["k", "b"], "x", var_name="v", value_name="w")
d[["x", "y"]].melt()
d[d.x > 3].melt("k", ["x", "y"]).value.sum()
d[["x", "k", "b"]].convert_dtypes()
d.x.convert_dtypes()
d[["x", "y"]].pipe(lambda e: e.x + e.y)
d.pipe((lambda a, data: data.x * a, "data"), 3)
""".strip().splitlines()

GATHERED = """
d.x.replace(1, 2.5)
d.x.replace(1, "one")
d.replace({"a": 1})
d.k.map({"a": 1})
d.k.map(str.upper, na_action="ignore")
d.y.convert_dtypes()
d.melt("k", ["x", "b"])
""".strip().splitlines()


def cut(parts: int | str, folder: Path) -> Any:
    """The table lazily, in memory or from files."""
    if isinstance(parts, int):
        return lf.from_pandas(FRAME, npartitions=parts)
    for number in range(4):
        FRAME.iloc[number * 3 : number * 3 + 3].to_csv(folder / f"{number}.csv", index=False)
    return lf.read_csv(folder)


@pytest.mark.parametrize("parts", [1, 2, 7, "files"])
@pytest.mark.parametrize("text", LIFTED)
def test_lifted(text: str, parts: int | str, tmp_path: Path) -> None:
    lazy = eval(text, {"d": cut(parts, tmp_path), "np": np, "pd": pd})
    assert lazy.kind != "deferred"
    assert_eq(lazy, eval(text, {"d": FRAME, "np": np, "pd": pd}))


@pytest.mark.parametrize("text", GATHERED)
def test_what_depends_on_the_values_gathers(text: str) -> None:
    lazy = eval(text, {"d": lf.from_pandas(FRAME, npartitions=3)})
    assert lazy.kind == "deferred"
    assert_same(lazy.compute(), eval(text, {"d": FRAME}))


def test_lists_explode_with_the_labels_of_their_rows(tmp_path: Path) -> None:
    d = cut("files", tmp_path)
    with_lists = d.map_partitions(lambda part: part.assign(t=part.t.str.split(" ")), meta=FRAME.astype({"t": object}))
    expected = FRAME.assign(t=FRAME.t.str.split(" "))
    assert_same(with_lists.explode("t").compute(), expected.explode("t"))
    assert_same(with_lists.explode("t", ignore_index=True).compute(), expected.explode("t", ignore_index=True))
    assert_same(with_lists.t.explode().compute(), expected.t.explode())


def test_combine_first_of_the_same_rows(tmp_path: Path) -> None:
    d = cut("files", tmp_path)
    lazy = d.y.combine_first(d.x.astype(float))
    assert lazy.kind == "series"
    assert_eq(lazy, FRAME.y.combine_first(FRAME.x.astype(float)))
    assert_eq(
        d[["x", "y"]].combine_first(d[["x", "y"]] * 2.0), FRAME[["x", "y"]].combine_first(FRAME[["x", "y"]] * 2.0)
    )


@pytest.mark.parametrize("blocksize", [None, 20, 50])
def test_a_share_of_the_rows_is_the_same_however_files_are_cut(blocksize: int | None, tmp_path: Path) -> None:
    cut("files", tmp_path)
    whole = lf.read_csv(tmp_path).sample(frac=0.4, random_state=3).compute()
    found = lf.read_csv(tmp_path, blocksize=blocksize).sample(frac=0.4, random_state=3).compute()
    assert_same(found, whole)
    assert_same(found, FRAME.loc[found.index])
    other = lf.read_csv(tmp_path).sample(frac=0.4, random_state=4).compute()
    assert not other.equals(whole)


def test_a_sample_has_about_the_share_that_was_asked() -> None:
    lazy = lf.from_pandas(pd.DataFrame({"x": range(20_000)}), npartitions=5)
    assert 5_700 < len(lazy.sample(frac=0.3, random_state=1)) < 6_300
    assert len(lazy.sample(frac=0, random_state=1)) == 0
    assert len(lazy.sample(frac=1.0, random_state=np.random.default_rng(2))) == 20_000
