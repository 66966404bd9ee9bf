"""Random frame x random chain x random partitioning equals pandas, from memory and from CSV files."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import lazyframe as lf
from tests.assertions import assert_eq
from tests.conftest import examples
from tests.strategies import CHANGES, ENDS, FILTERS, frames, lazily

chains = st.lists(st.sampled_from([*FILTERS, *CHANGES]), max_size=3)
STEPS = FILTERS | CHANGES


def applied(df: Any, chain: Iterable[str], end: str) -> Any:
    """A chain of steps and an end; the same words for pandas and lazyframe."""
    for name in chain:
        df = STEPS[name](df)
    return ENDS[end](df)


def has_fixed_dtypes(end: str) -> bool:
    """Whether the answer's dtypes are known beforehand; parts of dates are floats only where a date is missing."""
    return "part" not in end


@settings(max_examples=examples(150), deadline=None)
@given(frames(), chains, st.sampled_from(list(ENDS)), st.sampled_from([1, 2, 7, 40]))
def test_from_memory(frame: pd.DataFrame, chain: list[str], end: str, npartitions: int) -> None:
    assert_eq(applied(lazily(frame, npartitions), chain, end), applied(frame, chain, end), has_fixed_dtypes(end))


NULLABLE = {"i": "Int64", "f": "Float64", "b": "boolean", "k": "string"}
ARROW = {"i": "int64[pyarrow]", "f": "double[pyarrow]", "b": "bool[pyarrow]", "k": "string[pyarrow]"}


known_chains = st.lists(st.sampled_from([name for name in STEPS if name != "assign scalar"]), max_size=3)
"""Without a column of a scalar that may be NA: what dtype that column has, pandas knows by its value only."""


@settings(max_examples=examples(50), deadline=None)
@given(
    frames(),
    known_chains,
    st.sampled_from(list(ENDS)),
    st.sampled_from([1, 2, 7, 40]),
    st.sampled_from([NULLABLE, ARROW]),
)
def test_from_memory_with_extension_dtypes(
    frame: pd.DataFrame, chain: list[str], end: str, npartitions: int, dtypes: dict[str, str]
) -> None:
    frame = frame.astype(dtypes)
    try:
        expected = applied(frame, chain, end)
    except Exception as error:
        with pytest.raises(type(error)):
            applied(lazily(frame, npartitions), chain, end).compute()
        return
    assert_eq(applied(lazily(frame, npartitions), chain, end), expected, has_fixed_dtypes(end))


@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(frames(), min_size=1, max_size=4), chains, st.sampled_from(list(ENDS)))
def test_from_parquet_files_some_of_them_empty(
    tmp_path: Path, parts: list[pd.DataFrame], chain: list[str], end: str
) -> None:
    for old in tmp_path.iterdir():
        old.unlink()
    for number, part in enumerate(parts):
        part.to_parquet(tmp_path / f"{number}.parquet", index=False)
    whole = pd.concat(parts, ignore_index=True)
    assert_eq(applied(lf.read_parquet(tmp_path), chain, end), applied(whole, chain, end), has_fixed_dtypes(end))


@settings(max_examples=examples(80), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(frames(least=1), chains, st.sampled_from(list(ENDS)), st.sampled_from([1, 100, 400, None]), st.integers(1, 3))
def test_from_files(
    tmp_path: Path, frame: pd.DataFrame, chain: list[str], end: str, blocksize: int | None, files: int
) -> None:
    for old in tmp_path.iterdir():
        old.unlink()
    for number in range(files):
        frame.iloc[number::files].to_csv(tmp_path / f"{number}.csv", index=False)
    dtypes = {"i": "int64", "f": "float64", "b": "bool", "k": "str"}
    lazy = lf.read_csv(tmp_path, blocksize=blocksize, dtype=dtypes, parse_dates=["d"])
    whole = pd.concat([frame.iloc[number::files] for number in range(files)], ignore_index=True)
    assert_eq(applied(lazy, chain, end), applied(whole, chain, end), has_fixed_dtypes(end))


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("npartitions", [1, 3])
def test_every_end_of_nothing(end: str, npartitions: int) -> None:
    frame = pd.DataFrame(
        {"i": [1, 2], "f": [1.5, 2.5], "b": [True, False], "k": ["a", "b"], "d": pd.to_datetime(["2020-01-01"] * 2)}
    ).astype({"d": "datetime64[us]"})
    assert_eq(applied(lazily(frame.iloc[:0], npartitions), [], end), applied(frame.iloc[:0], [], end))
    nothing_left = [frame.i > 5, lazily(frame, npartitions)]
    assert_eq(ENDS[end](nothing_left[1][nothing_left[1].i > 5]), ENDS[end](frame[nothing_left[0]]))


@pytest.mark.parametrize(
    "ask",
    [
        lambda df: df.assign(m=df.f - df.f.fillna(0).mean()),
        lambda df: df.assign(m=df.i - df.k.nunique()),
        lambda df: df.assign(m=df.i - (df.i // 2).sum()),
        lambda df: df.assign(m=df.f - df.f.mean()),
        lambda df: df.assign(m=df.b.any()),
    ],
)
def test_a_filter_does_not_reach_what_a_row_is_compared_with(ask: Any, tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"i": range(20), "f": [i * 1.5 for i in range(20)], "b": [True] * 20, "k": list("abcdefghij") * 2}
    )
    frame.to_csv(tmp_path / "x.csv", index=False)
    lazy = lf.read_csv(tmp_path / "x.csv", blocksize=30)
    assert_eq(ask(lazy)[ask(lazy).i > 10].m, ask(frame)[ask(frame).i > 10].m)
    assert_eq(ask(lazy)[ask(lazy).i > 10].m.max(), ask(frame)[ask(frame).i > 10].m.max())
