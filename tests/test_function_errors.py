"""What a user's function raises says on which rows it failed and which line of it, on every executor."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import lazyframe as lf
from lazyframe.errors import FunctionError, LazyframeError, function_error


def broken(part: Any, limit: int = 3) -> Any:
    if (part.n > limit).any():
        raise ValueError("too large")
    return part


class Refused(Exception):
    """An error that takes more than a message."""

    def __init__(self, code: int, *, why: str):
        super().__init__(code)
        self.code = code
        self.why = why


def refusing(part: Any) -> Any:
    raise Refused(7, why="whim")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.csv").write_text("n,t\n1,x\n2,x\n")
    (tmp_path / "b.csv").write_text("n,t\n0,x\n3,y\n1,x\n4,z\n5,w\n")
    return tmp_path


@pytest.fixture(params=["sync", "threads", "processes", "cluster"])
def scheduler(request: pytest.FixtureRequest) -> Any:
    """Each executor."""
    return request.getfixturevalue("client") if request.param == "cluster" else request.param


def test_the_error_names_file_lines_and_the_functions_own_line(folder: Path, scheduler: Any) -> None:
    df = lf.read_csv(folder, blocksize=12)
    empty = {"n": np.dtype(np.int64), "t": "str"}
    for query, lines in [
        (df.map_partitions(broken, meta=empty), "5-6"),
        (df[df.n <= 2].map_partitions(broken, limit=1, meta=empty), "2-3"),
        (df[df.n > 2].map_partitions(broken, meta=empty), "5-6"),
        (df.map_partitions(broken, meta=empty).n.sum(), "5-6"),
        (lf.delayed(broken)(df.to_delayed()[2]), "5-6"),
        (lf.delayed(broken)(lf.delayed(pd.DataFrame.copy)(df.to_delayed()[2]), limit=1), "5-6"),
    ]:
        with pytest.raises(ValueError) as caught:
            query.compute(scheduler=scheduler)
        file = "a" if lines == "2-3" else "b"
        own = f'In {__file__}, line {broken.__code__.co_firstlineno + 2}: raise ValueError("too large").'
        expected = f"broken() failed on {folder}/{file}.csv, lines {lines}: ValueError: too large. {own}"
        assert str(caught.value) == expected
        assert isinstance(caught.value, FunctionError)
        assert isinstance(caught.value, LazyframeError)
        assert caught.value.__cause__ is not None


def test_an_empty_partition_is_said_to_be_empty(tmp_path: Path, scheduler: Any) -> None:
    (tmp_path / "a.csv").write_text("n,t\n1,x\n")
    (tmp_path / "b.csv").write_text("n,t\n")
    df = lf.read_csv(tmp_path, blocksize=None)
    with pytest.raises(IndexError) as caught:
        df.map_partitions(lambda part: part.assign(first=part.n.iloc[0])).compute(scheduler=scheduler)
    assert f"<lambda>() failed on {tmp_path}/b.csv, which has no lines: IndexError: " in str(caught.value)
    assert str(caught.value).endswith("The partition is empty: let the function give a result for no rows too.")
    assert f"In {__file__}, line " in str(caught.value)


def test_rows_in_memory_and_parquet_files_are_named_too(tmp_path: Path) -> None:
    lazy = lf.from_pandas(pd.DataFrame({"n": [1, 2, 5]}, index=["a", "b", "c"]), npartitions=2)
    with pytest.raises(FunctionError, match=r"failed on rows in memory, part 1, 'b' to 'c': ValueError: too large"):
        lazy.map_partitions(broken, meta=lazy._plan.schema.empty).compute()
    lazy.to_parquet(tmp_path)
    with pytest.raises(FunctionError, match=rf"failed on {tmp_path}/01.parquet: ValueError: too large"):
        lf.read_parquet(tmp_path).map_partitions(broken, meta={"n": int}).compute()


def test_a_call_on_many_partitions_names_none_and_one_on_none_is_as_it_was(folder: Path) -> None:
    parts = lf.read_csv(folder, blocksize=8).to_delayed()
    for query in [lf.delayed(broken)(lf.delayed(pd.concat)(parts)), lf.delayed(broken)(pd.DataFrame({"n": [7]}))]:
        with pytest.raises(ValueError) as caught:
            query.compute()
        assert (type(caught.value), str(caught.value)) == (ValueError, "too large")


def test_an_error_of_a_type_of_its_own_is_of_that_type(folder: Path, scheduler: Any) -> None:
    (folder / "b.csv").unlink()
    with pytest.raises(Refused, match=r"refusing.. failed on .*a.csv, lines 2-3: Refused: 7. In ") as caught:
        lf.read_csv(folder).map_partitions(refusing, meta={"n": int}).compute(scheduler=scheduler)
    assert (caught.value.code, caught.value.why) == (7, "whim")


@pytest.mark.parametrize(
    "error",
    [
        ValueError("x"),
        KeyError("x"),
        OSError(2, "No such file", "x"),
        UnicodeDecodeError("utf-8", b"x", 0, 1, "no"),
        StopIteration(3),
        ExceptionGroup("x", [ValueError("y")]),
        Exception(),
        Refused(1, why=""),
        lf.errors.CSVError("x"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_of_all_kinds_keep_their_text_on_the_way(error: Exception) -> None:
    made = function_error("f() failed.", error)
    again = pickle.loads(pickle.dumps(made))
    for one in (made, again, function_error("f() failed.", made)):
        assert str(one) == "f() failed."
        assert isinstance(one, FunctionError)
        assert isinstance(one, type(error)) or isinstance(error, ExceptionGroup)
    assert type(again) is type(made)


def test_a_plan_does_not_show_where_partitions_come_from(folder: Path) -> None:
    plan = repr(lf.read_csv(folder, blocksize=12).map_partitions(broken, meta={"n": int}).explain())
    assert "Origins" not in plan
    assert "CSVReader" not in plan


def test_a_function_that_fails_on_the_first_rows_says_what_they_are_for(folder: Path) -> None:
    with pytest.raises(ValueError, match=r"^broken.. failed on the first rows of .*a.csv, lines [0-9-]+, given"):
        lf.read_csv(folder).map_partitions(broken, 0)
    mapped = lf.read_csv(folder).map_partitions(lambda part: part.copy())
    with pytest.raises(ValueError, match=rf"^broken.. failed on the first rows of {folder.name}, given to it to see"):
        mapped.map_partitions(broken, 0)


def number_of(text: str) -> float:
    return float(text)


@pytest.mark.parametrize("scheduler", ["sync", "processes"])
@pytest.mark.parametrize(("sample", "place"), [(100_000, "a.csv: "), (100, "a.csv, lines [0-9]+-[0-9]+: ")])
def test_a_converter_that_fails_names_text_and_place(sample: int, place: str, scheduler: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("v,w\n" + "1,2\n" * 500 + "x,1\n" + "3,1\n" * 900)
    message = rf"{place}number_of\(\) of converters= failed on 'x' in column 'v': ValueError: could not convert"
    with pytest.raises(ValueError, match=message) as caught:
        df = lf.read_csv(tmp_path / "a.csv", converters={"v": number_of}, sample=sample, blocksize=1000)
        df.v.sum().compute(scheduler=scheduler)
    assert isinstance(caught.value, lf.errors.FunctionError)
