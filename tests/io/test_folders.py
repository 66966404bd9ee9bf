"""What read_csv says of a folder: bad lines, drift, columns that differ, plans; and files that are not on this disk."""

import gzip
import re
import time
import warnings
from pathlib import Path
from typing import Any

import fsspec
import numpy as np
import pandas as pd
import pytest

import lazyframe as lf
from lazyframe.io.csv.checks import CHECKS, PANDAS
from lazyframe.io.csv.format import Format
from lazyframe.io.csv.options import NO_EFFECT, REFUSED
from lazyframe.io.csv.sniff import reader_of
from lazyframe.session import replan
from tests.assertions import assert_eq, assert_same
from tests.conftest import FLIGHTS

FOUR = ["sync", "threads", "processes", "distributed"]
RAGGED = 'a,b\n1,"x\ny"\n2\n3,z\n4,5,6\n7,w\n'


@pytest.fixture
def ragged(tmp_path: Path) -> Path:
    """Two files with two bad lines each."""
    for name in ("1.csv", "2.csv"):
        (tmp_path / name).write_text(RAGGED)
    return tmp_path


@pytest.mark.parametrize("blocksize", [1, 9, None])
@pytest.mark.parametrize("comment", [None, "#"])  # with it, pandas reads
def test_bad_lines_are_collected(ragged: Path, blocksize: Any, comment: Any) -> None:
    df = lf.read_csv(ragged, on_bad_lines="collect", blocksize=blocksize, comment=comment)
    good = pd.DataFrame({"a": [1, 3, 7] * 2, "b": ["x\ny", "z", "w"] * 2})
    assert_same(df.compute(), good)
    assert len(df) == 6
    assert df[df.a > 2].b.compute().index.tolist() == [1, 2, 4, 5]
    paths = [str(ragged / name) for name in ("1.csv", "2.csv")]
    expected = pd.DataFrame(
        {
            "file": np.repeat(paths, 2).tolist(),
            "line": [4, 6] * 2,
            "text": ["2", "4,5,6"] * 2,
            "reason": ["expected 2 fields, found 1", "expected 2 fields, found 3"] * 2,
        }
    )
    bad = df.bad_lines()
    assert_eq(bad, expected)
    assert len(bad) == 4
    assert_eq(bad.groupby("file").line.max(), expected.groupby("file").line.max())
    assert_eq(bad[bad.line > 4].text, expected[expected.line > 4].text)


@pytest.mark.parametrize("scheduler", FOUR)
def test_bad_lines_that_are_skipped_are_counted(ragged: Path, scheduler: str, client: Any) -> None:
    df = lf.read_csv(ragged, on_bad_lines="skip", blocksize=9)
    message = re.escape(f"4 bad lines were left out of {ragged.name}. Pass on_bad_lines='collect' and look at df.bad_")
    with client.as_current(), pytest.warns(lf.errors.BadLinesWarning, match=message) as caught:
        assert df.a.sum().compute(scheduler=scheduler) == 22
    assert len(caught) == 1
    with pytest.warns(lf.errors.BadLinesWarning, match="4 bad lines"):
        assert len(df) == 6
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        (ragged / "1.csv").write_text("a,b\n1,2\n")
        assert lf.read_csv(ragged / "1.csv", on_bad_lines="skip").a.sum().compute() == 1


def test_bad_lines_of_what_has_none() -> None:
    with pytest.raises(lf.errors.UnsupportedError, match=r"Bad lines are errors here. Read with on_bad_lines="):
        lf.read_csv(FLIGHTS / "*.csv").bad_lines()
    with pytest.raises(lf.errors.UnsupportedError, match="This is of a frame that is read from CSV files"):
        lf.from_pandas(pd.DataFrame({"x": [1]})).bad_lines()


