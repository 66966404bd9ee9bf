"""Exchanges that do not fit into memory: the right answer from files, of which nothing is left behind."""

import gc
import os
import signal
import subprocess
import sys
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import lazyframe as lf
from executor import WorkerDiedError
from lazyframe.errors import SpillError
from lazyframe.ops import spill
from tests.assertions import assert_same

RANDOM = np.random.default_rng(5)
FRAME = pd.DataFrame(
    {
        "k": RANDOM.choice([*list("abcé"), None], 300),
        "x": RANDOM.choice([np.nan, -0.0, 1.5, 2.0, np.inf], 300),
        "n": RANDOM.integers(0, 9, 300),
        "b": RANDOM.random(300) > 0.5,
        "d": pd.to_datetime(RANDOM.integers(0, 5, 300) * 86_400_000_000, unit="us").where(RANDOM.random(300) > 0.2),
    }
).astype({"k": "str"})

ASKS: dict[str, Callable[[Any], Any]] = {
    "sort": lambda df: df.sort_values(["n", "x"], ascending=[False, True], kind="stable"),
    "sort by text": lambda df: df.sort_values("k", na_position="first", kind="stable"),
    "sort a Series": lambda df: df.x.sort_values(kind="stable"),
    "sort labels": lambda df: df.set_index("n").sort_index(kind="stable"),
    "sort labels down": lambda df: df.sort_index(ascending=False, kind="stable"),
    "distinct": lambda df: df.drop_duplicates(),
    "distinct by two, the last": lambda df: df.drop_duplicates(["n", "b"], keep="last"),
    "alone": lambda df: df.drop_duplicates(["n", "k", "b", "x"], keep=False),
    "flags": lambda df: df.duplicated(["n", "k"]),
    "flags of dates": lambda df: df.d.duplicated(keep=False),
    "chosen by flags": lambda df: df[~df.duplicated("n")].x.sum(),
}


@pytest.mark.parametrize("ask", ASKS)
@pytest.mark.parametrize(("scheduler", "parts"), [("threads", 1), ("threads", 7), ("processes", 3)])
def test_files_give_the_answer_of_memory(ask: str, scheduler: str, parts: int, tmp_path: Path) -> None:
    lazy = ASKS[ask](lf.from_pandas(FRAME, npartitions=parts))
    expected = ASKS[ask](FRAME)
    with lf.config.set(temporary_directory=tmp_path, spill_limit="1kB", scheduler=scheduler):
        assert_same(lazy.compute(), expected)
    assert not os.listdir(tmp_path)
    with lf.config.set(scheduler=scheduler):
        assert_same(lazy.compute(), expected)


def test_rows_of_files_keep_their_numbers(tmp_path: Path) -> None:
    (tmp_path / "spill").mkdir()
    for number in range(5):
        FRAME.iloc[number * 60 : number * 60 + 60].to_csv(tmp_path / f"{number}.csv", index=False)
    lazy = lf.read_csv(tmp_path / "*.csv", blocksize=700, parse_dates=["d"])
    assert lazy.npartitions > 5
    with lf.config.set(temporary_directory=tmp_path / "spill", spill_limit="1kB"):
        for ask in ASKS.values():
            assert_same(ask(lazy).compute(), ask(FRAME))
            assert_same(ask(lazy[lazy.n > 2]).compute(), ask(FRAME[FRAME.n > 2]))
    assert not os.listdir(tmp_path / "spill")


def test_odd_columns_come_back_as_they_were() -> None:
    table = pd.DataFrame(
        {
            1: pd.Series([1, None, 3, 1], dtype="Int64"),
            "c": pd.Categorical(["a", "b", None, "a"], categories=["b", "a"]),
            "o": [1, "a", None, (1, 2)],
            "f": np.array([1, 2, 3, 1], dtype="float32"),
            "z": pd.to_datetime([1, 2, 3, 1], unit="s", utc=True),
        },
        index=pd.MultiIndex.from_tuples([("a", 1), ("b", 2), ("c", 3), ("a", 4)], names=["i", None]),
    )
    lazy = lf.from_pandas(table, npartitions=3)
    with lf.config.set(spill_limit=1):
        assert_same(lazy.drop_duplicates("f").compute(), table.drop_duplicates("f"))
        plain = lazy[[1, "c", "f"]]
        assert_same(plain.sort_values([1, "c"]).compute(), table[[1, "c", "f"]].sort_values([1, "c"], kind="stable"))


