"""read_csv: its options against pandas', files that differ, and errors, whose texts are interface."""

import gzip
import os
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import lazyframe as lf
from lazyframe.io.csv.options import NULL_TEXTS
from tests.assertions import assert_eq, assert_same

TEXT = "a,b,c,d\n1,x,2.5,True\n2,,3,False\n3,NA,,True\n-4,z w,1e3,False\n"


def read_both(folder: Path, files: dict[str, bytes | str], options: dict[str, Any], blocksize: Any = 20) -> Any:
    """The files lazily, and as pandas reads and concatenates them."""
    for name, data in files.items():
        (folder / name).write_bytes(data.encode() if isinstance(data, str) else data)
    parts = [pd.read_csv(folder / name, **options) for name in sorted(files)]
    return lf.read_csv(folder, blocksize=blocksize, **options), pd.concat(parts, ignore_index=True)


@pytest.mark.parametrize("blocksize", [1, 20, None])
@pytest.mark.parametrize(
    ("data", "options"),
    [
        (TEXT, {}),
        (TEXT.replace(",", ";"), {"sep": ";"}),
        (TEXT.replace(",", "\t"), {"delimiter": "\t"}),
        (TEXT.rstrip("\n"), {}),
        (TEXT.replace("\n", "\r\n"), {}),
        ("\ufeff" + TEXT, {}),
        (TEXT.replace("\n", "\n\n"), {}),
        (TEXT, {"usecols": ["c", "a"]}),
        (TEXT, {"usecols": [1, 3]}),
        (TEXT, {"usecols": lambda name: name > "b"}),
        (TEXT, {"dtype": str}),
        (TEXT, {"dtype": "object"}),
        (TEXT, {"dtype": {"a": float, "b": object, "c": "float32"}}),
        (TEXT, {"dtype": {"a": "Int64", "c": "Float64", "d": "boolean", "b": "string"}}),
        (TEXT, {"dtype": {"a": "int32"}}),
        (TEXT, {"na_values": ["x", "1"]}),
        (TEXT, {"na_values": 2, "keep_default_na": True}),
        (TEXT.replace(",,", ",?,"), {"keep_default_na": False, "usecols": ["a", "b"]}),
        (TEXT, {"names": ["p", "q", "r", "s"], "header": 0}),
        (TEXT, {"names": ["p", "q", "r", "s"]}),
        ("1,x\n2,y\n", {"header": None}),
        ("junk,,\na,b,c\n1,2,3\n", {"header": 1}),
        ("a,b\nyes,1\nno,0\n", {"true_values": ["yes"], "false_values": ["no"]}),
        ("a,b\n'x,1',2\n", {"quotechar": "'"}),
        ('a,b\n"x\ny",2\n"say ""so""",3\n', {}),
        ("a,a,b\n1,2,3\n", {}),
        (TEXT, {"nrows": 2}),
        ("a,b\né,1\nü,2\n".encode("latin-1"), {"encoding": "latin-1"}),
        ("when,x\n2020-01-02,1\n,2\n2021-12-31,3\n", {"parse_dates": ["when"]}),
        ("when,x\n2020-01-02 10:11:12,1\n2021-12-31 00:00:00,3\n", {"parse_dates": [0]}),
        ("when,x\n02/28/2020,1\n12/31/2021,3\n", {"parse_dates": ["when"]}),
        ("when,x\n28.2.2020,1\n31.12.2021,3\n", {"parse_dates": ["when"], "date_format": "%d.%m.%Y"}),
        ("when,x\n2020-01-02,1\n", {"parse_dates": True}),
    ],
)
def test_options(data: str | bytes, options: dict[str, Any], blocksize: int | None, tmp_path: Path) -> None:
    lazy, expected = read_both(tmp_path, {"1.csv": data, "2.csv": data}, options, blocksize)
    assert len(lazy) == len(expected)
    assert_eq(lazy, expected)


@pytest.mark.parametrize("suffix", [".gz", ".GZ", ".bz2"])
def test_compression(suffix: str, tmp_path: Path) -> None:
    pd.DataFrame({"a": range(100)}).to_csv(tmp_path / "x.csv", index=False)
    data = (tmp_path / "x.csv").read_bytes()
    (tmp_path / "x.csv").unlink()
    import bz2

    packed = bz2.compress(data) if suffix == ".bz2" else gzip.compress(data)
    (tmp_path / f"x.csv{suffix}").write_bytes(packed)
    lazy = lf.read_csv(tmp_path / f"x.csv{suffix}", blocksize=10)
    assert lazy.npartitions == 1
    assert_eq(lazy, pd.DataFrame({"a": range(100)}))
    assert len(lazy) == 100