def test_schema_report(tmp_path: Path) -> None:
    (tmp_path / "1.csv").write_text("a,b,c\n1,x,\n2,,\n")
    (tmp_path / "2.csv").write_text("b,a\ny,2.5\n")
    with pytest.warns(lf.errors.MissingColumnsWarning):
        report = lf.read_csv(tmp_path).schema_report()
    first, second = str(tmp_path / "1.csv"), str(tmp_path / "2.csv")
    assert report.loc[(first, "a")].tolist() == ["int64", 0, "float64", "int64, not float64"]
    assert report.loc[(first, "b")].tolist() == ["str", 1, "str", ""]
    assert report.loc[(first, "c")].tolist() == ["nothing", 2, "float64", ""]
    assert report.loc[(second, "a")].tolist() == ["float64", 0, "float64", ""]
    assert report.loc[(second, "c")].tolist() == ["absent", 0, "float64", "absent, not float64"]
    assert report.index.names == ["file", "column"]
    assert list(report.columns) == ["found", "missing", "folder", "drift"]


def test_numbers_in_some_files_and_text_in_others(tmp_path: Path) -> None:
    (tmp_path / "1.csv").write_text("x,y,code\n1,2,A1\n3,4.5,7\n")
    (tmp_path / "2.csv").write_text("code,y,x\n8,n/k,-\nB,5,6\n9,n/k,-\n")
    (tmp_path / "3.csv").write_text("x,y,code\n,,\n")
    first, second = tmp_path / "1.csv", tmp_path / "2.csv"
    message = (
        "Columns that are numbers in some files and text in others are text in all, and a sum would join texts. "
        f"'x' has '-' in {second}, but numbers in {first}: pass na_values={{'x': ['-']}} if that is a missing value, "
        f"or dtype={{'x': 'str'}} if text is meant; 'y' has 'n/k' in {second}, but numbers in {first}: "
        f"pass na_values={{'y': ['n/k']}} if that is a missing value, or dtype={{'y': 'str'}} if text is meant. "
        "df.schema_report() shows all files."
    )
    options: dict[str, Any] = {"usecols": ["x", "y", "code"]}
    with pytest.warns(lf.errors.MixedColumnsWarning, match=f"^{re.escape(message)}$") as caught:
        df = lf.read_csv(tmp_path, **options)
    assert [one.filename for one in caught] == [__file__]
    assert df.dtypes.tolist() == ["str", "str", "str"]
    df = lf.read_csv(tmp_path, na_values=["-", "n/k"], **options)
    assert (df.x.sum().compute(), df.y.sum().compute()) == (10.0, 11.5)
    assert lf.read_csv(tmp_path, dtype={"x": "str", "y": "str"}, **options).x.count().compute() == 5
    assert lf.read_csv(tmp_path, usecols=["code"]).code.count().compute() == 5  # a file of codes that are all digits


def test_files_of_numbers_among_files_of_many_texts(tmp_path: Path) -> None:
    (tmp_path / "0.csv").write_text("a\nx\ny\nz\nw\n")
    for number in range(1, 200):
        (tmp_path / f"{number}.csv").write_text("a\n1\n")
    message = r"'a' has '[xyzw]' in .*0\.csv, but numbers in .*\d\.csv: pass dtype=\{'a': 'str'\} if text is meant\. df"
    with pytest.warns(lf.errors.MixedColumnsWarning, match=message):
        lf.read_csv(tmp_path)


@pytest.mark.parametrize(
    ("texts", "edit"),
    [
        ("True\n1", r"dtype=\{'a': 'bool'\} if its numbers are 0 and 1, or dtype=\{'a': 'str'\} if text is meant\."),
        ("True\nx", r"dtype=\{'a': 'str'\} if text is meant\."),
        ("2020-01-01", r"dtype=\{'a': 'str'\} if text is meant\."),
        ("1_000\n2_000", r"dtype=\{'a': 'str'\} if text is meant\."),
        (
            "?\n-",
            r"na_values=\{'a': \['-', '\?'\]\} if that is a missing value, or dtype=\{'a': 'str'\} if text is meant\.",
        ),
    ],
)
def test_the_edit_for_a_mixed_column_depends_on_its_texts(texts: str, edit: str, tmp_path: Path) -> None:
    (tmp_path / "1.csv").write_text("a\n1\n0\n")
    (tmp_path / "2.csv").write_text(f"a\n{texts}\n")
    with pytest.warns(lf.errors.MixedColumnsWarning, match=f": pass {edit}"):
        lf.read_csv(tmp_path)