def test_small_exchanges_write_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any) -> Any:
        raise AssertionError("a file was written")

    monkeypatch.setattr(spill, "written", refuse)
    lazy = lf.from_pandas(FRAME, npartitions=5)
    with lf.config.set(temporary_directory=tmp_path, spill_limit="100MB"):
        assert_same(lazy.sort_values("n").compute(), FRAME.sort_values("n", kind="stable"))


def test_what_is_in_a_file_is_not_in_memory_too(tmp_path: Path) -> None:
    numbers = np.arange(4000.0).reshape(1000, 4)
    table = pd.DataFrame(numbers, columns=list("abcd"), copy=False)
    assert np.shares_memory(table["a"].to_numpy(), numbers)
    places = spill.Spill(str(tmp_path / "run"), 0)
    pieces: Any = spill.kept(table, np.arange(1000), np.array([0, 400, 1000]), places)
    held = weakref.ref(numbers)
    assert_same(pieces.rows(1)[0], table.iloc[400:])
    del table, numbers
    gc.collect()
    assert held() is None
    places.remove()


def test_files_are_for_their_owner_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = set()
    write = spill.written

    def watched(path: str, *args: Any) -> Any:
        found = write(path, *args)
        seen.add((os.stat(path).st_mode & 0o777, os.stat(os.path.dirname(path)).st_mode & 0o777))
        return found

    monkeypatch.setattr(spill, "written", watched)
    with lf.config.set(temporary_directory=tmp_path, spill_limit=1):
        lf.from_pandas(FRAME, npartitions=3).sort_values("n").compute()
    assert seen == {(0o600, 0o700)}


@pytest.mark.parametrize("scheduler", ["threads", "processes"])
def test_an_error_leaves_nothing(scheduler: str, tmp_path: Path) -> None:
    def fail(part: pd.DataFrame) -> pd.DataFrame:
        raise ZeroDivisionError("on purpose")

    failing = lf.from_pandas(FRAME, npartitions=5).sort_values("n").map_partitions(fail, meta=FRAME[:0])
    with (
        lf.config.set(temporary_directory=tmp_path, spill_limit=1, scheduler=scheduler),
        pytest.raises(lf.errors.FunctionError, match="on purpose"),
    ):
        failing.compute()
    assert not os.listdir(tmp_path)


def killing_once(mark: Path) -> Any:
    """A median of groups whose first call, which is in a bucket, kills its process."""

    def median(values: Any) -> Any:
        if not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return values.median()

    return median


def test_a_worker_killed_in_an_exchange_is_one_error(tmp_path: Path) -> None:
    spilled = tmp_path / "spilled"
    spilled.mkdir()
    asked = lf.from_pandas(FRAME, npartitions=5).groupby("k").n.agg(killing_once(tmp_path / "mark"))
    with lf.config.set(temporary_directory=spilled):
        with pytest.raises(WorkerDiedError, match="died while it ran"):
            asked.compute(scheduler="processes")
        assert not os.listdir(spilled)
        assert_same(asked.compute(scheduler="processes"), FRAME.groupby("k").n.median())
    assert not os.listdir(spilled)


def test_the_pieces_of_a_lost_worker_are_made_again(tmp_path: Path, client: Any) -> None:
    lazy = lf.from_pandas(FRAME, npartitions=5)
    asked = lazy.groupby("k").n.agg(killing_once(tmp_path / "mark"))
    assert_same(asked.compute(scheduler=client), FRAME.groupby("k").n.median())
    assert (tmp_path / "mark").exists()
    client.wait_for_workers(2)


def test_a_full_disk_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: Any, **options: Any) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pa.ipc, "new_file", full)
    with (
        lf.config.set(temporary_directory=tmp_path, spill_limit=1),
        pytest.raises(SpillError, match=r"can't be written to .*No space left on device.*temporary_directory="),
    ):
        lf.from_pandas(FRAME, npartitions=3).sort_values("n").compute()
    assert not os.listdir(tmp_path)


