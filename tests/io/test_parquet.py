"""Dtypes of Parquet folders: pandas' on the concatenation of the files that have rows."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import lazyframe as lf
from tests.assertions import assert_eq

ROWS = pd.DataFrame(
    {
        "i": [1, 2, 3],
        "small": np.array([1, 2, 3], "int8"),
        "f": [0.5, None, 2],
        "b": [True, False, True],
        "t": ["a", None, "c"],
        "d": pd.to_datetime(["2020-01-01", None, "2021-01-01"]).as_unit("us"),
        "missing": pd.array([1, None, 3], "Int64"),
        "flag": pd.array([True, None, False], "boolean"),
        "real": pd.array([0.5, None, 1], "Float64"),
    }
)


def written(folder: Path, *frames: pd.DataFrame, **options: Any) -> str:
    for number, frame in enumerate(frames):
        pq.write_table(pa.Table.from_pandas(frame), folder / f"{number}.parquet", **options)
    return str(folder / "*.parquet")


@pytest.mark.parametrize("statistics", [True, False])
@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (2, 1, 0), (0, 0, 2)])
def test_files_without_rows_have_no_say(tmp_path: Path, order: tuple[int, ...], statistics: bool) -> None:
    empty = pd.DataFrame({name: pd.Series(dtype=object) for name in ROWS})  # of type null
    frames = [[ROWS, ROWS[:0], empty][place] for place in order]
    path = written(tmp_path, *frames, write_statistics=statistics)
    wanted = pd.concat([frame for frame in frames if len(frame)], ignore_index=True)
    assert_eq(lf.read_parquet(path), wanted)
    for name in ["i", "small", "f", "missing", "real"]:
        assert_eq(lf.read_parquet(path)[name].sum(), wanted[name].sum())
    assert_eq(lf.read_parquet(path).groupby("t").i.max(), wanted.groupby("t").i.max())


@pytest.mark.parametrize("statistics", [True, False])
def test_integers_with_missing_values_in_some_file_are_floats(tmp_path: Path, statistics: bool) -> None:
    first, second = pa.table({"i": [1, 2]}), pa.table({"i": pa.array([None, 3], pa.int64())})
    for number, table in enumerate([first, second, first.slice(0, 0)]):
        pq.write_table(table, tmp_path / f"{number}.parquet", write_statistics=statistics)
    assert_eq(lf.read_parquet(tmp_path / "*.parquet"), pd.DataFrame({"i": [1, 2, None, 3]}))
    assert lf.read_parquet(tmp_path / "0.parquet").dtypes["i"] == np.int64


def test_a_folder_without_any_rows(tmp_path: Path) -> None:
    path = written(tmp_path, ROWS[:0], ROWS[:0])
    df = lf.read_parquet(path)
    assert df.dtypes.equals(ROWS.dtypes)
    assert df.compute().dtypes.equals(ROWS.dtypes)
    assert df.i.sum().compute() == 0