@pytest.mark.parametrize(
    "options",
    [
        {"decimal": ","},
        {"thousands": ","},
        {"encoding": "latin-1"},
        {"decimal": ",", "comment": "#"},
        {"decimal": ",", "escapechar": "!"},
    ],
)
def test_mixed_columns_of_any_format(options: dict[str, Any], tmp_path: Path) -> None:
    number = "1,5" if "encoding" not in options else "1.5"
    (tmp_path / "1.csv").write_text(f"a;b\n{number};1\n2;\n")
    (tmp_path / "2.csv").write_text(f"a;b\n{number};x\nn/k;y\n")
    with pytest.warns(
        lf.errors.MixedColumnsWarning, match=r"'a' has 'n/k' in .*2.csv.*: pass na_values=\{'a': \['n/k'\]"
    ):
        lf.read_csv(tmp_path, sep=";", **options)
    values = lf.read_csv(tmp_path, sep=";", na_values={"a": ["n/k"]}, dtype={"b": "str"}, **options)
    assert values.a.count().compute() == 3


@pytest.mark.parametrize("options", [{}, {"encoding": "latin-1"}, {"escapechar": "!"}])
def test_true_and_false_in_one_file_and_text_in_others(options: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "1.csv").write_text("a,b\nTrue,1\n,2\n")
    (tmp_path / "2.csv").write_text("a,b\nx,3\n")
    assert lf.read_csv(tmp_path, **options).a.count().compute() == 2


def test_long_texts_are_not_shown_whole(tmp_path: Path) -> None:
    (tmp_path / "1.csv").write_text("a\n1\n")
    (tmp_path / "2.csv").write_text("a\n" + "word " * 1000 + "\n")
    with pytest.warns(lf.errors.MixedColumnsWarning) as caught:
        lf.read_csv(tmp_path)
    assert "'word word word word word word word word ...' in" in str(caught[0].message)
    assert "na_values" not in str(caught[0].message)


def test_columns_by_number_of_which_some_are_mixed(tmp_path: Path) -> None:
    (tmp_path / "1.csv").write_text("1;2;3;4;5;6;7\n")
    (tmp_path / "2.csv").write_text(";".join("abcdefg") + "\n")
    message = r"0 has 'a' in .*; 4 has 'e' in .* if text is meant; and 2 more\. df"
    with pytest.warns(lf.errors.MixedColumnsWarning, match=message):
        lf.read_csv(tmp_path, header=None, sep=";")


def test_plans_say_what_will_be_read_and_how(tmp_path: Path) -> None:
    (tmp_path / "1.csv").write_text("a,b\n" + "1,x\n" * 1000)
    (tmp_path / "2.csv").write_text("a,b\n" + "1,x\n" * 1000)
    df = lf.read_csv(tmp_path)
    assert "2 partitions, from 2 CSV files, 8.01 kB, about 2,000 rows" in repr(df)
    assert "about 2,000 rows" in df._repr_html_()
    assert f"1 of 2 columns: a, by {reader_of(Format(('a',)))}" in repr(df.a.sum().explain())
    by_pandas = lf.read_csv(tmp_path, comment="#", thousands=",")
    assert "1 of 2 columns: a, by pandas (for comment, thousands)" in repr(by_pandas.a.sum().explain())


def test_every_option_of_pandas_has_a_row() -> None:
    assert set(PANDAS) - {"delimiter"} == (set(CHECKS) & set(PANDAS)) | set(REFUSED) | set(NO_EFFECT)
    assert not set(CHECKS) & set(REFUSED)


