"""Orders of numbers, and rows of groups kept of a sorted table: pandas', ties included."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lazyframe as lf
from lazyframe.ops.sort import order_of_numbers
from tests.assertions import assert_same
from tests.conftest import examples
from tests.tables import from_files, with_an_empty_partition

FLOATS = st.sampled_from([np.nan, -0.0, 0.0, 1.5, -2.0, np.inf, -np.inf, 1e300])


@settings(max_examples=examples(200), deadline=None)
@given(
    st.lists(FLOATS, max_size=40).map(lambda values: np.array(values, "float64"))
    | st.lists(st.integers(-(2**63), 2**63 - 1) | st.integers(-2, 2), max_size=40).map(lambda v: np.array(v, "int64"))
    | st.lists(st.sampled_from([0, 1, 2**64 - 1]), max_size=20).map(lambda v: np.array(v, "uint64")),
    st.booleans(),
    st.sampled_from(["first", "last"]),
)
def test_order_of_numbers(values: np.ndarray, ascending: bool, na_position: Any) -> None:
    expected = pd.Series(values).sort_values(ascending=ascending, na_position=na_position, kind="stable")
    assert order_of_numbers(values, None, ascending, na_position).tolist() == expected.index.to_list()


RANDOM = np.random.default_rng(11)
FRAME = pd.DataFrame({"k": RANDOM.integers(0, 9, 120), "v": RANDOM.integers(0, 20, 120) / 2, "w": np.arange(120)})
FRAME.loc[::7, "v"] = np.nan

KEPT = """
d.sort_values("v", ascending=False, kind="stable").groupby("k").head(2)
d.sort_values("v", kind="stable").groupby("k").tail(3)
d.sort_values(["v", "w"], ascending=[True, False], na_position="first").groupby("k").head(1)
d.sort_values("v", kind="stable").groupby(["k", "v"]).head(1)
d.sort_values("v", kind="stable").groupby("k").head(0)
d.sort_values("v", kind="stable").groupby("k").head(-2)
d.sort_values("v", kind="stable").groupby("k").tail(-1).w.sum()
d[d.w > 20].sort_values("v", kind="stable").groupby("k", dropna=False).head()
d.groupby("k").head(2)
d.groupby("v").tail(2)
""".strip().splitlines()


@pytest.mark.parametrize("text", KEPT)
def test_rows_of_groups_of_a_sorted_table(text: str, tmp_path: Path) -> None:
    expected = eval(text, {"d": FRAME})
    for lazy in (lf.from_pandas(FRAME, 7), with_an_empty_partition(FRAME), from_files(FRAME, tmp_path, blocksize=300)):
        assert_same(eval(text, {"d": lazy}).compute(), expected)


@pytest.mark.parametrize("ascending", [0, 1, np.bool_(False), [False], [0]])
def test_ascending_may_be_what_is_true_or_false(ascending: Any) -> None:
    lazy, column = lf.from_pandas(FRAME, 4), {"kind": "stable", "ascending": ascending}
    assert_same(lazy.sort_values("w", **column).compute(), FRAME.sort_values("w", **column))
    if not isinstance(ascending, list):
        assert_same(lazy.w.sort_values(**column).compute(), FRAME.w.sort_values(**column))