@pytest.mark.parametrize("blocksize", [1, None])
def test_files_are_aligned_by_name(blocksize: int | None, tmp_path: Path) -> None:
    files = {"1.csv": "a,b,c\n1,x,0.5\n2,y,1.5\n", "2.csv": "c,a,b\n2.5,3,z\n", "3.csv": "a,d,c\n4,1,7\n"}
    message = "3 of 3 files lack columns, which are missing values there: 1.csv: d; 2.csv: d; 3.csv: b."
    with pytest.warns(lf.errors.MissingColumnsWarning, match=message):
        lazy, expected = read_both(tmp_path, files, {}, blocksize)
    assert_eq(lazy, expected, check_schema=False)  # d is an integer where it is there
    assert_eq(lazy.d.sum(), expected.d.sum(), check_schema=False)
    assert_eq(lazy.groupby("a").c.mean(), expected.groupby("a").c.mean())


def test_header_only_and_empty_files_and_columns_are_neutral(tmp_path: Path) -> None:
    for name, data in {
        "1.csv": "a,b\n",
        "2.csv": "",
        "3.csv": "a,b\n1,2\n",
        "4.csv": "a,b\n3,\n",
        "5.csv": "\n",
    }.items():
        (tmp_path / name).write_text(data)
    lazy = lf.read_csv(tmp_path)
    assert len(lazy) == 2
    assert_eq(lazy, pd.DataFrame({"a": [1, 3], "b": [2.0, None]}))
    assert_eq(lazy.a.sum(), 4)
    assert_eq(lf.read_csv(tmp_path / "1.csv").a.count(), 0)


def late(value: str, column: str = "x") -> str:
    """A file in which a value stands far behind what is sampled."""
    return f"k,{column}\n" + "a,1\n" * 150_000 + f"b,{value}\n" + "a,2\n" * 250_010


