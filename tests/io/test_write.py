"""Writing CSV and Parquet, and reading Parquet: what is there afterwards, and what is not after a failure."""

import gzip
import io
import re
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

import lazyframe as lf
from tests.assertions import assert_eq, assert_same
from tests.conftest import FLIGHTS

TABLE = pd.DataFrame(
    {
        "x": [1, 2, 3, 4, 5],
        "f": [0.5, None, 1.5, np.inf, -2.5],
        "t": ["a", "b,c", 'd"e', None, "f\ng"],
        "b": [True, False, True, True, False],
        "d": pd.to_datetime(["2020-01-01", None, "2021-02-03", "2022-01-01", "1999-12-31"]).as_unit("us"),
    }
)
FOUR = ["sync", "threads", "processes", "distributed"]


@pytest.fixture
def df() -> lf.DataFrame:
    return lf.from_pandas(TABLE, npartitions=3)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("scheduler", FOUR)
def test_a_folder_of_parts(df: lf.DataFrame, tmp_path: Path, scheduler: str, client: Any) -> None:
    with client.as_current():
        files = df.to_csv(tmp_path / "out", index=False, scheduler=scheduler)
    assert files == [str(tmp_path / "out" / name) for name in ("00.csv", "01.csv", "02.csv")]
    assert names(tmp_path) == ["00.csv", "01.csv", "02.csv"]
    assert_same(lf.read_csv(tmp_path / "out", parse_dates=["d"]).compute(), TABLE)


