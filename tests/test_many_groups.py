"""Groups of several keys, so many that they are sorted while states are merged: pandas' answers."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import lazyframe as lf
from lazyframe import accumulators
from lazyframe.ordered_groups import ranks_of_integers
from tests.assertions import assert_same
from tests.conftest import examples

RANDOM = np.random.default_rng(7)
N = 60_000
MANY = pd.DataFrame(
    {
        "t": RANDOM.choice([f"text {i}" for i in range(900)] + ["", "é", "Z"], N),
        "s": RANDOM.choice(["a", "b", None], N),
        "i": RANDOM.integers(-300, 300, N),
        "j": RANDOM.integers(0, 5, N) * 10**15,
        "f": RANDOM.choice([0.5, -0.0, 0.0, np.nan, np.inf, -2.25], N),
        "b": RANDOM.random(N) > 0.5,
        "d": pd.to_datetime(RANDOM.integers(0, 9, N), unit="D").astype("datetime64[us]"),
        "v": RANDOM.normal(size=N),
        "w": RANDOM.integers(0, 99, N),
    }
).astype({"s": "str", "t": "str"})

KEYS = [["t", "i"], ["i", "t", "s"], ["j", "f", "s"], ["b", "d", "i"], ["t", "s", "i", "j", "b", "d", "f"]]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The table as three files."""
    folder = tmp_path_factory.mktemp("many")
    for number in range(3):
        MANY.iloc[number * N // 3 : (number + 1) * N // 3].to_csv(folder / f"{number}.csv", index=False)
    return folder


@pytest.mark.parametrize("keys", KEYS, ids=" ".join)
@pytest.mark.parametrize("options", [{}, {"dropna": False}, {"sort": False}], ids=str)
def test_groups_of_files(
    keys: list[str], options: dict[str, Any], files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accumulators, "MANY", 1000)
    lazy = lf.read_csv(
        files, parse_dates=["d"], keep_default_na=False, na_values={"s": [""], "f": [""]}, blocksize="1MiB"
    )
    wanted = {"v": ["sum", "std", "first"], "w": ["max", "nunique"]}
    found = lazy.groupby(keys, **options).agg(wanted).compute()
    assert_same(found, MANY.groupby(keys, **options).agg(wanted))
    assert_same(lazy.groupby(keys, **options).size().compute(), MANY.groupby(keys, **options).size())


values = {
    "i": st.integers(-3, 3) | st.sampled_from([-(2**62), 2**62]),
    "f": st.sampled_from([np.nan, -0.0, 0.0, 1.5, np.inf, -np.inf]),
    "k": st.sampled_from(["", "a", "B", "é", "\U0001f600", "zz"]),
    "b": st.booleans(),
}


@settings(max_examples=examples(80), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(*values.values()), min_size=1, max_size=30),
    names=st.permutations(list(values)),
    count=st.integers(2, 4),
    dropna=st.booleans(),
)
def test_random_groups(
    rows: list[Any], names: list[str], count: int, dropna: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accumulators, "MANY", -1)
    table = pd.DataFrame(rows, columns=list(values)).astype({"k": "str", "i": "int64", "f": "float64"})
    table["v"] = np.arange(len(table))
    for number, part in enumerate((table.iloc[: len(table) // 2], table.iloc[len(table) // 2 :])):
        part.to_csv(tmp_path / f"{number}.csv", index=False)
    lazy = lf.read_csv(
        tmp_path,
        dtype={"i": "int64", "f": "float64", "k": "str", "b": bool},
        keep_default_na=False,
        na_values={"f": [""]},
    )
    for d in (lazy, lazy.persist()):
        found = d.groupby(names[:count], dropna=dropna).v.agg(["sum", "first", "count"]).compute()
        assert_same(found, table.groupby(names[:count], dropna=dropna).v.agg(["sum", "first", "count"]))


@pytest.mark.parametrize("dtype", ["int8", "int16", "int64", "uint8", "uint64"])
def test_ranks_of_integers_of_any_size(dtype: str) -> None:
    info = np.iinfo(dtype)
    values = np.array([info.min, info.max, 0, 1, info.max] * 40, dtype)
    ranks, level = ranks_of_integers(values)
    assert level.to_pylist() == sorted({*values.tolist()})
    assert [level.to_pylist()[rank] for rank in ranks] == values.tolist()