@pytest.mark.parametrize("value", ["", "2.5", "NA", "1e3"])
def test_late_missing_values_and_fractions_make_floats(value: str, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(late(value))
    lazy = lf.read_csv(tmp_path / "x.csv", blocksize="500kB")
    whole = pd.read_csv(tmp_path / "x.csv")
    assert lazy.x.dtype == "int64"
    assert whole.x.dtype == "float64"
    for ask in [
        lambda df: df.x,
        lambda df: df.x.sum(),
        lambda df: df.x.max(),
        lambda df: df.groupby("k").x.mean(),
        lambda df: df[df.x != 1].x,
        lambda df: df.groupby("x").k.count(),
    ]:
        assert_same(ask(lazy).compute(), ask(whole))


def test_a_late_text_is_an_error_that_says_where(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(late("n/k"))
    for blocksize in [None, "500kB"]:
        lazy = lf.read_csv(path, blocksize=blocksize)
        with pytest.raises(lf.errors.CSVTypeError) as caught:
            lazy.x.sum().compute()
        assert str(caught.value) == (
            f"{path}, line 150002: column 'x' has 'n/k', which is not int64 (inferred from samples of the files). "
            "Pass na_values={'x': ['n/k']} if that is a missing value, or dtype={'x': 'str'} if text is meant."
        )
        assert lf.read_csv(path, na_values={"x": ["n/k"]}, blocksize=blocksize).x.count().compute() > 150_000
        assert caught.value.__notes__[0].startswith("raised in task read-x-")
        assert f"{path} bytes " in caught.value.__notes__[0]
        assert lazy.k.count().compute() == 400_011


@pytest.mark.parametrize(
    ("text", "edit"),
    [
        ("2.5", "dtype={'x': 'float64'}"),
        ("1e3", "dtype={'x': 'float64'}"),
        ("1.2.3", "dtype={'x': 'str'} if text is meant."),
        ("True", "dtype={'x': 'bool'} if its numbers are 0 and 1, or dtype={'x': 'str'} if text is meant."),
        ("n/k", "na_values={'x': ['n/k']} if that is a missing value, or dtype={'x': 'str'} if text is meant."),
        ("a text of many words", "na_values={'x': ['a text of many words']} if that"),
        ("a text of many more words", "dtype={'x': 'str'} if text is meant."),
    ],
)
def test_the_edit_for_a_text_that_is_no_integer_depends_on_it(text: str, edit: str, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(f"x\n1\n{text}\n")
    with pytest.raises(lf.errors.CSVTypeError, match=re.escape(f"is not int64 (as asked). Pass {edit}")):
        lf.read_csv(tmp_path, dtype={"x": int}).x.sum().compute()


def test_a_missing_bool_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,1\n2,0\n3,\n")
    with pytest.raises(lf.errors.CSVTypeError) as caught:
        lf.read_csv(path, dtype={"b": bool}).b.sum().compute()
    assert str(caught.value) == (
        f"{path}, line 4: column 'b' has a missing value, which is not bool (as asked). Pass dtype={{'b': 'boolean'}}."
    )
    assert_same(
        lf.read_csv(path, dtype={"b": "boolean"}).b.compute(), pd.Series([True, False, None], name="b", dtype="boolean")
    )


def test_a_bool_reads_numbers_and_words(tmp_path: Path) -> None:
    (tmp_path / "1.csv").write_text("b\n1\n0\n")
    (tmp_path / "2.csv").write_text("b\nTrue\nFALSE\ntrue\n")
    lazy = lf.read_csv(tmp_path, dtype={"b": bool})
    assert_eq(lazy.b, pd.Series([True, False, True, False, True], name="b"))
    assert_eq(lazy[~lazy.b], pd.DataFrame({"b": [False, False]}, index=[1, 3]))


@pytest.mark.parametrize(("line", "found"), [("1", 1), ("1,2,3", 3)])
def test_a_ragged_record_is_an_error_that_says_where(line: str, found: int, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n" + "1,2\n" * 90_000 + f"{line}\n" + "1,2\n" * 210_000)
    for blocksize in [None, "300kB"]:
        with pytest.raises(lf.errors.CSVError) as caught:
            lf.read_csv(path, blocksize=blocksize).a.sum().compute()
        assert str(caught.value) == (
            f"{path}, line 90002: expected 2 fields, found {found}: {line!r}. "
            "Mend the line, or pass on_bad_lines='skip' or 'collect'."
        )


def test_dates_of_three_columns(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("y,m,d,x\n2020,2,29,1\n1999,12,31,2\n2020,,1,3\n1900,1,1,4\n")
    expected = pd.DataFrame({"x": [1, 2, 3, 4]})
    expected.insert(0, "Date", pd.to_datetime(["2020-02-29", "1999-12-31", None, "1900-01-01"]).as_unit("us"))
    for blocksize in [1, None]:
        assert_eq(lf.read_csv(path, parse_dates={"Date": [0, 1, 2]}, blocksize=blocksize), expected)
        assert_eq(lf.read_csv(path, parse_dates={"Date": ["y", "m", "d"]}, blocksize=blocksize), expected)
        joined = expected.rename(columns={"Date": "y_m_d"})
        assert_eq(lf.read_csv(path, parse_dates=[[0, 1, 2]], blocksize=blocksize), joined)
    path.write_text("y,m,d,x\n2020,2,29,1\n2021,2,29,1\n")
    with pytest.raises(
        lf.errors.CSVTypeError, match=r"line 3: column 'Date' has year 2021, month 2, day 29, which is not a date. Mend"
    ):
        lf.read_csv(path, parse_dates={"Date": [0, 1, 2]}).Date.max().compute()


def test_dates_of_a_day_and_a_time(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("day,time,x\n2020-02-29,10:30,1\n2020-03-01,23:59,2\n")
    lazy = lf.read_csv(path, parse_dates={"at": ["day", "time"]})
    expected = pd.DataFrame({"at": pd.to_datetime(["2020-02-29 10:30", "2020-03-01 23:59"]), "x": [1, 2]})
    assert_eq(lazy, expected.astype({"at": "datetime64[us]"}))


def test_what_a_path_means(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sub").mkdir()
    for name in ["b.csv", "a.csv", "_hidden.csv", ".x.csv", "sub/c.csv", "odd[1].csv"]:
        (tmp_path / name).write_text(f"n\n{name}\n")
    monkeypatch.chdir(tmp_path)

    def names(path: Any) -> list[str]:
        return lf.read_csv(path).n.compute().tolist()

    assert names("a.csv") == names(Path("a.csv")) == ["a.csv"]
    assert names("[ab].csv") == ["a.csv", "b.csv"]
    assert names(["b.csv", Path("a.csv")]) == ["b.csv", "a.csv"]
    assert names("**/c.csv") == ["sub/c.csv"]
    assert names("sub") == ["sub/c.csv"]
    with pytest.warns(lf.errors.LeftOutWarning, match="are not read: sub"):
        assert names(tmp_path) == ["_hidden.csv", "a.csv", "b.csv", "odd[1].csv"]
    assert names("odd[1].csv") == ["odd[1].csv"]
    with pytest.raises(
        FileNotFoundError, match=f"No file matches 'sub/[*].tsv'; looked in the folder '{tmp_path}/sub'"
    ):
        lf.read_csv("sub/*.tsv")
    with pytest.raises(FileNotFoundError, match=r"There is no file 'gone.csv' "):
        lf.read_csv("gone.csv")
    with pytest.raises(FileNotFoundError, match="the list of paths is empty"):
        lf.read_csv([])
    os.mkdir("none")
    with pytest.raises(FileNotFoundError, match=r"There are no files in the folder '.*none'"):
        lf.read_csv("none")
    with pytest.raises(ImportError, match=r"Reading 'gs://x/y.csv': .*gcsfs"):
        lf.read_csv("gs://x/y.csv")


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"seperator": ","}, TypeError, r"read_csv has no option 'seperator'. Did you mean 'sep'"),
        ({"skiprow": 1}, TypeError, r"read_csv has no option 'skiprow'. Did you mean 'skiprows'\?"),
        ({"skiprows": -1}, lf.errors.UnsupportedError, r"skiprows=-1\): skiprows must be a whole number from 0 on"),
        ({"skiprows": ["x"]}, ValueError, r"skiprows must be a number of lines, a list of lines' numbers, or a funct"),
        (
            {"skiprows": [9], "skipfooter": 1},
            lf.errors.UnsupportedError,
            r"skipfooter is for files that can be read from",
        ),
        ({"chunksize": 5}, lf.errors.UnsupportedError, r"read_csv\(chunksize=5\): use blocksize= instead."),
        ({"sep": None}, lf.errors.UnsupportedError, r"sep=None\): the separator is not guessed; give it"),
        ({"sep": ""}, ValueError, r"sep must be a character, or a regular expression"),
        ({"sep": "(,"}, ValueError, r"sep='\(,'\): it is no regular expression: missing \), unterminated"),
        ({"sep": "::", "lineterminator": "x"}, ValueError, r"lineterminator goes with a sep of one character"),
        ({"quotechar": "ab"}, ValueError, r"quotechar must be one ASCII character"),
        ({"header": [0, 1]}, lf.errors.UnsupportedError, r"header must be a line's number from 0 on, or None"),
        ({"dtype": {"a": "category"}}, lf.errors.UnsupportedError, r"dtype='category'\): it is not supported;"),
        ({"dtype": {"a": "datetime64[ns]"}}, TypeError, r"use parse_dates for dates"),
        ({"nrows": -1}, ValueError, r"nrows must be a whole number from 0 on"),
        ({"encoding": "utf-16"}, lf.errors.CSVError, r"x.csv can't be read with encoding='utf-16': UTF-16 stream does"),
        ({"encoding": "klingon"}, ValueError, r"encoding='klingon'\): there is no such encoding"),
        ({"comment": ","}, ValueError, r"sep and comment are both ','; they must differ"),
        ({"on_bad_lines": "ignore"}, ValueError, r"on_bad_lines must be one of 'error', 'skip', 'warn', 'collect'"),
        ({"columns": "all"}, ValueError, r"columns must be one of 'union', 'first', 'strict'"),
        ({"quoting": 2}, lf.errors.UnsupportedError, r"known are csv.QUOTE_MINIMAL, QUOTE_ALL and QUOTE_NONE"),
        ({"float_precision": "high"}, lf.errors.UnsupportedError, r"numbers are read correctly rounded"),
        ({"usecols": ["a", "z"]}, KeyError, r"There is no column 'z'."),
        ({"compression": "tar"}, lf.errors.UnsupportedError, r"compression='tar'"),
        ({"blocksize": "many"}, ValueError, r"blocksize='many' is no number of bytes"),
        ({"blocksize": 0}, ValueError, r"blocksize=0 is no number of bytes"),
        ({"parse_dates": ["e"]}, KeyError, r"There is no column 'e'. The columns are 'a', 'b', 'c', 'd'."),
        ({"names": ["a", "a", "b", "c"]}, ValueError, r"names must differ"),
        ({"names": ["a", "b"]}, lf.errors.CSVError, r"names= has 2 names, the file 4 columns"),
    ],
)
def test_wrong_options(options: dict[str, Any], error: type, message: str, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(TEXT)
    with pytest.raises(error, match=message):
        lf.read_csv(tmp_path / "x.csv", **options)


def test_options_at_their_defaults_are_accepted(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(TEXT)
    assert len(lf.read_csv(tmp_path / "x.csv", skiprows=None, thousands=None, decimal=".", dayfirst=False)) == 4


def test_the_texts_for_missing_values_are_those_of_pandas() -> None:
    from pandas._libs.parsers import STR_NA_VALUES

    assert set(NULL_TEXTS) == set(STR_NA_VALUES)


def test_true_and_false_with_something_else_are_a_conflict(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a\nTrue\nNA\n")
    with pytest.raises(
        lf.errors.CSVTypeError, match=r"x.csv, line 3: column 'a' has a missing value, which is not boo"
    ):
        lf.read_csv(path).compute()
    with pytest.raises(lf.errors.CSVTypeError, match=r"\. Pass dtype={'a': 'boolean'}\."):
        lf.read_csv(path).compute()
    path.write_text("a\nTrue\n12\n")
    assert_eq(lf.read_csv(path), pd.read_csv(path))  # text


def test_a_changed_or_missing_file_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a\n1\n2\n")
    lazy = lf.read_csv(path)
    path.write_text("a\n10\n20\n30\n")
    for ask in [lambda: len(lazy), lazy.a.sum().compute, lazy.compute, lazy.head]:
        with pytest.raises(lf.errors.CSVError, match=f"{path} has changed since read_csv looked at it. Call read_csv"):
            ask()
    path.unlink()
    with pytest.raises(lf.errors.CSVError, match=f"{path} is gone since read_csv looked at it. Call read_csv again"):
        len(lazy)


@pytest.mark.parametrize("blocksize", [1, None])
@pytest.mark.parametrize(
    ("data", "options"),
    [
        ("\n\na,b\n1,2\n", {}),
        ("\n1,2\n3,4\n", {"header": None}),
        ("x,y\n\na,b\n1,2\n", {"header": 1}),
        ("a\n99\n98\n1\n", {"na_values": [99.0]}),
        ("a\n-999\n-999.0\n1.5\n", {"na_values": [-999]}),
        ("a,b\n1,2\n3,4\n5.5,x\n", {"nrows": 3}),
        ("a\n4611686018427387904\n5\n", {}),
    ],
)
def test_what_went_wrong_once(data: str, options: dict[str, Any], blocksize: int | None, tmp_path: Path) -> None:
    lazy, expected = read_both(tmp_path, {"1.csv": data}, options, blocksize)
    assert_eq(lazy, expected)


def test_large_integers(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("g,x\n" + "".join(f"{i % 2},{2**62 - i * 10**17}\n" for i in range(8)))
    for blocksize in [20, None]:
        lazy, whole = lf.read_csv(tmp_path / "x.csv", blocksize=blocksize), pd.read_csv(tmp_path / "x.csv")
        for ask in [
            lambda df: df.x.mean(),
            lambda df: df.x.var(),
            lambda df: df.groupby("g").x.mean(),
            lambda df: df.groupby("g").x.std(),
            lambda df: df[df.x > 1.5].x.count(),
            lambda df: (df.x / 2).mean(),
            lambda df: df[df.x.isin([1.5, 2.0**62])].x,
            lambda df: (df.x + 0.5).max(),
        ]:
            assert_eq(ask(lazy), ask(whole))


def test_a_quote_within_a_field_does_not_move_the_blocks(tmp_path: Path) -> None:
    rows = "".join(f'{i},"line one {i}\n{i},tail"\n' for i in range(3000))
    for mark in ['0,5" pipe\n', '0,pipe 5"\n', '0,5"\n1,6"\n']:
        (tmp_path / "x.csv").write_text("id,note\n" + mark + rows)
        for blocksize in [100, 20_000]:
            lazy, whole = lf.read_csv(tmp_path / "x.csv", blocksize=blocksize), pd.read_csv(tmp_path / "x.csv")
            assert len(lazy) == len(whole)
            assert_eq(lazy, whole)


def test_quotes_that_no_sample_showed(tmp_path: Path) -> None:
    """Blocks are cut again, with the quotes in mind, wherever the cuts fell."""
    rows = "".join(f"{i},x\n" for i in range(60_000)) + '1,"p\n7,q"\n' * 10 + "3,y\n" * 100_000
    (tmp_path / "x.csv").write_text("a,b\n" + rows)
    whole = pd.read_csv(tmp_path / "x.csv")
    for blocksize in [300_001, 100_003, 461_800, None]:
        lazy = lf.read_csv(tmp_path / "x.csv", blocksize=blocksize)
        assert len(lazy) == len(whole)
        assert lazy.a.sum().compute() == whole.a.sum()
        assert_same(lazy[lazy.a == 1].compute(), whole[whole.a == 1])


@pytest.mark.parametrize("late_value", ["1", "0"])
def test_a_late_number_among_bools_is_an_error(late_value: str, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b\n" + "1,True\n" * 100_000 + f"1,{late_value}\n" + "1,True\n" * 400_000)
    with pytest.raises(lf.errors.CSVTypeError, match=f"line 100002: column 'b' has '{late_value}', which is not bool"):
        lf.read_csv(tmp_path / "x.csv").b.sum().compute()


@pytest.mark.parametrize("late_value", ["18446744073709551615", "++5", "0b1"])
def test_a_late_number_that_is_no_int64_is_an_error(late_value: str, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b\n" + "1,2\n" * 100_000 + f"1,{late_value}\n" + "1,2\n" * 400_000)
    with pytest.raises(lf.errors.CSVTypeError, match=r"line 100002: column 'b' has '.*', which is not int64"):
        lf.read_csv(tmp_path / "x.csv").b.max().compute()


def test_an_integer_column_that_was_asked_for_has_no_missing_values(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n,3\n")
    with pytest.raises(lf.errors.CSVTypeError) as caught:
        lf.read_csv(path, dtype={"a": int}).a.sum().compute()
    assert str(caught.value) == (
        f"{path}, line 3: column 'a' has a missing value, which is not int64 (as asked). Pass dtype={{'a': 'Int64'}}."
    )


@pytest.mark.parametrize(
    ("data", "options", "error", "message"),
    [
        ("a,b\n1,2\n", {"usecols": []}, ValueError, "usecols leaves no column"),
        ("a,b\n1,2\n", {"usecols": "a"}, ValueError, "usecols must be a list or a function"),
        ("1,2\n", {"names": [1, "1"]}, lf.errors.CSVError, "Columns have names that are the same as text"),
        (
            "a,d\n1,2020-01-01\n",
            {"usecols": ["a"], "parse_dates": ["d"]},
            ValueError,
            "names 'd', which usecols leaves",
        ),
        ("d\n2020-01-01T10:00:00Z\n", {"parse_dates": ["d"]}, lf.errors.CSVTypeError, "which has a time zone"),
        ("a\n1\n", {"dtype": "float16"}, lf.errors.UnsupportedError, "dtype='float16'"),
    ],
)
def test_refusals(data: str, options: dict[str, Any], error: type, message: str, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(data.encode())
    with pytest.raises(error, match=message):
        lf.read_csv(tmp_path / "x.csv", **options)
    (tmp_path / "x.csv.7z").write_bytes(b"")
    with pytest.raises(lf.errors.UnsupportedError, match=r"[.]7z files are not supported; unpack the file"):
        lf.read_csv(tmp_path / "x.csv.7z")
    (tmp_path / "x.csv.xz").write_bytes(b"")
    with pytest.raises(lf.errors.CSVError, match=r"x.csv.xz can't be read with compression='xz'"):
        lf.read_csv(tmp_path / "x.csv.xz")


@pytest.mark.parametrize(
    "header", ["zip,zip,x,zip", "zip,zip.1,x,zip", '"zip",zip,"x.1",zip', "zip,zip.1,x,y", "zip.1,zip,zip,x"]
)
@pytest.mark.parametrize(
    "dtype",
    [
        {"zip": str},
        {"zip": str, "zip.1": "float64"},
        {"zip.1": str},
        {"zip.2": str},
        {"zip": "float64"},
        {1: str},
        {0: str},
        defaultdict(lambda: str, zip="int64"),
        defaultdict(lambda: "int64", zip="float64"),
    ],
)
def test_dtypes_of_names_that_stand_twice(tmp_path: Path, header: str, dtype: Any) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"{header}\n01,02,3,04\n05,06,7,08\n")
    assert_eq(lf.read_csv(path, dtype=dtype), pd.read_csv(path, dtype=dtype))


@pytest.mark.parametrize(
    "options",
    [
        {"usecols": ["zip"]},
        {"usecols": ["zip.1", "x"], "dtype": {"zip": str}},
        {"usecols": [0, 3], "dtype": {"zip": str}},
        {"na_values": {"zip": ["01"]}},
        {"na_values": {"zip.1": ["06"]}, "dtype": {"zip": str}},
        {"na_values": ["08", "01"], "dtype": {"zip": str}},
        {"parse_dates": ["d"]},
        {"parse_dates": ["d.1"], "dtype": {"d": str}},
        {"parse_dates": ["d", "d.1"]},
        {"converters": {"zip": lambda text: text + "!"}},
    ],
)
def test_other_options_of_names_that_stand_twice(tmp_path: Path, options: dict[str, Any]) -> None:
    path = tmp_path / "a.csv"
    path.write_text("zip,zip,x,zip,d,d\n01,02,3,04,2020-01-02,2021-01-02\n05,06,7,08,2020-01-03,2021-01-04\n")
    assert_eq(lf.read_csv(path, **options), pd.read_csv(path, **options))


@pytest.mark.parametrize(
    "first",
    [
        "2020-01-02",
        "2020-01-02 10:30:00",
        "2020-01-02T10:30:00",
        "01/02/2020",
        "13/02/2020",
        "2020/01/02",
        "01.02.2020",
    ],
)
@pytest.mark.parametrize("dayfirst", [False, True])
@pytest.mark.parametrize("how", [{}, {"thousands": "_"}, {"escapechar": "\\"}])
@pytest.mark.filterwarnings("ignore:Parsing dates in:UserWarning")
def test_dates_that_can_be_read_both_ways(tmp_path: Path, first: str, dayfirst: bool, how: dict[str, Any]) -> None:
    path = tmp_path / "a.csv"
    second = first.replace("02", "04").replace("13", "05").replace("01", "03")
    path.write_text(f"d,n\n{first},1\n{second},2\n,3\n")
    options: dict[str, Any] = {"parse_dates": ["d"], "dayfirst": dayfirst, **how}
    assert_eq(lf.read_csv(path, **options), pd.read_csv(path, **options))


@pytest.mark.parametrize("dayfirst", [False, True])
@pytest.mark.parametrize("how", [{}, {"thousands": "_"}, {"escapechar": "\\"}])
def test_mixed_dates_that_can_be_read_both_ways(tmp_path: Path, dayfirst: bool, how: dict[str, Any]) -> None:
    (tmp_path / "a.csv").write_text("d,n\n01/02/2020,1\n2020-03-04,2\n05.06.2020 10:30,3\n13/02/2020,4\n,5\n")
    options: dict[str, Any] = {"parse_dates": ["d"], "date_format": "mixed", "dayfirst": dayfirst, **how}
    assert_eq(lf.read_csv(tmp_path / "a.csv", **options), pd.read_csv(tmp_path / "a.csv", **options))


def test_dates_that_can_only_be_read_the_other_way_warn(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("d\n2020-01-22\n2020-03-04\n")
    with pytest.warns(UserWarning, match="%Y-%m-%d format when dayfirst=True"):
        df = lf.read_csv(tmp_path / "a.csv", parse_dates=["d"], dayfirst=True)
    assert df.d.max().compute() == pd.Timestamp("2020-03-04")


def test_dates_met_late_are_not_read_the_other_way(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("d,n\n" + ",1\n" * 3000 + "2020-01-02,2\n" + ",1\n" * 7000)
    df = lf.read_csv(tmp_path / "a.csv", parse_dates=["d"], dayfirst=True, sample=1000)
    with pytest.raises(
        lf.errors.CSVTypeError, match="line 3002: column 'd' has '2020-01-02', which is not a date like"
    ):
        df.d.max().compute(scheduler="sync")


@pytest.mark.parametrize("bad", ["9,9,9", "9", '"9,9",9,9', '9,9,"\n"'])
@pytest.mark.parametrize("places", [{0}, {0, 1, 2}, {1}, {0, 5}, {5}, set(range(0, 6, 2))])
@pytest.mark.parametrize("how", [{}, {"thousands": "_"}, {"escapechar": "\\"}, {"on_bad_lines": "collect"}])
@pytest.mark.filterwarnings("ignore::lazyframe.errors.BadLinesWarning")
def test_records_left_out_have_no_say_in_dtypes(
    tmp_path: Path, bad: str, places: set[int], how: dict[str, Any]
) -> None:
    good = [f"{row},{row / 2}" for row in range(6)]
    lines = [f"{bad}\n{line}" if row in places else line for row, line in enumerate(good)]
    (tmp_path / "a.csv").write_text("n,x\n" + "\n".join(lines) + "\n")
    (tmp_path / "b.csv").write_text("n,x\n" + "\n".join(good) + "\n")
    (tmp_path / "c.csv").write_text(f"n,x\n{bad}\n")
    wanted = pd.read_csv(tmp_path / "b.csv")
    for blocksize in [None, 20]:
        df = lf.read_csv(tmp_path / "a.csv", blocksize=blocksize, **{"on_bad_lines": "skip", **how})
        assert_eq(df, wanted)
        both = lf.read_csv(tmp_path / "*.csv", blocksize=blocksize, **{"on_bad_lines": "skip", **how})
        assert_eq(both.n.sum(), 2 * wanted.n.sum())


@pytest.mark.parametrize("first", ["9,9,9", "9", "9,9,9\n9,9,9,9"])
@pytest.mark.parametrize("how", [{}, {"thousands": "_"}, {"escapechar": "\\"}])
@pytest.mark.filterwarnings("ignore::lazyframe.errors.BadLinesWarning")
def test_a_bad_first_record_has_no_say_in_names(tmp_path: Path, first: str, how: dict[str, Any]) -> None:
    (tmp_path / "a.csv").write_text(f"{first}\n1,2.5\n3,4\n")
    df = lf.read_csv(tmp_path / "a.csv", names=["n", "x"], on_bad_lines="skip", **how)
    assert_eq(df, pd.DataFrame({"n": [1, 3], "x": [2.5, 4.0]}))
    (tmp_path / "b.csv").write_text("9,9,9\n9,9,9\n")
    with pytest.raises(lf.errors.CSVError, match=r"b.csv: names= has 2 names, the file 3 columns"):
        lf.read_csv(tmp_path / "b.csv", names=["n", "x"], on_bad_lines="skip", **how)


@pytest.mark.parametrize(
    ("encoding", "letters"),
    [
        ("shift_jis", "ポソ表能十予暴貼箪"),
        ("cp932", "ポソ表能十予暴貼箪①"),
        ("euc_jp", "ポソ表能十予"),
        ("iso2022_jp", "ポソ表能十予"),
        ("gbk", "誠倈亅侤丂亊"),
        ("gb18030", "誠倈亅侤𠀀ÿ"),
        ("big5", "許功蓋育閱育"),
        ("cp949", "갂힣똠방각하"),
        ("latin-1", "éüß"),
        ("cp1251", "Дата"),
        ("utf-16", "ポéД"),
        ("utf-8", "ポéД"),
    ],
)
@pytest.mark.parametrize("sep", ["|", "\\", ",", "@", "^"])
def test_encodings_whose_letters_hold_separators(tmp_path: Path, encoding: str, letters: str, sep: str) -> None:
    rows = [f"{row}{sep}{letters[row % len(letters) :]}{sep}{row / 2}" for row in range(300)]
    for name in "ab":
        (tmp_path / f"{name}.csv").write_bytes("\n".join([f"n{sep}{letters}{sep}x", *rows, ""]).encode(encoding))
    options: dict[str, Any] = {"sep": sep, "encoding": encoding}
    wanted = pd.concat([pd.read_csv(tmp_path / f"{name}.csv", **options) for name in "ab"], ignore_index=True)
    for blocksize in [None, 100]:
        assert_eq(lf.read_csv(tmp_path / "*.csv", blocksize=blocksize, **options), wanted)
    report = lf.read_csv(tmp_path / "*.csv", **options).schema_report()
    assert (report.drift == "").all()
