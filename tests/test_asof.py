"""Merges with the nearest rows of a small table equal pandas', and gather nothing."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lazyframe as lf
from lazyframe.plan.logical.gathered import Gathered
from lazyframe.plan.node import walk
from tests.assertions import assert_same
from tests.conftest import examples

RANDOM = np.random.default_rng(3)
TRADES = pd.DataFrame(
    {
        "t": np.sort(RANDOM.integers(0, 90, 40)),
        "k": RANDOM.choice(list("ab"), 40),
        "price": RANDOM.normal(size=40),
        "n": range(40),
    }
).astype({"k": "str"})
QUOTES = pd.DataFrame(
    {
        "t": np.sort(RANDOM.integers(5, 80, 15)),
        "k": RANDOM.choice(list("abc"), 15),
        "bid": range(15),
        "price": RANDOM.normal(size=15),
        "name": list("abcdefghijklmno"),
    }
).astype({"k": "str", "name": "str"})
NAMES = {"t": "u", "k": "j"}
TIMES = {"t": "datetime64[s]"}

ASKS: list[Any] = [
    lambda p, d, q: p.merge_asof(d, q, on="t"),
    lambda p, d, q: p.merge_asof(d, q, on="t", by="k"),
    lambda p, d, q: p.merge_asof(d, q, on="t", by=["k"], direction="nearest", tolerance=4),
    lambda p, d, q: p.merge_asof(d, q, on="t", direction="forward", allow_exact_matches=False, suffixes=("", "_q")),
    lambda p, d, q: p.merge_asof(d, q.rename(columns=NAMES), left_on="t", right_on="u", left_by="k", right_by="j"),
    lambda p, d, q: p.merge_asof(d, q, on="t", by="k").name,
    lambda p, d, q: p.merge_asof(d, q, on="t")[lambda m: m.n > 30][["bid", "price_y"]],
    lambda p, d, q: p.merge_asof(d[d.n > 10], q[["t", "bid"]], on="t").bid.sum(),
    lambda p, d, q: p.merge_asof(d[d.n > 100], q, on="t"),
    lambda p, d, q: p.merge_asof(d.astype(TIMES), q.astype(TIMES), on="t", tolerance=pd.Timedelta("3s")),
    lambda p, d, q: p.merge_asof(d, q[q.bid > 100], on="t"),
]  # fmt: skip


@pytest.mark.parametrize("ask", ASKS)
@pytest.mark.parametrize("npartitions", [1, 2, 7])
def test_merges_with_the_nearest(ask: Any, npartitions: int) -> None:
    lazy = ask(lf, lf.from_pandas(TRADES, npartitions), lf.from_pandas(QUOTES, 2))
    assert not any(isinstance(node, Gathered) for node in walk(lazy._plan))
    assert_same(lazy.compute(scheduler="sync"), ask(pd, TRADES, QUOTES))


@settings(max_examples=examples(100), deadline=None)
@given(st.lists(st.integers(0, 20), max_size=20), st.lists(st.integers(0, 20), max_size=9), st.sampled_from([1, 3, 8]))
def test_random_times(times: list[int], others: list[int], npartitions: int) -> None:
    left = pd.DataFrame({"t": np.array(sorted(times), np.int64), "x": range(len(times))})
    right = pd.DataFrame({"t": np.array(sorted(others), np.int64), "y": range(len(others))})
    for direction in ("backward", "forward", "nearest"):
        lazy = lf.merge_asof(lf.from_pandas(left, npartitions), right, on="t", direction=direction)
        assert_same(lazy.compute(scheduler="sync"), pd.merge_asof(left, right, on="t", direction=direction))


def test_what_is_wrong_is_pandas_own_error() -> None:
    lazy = lf.from_pandas(TRADES, 2)
    with pytest.raises(pd.errors.MergeError, match="can only asof on a key"):
        lf.merge_asof(lazy, QUOTES)
    with pytest.raises(ValueError, match="left keys must be sorted"):
        lf.merge_asof(lf.from_pandas(TRADES[::-1], 2), QUOTES, on="t").compute()


def test_others_are_gathered() -> None:
    left, right, by_label = TRADES.set_index("t"), QUOTES.set_index("t"), {"left_index": True, "right_index": True}
    found = lf.merge_asof(lf.from_pandas(left, 3), right, **by_label)
    assert_same(found.compute(), pd.merge_asof(left, right, **by_label))
