"""Random dialects and random bytes: pandas' answer, or one of our errors; never a third outcome."""

import csv
import io
import re
import warnings
from pathlib import Path
from typing import Any

import pandas as pd
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import lazyframe as lf
from lazyframe.io.csv.format import Format
from lazyframe.io.csv.records import records
from tests.assertions import assert_same
from tests.conftest import examples

CHARACTERS = 'ab1.- \n",;|#\\é\r'
fields = st.one_of(
    st.text(st.sampled_from(CHARACTERS), max_size=6),
    st.integers(-(2**40), 2**40).map(str),
    st.floats(allow_nan=False, allow_infinity=False, width=32).map(repr),
    st.sampled_from(["", "NA", "nan", "True", "false", "007", "1e3", "2020-02-29"]),
)
tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(fields, min_size=width, max_size=width), min_size=1, max_size=12)
)
slow = settings(max_examples=examples(200), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def dialects(draw: Any) -> dict[str, Any]:
    """Options of pandas' that decide where records and fields end."""
    separators = [*",;|\t§", r"\s+"]
    options: dict[str, Any] = {"sep": draw(st.sampled_from(separators)), "quotechar": draw(st.sampled_from("\"'"))}
    if draw(st.booleans()):
        options["escapechar"] = "\\"
        options["doublequote"] = draw(st.booleans())
    if draw(st.booleans()):
        options["comment"] = "#"
    if draw(st.booleans()):
        options["skipinitialspace"] = True
    return options


@slow
@given(tables, dialects(), st.integers(1, 60), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_random_dialects(
    tmp_path: Path, rows: list[list[str]], options: dict[str, Any], blocksize: int, newline: str, ends: bool
) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(
        out,
        delimiter=" " if options["sep"] == r"\s+" else options["sep"],
        quotechar=options["quotechar"],
        escapechar=options.get("escapechar"),
        doublequote=options.get("doublequote", True),
        lineterminator=newline,
        quoting=csv.QUOTE_ALL,
    )
    writer.writerow([f"c{number}" for number in range(len(rows[0]))])
    writer.writerows(rows)
    data = out.getvalue() if ends else out.getvalue().removesuffix(newline)
    path = tmp_path / "x.csv"
    path.write_bytes(data.encode())
    by_python = {"engine": "python"} if options["sep"] == "§" else {}
    expected = pd.read_csv(path, dtype=str, **by_python, **options)
    lazy = lf.read_csv(path, dtype=str, blocksize=blocksize, **options)
    assert_same(lazy.compute(), expected)
    assert len(lazy) == len(expected)


@slow
@given(
    st.lists(  # a first field is never empty: in a line that it skips, pandas takes a quote behind one for a character
        st.tuples(st.sampled_from(["1", '"p,q"', '"r\ns"']), st.sampled_from(["", "1", "x", '"p,q"', '"r\ns"'])),
        max_size=12,
    ),
    st.lists(st.integers(0, 14), max_size=6),
    st.booleans(),
    st.sampled_from(["\n", "\r\n"]),
    st.integers(1, 60),
)
def test_random_lines_are_left_out(
    tmp_path: Path, rows: list[tuple[str, str]], numbers: list[int], is_function: bool, newline: str, blocksize: int
) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(newline.join(["a,b", *map(",".join, rows)]).encode())
    skiprows: Any = (lambda number: number in numbers) if is_function else numbers
    try:
        expected = pd.read_csv(path, dtype=str, skiprows=skiprows)
    except pd.errors.EmptyDataError:
        assert len(lf.read_csv(path, dtype=str, skiprows=skiprows).columns) == 0
        return
    lazy = lf.read_csv(path, dtype=str, skiprows=skiprows, blocksize=blocksize)
    assert_same(lazy.compute(), expected)
    assert len(lazy) == len(expected)


@slow
@given(tables, st.integers(1, 60))
def test_random_values_have_the_types_of_pandas(tmp_path: Path, rows: list[list[str]], blocksize: int) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow([f"c{number}" for number in range(len(rows[0]))])
    writer.writerows(rows)
    path = tmp_path / "x.csv"
    path.write_bytes(out.getvalue().encode())
    expected = pd.read_csv(path)
    try:
        actual = lf.read_csv(path, blocksize=blocksize).compute()
    except lf.errors.CSVTypeError as error:  # pandas makes objects; and it takes a newline behind a number for a space
        assert "has a missing value, which is not bool" in str(error) or re.search(r"has '[^']*\\[nr]", str(error))
        return
    assert_same(actual, expected)


@slow
@given(
    st.one_of(st.binary(max_size=120), st.text(st.sampled_from(CHARACTERS), max_size=120).map(str.encode)),
    st.integers(1, 50),
)
@example(b'a,b\n1,"x\n', 3)
@example(b"a\n\n", 1)
@example(b"\x0b", 1)
@example(b"a,b\n1,2\r\n\r3,4", 1)
def test_random_bytes(tmp_path: Path, data: bytes, blocksize: int) -> None:
    """The answer of pandas; or one of our errors, if not all records have as many fields as there are names."""
    path = tmp_path / "x.csv"
    path.write_bytes(data)
    expected = answer_of_pandas(path)
    try:
        lazy = lf.read_csv(path, dtype=str, blocksize=blocksize)
        actual = lazy.compute()
        assert len(lazy) == len(actual)
    except lf.errors.LazyframeError as error:
        assert not is_regular(data) or isinstance(expected, Exception), (error, expected)
        return
    has_odd_line = re.search(
        rb"(\A|[\r\n])\r,", data
    )  # pandas loses the separator behind a blank line that ends with CR
    if isinstance(expected, pd.DataFrame) and b"\0" not in data and not has_odd_line:
        assert_same(actual, expected)


def answer_of_pandas(path: Path) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return pd.read_csv(path, dtype=str, index_col=False)
    except (ValueError, pd.errors.ParserError, UnicodeDecodeError) as error:
        return error


def is_regular(data: bytes) -> bool:
    """Whether pandas and lazyframe agree on what this is: records of one length, closed quotes, no odd lines."""
    found = list(records(data.removeprefix(b"\xef\xbb\xbf"), Format(())))
    return len({record.fields for record in found}) == 1 and found[0].fields > 1
