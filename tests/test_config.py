"""Settings: where they come from and how long they hold."""

import threading

import pytest

import lazyframe as lf
from lazyframe import config


@pytest.fixture(autouse=True)
def as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "_until_further_notice", {})


def test_a_block_only() -> None:
    with lf.config.set(scheduler="sync", num_workers=3):
        assert lf.config.get("scheduler") == "sync"
        with lf.config.set(scheduler="threads"):
            assert lf.config.get("scheduler") == "threads"
            assert lf.config.get("num_workers") == 3
        assert lf.config.get("scheduler") == "sync"
    assert lf.config.get("scheduler") == "threads"
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
    assert lf.config.get("scheduler") == "threads"


def test_a_block_is_of_its_thread() -> None:
    seen = []
    with lf.config.set(scheduler="sync"):
        thread = threading.Thread(target=lambda: seen.append(lf.config.get("scheduler")))
        thread.start()
        thread.join()
    assert seen == ["threads"]


def test_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAZYFRAME_SCHEDULER", "sync")
    monkeypatch.setenv("LAZYFRAME_NUM_WORKERS", "5")
    assert lf.config.get("scheduler") == "sync"
    assert lf.config.get("num_workers") == 5
    with lf.config.set(scheduler="threads"):
        assert lf.config.get("scheduler") == "threads"


def test_an_unknown_setting() -> None:
    with pytest.raises(KeyError, match=r"no setting 'schedular'. Did you mean 'scheduler'\?"):
        lf.config.set(schedular="sync")
    with pytest.raises(KeyError, match="The settings are scheduler, num_workers, blocksize"):
        lf.config.get("colour")


def test_compute_obeys(monkeypatch: pytest.MonkeyPatch) -> None:
    import pandas as pd

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
