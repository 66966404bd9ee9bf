"""Variances and deviations: right to the last digits, wherever blocks are cut."""

from decimal import Decimal, localcontext
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import lazyframe as lf
from lazyframe.moments import merged, moments, variance
from tests.conftest import examples

HOW: dict[str, dict[str, Any]] = {"kernel": {}, "arrow": {"escapechar": "\\"}, "pandas": {"thousands": "_"}}

slow = settings(max_examples=examples(150), deadline=None)

DTYPES = ["int64", "float64", "Int64", "Float64", "int64[pyarrow]", "double[pyarrow]"]


def exact(values: list[Any], ddof: int = 1) -> float:
    """The variance in fractions, rounded once."""
    fractions = [Fraction(value) for value in values]
    mean = sum(fractions) / len(fractions)
    return float(sum((one - mean) ** 2 for one in fractions) / (len(fractions) - ddof))


LARGE = st.integers(-(2**63), 2**63 - 1)
VALUES = st.one_of(
    st.tuples(LARGE, st.lists(st.integers(-1000, 1000), min_size=2, max_size=40)).map(
        lambda one: [min(max(one[0] + x, -(2**63)), 2**63 - 1) for x in one[1]]
    ),
    st.lists(LARGE, min_size=2, max_size=20),
    st.lists(st.floats(-1e100, 1e100, allow_subnormal=False), min_size=2, max_size=40),
    st.tuples(st.floats(-1e9, 1e9), st.lists(st.floats(-1, 1), min_size=2, max_size=40)).map(
        lambda one: [one[0] + x for x in one[1]]
    ),
    st.tuples(st.floats(-1e9, 1e9), st.integers(2, 40)).map(lambda one: [one[0]] * one[1]),
)


@slow
@given(VALUES, st.data())
def test_moments_of_parts_give_the_exact_variance(values: list[Any], data: st.DataObject) -> None:
    true = exact(values)
    assume(true == 0 or true > 1e-280)
    cuts = data.draw(st.lists(st.integers(0, len(values)), max_size=5).map(sorted))
    parts = [values[start:stop] for start, stop in zip([0, *cuts], [*cuts, len(values)], strict=True)]
    found = [moments(np.array(part, type(values[0])), np.zeros(len(part), np.int64), 1) for part in parts]
    together = {name: np.concatenate([one[name] for one in found]) for name in found[0]}
    whole = merged(np.array(list(map(len, parts))), together, np.zeros(len(parts), np.int64), 1)
    answer = variance(pd.Series([len(values)]), *map(pd.Series, whole.values()))[0]
    np.testing.assert_allclose(answer, true, rtol=1e-13)


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("name", ["var", "std"])
def test_deviations_do_not_depend_on_the_blocks(how: str, name: str, tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    pdf = pd.DataFrame(
        {
            "stamp": 1_600_000_000_000_000 + random.integers(0, 40_000, 500),
            "id": 2**62 + random.integers(-100, 100, 500),
            "same": 0.1,
            "far": 1e9 + random.random(500),
            "key": random.integers(0, 5, 500),
        }
    )
    pdf.to_csv(tmp_path / "a.csv", index=False)
    pdf = pd.read_csv(tmp_path / "a.csv", **HOW[how]) if how == "pandas" else pdf  # its floats are less exact
    true = {column: exact(pdf[column].tolist()) for column in pdf}
    for blocksize in [None, 64, 1000]:
        df = lf.read_csv(tmp_path / "a.csv", blocksize=blocksize, **HOW[how])
        found = getattr(df, name)().compute()
        groups = getattr(df.groupby("key"), name)().compute()
        assert found["same"] == 0 and (groups["same"] == 0).all()
        for column in ["stamp", "id", "far"]:
            wanted = true[column] if name == "var" else float(root(true[column]))
            assert found[column] == pytest.approx(wanted, rel=1e-14)
            for key, part in pdf.groupby("key"):
                wanted = exact(part[column].tolist())
                assert groups[column][key] == pytest.approx(wanted if name == "var" else root(wanted), rel=1e-14)


def root(value: float) -> float:
    """A square root, rounded once."""
    with localcontext() as context:
        context.prec = 50
        return float(Decimal(value).sqrt())


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("npartitions", [1, 3, 7])
def test_means_and_deviations_of_every_dtype(dtype: str, npartitions: int) -> None:
    numbers = [2**62, 2**62 + 4096, 2**62 + 8192, None, 2**62, 7, None, 0]
    pdf = pd.DataFrame({"x": pd.array(numbers, "Int64"), "key": [1, 2, 1, 2, 2, 1, 3, 3]})
    if dtype in ("int64", "float64"):
        pdf["x"] = pdf.x.fillna(5)
    if "double" in dtype:
        pdf["x"] = pdf.x.astype("Float64")
    pdf["x"] = pdf.x.astype(dtype)
    df = lf.from_pandas(pdf, npartitions=npartitions)
    for key in [None, *range(1, 4)]:
        there = [int(one) for one in pdf.x[(pdf.key == key) | (key is None)].dropna()]
        mean = df.x.mean().compute() if key is None else df.groupby("key").x.mean().compute()[key]
        assert float(mean) == pytest.approx(float(sum(map(Fraction, there)) / len(there)), rel=1e-15)
        if len(there) > 1:
            var = df.x.var().compute() if key is None else df.groupby("key").x.var().compute()[key]
            assert float(var) == pytest.approx(exact(there), rel=1e-14)
    for name in ["mean", "var", "std"]:
        found = getattr(df.groupby("key").x, name)()
        assert found.dtype == getattr(pdf.groupby("key").x, name)().dtype == found.compute().dtype


def test_what_is_not_finite_has_no_deviation() -> None:
    pdf = pd.DataFrame({"x": [1.0, np.inf, 2.0, 1e200, -1e200, np.nan], "key": [1, 1, 2, 2, 2, 3]})
    df = lf.from_pandas(pdf, npartitions=3)
    assert np.isnan(df.x.var().compute())
    assert df.groupby("key").x.var().compute().isna().tolist() == [True, False, True]
    assert df.groupby("key").x.var().compute()[2] == np.inf


@pytest.mark.parametrize("npartitions", [1, 2, 4])
@pytest.mark.parametrize("large", [1e150, 1e153, -1e154])
def test_squares_near_the_largest_float(large: float, npartitions: int) -> None:
    pdf = pd.DataFrame({"x": [1.0, large, 2.0, 3.0]})
    df = lf.from_pandas(pdf, npartitions=npartitions)
    assert df.x.var().compute() == pytest.approx(pdf.x.var(), rel=1e-14)
