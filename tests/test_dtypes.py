"""Dtypes of answers do not depend on the rows at hand, nor on the partitions."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

import lazyframe as lf
from tests.assertions import assert_eq
from tests.conftest import ALL

NUMBERS = [
    *(
        "int8",
        "int32",
        "int64",
        "uint8",
        "uint64",
        "float32",
        "float64",
        "Int8",
        "Int64",
        "UInt64",
        "Float32",
        "Float64",
    ),
    *("int8[pyarrow]", "int64[pyarrow]", "float[pyarrow]", "double[pyarrow]", "bool", "boolean", "bool[pyarrow]"),
]
REDUCTIONS = ["sum", "mean", "min", "max", "any", "all", "count", "var", "std", "nunique"]


def values(dtype: str) -> pd.Series:
    """Some numbers, one of which is missing where that can be."""
    numbers = pd.Series([1, 0, 1, 1, 0, 1] if "bool" in dtype else [1, 2, 3, 4, 9, 0], name="x").astype(dtype)
    if not isinstance(numbers.dtype, np.dtype):
        numbers.iloc[2] = None
    return numbers


def names_for(dtype: str, names: list[str]) -> list[str]:
    """The reductions that pandas has of values of a dtype."""
    return [name for name in names if name not in ("var", "std") or dtype != "bool[pyarrow]"]


@pytest.mark.parametrize("npartitions", [1, 3, 6] if ALL else [1, 6])
@pytest.mark.parametrize("dtype", NUMBERS)
def test_reductions_that_heed_missing_values(dtype: str, npartitions: int) -> None:
    names = names_for(dtype, ["sum", "mean", "min", "max", "any", "all", "var", "std"])
    pdf = pd.DataFrame({"x": values(dtype), "key": [0, 1, 0, 1, 0, 1]})
    df = lf.from_pandas(pdf, npartitions=npartitions)
    found = lf.compute(*(getattr(df.x, name)(skipna=False) for name in names))
    grouped = lf.compute(*(getattr(df.groupby("key").x, name)(skipna=False) for name in names))
    narrow = dtype in ("int8", "int32", "uint8")  # pandas makes their sums as small as the values allow
    for name, one, groups in zip(names, found, grouped, strict=True):
        expected = getattr(pdf.x, name)(skipna=False)
        assert type(one) is type(expected) or isinstance(one, np.generic)
        assert one is expected or one == pytest.approx(expected, rel=1e-6)
        wanted = getattr(pdf.groupby("key").x, name)(skipna=False)
        pd.testing.assert_series_equal(groups, wanted, rtol=1e-6, check_dtype=not narrow)


def test_of_objects_missing_values_are_not_heeded() -> None:
    df = lf.from_pandas(pd.DataFrame({"x": pd.Series(["a", None], dtype=object)}))
    with pytest.raises(lf.errors.UnsupportedError, match=r"^max\(skipna=\.\.\.\) of a column of objects .*\.astype"):
        df.x.max(skipna=False)
    assert pd.isna(df.x.astype("str").max(skipna=False).compute())


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("npartitions", [1, 3, 6] if ALL else [1, 6])
@pytest.mark.parametrize("dtype", NUMBERS)
def test_reductions(dtype: str, npartitions: int) -> None:
    names = names_for(dtype, REDUCTIONS)
    pdf = pd.DataFrame({"x": values(dtype), "y": values(dtype), "key": [0, 1, 0, 1, 0, 1]})
    df = lf.from_pandas(pdf, npartitions=npartitions)
    found = lf.compute(*(getattr(df.x, name)() for name in names), scheduler="sync")
    both = lf.compute(*(getattr(df[["x", "y"]], name)() for name in names), scheduler="sync")
    for name, one, two in zip(names, found, both, strict=True):
        expected = getattr(pdf.x, name)()
        assert one == pytest.approx(expected, rel=1e-6)
        assert np.asarray(one).dtype.kind == np.asarray(expected).dtype.kind
        pd.testing.assert_series_equal(two, getattr(pdf[["x", "y"]], name)(), rtol=1e-6)
    if dtype in ("int8", "int32", "uint8"):  # pandas makes their sums as small as the values allow
        return
    lazy = [getattr(df.groupby("key").x, name)() for name in names]
    for name, one, groups in zip(names, lazy, lf.compute(*lazy, scheduler="sync"), strict=True):
        wanted = getattr(pdf.groupby("key").x, name)()
        assert one.dtype == wanted.dtype
        pd.testing.assert_series_equal(groups, wanted, rtol=1e-6)


@pytest.mark.parametrize("npartitions", [1, 3, 6] if ALL else [1, 6])
@pytest.mark.parametrize("dtype", ["int8", "int64", "uint64", "float32", "float64", "int64[pyarrow]"])
@pytest.mark.parametrize("bounds", [(None, 3.5), (0.5, None), (1, 2.0), (-1, 20), (np.nan, 3), (0.25, 0.75)])
def test_clip(bounds: tuple[Any, Any], dtype: str, npartitions: int) -> None:
    pdf = pd.DataFrame({"x": values(dtype), "t": list("abcabc")})
    df = lf.from_pandas(pdf, npartitions=npartitions)
    assert_eq(df.x.clip(*bounds), pdf.x.clip(*bounds))
    assert_eq(df[["x"]].clip(*bounds), pdf[["x"]].clip(*bounds))


def test_integers_clipped_at_a_fraction_are_floats_from_the_first_row_on() -> None:
    df = lf.from_pandas(pd.DataFrame({"x": [1, 2, 9]}), npartitions=3)
    assert df.x.clip(upper=3.5).dtype == df.x.clip(upper=3.5).head(1).dtype == np.float64


@pytest.mark.parametrize("npartitions", [1, 3, 6] if ALL else [1, 6])
@pytest.mark.parametrize("dtype", [dtype for dtype in NUMBERS if "bool" not in dtype])
@pytest.mark.parametrize("name", ["sqrt", "exp", "log1p", "sin", "abs", "isnan"])
def test_functions_of_numpy(name: str, dtype: str, npartitions: int) -> None:
    pdf = pd.DataFrame({"x": values(dtype), "y": values("float64")})
    df = lf.from_pandas(pdf, npartitions=npartitions)
    function = getattr(np, name)
    assert_eq(function(df.x), function(pdf.x))
    assert_eq(function(df), function(pdf))


@pytest.mark.parametrize("npartitions", [1, 3, 6] if ALL else [1, 6])
@pytest.mark.parametrize("dtype", ["float32", "Float32", "float[pyarrow]"])
@pytest.mark.parametrize("by", [2, np.float32(0.3), 0.3])
def test_floor_division_of_small_floats(dtype: str, by: Any, npartitions: int) -> None:
    pdf = pd.DataFrame({"x": values(dtype)})
    df = lf.from_pandas(pdf, npartitions=npartitions)
    assert_eq(df.x // by, pdf.x // by)
    assert_eq((df.x // by).sum(), (pdf.x // by).sum())