def test_options_without_effect(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a\n1\n")
    df = lf.read_csv(
        tmp_path / "x.csv",
        low_memory=False,
        memory_map=True,
        cache_dates=False,
        engine="c",
        float_precision="round_trip",
    )
    assert df.a.sum().compute() == 1


def test_the_path_as_a_column(tmp_path: Path) -> None:
    for name in ("1.csv", "2.csv"):
        (tmp_path / name).write_text("a\n1\n2\n")
    expected = pd.DataFrame(
        {"a": [1, 2, 1, 2], "path": [str(tmp_path / n) for n in ("1.csv", "1.csv", "2.csv", "2.csv")]}
    )
    for blocksize in (1, None):
        df = lf.read_csv(tmp_path, include_path_column=True, blocksize=blocksize)
        assert_eq(df, expected)
        assert_eq(df.groupby("path").a.sum(), expected.groupby("path").a.sum())
        assert_eq(df[df.path == expected.path[3]].a, expected[expected.path == expected.path[3]].a)
        named = lf.read_csv(tmp_path, include_path_column="file", blocksize=blocksize)
        assert_eq(named.file.count(), 4)


def test_the_column_of_paths_and_one_of_dates_have_two_names(tmp_path: Path) -> None:
    (tmp_path / "1.csv").write_text("y,m,n\n2020,1,7\n")
    with pytest.raises(
        lf.errors.CSVError, match=r"parse_dates makes a column 'D' already\. Pass another name: include_path_col"
    ):
        lf.read_csv(tmp_path, parse_dates={"D": ["y", "m"]}, include_path_column="D")


@pytest.mark.parametrize("how", [{}, {"escapechar": "\\"}, {"thousands": "_"}], ids=str)
@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz"])
@pytest.mark.parametrize("late", ["x,t", "0.5,t", "1,t,u", '7,"t'])
def test_rows_behind_nrows_have_no_say(late: str, name: str, how: dict[str, Any], tmp_path: Path) -> None:
    lines = [f'{row},"t\nu"' if row % 500 == 0 else f"{row},t" for row in range(9_000)]
    lines[3_000] = "" if late.endswith("u") else "\n"
    text = "n,t\n" + "\n".join(lines) + "\n" + f"{late}\n" * 300
    compressed = gzip.compress(text.encode()) if name.endswith("gz") else text.encode()
    (tmp_path / name).write_bytes(compressed)
    for nrows in [0, 1, 20, 2_999, 3_000, 8_999]:
        expected = pd.read_csv(tmp_path / name, nrows=nrows, **how)
        for blocksize in [None, 10_000]:
            df = lf.read_csv(tmp_path / name, nrows=nrows, blocksize=blocksize, sample=500, **how)
            assert_eq(df, expected)


@pytest.mark.parametrize("how", [{}, {"escapechar": "\\"}, {"thousands": "_"}], ids=str)
@pytest.mark.parametrize("size", [5, 150_000])
@pytest.mark.filterwarnings("ignore::lazyframe.errors.BadLinesWarning")
def test_bad_lines_are_none_of_nrows(size: int, how: dict[str, Any], tmp_path: Path) -> None:
    lines = [f"{row},{'t' * (row % 9)}" for row in range(size)]
    text = "\n".join([*lines[:2], "1,2,3", *lines[2:]])
    (tmp_path / "a.csv").write_text(f"n,t\n{text}\n")
    for nrows in [2, 3, size - 1, size, size + 1]:
        df = lf.read_csv(tmp_path / "a.csv", nrows=nrows, on_bad_lines="skip", **how)
        assert df.n.sum().compute() == sum(range(min(nrows, size)))


def test_few_rows_are_found_in_the_head(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.csv").write_text("n\n1\n2\n4\n")
    monkeypatch.delattr("lazyframe.io.csv.ends.open_range")  # the file is not opened once more
    assert lf.read_csv(tmp_path / "a.csv", nrows=2).n.sum().compute(scheduler="sync") == 3


def test_integers_that_may_be_missing_and_samples(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b\n1,x\n2,y\n")
    assert lf.read_csv(tmp_path / "x.csv", assume_missing=True).a.dtype == "float64"
    assert lf.read_csv(tmp_path / "x.csv", assume_missing=True, dtype={"a": int}).a.dtype == "int64"
    (tmp_path / "x.csv").write_text("a\n" + "1\n" * 10_000 + "2.5\n" + "1\n" * 30_000)
    assert lf.read_csv(tmp_path / "x.csv", sample="1kB").a.dtype == "int64"
    assert lf.read_csv(tmp_path / "x.csv", sample="1MB").a.dtype == "float64"


def test_the_middle_and_the_end_of_a_file_are_sampled(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    for quoted in ("x", '"x, y"', '"x\ny"'):
        line = f"1,{quoted}\n"
        many = 600_000 // len(line)
        for late in (many // 2, many - 10):
            lines = [line] * many
            lines[late] = f"2.5,{quoted}\n"
            path.write_text("a,b\n" + "".join(lines))
            assert lf.read_csv(path).a.dtype == "float64", (quoted, late)


@pytest.mark.parametrize("scheduler", FOUR)
def test_rows_with_a_late_fraction_have_one_dtype(tmp_path: Path, scheduler: str, client: Any) -> None:
    """A step that looks at the dtype sees floats in every block, as in pandas."""
    path = tmp_path / "x.csv"
    path.write_text("a\n" + "1\n" * 150_000 + "2.5\n" + "1\n" * 700_000)
    whole = pd.read_csv(path)
    with client.as_current():
        df = lf.read_csv(path, blocksize="400kB")
        assert df.a.dtype == "int64"
        assert_same(df.a.astype(str).compute(scheduler=scheduler), whole.a.astype(str))
        assert_same(df.compute(scheduler=scheduler), whole)
        assert_same(
            df.a.persist(scheduler=scheduler).compute(scheduler=scheduler), whole.a
        ) if scheduler != "distributed" else None


def test_files_in_the_order_in_which_people_count(tmp_path: Path) -> None:
    for number in (1, 2, 10):
        (tmp_path / f"part{number}.csv").write_text(f"n\n{number}\n")
    assert lf.read_csv(tmp_path).n.compute().tolist() == [1, 2, 10]
    assert lf.read_csv(tmp_path / "*.csv").n.compute().tolist() == [1, 2, 10]
    given = [tmp_path / f"part{number}.csv" for number in (10, 1)]
    assert lf.read_csv(given).n.compute().tolist() == [10, 1]


def test_head_reads_the_start_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b\n" + "1,x\n" * 2_000_000)

    def read() -> int:
        return int(Path("/proc/self/io").read_text().split()[1])

    df = lf.read_csv(tmp_path / "x.csv")
    before = read()
    assert len(df.head()) == len(df[["a"]].head()) == 5
    assert read() - before < 6_000_000  # of 8 MB, twice
    assert len(df.head(1_000_000)) == 1_000_000


def test_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "x.csv").write_text("a\n1\n")
    assert lf.read_csv("~/x.csv").a.sum().compute() == 1


def test_remote_files() -> None:
    system = fsspec.filesystem("memory")
    for number in (1, 2, 10):
        system.pipe(f"/lf/part{number}.csv", f"n,t\n{number},x\n{number},y\n".encode() * 1)
    try:
        expected = pd.DataFrame({"n": [1, 1, 2, 2, 10, 10], "t": list("xyxyxy")})
        for path in ("memory://lf/*.csv", "memory://lf", [f"memory://lf/part{n}.csv" for n in (1, 2, 10)]):
            for blocksize in (3, None):
                df = lf.read_csv(path, blocksize=blocksize, storage_options={})
                assert_same(df.compute(), expected)
                assert len(df) == 6
        df = lf.read_csv("memory://lf/*.csv")
        time.sleep(0.01)
        system.pipe("/lf/part1.csv", b"n,t\n7,x\n8,y\n")
        with pytest.raises(lf.errors.CSVError, match=r"memory://.*part1.csv has changed since read_csv looked at it"):
            df.compute()
        system.rm("/lf/part1.csv")
        with pytest.raises(lf.errors.CSVError, match=r"part1.csv is gone since read_csv looked at it"):
            df.compute()
        with pytest.raises(FileNotFoundError, match=r"No file matches 'memory://lf/[*].tsv'"):
            lf.read_csv("memory://lf/*.tsv")
    finally:
        system.rm("/lf", recursive=True)
    with pytest.raises(ValueError, match=r"Reading 'nonsense://x.csv': Protocol not known: nonsense"):
        lf.read_csv("nonsense://x.csv")


def test_ten_thousand_columns(tmp_path: Path) -> None:
    names = [f"column{i}" for i in range(10_000)]
    lines = [",".join(names), *(",".join(str(i + j) for i in range(10_000)) for j in range(30))]
    (tmp_path / "x.csv").write_text("\n".join(lines) + "\n")
    df = lf.read_csv(tmp_path / "x.csv", blocksize="200kB")
    assert df.column9999.sum().compute() == sum(9999 + j for j in range(30))
    assert len(df) == 30


def test_fields_of_ten_megabytes(tmp_path: Path) -> None:
    long = "x" * 10_000_000
    (tmp_path / "x.csv").write_text(f'a,b\n1,{long}\n2,y\n3,"{long}\n{long}"\n')
    for blocksize in ("5MB", None):
        df = lf.read_csv(tmp_path / "x.csv", blocksize=blocksize)
        assert df.b.compute().str.len().tolist() == [10_000_000, 1, 20_000_001]
        assert df.a.sum().compute() == 6


def test_flights_without_dtypes(flights: pd.DataFrame) -> None:
    df = lf.read_csv(FLIGHTS / "*.csv", parse_dates={"Date": [0, 1, 2]}, blocksize="40kB")
    flown, expected = df[df.Cancelled == 0], flights[~flights.Cancelled]
    assert flown.DepDelay.max().compute() == expected.DepDelay.max()
    assert_same(flown.groupby("Origin").DepDelay.mean().compute(), expected.groupby("Origin").DepDelay.mean())
    assert_same(
        df.groupby(df.Date.dt.dayofweek).DepDelay.mean().compute(),
        flights.groupby(flights.Date.dt.day_of_week.rename("Date")).DepDelay.mean(),
    )
    assert_same(df.TailNum.compute().astype(object), flights.TailNum)


@pytest.fixture
def many_files(tmp_path: Path) -> Path:
    """400 small files; one of them only the reference readers can read, and one is without a column."""
    for number in range(400):
        text = f"a,b\n{number},x{number % 7}\n{number + 1},\n"
        text = text.replace(",x", ',x"y') if number == 123 else text
        (tmp_path / f"{number:03d}.csv").write_text("a\n7\n" if number == 300 else text)
    return tmp_path


def test_many_small_files_are_read_together(many_files: Path) -> None:
    with pytest.warns(lf.errors.MissingColumnsWarning):
        df = lf.read_csv(many_files)
    assert df.npartitions == 3  # before, at and behind the file without a column
    expected = pd.concat([pd.read_csv(path) for path in sorted(many_files.iterdir())], ignore_index=True)
    assert_eq(df, expected)
    assert_eq(df[df.a > 150], expected[expected.a > 150])
    assert_eq(df.groupby("b").a.mean(), expected.groupby("b").a.mean())
    assert len(df) == len(df[["a"]].compute()) == len(expected)
    assert_same(df.head(500), expected.head(500))
    assert "a quote within a field" in repr(df.a.sum().explain())


def test_small_files_that_are_read_together_are_named_in_errors(many_files: Path) -> None:
    (many_files / "300.csv").unlink()
    (many_files / "200.csv").write_text("a,b\n1,2\n3,4,5\n")
    with pytest.raises(lf.errors.CSVError, match=r"200.csv, line 3: expected 2 fields, found 3: '3,4,5'"):
        lf.read_csv(many_files).compute()
    bad = lf.read_csv(many_files, on_bad_lines="collect")
    assert bad.bad_lines().compute().values.tolist() == [
        [str(many_files / "200.csv"), 3, "3,4,5", "expected 2 fields, found 3"]
    ]
    assert len(bad.compute()) == 2 * 399 - 1
    (many_files / "200.csv").write_text("a,b\nz,2\n")
    with pytest.raises(lf.errors.CSVTypeError, match=r"200.csv, line 2: column 'a' has 'z', which is not int64"):
        lf.read_csv(many_files, dtype={"a": int}).a.sum().compute()


def test_a_partition_a_file_if_that_is_asked(many_files: Path) -> None:
    (many_files / "300.csv").unlink()
    assert lf.read_csv(many_files, blocksize=None).npartitions == 399
    assert lf.read_csv(many_files, blocksize=10).npartitions > 399
    assert lf.read_csv(many_files, blocksize=200).npartitions < 50


def test_late_quotes_in_many_files_are_planned_for_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files beyond those that are sampled, in which a quoted field goes over a cut of blocks."""
    learned: list[str] = []
    again = replan.replan
    monkeypatch.setattr(
        replan, "replan", lambda plans, required: learned.append(str(required)) or again(plans, required)
    )
    for number in range(130):
        rows = "1,x\n" * 2000 + '2,"' + "line\n" * 400 + '"\n' if number % 2 else "1,x\n" * 100
        (tmp_path / f"{number:03d}.csv").write_text("a,b\n" + rows)
    df = lf.read_csv(tmp_path, blocksize=5000)
    expected = pd.concat([pd.read_csv(path) for path in sorted(tmp_path.iterdir())], ignore_index=True)
    assert_same(df.compute(scheduler="sync"), expected)
    assert len(learned) <= 1


@pytest.mark.parametrize("columns", ["union", "first"])
@pytest.mark.parametrize("place", [0, 1, 150])
def test_a_new_column_takes_no_name_that_a_file_has(tmp_path: Path, columns: str, place: int) -> None:
    for number in range(151):
        name = "path" if number == place else "p"
        (tmp_path / f"{number}.csv").write_text(f"n,{name},y,m\n1,x,2020,1\n")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", lf.errors.MissingColumnsWarning)
        with pytest.raises(
            lf.errors.CSVError, match=rf"{place}.csv has a column 'path' already. Pass another name: incl"
        ):
            lf.read_csv(tmp_path, include_path_column=True, columns=columns)
        with pytest.raises(lf.errors.CSVError, match=r"has a column 'path' already. Pass another name: parse_dates"):
            lf.read_csv(tmp_path, parse_dates={"path": ["y", "m"]}, columns=columns)
        df = lf.read_csv(tmp_path, include_path_column="file", usecols=["n"], columns=columns)
        assert list(df.columns) == ["n", "file"]


def test_a_new_column_of_a_file_without_a_header(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1,2\n")
    with pytest.raises(lf.errors.CSVError, match="has a column '0' already"):
        lf.read_csv(tmp_path, header=None, include_path_column="0")


def test_commas_between_thousands_in_some_files_are_advised(tmp_path: Path) -> None:
    (tmp_path / "1.csv").write_text('x\n"1,000"\n"2,500"\n')
    (tmp_path / "2.csv").write_text("x\n3\n")
    with pytest.warns(
        lf.errors.MixedColumnsWarning, match="pass thousands=',' if the commas separate thousands, or dt"
    ):
        lf.read_csv(tmp_path)
    assert lf.read_csv(tmp_path, thousands=",").x.sum().compute() == 3503


def test_a_warning_points_to_the_line_of_the_user(tmp_path: Path) -> None:
    (tmp_path / "1.csv").write_text("x\n1\n2,3\n")
    (tmp_path / "folder").mkdir()
    with pytest.warns(lf.errors.LeftOutWarning) as caught:
        df = lf.read_csv(tmp_path, on_bad_lines="skip")
    assert [one.filename for one in caught] == [__file__]
    with pytest.warns(lf.errors.BadLinesWarning) as caught:
        assert len(df) == df.x.sum().compute() == 1
    assert {one.filename for one in caught} == {__file__}
