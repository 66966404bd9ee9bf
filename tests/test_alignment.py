"""What can be combined row by row: answers over the same columns, and what a function made of the same rows."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import lazyframe as lf
from tests.assertions import assert_eq

PDF = pd.DataFrame(
    {"k": list("abcab"), "x": [3, 1, 2, 5, 4], "y": [1.5, np.nan, -1.0, 8.0, 0.25]}, index=[7, 5, 3, 2, 9]
)


def frames(folder: Path) -> list[tuple[Any, pd.DataFrame]]:
    """Lazy frames of several partitionings, from files and from memory, and the same in pandas."""
    PDF.iloc[:3].to_csv(folder / "a.csv", index=False)
    PDF.iloc[:0].to_csv(folder / "b.csv", index=False)
    PDF.iloc[3:].to_csv(folder / "c.csv", index=False)
    numbered = PDF.reset_index(drop=True)
    return [
        (lf.read_csv(folder, blocksize=None), numbered),
        (lf.read_csv(folder, blocksize=6), numbered),
        (lf.from_pandas(PDF, npartitions=3), PDF),
    ]


ANSWERS: list[Callable[[Any], Any]] = [
    lambda d: d[["x", "y"]].max() - d[["x", "y"]].min(),
    lambda d: (d[["x", "y"]].mean() - d[["x", "y"]].min()) / d[["x", "y"]].std(),
    lambda d: d[["x", "y"]].sum() / d[["x", "y"]].count(),
    lambda d: d.mean(numeric_only=True) - d[["x", "y"]].max(),
    lambda d: d[d.x > 2][["x", "y"]].sum() / d[["x", "y"]].sum(),
    lambda d: d.max() == d.min(),
    lambda d: d[["x", "y"]].max().clip(0, 4),
]


@pytest.mark.parametrize("ask", ANSWERS)
def test_answers_over_the_same_columns_are_combined(ask: Callable[[Any], Any], tmp_path: Path) -> None:
    for lazy, pdf in frames(tmp_path):
        assert_eq(ask(lazy), ask(pdf))


ALIGNED: list[Callable[[Any], Any]] = [
    lambda d: d[["x", "y"]].max() - d[["y", "x"]].min(),
    lambda d: d[["y", "x"]].max() - d[["x"]].min(),
    lambda d: d[d.x > 2].groupby("k").size() / d.groupby("k").size(),
    lambda d: d[d.y > 1].groupby("k").y.sum() / d.groupby("k").y.sum(),
    lambda d: (d[d.y > 1].groupby("k").y.sum() / d.groupby("k").x.sum()).fillna(0) + d.groupby("k").y.max(),
    lambda d: d.groupby("k")[["x", "y"]].sum() - d[d.x > 2].groupby("k")[["x", "y"]].sum(),
    lambda d: d.groupby("k").x.sum() + d.groupby("x").x.sum(),
    lambda d: d.groupby("k", sort=False).x.sum() / d.groupby("k").y.count(),
    lambda d: d.groupby("k")[["x"]].sum().assign(few=d[d.x > 2].groupby("k").x.count()),
    lambda d: (d.groupby("k").x.max() - d[d.x > 2].groupby("k").x.min()) > d.x.mean(),
]


@pytest.mark.parametrize("ask", ALIGNED)
def test_other_answers_are_aligned_by_their_labels(ask: Callable[[Any], Any], tmp_path: Path) -> None:
    for lazy, pdf in frames(tmp_path):
        assert_eq(ask(lazy), ask(pdf), check_schema=False)  # integers become floats where a label has no partner


def test_an_answer_and_rows_are_aligned_by_pandas(tmp_path: Path) -> None:
    for lazy, frame in frames(tmp_path):
        assert_eq(lazy.x - lazy.groupby("k").x.sum(), frame.x - frame.groupby("k").x.sum())


def doubled(part: Any) -> Any:
    return part * 2


def renumbered(part: Any) -> Any:
    return (part * 2).reset_index(drop=True)


def reordered(part: Any) -> Any:
    return (part * 2).sort_values()


MADE: list[Callable[[Any, Callable[..., Any]], Any]] = [
    lambda d, f: d.assign(z=f(d.y)),
    lambda d, f: d.assign(z=f(d.y) + d.x),
    lambda d, f: d.x + f(d.x) - f(d.y),
    lambda d, f: f(f(d.x)) + f(d.x) * d.x,
    lambda d, f: d[f(d.x) > 4],
    lambda d, f: d.assign(z=f(d.x))[d.x > 1],
    lambda d, f: d.assign(z=f(d.x)).z.sum(),
    lambda d, f: (d.x * f(d.x)).sum(),
    lambda d, f: d.assign(x=f(d.x), z=d.x).groupby("k").sum(),
    lambda d, f: d.groupby(f(d.x)).y.sum(),
    lambda d, f: d.groupby(["k", f(d.x) > 4]).y.count(),
    lambda d, f: d[d.x > 1].assign(z=f(d[d.x > 1].y)),
    lambda d, f: d.assign(z=f(d[["x", "y"]].x)),
]


@pytest.mark.parametrize("ask", MADE)
@pytest.mark.parametrize("function", [doubled, renumbered, reordered])
def test_what_a_function_made_is_combined_with_its_rows(
    function: Callable[[Any], Any], ask: Callable[[Any, Callable[..., Any]], Any], tmp_path: Path
) -> None:
    for lazy, pdf in frames(tmp_path):
        assert_eq(ask(lazy, lambda x: x.map_partitions(function)), ask(pdf, doubled))


def test_a_frame_that_a_function_made_takes_columns_of_the_one_before(tmp_path: Path) -> None:
    for lazy, pdf in frames(tmp_path):
        made = lazy[["x", "y"]].map_partitions(doubled)
        made["k"] = lazy.k
        assert_eq(made, (pdf[["x", "y"]] * 2).assign(k=pdf.k))
        assert_eq(made[lazy.x > 2].groupby("k").sum(), made_by_pandas(pdf))


def made_by_pandas(pdf: pd.DataFrame) -> pd.DataFrame:
    return (pdf[["x", "y"]] * 2).assign(k=pdf.k)[pdf.x > 2].groupby("k").sum()


def test_rows_that_a_function_dropped_are_missed_when_it_runs(tmp_path: Path) -> None:
    for lazy, _ in frames(tmp_path):
        fewer = lazy.x.map_partitions(lambda part: part[part > 2])
        assert sorted(fewer.compute().tolist()) == [3, 4, 5]
        assert (fewer.map_partitions(doubled) + fewer).max().compute() == 15  # of the rows that are left
        for query in [lazy.assign(z=fewer), (lazy.x + fewer).sum(), lazy[fewer > 0]]:
            with pytest.raises(lf.errors.AlignmentError, match=r"gave \d rows for a partition of \d, and the result"):
                query.compute()


def test_rows_that_a_function_labelled_anew_are_not_matched() -> None:
    lazy = lf.from_pandas(PDF, npartitions=2)
    other = lazy.x.map_partitions(lambda part: part.set_axis(part.index + 1))
    with pytest.raises(lf.errors.AlignmentError, match=r"other labels.* end it with .reset_index\(drop=True\)\."):
        lazy.assign(z=other).compute()


def test_what_functions_made_of_different_rows_is_aligned_by_pandas(tmp_path: Path) -> None:
    for lazy, frame in frames(tmp_path):
        made, expected = lazy[lazy.x > 2].x.map_partitions(doubled), frame[frame.x > 2].x * 2
        assert_eq(lazy.y + made, frame.y + expected)
        assert_eq(lazy.y.groupby(made).sum(), frame.y.groupby(expected).sum())
