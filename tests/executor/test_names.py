"""Which executor a name, a pool, a client or a function means."""

import multiprocessing
import subprocess
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any

import dask
import pytest

import executor
from executor import CallableExecutor, FuturesExecutor, ProcessExecutor, Ref, SyncExecutor, Task, ThreadExecutor


def test_names() -> None:
    for name in ["sync", "synchronous", "single-threaded", "SYNC"]:
        assert isinstance(executor.find(name), SyncExecutor)
    for name in ["threads", "threaded", "threading", "Threads"]:
        assert isinstance(executor.find(name, 3), ThreadExecutor)
    for name in ["processes", "multiprocessing", "Processes"]:
        assert isinstance(executor.find(name, 3), ProcessExecutor)


def test_wrong_names() -> None:
    with pytest.raises(ValueError, match=r"no scheduler 'thread'. Did you mean 'threads'\? Accepted: 'sync', "):
        executor.find("thread")
    with pytest.raises(ValueError, match=r"Did you mean 'processes'\?"):
        executor.find("process")
    for wrong in (7, ThreadExecutor, ThreadPoolExecutor, subprocess):
        with pytest.raises(ValueError, match=r"is no scheduler. Accepted: .*a function \(graph, keys\)"):
            executor.find(wrong)
    for name in ("threads", "processes"):
        with pytest.raises(ValueError, match="num_workers must be a whole number from 1 on, not 0"):
            executor.find(name, 0)


def test_a_cluster_without_a_client() -> None:
    for name in ("distributed", "dask.distributed"):
        with pytest.raises(RuntimeError, match=r"no active client of a cluster. Make one: client = lf.Client\(\)"):
            executor.find(name)


def test_executors_are_taken_as_they_are() -> None:
    own = ThreadExecutor(3)
    assert executor.find(own) is own


def test_pools(pool: ThreadPoolExecutor) -> None:
    found = executor.find(pool)
    assert isinstance(found, FuturesExecutor)
    assert found.workers == 2
    for name in ("threads", "processes", None):
        found = executor.find(name, pool=pool)
        assert isinstance(found, FuturesExecutor)
        assert found.pool is pool
    assert isinstance(executor.find("sync", pool=pool), SyncExecutor)
    assert executor.find(pool, 5).workers == 5  # type: ignore[attr-defined]


def test_clients(client: Any) -> None:
    assert executor.find(client).client is client  # type: ignore[attr-defined]
    assert isinstance(executor.find(None), ThreadExecutor)  # it is not the default
    with client.as_current():
        assert executor.find(None).client is client  # type: ignore[attr-defined]
        assert executor.find("Distributed").client is client  # type: ignore[attr-defined]
        assert isinstance(executor.find("threads"), ThreadExecutor)


def test_functions() -> None:
    def backwards(graph: Any, keys: Any) -> Any:
        results: dict[Any, Any] = {}
        for key in graph:
            task = graph[key]
            results[key] = task.func(*(results[arg.key] if isinstance(arg, Ref) else arg for arg in task.args))
        return [results[key] for key in keys]

    found = executor.find(backwards)
    assert isinstance(found, CallableExecutor)
    assert found.run({"a": Task(int, ("7",)), "b": Task(abs, (Ref("a"),))}, ["b", "a"]) == [7, 7]


def test_a_function_that_takes_other_graphs() -> None:
    with pytest.raises(TypeError, match=r"gave tasks back instead of their results. A `get` of dask's takes graphs of"):
        executor.find(dask.get).run({"a": Task(int)}, ["a"])
    with pytest.raises(TypeError, match="the function must give a list of 1 results"):
        executor.find(lambda graph, keys: None).run({"a": Task(int)}, ["a"])


def test_pools_of_processes() -> None:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        assert executor.find(pool).run({"a": Task(int, ("7",)), "b": Task(abs, (Ref("a"),))}, ["b"]) == [7]


def test_descriptions(client: Any, pool: Any) -> None:
    assert executor.find("sync").describe() == "sync, 1 worker"  # type: ignore[attr-defined]
    assert executor.find("threads", 2).describe() == "threads, 2 workers"  # type: ignore[attr-defined]
    assert executor.find("processes", 1).describe() == "processes, 1 worker"  # type: ignore[attr-defined]
    assert executor.find(pool).describe() == "ThreadPoolExecutor, 2 workers"  # type: ignore[attr-defined]
    assert executor.find(client).describe().startswith("distributed, 2 workers at tcp://")  # type: ignore[attr-defined]