KILLED = """
import sys, time
import numpy as np, pandas as pd, lazyframe as lf
def wait(part):
    print("waiting", flush=True)
    time.sleep(15)
    return part
frame = pd.DataFrame({"x": np.arange(1000)})
with lf.config.set(temporary_directory=sys.argv[1], spill_limit=1, scheduler="threads"):
    lf.from_pandas(frame, npartitions=4).sort_values("x").map_partitions(wait, meta=frame[:0]).compute()
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_what_a_killed_process_leaves_is_swept_by_the_next(how: int, tmp_path: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert child.stdout is not None
    child.stdout.readline()
    assert os.listdir(tmp_path)
    child.send_signal(how)
    child.wait(timeout=60)
    child.stdout.close()
    if how == signal.SIGINT:
        assert not os.listdir(tmp_path)
        return
    others = ["lazyframe-spill-mine", "lazyframe-spill-00000000-0-999999999-abc"]  # another name, another host
    for name in others:
        (tmp_path / name).mkdir()
    assert len(os.listdir(tmp_path)) == 3
    with lf.config.set(temporary_directory=tmp_path, spill_limit=1):
        lf.from_pandas(FRAME, npartitions=3).sort_values("n").compute()
    assert sorted(os.listdir(tmp_path)) == sorted(others)


@pytest.mark.parametrize("values", [np.zeros(4000), np.repeat([1.0, 2.0], [3900, 100]), np.full(4000, np.nan)])
def test_ranges_are_even_whatever_the_keys(values: np.ndarray) -> None:
    table = pd.DataFrame({"k": values, "x": np.arange(4000)})
    lazy = lf.from_pandas(table, npartitions=8).sort_values("k")
    assert_same(lazy.compute(), table.sort_values("k", kind="stable"))
    lengths = lazy.map_partitions(lambda part: pd.DataFrame({"n": [len(part)]}), meta={"n": int}).n.compute()
    assert lengths.max() < 1000


def test_the_first_of_a_sort_are_found_without_sorting_all(monkeypatch: pytest.MonkeyPatch) -> None:
    lazy = lf.from_pandas(FRAME, npartitions=6)
    ask = lambda df: df.sort_values(["n", "x"], ascending=[False, True], kind="stable")  # noqa: E731
    monkeypatch.setattr("lazyframe.ops.sort.SplitByRange.__call__", None)
    assert_same(ask(lazy).head(7), ask(FRAME).head(7))
    assert_same(ask(lazy).x.head(3), ask(FRAME).x.head(3))
    assert_same(ask(lazy[lazy.n > 3])[["k"]].head(400)[:5], ask(FRAME[FRAME.n > 3])[["k"]].head(5))


def test_memory_that_is_given_back_may_be_held_again(tmp_path: Path) -> None:
    place = spill.Spill(str(tmp_path / "folder"), limit=1000)
    first, second = (pd.DataFrame({"x": np.zeros(100)}) for _ in range(2))
    assert place.has_room(first)
    assert not place.has_room(second)
    del first
    gc.collect()
    assert place.has_room(second)
    objects = pd.Series(["a" * 10_000], dtype=object)
    del second
    gc.collect()
    assert not place.has_room(objects)


def test_a_plan_tells_the_tasks_that_run() -> None:
    asked = lf.from_pandas(FRAME, npartitions=30).sort_values("x")
    with lf.diagnostics.Profiler() as profiler:
        asked.compute(scheduler="threads")
    assert f"{len(profiler.results)} tasks" in str(asked.explain())


def test_a_call_that_is_kept_spills_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    real = spill.Spill.new_file
    monkeypatch.setattr(spill.Spill, "new_file", lambda self: made.append(self.folder) or real(self))
    asked = lf.delayed(len)(lf.from_pandas(FRAME, npartitions=5).drop_duplicates())
    with lf.config.set(temporary_directory=tmp_path, spill_limit="1"):
        assert asked.persist(scheduler="threads").compute() == len(FRAME.drop_duplicates())
    assert made
    assert not os.listdir(tmp_path)


@pytest.mark.parametrize("scheduler", ["sync", "threads", "processes"])
def test_what_is_kept_on_disk_is_there_as_long_as_it_is_used(scheduler: str, tmp_path: Path) -> None:
    with lf.config.set(temporary_directory=tmp_path, scheduler=scheduler):
        lazy = lf.from_pandas(FRAME, npartitions=4)
        kept = lazy[lazy.n > 3].persist(storage="disk")
        expected = FRAME[FRAME.n > 3]
        assert len(list(tmp_path.rglob("*.arrow"))) == 4
        assert "4 partitions" in str(kept.explain())
        assert "kept on disk" in str(kept.explain())
        assert_same(kept.compute(), expected)
        assert_same(kept.x.sum().compute(), expected.x.sum())
        again = kept.persist()
        column = kept.k.persist(storage="disk")
        del kept
        gc.collect()
        assert len(list(tmp_path.rglob("*.arrow"))) == 4  # the column's
        assert_same(again.compute(), expected)
        assert_same(column.compute(), expected.k)
        with pytest.raises(ValueError, match="storage='tape': there are 'memory' and 'disk'"):
            lazy.persist(storage="tape")
    del column
    gc.collect()
    assert not os.listdir(tmp_path)
