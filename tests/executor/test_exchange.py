"""Ops for which rows of several partitions meet, on every executor, and what they refuse."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import lazyframe as lf
from tests.assertions import assert_same

FRAME = pd.DataFrame({"k": list("abcab") * 20, "x": np.arange(100)[::-1] % 7 / 2, "n": np.arange(100) % 11})
FRAME.loc[::9, "x"] = np.nan

ASKS: list[Callable[[Any], Any]] = [
    lambda df: df.x.cumsum(),
    lambda df: df.drop_duplicates(["k", "n"]),
    lambda df: df.sort_values(["k", "x"], ascending=[True, False], kind="stable"),
    lambda df: df[df.n > 2].x.interpolate(),
    lambda df: df.pivot_table(values="n", index="k", columns="x").fillna(0).sort_index(ascending=False),
    lambda df: df.groupby("k").n.agg(lambda values: values.median()).rank(),
    lambda df: df.assign(z=df.groupby("k").x.transform("mean"))[df.n > 4],
    lambda df: df.n.value_counts(),
    lambda df: df[df.n > 4].nlargest(3, "x").reset_index(drop=True),
    lambda df: df[df.n > 4].reset_index(drop=True).x,
]


@pytest.mark.parametrize("ask", ASKS)
@pytest.mark.parametrize("scheduler", ["sync", "threads", "processes", "distributed"])
def test_rows_meet_on_every_executor(ask: Any, scheduler: str, client: Any) -> None:
    runner = client if scheduler == "distributed" else scheduler
    assert_same(ask(lf.from_pandas(FRAME, npartitions=6)).compute(scheduler=runner), ask(FRAME))


def test_rows_of_files_keep_their_numbers(tmp_path: Any) -> None:
    for number in range(4):
        FRAME.iloc[number * 25 : (number + 1) * 25].to_csv(tmp_path / f"{number}.csv", index=False)
    df = lf.read_csv(tmp_path, blocksize=100)
    assert df.npartitions == 8
    for ask in ASKS:
        assert_same(ask(df).compute(), ask(FRAME))
    assert_same(df.sort_values("n").head(7), FRAME.sort_values("n", kind="stable").head(7))


def test_what_is_refused() -> None:
    df = lf.from_pandas(FRAME, npartitions=3)
    with pytest.raises(lf.errors.UnknownColumnError, match="There is no column 'y'"):
        df.sort_values("y")


def test_what_has_no_form_on_partitions_is_gathered() -> None:
    df = lf.from_pandas(FRAME, npartitions=3)
    labelled = lf.from_pandas(FRAME.set_index("k"), npartitions=2)
    assert_same(
        labelled.sort_values("k", kind="stable").compute(), FRAME.set_index("k").sort_values("k", kind="stable")
    )
    by = {"key": lambda values: -values, "kind": "stable"}
    assert_same(df.sort_values("n", **by).compute(), FRAME.sort_values("n", **by))
    assert_same(df.drop_duplicates(ignore_index=True).compute(), FRAME.drop_duplicates(ignore_index=True))
    assert df.drop_duplicates("k", inplace=True) is None
    assert_same(df.compute(), FRAME.drop_duplicates("k"))