@pytest.mark.parametrize("suffix", ["", ".gz", ".bz2", ".xz", ".zst"])
def test_one_file(df: lf.DataFrame, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"x.csv{suffix}"
    assert df.to_csv(path, single_file=True, index=False) == [str(path)]
    assert names(tmp_path) == [path.name]
    assert_same(lf.read_csv(path, parse_dates=["d"]).compute(), TABLE)
    if suffix != ".zst":  # for which pandas needs another package
        assert_same(pd.read_csv(path, parse_dates=["d"]), TABLE)


def test_pandas_options_and_the_index(tmp_path: Path) -> None:
    df = lf.read_csv(FLIGHTS / "*.csv", blocksize="40kB")
    late = df[df.DepDelay > 600][["Origin", "DepDelay"]]
    late.to_csv(tmp_path / "late.csv", single_file=True, sep=";", na_rep="-", index_label="row")
    whole = late.compute()
    assert (tmp_path / "late.csv").read_text() == whole.to_csv(sep=";", na_rep="-", index_label="row")
    late.Origin.to_csv(tmp_path / "origin.csv", single_file=True)
    assert (tmp_path / "origin.csv").read_text() == whole.Origin.to_csv()


def test_names_of_parts(df: lf.DataFrame, tmp_path: Path) -> None:
    df.to_csv(tmp_path / "part-*.csv.gz", name_function=lambda number: f"{number}{number}", index=False)
    assert names(tmp_path) == ["part-00.csv.gz", "part-11.csv.gz", "part-22.csv.gz"]
    with gzip.open(tmp_path / "part-11.csv.gz", "rt") as part:
        assert part.readline() == "x,f,t,b,d\n"
    with pytest.raises(ValueError, match="name_function gives the name 'same' more than once"):
        df.to_csv(tmp_path / "other", name_function=lambda number: "same")
    with pytest.raises(ValueError, match="compression='lz4' can't be written; known are gzip, bz2, xz, zstd, or None"):
        df.to_csv(tmp_path / "x-*.csv.lz4")


def test_nothing_is_overwritten_unless_asked(df: lf.DataFrame, tmp_path: Path) -> None:
    for write in (df.to_csv, df.to_parquet):
        (path,) = [file for file in write(tmp_path / write.__name__) if "01." in file]
        before = Path(path).read_bytes()
        with pytest.raises(
            FileExistsError, match=r"00.\w+ is there already. Pass overwrite=True to replace it, or another"
        ):
            write(tmp_path / write.__name__)
        assert Path(path).read_bytes() == before
        write(tmp_path / write.__name__, overwrite=True)
        with pytest.raises(FileExistsError, match="is a file, and partitions are written to a folder"):
            write(path)


@pytest.mark.parametrize("scheduler", ["sync", "threads", "processes"])
def test_a_failure_leaves_nothing(tmp_path: Path, scheduler: str) -> None:
    def fail_late(part: pd.DataFrame) -> pd.DataFrame:
        if (part.x == 5).any():
            raise ZeroDivisionError("on purpose")
        return part

    bad = lf.from_pandas(TABLE, npartitions=3).map_partitions(fail_late, meta=TABLE.iloc[:0])
    (tmp_path / "00.csv").write_text("old")
    for write in (bad.to_csv, bad.to_parquet):
        with pytest.raises(ZeroDivisionError, match="on purpose"):
            write(tmp_path, overwrite=True, scheduler=scheduler)
    with pytest.raises(ZeroDivisionError, match="on purpose"):
        bad.to_csv(tmp_path / "one.csv", single_file=True, scheduler=scheduler)
    assert names(tmp_path) == ["00.csv"]
    assert (tmp_path / "00.csv").read_text() == "old"


@pytest.mark.parametrize("scheduler", FOUR)
def test_parquet(df: lf.DataFrame, tmp_path: Path, scheduler: str, client: Any) -> None:
    with client.as_current():
        files = df.to_parquet(tmp_path, scheduler=scheduler)
        lazy = lf.read_parquet(tmp_path)
        assert_same(lazy.compute(scheduler=scheduler), TABLE)
    assert files == [str(tmp_path / f"0{number}.parquet") for number in range(3)]
    assert_same(pd.concat([pd.read_parquet(file) for file in files], ignore_index=True), TABLE)
    assert lazy.npartitions == 3
    assert len(lazy) == 5


@pytest.mark.parametrize(
    "ask",
    [
        lambda df: df[df.x > 2],
        lambda df: df[df.x > 2].f.sum(),
        lambda df: df[(df.x > 1) & (df.f < 2)].groupby("b").x.mean(),
        lambda df: df[df.t == "a"].x.count(),
        lambda df: df[~(df.f > 0)].x.sum(),
        lambda df: df[df.f != 1.5].x.sum(),
        lambda df: df[df.x > 100].x.sum(),
        lambda df: df[df.x > 2.5].x.max(),
        lambda df: df.groupby("t").x.max(),
        lambda df: df[df.d > pd.Timestamp("2020-06-01")].x.sum(),
        lambda df: df.groupby(df.d.dt.year).f.count(),
        lambda df: df[["f", "x"]],
        lambda df: df.x + df.f,
    ],
)
@pytest.mark.parametrize("npartitions", [1, 3])
def test_questions_to_parquet(ask: Any, npartitions: int, tmp_path: Path) -> None:
    lf.from_pandas(TABLE, npartitions=npartitions).to_parquet(tmp_path)
    assert_eq(ask(lf.read_parquet(tmp_path)), ask(TABLE), check_schema=False)


def test_parquet_reads_no_more_than_asked(tmp_path: Path) -> None:
    lf.from_pandas(TABLE, npartitions=2).to_parquet(tmp_path)
    mean = lf.read_parquet(tmp_path)
    plan = repr(mean[mean.x > 2].f.mean().explain())
    assert re.search(r"reads 2 Parquet files, [\d.]+ kB in 2 partitions\n      2 of 5 columns: x, f, by pyarrow", plan)
    assert list(lf.read_parquet(tmp_path, columns=["t", "x"]).columns) == ["t", "x"]
    with pytest.raises(KeyError, match="There is no column 'z'"):
        lf.read_parquet(tmp_path, columns=["z"])


def test_a_filter_skips_row_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = pd.DataFrame({"x": range(1000), "y": 1.0})
    parquet.write_table(pa.Table.from_pandas(table), tmp_path / "x.parquet", row_group_size=100)
    rows: list[int] = []
    real = lf.io.parquet.Piece

    def counted(batch: Any, first: int) -> Any:
        rows.append(batch.num_rows)
        return real(batch, first)

    monkeypatch.setattr("lazyframe.io.parquet.Piece", counted)
    df = lf.read_parquet(tmp_path)
    assert df[df.x >= 950].y.sum().compute() == 50
    assert sum(rows) == 50
    rows.clear()
    assert_same(df[df.x >= 998].compute(), table[table.x >= 998])
    assert sum(rows) == 1000  # rows keep their numbers, so all are counted


def test_parquet_with_missing_integers_and_other_types(tmp_path: Path) -> None:
    first = pa.table({"n": pa.array([1, None, 3]), "c": pa.array(["a", "b", "a"]).dictionary_encode()})
    second = pa.table({"n": pa.array([4, 5, 6]), "c": pa.array(["b", "b", None]).dictionary_encode()})
    parquet.write_table(first, tmp_path / "1.parquet")
    parquet.write_table(second, tmp_path / "2.parquet")
    df = lf.read_parquet(tmp_path)
    expected = pd.DataFrame(
        {"n": [1, np.nan, 3, 4, 5, 6], "c": pd.Series(["a", "b", "a", "b", "b", None], dtype="str")}
    )
    assert_eq(df, expected)
    assert_eq(df.groupby("c").n.sum(), expected.groupby("c").n.sum())
    parquet.write_table(pa.table({"l": pa.array([[1], [2]]), "n": [1, 2]}), tmp_path / "3.parquet")
    with pytest.raises(lf.errors.UnsupportedError, match=r"3.parquet has other columns or types than .*1.parquet"):
        lf.read_parquet(tmp_path)
    with pytest.raises(lf.errors.UnsupportedError, match=r"Column 'l' has list<.*Leave it out with columns="):
        lf.read_parquet(tmp_path / "3.parquet")
    assert lf.read_parquet(tmp_path / "3.parquet", columns=["n"]).n.sum().compute() == 3
    with pytest.raises(FileNotFoundError, match="There is no file"):
        lf.read_parquet(tmp_path / "4.parquet")
    (tmp_path / "4.parquet").write_text("a,b\n1,2\n")
    with pytest.raises(ValueError, match=r"4.parquet is no Parquet file: .* Name the files, such as 'out/[*].parquet'"):
        lf.read_parquet(tmp_path / "4.parquet")


def test_a_parquet_file_that_changes(tmp_path: Path) -> None:
    TABLE.to_parquet(tmp_path / "x.parquet")
    df = lf.read_parquet(tmp_path / "x.parquet")
    TABLE.iloc[:2].to_parquet(tmp_path / "x.parquet")
    with pytest.raises(lf.errors.LazyframeError, match="has changed since"):
        df.compute()


ROWS = pd.DataFrame({"x": range(50), "s": [f"é{i}" if i % 3 else None for i in range(50)]}).astype({"s": "str"})


@pytest.fixture
def in_blocks(tmp_path: Path) -> lf.DataFrame:
    """The table from a file in several blocks, of which one has no rows."""
    ROWS.to_csv(tmp_path / "in.csv", index=False)
    return lf.read_csv(tmp_path / "in.csv", blocksize=50)


def test_json_lines_are_written_in_turn(in_blocks: lf.DataFrame, tmp_path: Path) -> None:
    expected = ROWS.to_json(orient="records", lines=True)
    assert in_blocks.to_json(orient="records", lines=True) == expected
    assert in_blocks.to_json(tmp_path / "out.json", orient="records", lines=True) is None
    assert (tmp_path / "out.json").read_text() == expected
    in_blocks.to_json(tmp_path / "out.json.gz", orient="records", lines=True)
    assert_same(pd.read_json(tmp_path / "out.json.gz", lines=True), ROWS)
    buffer = io.StringIO()
    in_blocks.to_json(buffer, orient="records", lines=True)
    assert buffer.getvalue() == expected
    none = in_blocks[in_blocks.x > 99]
    assert none.to_json(orient="records", lines=True) == ROWS[:0].to_json(orient="records", lines=True)
    assert in_blocks.to_json() == ROWS.to_json()


def test_a_database_is_filled_in_turn(in_blocks: lf.DataFrame) -> None:
    with sqlite3.connect(":memory:") as database:
        assert in_blocks.to_sql("t", database, index=False) == 50
        assert_same(pd.read_sql("select * from t", database), ROWS)
        with pytest.raises(ValueError, match="already exists"):
            in_blocks.to_sql("t", database, index=False)
        in_blocks.x.to_sql("x", database)
        assert pd.read_sql("select * from x", database)["index"].tolist() == list(range(50))


def test_feather_is_written_in_turn(in_blocks: lf.DataFrame, tmp_path: Path) -> None:
    in_blocks.to_feather(tmp_path / "out.feather")
    assert_same(pd.read_feather(tmp_path / "out.feather"), ROWS)
    in_blocks.set_index("x").to_feather(tmp_path / "labelled.feather")  # what pandas does of it, it does
    assert_same(pd.read_feather(tmp_path / "labelled.feather"), ROWS.set_index("x"))


def test_what_fails_on_the_way_leaves_nothing(in_blocks: lf.DataFrame, tmp_path: Path) -> None:
    def fail(part: pd.DataFrame) -> pd.DataFrame:
        if part.x.max() > 40:
            raise RuntimeError("too far")
        return part

    before = set(tmp_path.iterdir())
    failing = in_blocks.map_partitions(fail, meta=ROWS[:0])
    with pytest.raises(lf.errors.FunctionError, match="too far"):
        failing.to_json(tmp_path / "o.json", orient="records", lines=True)
    assert set(tmp_path.iterdir()) == before


def test_a_shorter_run_does_not_mix_with_a_longer_one(tmp_path: Path) -> None:
    long = lf.from_pandas(pd.DataFrame({"x": range(6)}), npartitions=3)
    short = lf.from_pandas(pd.DataFrame({"x": [100]}), npartitions=1)
    for write in (lf.DataFrame.to_csv, lf.DataFrame.to_parquet):
        folder = tmp_path / write.__name__
        write(long, folder)
        with pytest.raises(FileExistsError, match=r"has 01\.\w+ and 1 more, perhaps of an earlier run with more "):
            write(short, folder, overwrite=True)
        assert len(list(folder.iterdir())) == 3  # nothing was touched
        write(long, folder, overwrite=True)


def test_the_keys_of_groups_are_in_parquet_files(tmp_path: Path) -> None:
    frame = pd.DataFrame({"city": ["K", "B", "K"], "price": [1.0, 2, 3]})
    lazy = lf.from_pandas(frame, npartitions=2)
    (file,) = lazy.groupby("city").agg({"price": "sum"}).to_parquet(tmp_path / "groups")
    assert_same(pd.read_parquet(file), frame.groupby("city").agg({"price": "sum"}))
    assert lf.read_parquet(tmp_path / "groups").city.compute().tolist() == ["B", "K"]
    files = lazy[lazy.price > 1].to_parquet(tmp_path / "rows")
    assert list(pd.read_parquet(files[0]).columns) == ["city", "price"]


def test_an_answer_is_written_to_one_file(tmp_path: Path) -> None:
    frame = pd.DataFrame({"city": ["K", "B", "K"], "price": [1.0, 2, 3]})
    answer = lf.from_pandas(frame, npartitions=2).groupby("city").price.sum()
    for name in ("a.csv", "a.csv.gz"):
        assert answer.to_csv(tmp_path / name) == [str(tmp_path / name)]
        assert_same(pd.read_csv(tmp_path / name, index_col="city").price, frame.groupby("city").price.sum())
    assert answer.to_csv(tmp_path / "folder") == [str(tmp_path / "folder" / "00.csv")]
