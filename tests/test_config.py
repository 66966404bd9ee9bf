"""Settings: where they come from and how long they hold."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pandas as pd
import pytest

import lazyframe as lf
from lazyframe.session import config


@pytest.fixture(autouse=True)
def as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "_changes", [])
    config.refuse_misspelt.cache_clear()


def test_a_block_only() -> None:
    with lf.config.set(scheduler="sync", num_workers=3):
        assert lf.config.get("scheduler") == "sync"
        with lf.config.set(scheduler="threads"):
            assert lf.config.get("scheduler") == "threads"
            assert lf.config.get("num_workers") == 3
        assert lf.config.get("scheduler") == "sync"
    assert lf.config.get("scheduler") is None
    assert lf.config.get("num_workers") is None


def test_until_further_notice() -> None:
    lf.config.set(scheduler="sync")
    assert lf.config.get("scheduler") == "sync"
    with lf.config.set(scheduler="threads"):
        assert lf.config.get("scheduler") == "threads"
    assert lf.config.get("scheduler") == "sync"


def test_a_block_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError), lf.config.set(scheduler="sync"):
        raise ZeroDivisionError
    assert lf.config.get("scheduler") is None


def test_a_block_is_of_its_thread() -> None:
    seen = []
    with lf.config.set(scheduler="sync"):
        thread = threading.Thread(target=lambda: seen.append(lf.config.get("scheduler")))
        thread.start()
        thread.join()
    assert seen == [None]


def test_a_block_is_of_its_asyncio_task() -> None:
    async def inside(scheduler: str) -> Any:
        with lf.config.set(scheduler=scheduler):
            await asyncio.sleep(0.01)
            return lf.config.get("scheduler")

    async def both() -> Any:
        return await asyncio.gather(inside("sync"), inside("threads"))

    assert asyncio.run(both()) == ["sync", "threads"]
    assert lf.config.get("scheduler") is None


def test_blocks_of_many_threads_do_not_meet() -> None:
    wrong: list[Any] = []
    over = threading.Event()

    def enter_and_leave(own: int) -> None:
        for _ in range(50):
            with lf.config.set(num_workers=own):
                if lf.config.get("num_workers") != own:
                    wrong.append(own)

    def burn() -> None:
        while not over.is_set():
            sum(range(100))

    burning = [threading.Thread(target=burn) for _ in range(4)]
    entering = [threading.Thread(target=enter_and_leave, args=(own,)) for own in (1, 2, 3)]
    for thread in (*burning, *entering):
        thread.start()
    for thread in entering:
        thread.join()
    over.set()
    for thread in burning:
        thread.join()
    assert wrong == []
    assert lf.config.get("num_workers") is None
    assert config._changes == []


def test_a_block_that_others_do_not_see_once_it_is_entered() -> None:
    lf.config.set(num_workers=7)
    seen: list[Any] = []
    with lf.config.set(num_workers=3):
        for _ in range(3):
            thread = threading.Thread(target=lambda: seen.append(lf.config.get("num_workers")))
            thread.start()
            thread.join()
    assert seen == [7, 7, 7]
    assert lf.config.get("num_workers") == 7


def test_blocks_made_before_they_are_entered() -> None:
    first, second = lf.config.set(num_workers=1), lf.config.set(num_workers=2)
    assert lf.config.get("num_workers") == 2
    with first, second:
        assert lf.config.get("num_workers") == 2
    assert lf.config.get("num_workers") is None
    with first:
        assert lf.config.get("num_workers") == 1
    assert lf.config.get("num_workers") is None


def test_a_change_is_seen_by_other_threads() -> None:
    seen = []
    lf.config.set(num_workers=3)
    thread = threading.Thread(target=lambda: seen.append(lf.config.get("num_workers")))
    thread.start()
    thread.join()
    assert seen == [3]


def test_while_something_holds() -> None:
    holds = {"a": True, "b": True}
    lf.config.set(scheduler="sync")
    config.set_while(lambda: holds["a"], "a", scheduler="threads")
    config.set_while(lambda: holds["b"], "b", scheduler="processes")
    assert lf.config.get("scheduler") == "processes"
    holds["a"] = False
    assert lf.config.get("scheduler") == "processes"
    holds["b"] = False
    assert lf.config.get("scheduler") == "sync"


def test_where_a_setting_comes_from(monkeypatch: pytest.MonkeyPatch) -> None:
    assert config.found("scheduler") == (None, "")
    monkeypatch.setenv("LAZYFRAME_SCHEDULER", "sync")
    assert config.found("scheduler") == ("sync", "LAZYFRAME_SCHEDULER")
    lf.config.set(scheduler="threads")
    assert config.found("scheduler") == ("threads", "lf.config.set")
    with lf.config.set(scheduler="processes"):
        assert config.found("scheduler") == ("processes", "with lf.config.set")


def test_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAZYFRAME_SCHEDULER", "sync")
    monkeypatch.setenv("LAZYFRAME_NUM_WORKERS", "5")
    monkeypatch.setenv("LAZYFRAME_PROGRESS", "no")
    assert lf.config.get("progress") is False
    assert lf.config.get("scheduler") == "sync"
    assert lf.config.get("num_workers") == 5
    with lf.config.set(scheduler="threads"):
        assert lf.config.get("scheduler") == "threads"


def test_wrong_values(monkeypatch: pytest.MonkeyPatch) -> None:
    for wrong in (0, -1, "2", 2.5, True):
        with pytest.raises(ValueError, match=f"num_workers must be a whole number from 1 on, or None, not {wrong!r}"):
            lf.config.set(num_workers=wrong)
    with pytest.raises(TypeError, match=r"pool must be a concurrent.futures.Executor, or None, not 'mine'"):
        lf.config.set(pool="mine")
    with pytest.raises(ValueError, match=r"There is no scheduler 'sinc'. Did you mean 'sync'\? Accepted: 'sync', "):
        lf.config.set(scheduler="sinc")
    with pytest.raises(ValueError, match=r"^3 is no scheduler. Accepted: "):
        lf.config.set(scheduler=3)
    for name in ("blocksize", "memory_limit"):
        with pytest.raises(ValueError, match=f"{name}='lots' is no number of bytes; write 64_000_000, '64MB'"):
            lf.config.set(**{name: "lots"})
    with pytest.raises(TypeError, match="temporary_directory must be a path, or None, not 3"):
        lf.config.set(temporary_directory=3)
    with pytest.raises(ValueError, match="progress='bar' is not known; it is True, False"):
        lf.config.set(progress="bar")
    with pytest.raises(KeyError, match=r"There is no setting 'shceduler'. Did you mean 'scheduler'"):
        lf.config.set(shceduler="sync")
    assert lf.config.get("scheduler") is None
    monkeypatch.setenv("LAZYFRAME_SCHEDULER", "tread")
    with pytest.raises(ValueError, match=r"LAZYFRAME_SCHEDULER='tread': There is no scheduler 'tread'. Did you mean"):
        lf.config.get("scheduler")
    for scheduler in ["Threads", None, lambda graph, keys: [], ThreadPoolExecutor(1)]:
        with lf.config.set(scheduler=scheduler):
            assert lf.config.get("scheduler") is scheduler
    monkeypatch.setenv("LAZYFRAME_NUM_WORKERS", "abc")
    with pytest.raises(ValueError, match=r"LAZYFRAME_NUM_WORKERS='abc': it can't be the setting 'num_workers'"):
        lf.config.get("num_workers")


def test_a_misspelt_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAZYFRAME_SCHEDULAR", "sync")
    with pytest.raises(KeyError, match=r"no setting for the environment's 'LAZYFRAME_SCHEDULAR'. Did you mean"):
        lf.config.get("scheduler")
    assert lf.config.get("blocksize") == "64MiB"


def test_statements_do_not_pile_up() -> None:
    for number in range(1, 50):
        lf.config.set(num_workers=number)
    assert len(config._changes) == 1
    assert lf.config.get("num_workers") == 49


def test_blocksize(tmp_path: Any) -> None:
    (tmp_path / "x.csv").write_text("a\n" + "1\n" * 100)
    with lf.config.set(blocksize=50):
        assert lf.read_csv(tmp_path / "x.csv").npartitions == 4


def test_an_unknown_setting() -> None:
    with pytest.raises(KeyError, match=r"no setting 'schedular'. Did you mean 'scheduler'\?"):
        lf.config.set(schedular="sync")
    with pytest.raises(
        KeyError,
        match="The settings are scheduler, num_workers, pool, blocksize, progress, temporary_directory, memory_limit",
    ):
        lf.config.get("colour")


def test_compute_obeys(monkeypatch: pytest.MonkeyPatch) -> None:
    total = lf.from_pandas(pd.Series([1, 2], name="x"), npartitions=2).sum()
    threads: set[str] = set()
    where = lf.from_pandas(pd.DataFrame({"x": [1, 2]}), npartitions=2).map_partitions(
        lambda part: threads.add(threading.current_thread().name) or part, meta={"x": "int64"}
    )
    with lf.config.set(scheduler="sync"):
        where.compute()
    assert threads == {"MainThread"}
    threads.clear()
    where.compute(scheduler="threads")
    assert threads and "MainThread" not in threads
    assert total.compute() == 3


def test_compute_obeys_the_pool_and_the_memory_limit() -> None:
    total = lf.from_pandas(pd.DataFrame({"x": [1, 2]}), npartitions=2).x.sum()
    names: set[str] = set()
    lazy = lf.from_pandas(pd.DataFrame({"x": [1, 2]}), npartitions=2).map_partitions(
        lambda part: names.add(threading.current_thread().name) or part, meta={"x": "int64"}
    )
    with ThreadPoolExecutor(2, thread_name_prefix="mine") as pool, lf.config.set(pool=pool):
        lazy.compute()
        assert {name.partition("_")[0] for name in names} == {"mine"}
        names.clear()
        lazy.compute(scheduler="sync")
        assert names == {"MainThread"}
    with lf.config.set(memory_limit="1MB"):
        assert total.compute() == 3


def test_progress(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    total = lf.from_pandas(pd.DataFrame({"x": [1, 2]}), npartitions=2).x.sum()
    monkeypatch.setattr("lazyframe.session.watchers.BAR_AFTER", 0.0)
    total.compute()
    assert capsys.readouterr().err == ""
    with lf.config.set(progress=True):
        total.compute()
    assert "3/3" in capsys.readouterr().err
    with pytest.raises(ValueError, match="progress='sometimes' is not known"):
        lf.config.set(progress="sometimes")


def test_a_change_says_what_it_is() -> None:
    assert repr(lf.config.set(progress=False, spill_limit="2GB")) == (
        "lazyframe.config.set(progress=False, spill_limit='2GB')"
    )
    lf.config.set(progress="notebook", spill_limit=None)
