"""Partitions as Dask's users know them, and what they pass by habit."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

import lazyframe as lf
from tests.assertions import assert_eq, assert_same

FRAME = pd.DataFrame({"k": list("abcab") * 4, "x": np.arange(20) * 3 % 7, "y": np.arange(20) / 4})


@pytest.fixture(params=[1, 4, 30])
def lazy(request: pytest.FixtureRequest) -> lf.DataFrame:
    """The table in several partitions, some of them empty."""
    df: lf.DataFrame = lf.from_pandas(FRAME, npartitions=request.param)
    return df


def test_partitions_are_chosen() -> None:
    df = lf.from_pandas(FRAME, npartitions=4)
    assert_eq(df.partitions[1], FRAME.iloc[5:10])
    assert_eq(df.partitions[-1], FRAME.iloc[15:])
    assert_eq(df.partitions[1:3].x.sum(), FRAME.iloc[5:15].x.sum())
    assert_eq(df.partitions[[3, 0]], pd.concat([FRAME.iloc[15:], FRAME.iloc[:5]]))
    assert_eq(df.get_partition(2).x, FRAME.iloc[10:15].x)
    assert len(df.partitions) == 4
    assert df.x.partitions[0].npartitions == 1
    with pytest.raises(IndexError):
        df.partitions[4]


def test_partitions_of_files_keep_their_row_numbers(tmp_path: Any) -> None:
    FRAME.to_csv(tmp_path / "x.csv", index=False)
    df = lf.read_csv(tmp_path / "x.csv", blocksize=50)
    assert df.npartitions > 2
    last = df.partitions[df.npartitions - 1].compute()
    assert_same(last, FRAME.loc[last.index])
    assert_same(df.repartition(npartitions=2).compute(), FRAME)


def test_divisions_are_not_known(lazy: lf.DataFrame) -> None:
    assert lazy.divisions == (None,) * (lazy.npartitions + 1)
    assert not lazy.known_divisions
    assert lazy.clear_divisions() is lazy
    assert len(lazy.x.dask) >= lazy.npartitions


@pytest.mark.parametrize("count", [1, 3, 4, 9, 50])
def test_more_and_fewer_partitions(count: int, lazy: lf.DataFrame) -> None:
    again = lazy.repartition(npartitions=count)
    assert again.npartitions == count
    assert_eq(again, FRAME)
    assert_eq(again[again.x > 2].groupby("k").y.sum(), FRAME[FRAME.x > 2].groupby("k").y.sum())


def test_partitions_of_a_size(lazy: lf.DataFrame) -> None:
    assert lazy.repartition(partition_size="1GB").npartitions == 1
    assert lazy.repartition(partition_size=200).npartitions > 2
    with pytest.raises(TypeError, match="pass npartitions=, or partition_size="):
        lazy.repartition()
    with pytest.raises(ValueError, match="npartitions must be at least 1, not 0"):
        lazy.repartition(npartitions=0)


def test_reductions_by_functions(lazy: lf.DataFrame) -> None:
    assert lazy.x.reduction(lambda part: part.sum(), lambda found: found.sum()).compute() == FRAME.x.sum()
    summed = lazy[["x", "y"]].reduction(lambda part: part.sum(), lambda found: found.sum())
    assert_same(summed.compute(), FRAME[["x", "y"]].sum())
    found = lazy.reduction(lambda part, n: part.head(n), lambda rows, n: rows.head(n), chunk_kwargs={"n": 2},
                           aggregate_kwargs={"n": 2})  # fmt: skip
    assert_same(found.compute(), FRAME.head(2))


def test_neighbours_are_seen(lazy: lf.DataFrame) -> None:
    moving = lazy.y.map_overlap(lambda part, n: part.rolling(n).mean(), 2, 0, 3, meta=("y", "f8"))
    assert_same(moving.compute(), FRAME.y.rolling(3).mean())
    ahead = lazy.y.map_overlap(lambda part: part.shift(-2), 0, 2, meta=("y", "f8"))
    assert_same(ahead.compute(), FRAME.y.shift(-2))
    with pytest.raises(ValueError, match=r"map_overlap: the function gave \d+ rows for \d+"):
        lazy.y.map_overlap(lambda part: part.head(1), 1, 1, meta=("y", "f8")).compute()


def test_functions_with_meta_run_partition_by_partition(lazy: lf.DataFrame) -> None:
    assert_eq(lazy.x.map(lambda x: x + 0.5, meta=("x", "f8")), FRAME.x.map(lambda x: x + 0.5))
    assert_eq(lazy.x.apply(lambda x: x * 2, meta=("x", "i8")), FRAME.x.apply(lambda x: x * 2))
    by_row = lazy.apply(lambda row: row.x + row.y, axis=1, meta=(None, "f8"))
    assert_eq(by_row, FRAME.apply(lambda row: row.x + row.y, axis=1))
    assert isinstance(lazy.apply(lambda row: row.x, axis=1), lf.Deferred)


def test_what_dask_takes_is_taken(lazy: lf.DataFrame) -> None:
    assert_eq(lazy.groupby("k").x.sum(split_every=4, split_out=2), FRAME.groupby("k").x.sum())
    assert_eq(lazy.x.mean(split_every=8), FRAME.x.mean())
    assert_eq(lazy.groupby("k").agg({"x": "max"}, split_out=2), FRAME.groupby("k").agg({"x": "max"}))
    spread = lf.Aggregation(
        "spread", lambda g: (g.max(), g.min()), lambda a, b: (a.max(), b.min()), lambda high, low: high - low
    )
    expected = FRAME.groupby("k").x.max() - FRAME.groupby("k").x.min()
    assert_same(lazy.groupby("k").x.agg(spread).compute(), expected)
    total = lf.Aggregation("total", lambda g: g.sum(), lambda g: g.sum())
    assert_same(lazy.groupby("k").x.agg(total).compute(), FRAME.groupby("k").x.sum())
