"""Random folders: what the files say together, whatever their encoding, blocks, bad lines and late surprises.

The oracle is pandas with the whole text as one file. The answer is its answer, or one of our errors; never another.
"""

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import lazyframe as lf
from tests.assertions import assert_same
from tests.conftest import examples

slow = settings(max_examples=examples(50), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

LARGE = st.integers(-(2**62), 2**62)
FIELDS: dict[str, st.SearchStrategy[str]] = {
    "small": st.integers(-99, 99).map(str),
    "large": LARGE.map(str),
    "large, some missing": st.one_of(LARGE.map(str), st.just("")),
    "reals": st.one_of(
        st.floats(-1e6, 1e6).map(repr), st.integers(-9, 9).map(str), st.sampled_from(["", "nan", "inf"])
    ),
    "bools": st.sampled_from(["True", "False", "TRUE"]),
    "texts": st.sampled_from(["a", "b c", "007", "", '"p,q"', "ソ", "表|", "'"]),
    "missing": st.just(""),
}
NUMBERS = ("small", "large", "large, some missing", "reals", "missing")
BAD = ["1", "x,y,z,1,2", "odd;line"]
ENCODINGS = ["utf-8", "utf-16", "utf-8-sig", "shift_jis", "gb18030"]


@st.composite
def folders(draw: st.DrawFn) -> tuple[list[list[str]], list[list[str]]]:
    """The records of each file, of a key, two columns of numbers and one of anything; and some bad ones for each."""
    files, bad = [], []
    for _ in range(draw(st.integers(1, 3))):
        x, y = draw(st.sampled_from(NUMBERS)), draw(st.sampled_from(NUMBERS))
        z = draw(st.sampled_from(list(FIELDS)))
        record = st.tuples(st.sampled_from(["a", "b", ""]), FIELDS[x], FIELDS[y], FIELDS[z])
        files.append([",".join(one) for one in draw(st.lists(record, max_size=12))])
        bad.append(draw(st.lists(st.sampled_from(BAD), max_size=2)))
    return files, bad


def write(folder: Path, files: list[list[str]], encoding: str) -> None:
    for old in folder.glob("*.csv"):
        old.unlink()
    for number, records in enumerate(files):
        (folder / f"{number}.csv").write_bytes("\n".join(["k,x,y,z", *records, ""]).encode(encoding))


def by_pandas(folder: Path, files: list[list[str]], **options: Any) -> pd.DataFrame:
    """The records of all files, read as one."""
    whole = folder / "whole.txt"
    whole.write_text("\n".join(["k,x,y,z", *(record for records in files for record in records), ""]))
    return pd.read_csv(whole, **options)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Files whose types differ are warned of: that is another test."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", lf.errors.MixedColumnsWarning)
        warnings.simplefilter("ignore", lf.errors.BadLinesWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        yield


@slow
@given(
    folders(),
    st.sampled_from(ENCODINGS),
    st.integers(1, 80),
    st.sampled_from([None, 16]),
)
def test_the_files_as_one_table(
    tmp_path: Path, drawn: tuple[list[list[str]], list[list[str]]], encoding: str, blocksize: int, sample: int | None
) -> None:
    files, _ = drawn
    write(tmp_path, files, encoding)
    expected = by_pandas(tmp_path, files)
    try:
        actual = lf.read_csv(tmp_path / "*.csv", blocksize=blocksize, sample=sample, encoding=encoding).compute()
    except lf.errors.CSVTypeError as error:
        assert "line " in str(error) or "no column" in str(error)
        return
    if {"True", "False", "TRUE"} & {record.rpartition(",")[2] for records in files for record in records}:
        actual, expected = actual[["k", "x", "y"]], expected[["k", "x", "y"]]  # bools beside others: another test
    assert_same(actual, expected)


@slow
@given(folders(), st.integers(1, 80), st.booleans())
def test_bad_lines_first_and_anywhere(
    tmp_path: Path, drawn: tuple[list[list[str]], list[list[str]]], blocksize: int, is_late: bool
) -> None:
    files, bad = drawn
    mixed = [[*records, *odd] if is_late else [*odd, *records] for records, odd in zip(files, bad, strict=True)]
    write(tmp_path, mixed, "utf-8")
    expected = by_pandas(tmp_path, files, dtype=str)
    df = lf.read_csv(tmp_path / "*.csv", blocksize=blocksize, dtype=str, on_bad_lines="collect")
    assert_same(df.compute(), expected)
    assert df.bad_lines().compute().text.to_list() == [line for odd in bad for line in odd]


@slow
@given(folders(), st.integers(1, 80), st.integers(1, 80))
def test_aggregates_do_not_depend_on_the_blocks(
    tmp_path: Path, drawn: tuple[list[list[str]], list[list[str]]], first: int, second: int
) -> None:
    files, _ = drawn
    write(tmp_path, files, "utf-8")
    numbers = by_pandas(tmp_path, files)[["x", "y"]].astype("float64").abs()
    largest = float(
        numbers[numbers < np.inf].sum().max()
    )  # sums are right to so much of their terms, not of themselves
    names = ["sum", "mean", "min", "max", "count", "var", "std", "nunique", "any", "all"]
    answers: list[Any] = []
    for blocksize in (first, second, None):
        df = lf.read_csv(tmp_path / "*.csv", blocksize=blocksize, sample=16)
        try:
            asked = [(name, getattr(df[column], name)()) for column in ("x", "y") for name in names]
            groups = df.groupby("k", dropna=False)[["x", "y"]]
            asked += [(name, getattr(groups, name)()) for name in [*names, "first", "last"]]
            asked.append(("sum", df[df.x > df.y].x.sum()))
            answers.append(lf.compute(asked, scheduler="sync")[0])
        except (lf.errors.CSVTypeError, TypeError) as error:
            answers.append(type(error))
    for other in answers[1:]:
        assert isinstance(other, list) == isinstance(answers[0], list)
        for (name, one), (_, two) in zip(answers[0], other, strict=True) if isinstance(other, list) else ():
            atol = 1e-12 * largest if name in ("sum", "mean") else 0.0
            if isinstance(one, pd.DataFrame):
                pd.testing.assert_frame_equal(one, two, rtol=1e-12, atol=atol)
            else:
                np.testing.assert_allclose(float(one), float(two), rtol=1e-12, atol=atol)


OPTIONS: list[dict[str, Any]] = [
    {}, {"dtype": {"x": "str"}}, {"dtype": {"x": "float64"}}, {"na_values": ["7"]}, {"usecols": ["x", "k"]},
    {"nrows": 2}, {"skiprows": [1]}, {"converters": {"k": str.upper}}, {"index_col": "k"}, {"assume_missing": True},
]  # fmt: skip


@slow
@given(folders(), st.permutations(range(len(OPTIONS))), st.integers(1, 80))
def test_frames_of_one_file_do_not_know_of_one_another(
    tmp_path: Path, drawn: tuple[list[list[str]], list[list[str]]], order: list[int], blocksize: int
) -> None:
    files = drawn[0][:1]
    write(tmp_path, files, "utf-8")

    def answer(options: dict[str, Any]) -> Any:
        try:
            df = lf.read_csv(tmp_path / "0.csv", blocksize=blocksize, sample=16, **options)
            return df.compute(scheduler="sync"), df.x.count().compute(scheduler="sync")
        except (lf.errors.CSVTypeError, TypeError) as error:
            return str(error)

    alone = [answer(options) for options in OPTIONS]
    frames = {}
    for place in order:
        frames[place] = answer(OPTIONS[place])
    for place, found in frames.items():
        if isinstance(found, str):
            assert found == alone[place]
        else:
            assert_same(found[0], alone[place][0])
            assert found[1] == alone[place][1]
