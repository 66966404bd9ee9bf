"""Types that samples did not show: integers that turn out to be floats late, and what is learned of it."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import lazyframe as lf
from tests.assertions import assert_eq, assert_same

ROWS = 60_000

HOW: dict[str, dict[str, Any]] = {"kernel": {}, "arrow": {"escapechar": "\\"}, "pandas": {"thousands": "_"}}


@pytest.fixture(params=[("missing", how) for how in HOW] + [("fraction", how) for how in HOW], ids="-".join)
def late(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """A file of large integers with one that is none between the samples of it, and how to read it."""
    kind, how = request.param
    values = [str(10**15 + row) for row in range(ROWS)]
    values[ROWS // 3] = {"missing": "", "fraction": "0.5"}[kind]
    lines = (f"{value},{10**17},{row % 3},t" for row, value in enumerate(values))
    (tmp_path / "a.csv").write_text("n,m,k,t\n" + "\n".join(lines) + "\n")
    yield str(tmp_path / "a.csv"), HOW[how]


QUESTIONS: list[Any] = [
    lambda d: (d.n * d.n).sum(),
    lambda d: (d.n * 10**5).sum(),
    lambda d: d.n.sum(),
    lambda d: d.n.max(),
    lambda d: d.n.mean(),
    lambda d: (d.n + d.m * 100).max(),
    lambda d: d[d.n * 10**4 > 10**19].m.count(),
    lambda d: d[d.n > 10**15].m.count(),
    lambda d: d.groupby("k").n.sum(),
    lambda d: d.groupby("n").m.count().count(),
    lambda d: d.n.nunique(),
    lambda d: d[d.k == 1][["n"]],
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_block_is_computed_in_the_type_of_the_whole(late: tuple[str, dict[str, Any]], question: Any) -> None:
    path, how = late
    for blocksize in [None, 300_000]:
        df = lf.read_csv(path, blocksize=blocksize, sample=1000, **how)
        assert df.dtypes["n"] == np.int64
        assert_same(question(df).compute(scheduler="sync"), question(pd.read_csv(path, **how)))


def test_counts_and_means_need_no_second_run(late: tuple[str, dict[str, Any]]) -> None:
    path, how = late
    df = lf.read_csv(path, blocksize=300_000, sample=1000, **how)
    query = df.groupby("k").agg(mean=("n", "mean"), count=("n", "count"))
    assert_same(query.compute(), pd.read_csv(path, **how).groupby("k").agg(mean=("n", "mean"), count=("n", "count")))
    assert df.head(2).n.dtype == np.int64  # and nothing was learned


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_what_is_learned_of_one_frame_changes_no_other(late: tuple[str, dict[str, Any]], order: list[int]) -> None:
    path, how = late
    dtypes: list[Any] = [{}, {"dtype": str}, {"dtype": {"n": "Int64" if "0.5" not in Path(path).read_text() else "f8"}}]

    def frames() -> list[tuple[lf.DataFrame, pd.DataFrame]]:
        made = [(lf.read_csv(path, sample=1000, **how, **one), pd.read_csv(path, **how, **one)) for one in dtypes]
        return [made[number] for number in order]

    together = lf.compute(*(df.n.max() for df, _ in frames()), scheduler="sync")
    for actual, (_, pdf) in zip(together, frames(), strict=True):
        assert_same(actual, pdf.n.max())
    for df, pdf in frames():
        assert_same(df.compute(), pdf)
        assert_same(df.head(1), pdf.head(1))


def test_parts_of_a_source_know_what_is_known_of_it(late: tuple[str, dict[str, Any]]) -> None:
    path, how = late
    df = lf.read_csv(path, blocksize=300_000, sample=1000, **how)
    df.n.sum().compute()
    assert df.head(3).n.dtype == float


@pytest.mark.parametrize("how", HOW)
def test_large_nullable_integers_are_exact_beside_a_missing_value(how: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"n\n{2**53 + 1}\nNA\n{2**63 - 1}\n{-(2**63)}\n")
    options: dict[str, Any] = HOW[how] | {"dtype": {"n": "Int64"}}
    assert_eq(lf.read_csv(path, **options), pd.DataFrame({"n": [2**53 + 1, None, 2**63 - 1, -(2**63)]}, dtype="Int64"))
