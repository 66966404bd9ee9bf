"""Correlations within groups equal pandas', whatever the partitions, and do not lose digits."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import lazyframe as lf
from lazyframe.plan.logical.aggregate import Summary
from lazyframe.plan.logical.groups import Grouped
from lazyframe.plan.node import walk
from tests.assertions import assert_same
from tests.tables import from_files, with_an_empty_partition

RANDOM = np.random.default_rng(8)
N = 200
FRAME = pd.DataFrame(
    {
        "k": RANDOM.choice(["a", "b", "c", None], N),
        "j": RANDOM.integers(0, 4, N),
        "x": np.where(RANDOM.random(N) < 0.2, np.nan, RANDOM.normal(50, 3, N)),
        "y": RANDOM.integers(0, 50, N),
        "z": np.where(RANDOM.random(N) < 0.05, np.inf, RANDOM.normal(size=N)),
        "c": 1.5,
        "b": RANDOM.random(N) > 0.5,
    }
).astype({"k": "str"})

KEPT = """
d.groupby(["k", "j"])[["x", "y", "z", "c"]].corr()
d[["k", "x", "y"]].groupby("k").corr()
d.groupby("j")[["x", "y"]].corr()
d[d.x > 1e9].groupby("j")[["x", "y"]].corr()
d[d.x > 54].groupby(["j", "k"])[["x", "y"]].corr()
d.groupby(d.j > 1)[["x", "y"]].corr()
d.groupby("k")[["x", "y"]].corr().xs("x", level=1).y ** 2
""".strip().splitlines()

MET = """
d.groupby("k")[["x", "y"]].corr(method="spearman")
d.groupby("k")[["x", "y"]].corr(min_periods=10)
d.groupby("j").corr(numeric_only=True)
d.groupby("j")[["x", "b"]].corr()
d.groupby("j")[["x", "y"]].cov()
""".strip().splitlines()


@pytest.mark.parametrize("how", ["one", "several", "files"])
@pytest.mark.parametrize("text", [*KEPT, *MET])
def test_answers(text: str, how: str, tmp_path: Path) -> None:
    d: Any = {
        "one": lambda: lf.from_pandas(FRAME),
        "several": lambda: with_an_empty_partition(FRAME),
        "files": lambda: from_files(FRAME, tmp_path, blocksize=900),
    }[how]()
    asked = eval(text, {"d": d})
    assert_same(asked.compute(), eval(text, {"d": FRAME}))
    nodes = walk(asked._plan)
    assert any(isinstance(node, Summary) for node in nodes) == (text in KEPT)
    assert any(isinstance(node, Grouped) for node in nodes) == (text in MET and how != "one")


def test_no_digits_are_lost() -> None:
    """About means far from 0, in many partitions: as with exact numbers."""
    x, y = RANDOM.integers(0, 2**20, (2, 500))
    table = pd.DataFrame({"k": np.arange(500) % 2, "x": x / 2**30 + 2.0**20, "y": y / 2**30 - 2.0**20})
    exact = pd.DataFrame({"k": table.k, "x": x, "y": y}).groupby("k").corr()
    for parts in (1, 3, 100):
        found = lf.from_pandas(table, npartitions=parts).groupby("k").corr().compute()
        np.testing.assert_allclose(found, exact, rtol=1e-12)
