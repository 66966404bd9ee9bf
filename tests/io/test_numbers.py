"""Numbers in unusual forms: with a plus sign, and those that stand for a missing value, however they are written."""

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import lazyframe as lf
from tests.assertions import assert_eq

HOW: dict[str, dict[str, Any]] = {"kernel": {}, "arrow": {"escapechar": "\\"}, "pandas": {"thousands": "_"}}


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("na_values", [[-999], ["-999"], [-999.0], -999, "-9.99e2", {"x": [-999]}, ["inf"], [0]])
@pytest.mark.parametrize(
    "dtype", [None, "float64", "float32", "Float64", "Float32", "double[pyarrow]", "str", "object"]
)
def test_numbers_that_mean_missing(how: str, na_values: Any, dtype: Any, tmp_path: Path) -> None:
    texts = ["-999", "-999.0", "-9.99e2", "1.50", "1.5", "-999.00", "0.0", "inf", "2", "0.125", "-0"]
    (tmp_path / "a.csv").write_text("x,k\n" + "".join(f"{text},{row}\n" for row, text in enumerate(texts)))
    options: dict[str, Any] = {"na_values": na_values, "dtype": None if dtype is None else {"x": dtype}, **HOW[how]}
    df, pdf = lf.read_csv(tmp_path / "a.csv", **options), pd.read_csv(tmp_path / "a.csv", **options)
    assert_eq(df, pdf)
    assert_eq(df.x.count(), pdf.x.count())
    assert_eq(df[df.x.isna()].k, pdf[pdf.x.isna()].k)


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("dtype", ["float32", "Float32", "float64"])
@pytest.mark.parametrize("na_values", [[0.1], ["0.10"], [0.10000000149011612], {"x": [0.1]}])
def test_numbers_are_rounded_after_they_were_compared(how: str, dtype: str, na_values: Any, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x\n0.1\n0.10000000149011612\n0.3\n")
    options: dict[str, Any] = {"na_values": na_values, "dtype": {"x": dtype}, **HOW[how]}
    assert_eq(lf.read_csv(tmp_path / "a.csv", **options), pd.read_csv(tmp_path / "a.csv", **options))


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("dtype", [None, "Int64", "Int32"])
def test_integers_that_mean_missing(how: str, dtype: Any, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x\n-999\n-0999\n3\n")
    options: dict[str, Any] = {"na_values": [-999], "dtype": dtype, **HOW[how]}
    pdf = pd.read_csv(tmp_path / "a.csv", **options)
    if dtype is None:
        pdf = pdf.replace(-999.0, float("nan"))  # pandas leaves -0999; here the column is one of floats
    assert_eq(lf.read_csv(tmp_path / "a.csv", **options), pdf)


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize(
    "dtype", [None, "int64", "float64", "Int64", "int32", "uint8", "int64[pyarrow]", "float32", "str"]
)
@pytest.mark.parametrize("texts", [["+5", "4"], ["1"] * 3 + ["+5"], ["4"] * 9000 + ["+5"] + ["4"] * 9000])
def test_numbers_with_a_plus(how: str, dtype: Any, texts: list[str], tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("n,m\n" + "".join(f"{text},1\n" for text in texts))
    options: dict[str, Any] = {"dtype": None if dtype is None else {"n": dtype}, **HOW[how]}
    for blocksize in [None, 20000]:
        df = lf.read_csv(tmp_path / "a.csv", blocksize=blocksize, sample=500, **options)
        assert_eq(df, pd.read_csv(tmp_path / "a.csv", **options))


@pytest.mark.parametrize("how", HOW)
def test_fractions_with_a_plus(how: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x,y,z\n+2.5,+inf,+1e3\n-1,+7,-.5\n,0,+.5\n")
    assert_eq(lf.read_csv(tmp_path / "a.csv", **HOW[how]), pd.read_csv(tmp_path / "a.csv", **HOW[how]))
    (tmp_path / "b.csv").write_text("x\n++5\n+-5\n-+5\n+\n")
    assert_eq(lf.read_csv(tmp_path / "b.csv", **HOW[how]), pd.read_csv(tmp_path / "b.csv", **HOW[how]))


@pytest.mark.parametrize("how", HOW)
def test_a_fraction_that_means_missing_is_no_other_number(how: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x,k\n1.5,1\n1.50,2\n1,3\n15e-1,4\n")
    df = lf.read_csv(tmp_path / "a.csv", na_values=[1.5], **HOW[how])
    assert_eq(df, pd.DataFrame({"x": [None, None, 1.0, None], "k": [1, 2, 3, 4]}))  # to pandas 1 is missing too


@pytest.mark.parametrize(
    ("options", "good", "wrong"),
    [
        ({"thousands": ","}, ["1,000", "2", "+7", " 3,000,000"], "1,oo0"),
        ({"thousands": ".", "decimal": ",", "sep": ";"}, ["1.000", "-2"], "3,5x"),
        ({"thousands": "_", "sep": ";"}, ["1_000", "2"], "++5"),
        ({"comment": "#"}, ["1", "2"], "1 2"),
        ({"skipinitialspace": True, "thousands": ","}, ["1,000"], "ten"),
    ],
)
@pytest.mark.parametrize("dtype", ["int64", "float64", "Int64"])
@pytest.mark.parametrize("blocksize", [None, 30])
def test_an_error_names_the_text_at_fault_not_the_first_with_a_separator(
    options: dict[str, Any], good: list[str], wrong: str, dtype: str, blocksize: int | None, tmp_path: Path
) -> None:
    lines = [f'"{text}"{options.get("sep", ",")}"t\nu"' for text in [*good * 5, wrong, *good]]
    path = tmp_path / "x.csv"
    path.write_text(options.get("sep", ",").join("nt") + "\n" + "\n".join(lines) + "\n")
    with pytest.raises(lf.errors.CSVTypeError) as caught:
        lf.read_csv(path, dtype={"n": dtype}, blocksize=blocksize, **options).n.sum().compute()
    line = 2 + 2 * 5 * len(good)
    assert str(caught.value).startswith(f"{path}, line {line}: column 'n' has {wrong!r}, which is not {dtype}")


@pytest.mark.parametrize("how", [{}, {"thousands": ","}, {"escapechar": "\\"}])
@pytest.mark.parametrize(
    ("dtype", "text"),
    [
        *((dtype, "+9223372036854775808") for dtype in ["int64", "int32", "Int64", "uint8"]),
        *((dtype, "9223372036854775808") for dtype in ["int64", "Int64"]),
        ("uint64", "+18446744073709551616"),
        ("uint64", "18446744073709551616"),
        ("uint8", "+256"),
        ("int64", "+5.0"),
        ("int64", "5.0"),
        ("int64", "+-5"),
        ("int64", "1e3"),
        ("int32", "1.5"),
        ("int64", "0x1F"),
        ("uint8", "+0X1f"),
    ],
)
def test_the_number_that_does_not_fit_is_named_as_it_is_written(
    how: dict[str, Any], dtype: str, text: str, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text(f"n,m\n1,1\n{text},1\n7,1\n")
    with pytest.raises(
        lf.errors.CSVTypeError, match=rf"a.csv, line 3: column 'n' has '{re.escape(text)}', which is not"
    ):
        lf.read_csv(tmp_path / "a.csv", dtype={"n": dtype}, **how).n.sum().compute(scheduler="sync")


@pytest.mark.parametrize(("text", "dtype"), [("1,234.5", "int64"), ("2,56", "uint8"), ("+2,56", "uint8")])
def test_so_it_is_with_separators_of_thousands(text: str, dtype: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        f'n,m\n"1,000",1\n"{text}",1\n'.replace("1,000", "1,2" if dtype == "uint8" else "1,000")
    )
    with pytest.raises(
        lf.errors.CSVTypeError, match=rf"line 3: column 'n' has '{re.escape(text)}', which is not {dtype}"
    ):
        lf.read_csv(tmp_path / "a.csv", dtype={"n": dtype}, thousands=",").n.sum().compute(scheduler="sync")


@pytest.mark.parametrize("how", [{}, {"thousands": ","}, {"escapechar": "\\"}])
@pytest.mark.parametrize("blocksize", [None, 300])
def test_a_late_hexadecimal_number_is_text(how: dict[str, Any], blocksize: int | None, tmp_path: Path) -> None:
    """Arrow would read it; pandas makes the whole column text."""
    (tmp_path / "a.csv").write_text("n,m\n" + "1,1\n" * 300 + "0x1F,1\n" + "1,1\n" * 700)
    df = lf.read_csv(tmp_path / "a.csv", sample=200, blocksize=blocksize, **how)
    with pytest.raises(lf.errors.CSVTypeError, match="line 302: column 'n' has '0x1F', which is not int64"):
        df.n.sum().compute(scheduler="sync")
