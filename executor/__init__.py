"""Run graphs of tasks: in this thread, on threads, on processes, on a cluster. Knows callables and keys only.

- `task`: what a graph is; `base`: what an executor and a watcher are.
- `schedule`: which task is next; `batch`: what a worker is handed; `drive`: keeps workers busy.
- `sync`, `threads`, `processes`, `futures` (any pool of `concurrent.futures`), `callables`, `distributed`: executors.
- `progress`, `profile`: watchers; `events`: what tasks tell them.
"""

import concurrent.futures
import os
import sys
from functools import cache
from types import ModuleType
from typing import Any

from executor.backends.callables import CallableExecutor
from executor.backends.futures import FuturesExecutor
from executor.backends.processes import ProcessExecutor
from executor.backends.sync import SyncExecutor
from executor.backends.threads import ThreadExecutor
from executor.base import ELSEWHERE, Executor, RemoteError, Watcher, WorkerDiedError, listening
from executor.lazy_imports import close_matches
from executor.task import Graph, Key, Ref, Task

__all__ = [
    "ELSEWHERE",
    "NAMES",
    "CallableExecutor",
    "Executor",
    "FuturesExecutor",
    "Graph",
    "Key",
    "ProcessExecutor",
    "Ref",
    "RemoteError",
    "SyncExecutor",
    "Task",
    "ThreadExecutor",
    "Watcher",
    "WorkerDiedError",
    "available_cores",
    "check",
    "find",
    "listening",
]

NAMES: dict[str, str] = {
    "sync": "sync",
    "synchronous": "sync",
    "single-threaded": "sync",
    "threads": "threads",
    "threaded": "threads",
    "threading": "threads",
    "processes": "processes",
    "multiprocessing": "processes",
    "distributed": "distributed",
    "dask.distributed": "distributed",
}
"""Every accepted name, and what it stands for."""


def find(
    scheduler: Any = None,
    workers: int | None = None,
    pool: concurrent.futures.Executor | None = None,
    memory_limit: int | None = None,
) -> Executor:
    """The executor that is meant.

    Parameters
    ----------
    scheduler
        A name of `NAMES`, in any case; an executor of ours; a `concurrent.futures.Executor`; a `distributed.Client`; a
        function ``(graph, keys)``. None means the `pool`, if one is given, else the active client of `distributed`, if
        there is one, else threads.
    workers
        How many tasks run at once; by default as many as there are processors.
    pool
        What "threads" and "processes" run on, instead of their own.
    memory_limit
        Bytes: while the kept results sum up to more, no task without inputs starts (of local executors).

    Raises
    ------
    ValueError
        For anything else; the message lists what is accepted and suggests the nearest name. For a number of workers
        below 1.
    RuntimeError
        For "distributed" without an active client.
    """
    check(scheduler)
    if workers is not None and (not isinstance(workers, int) or isinstance(workers, bool) or workers < 1):
        raise ValueError(f"num_workers must be a whole number from 1 on, not {workers!r}.")
    if isinstance(scheduler, str):
        return named(scheduler, workers, pool, memory_limit)
    if scheduler is None:
        client = active_client() if pool is None else None
        return named("threads", workers, pool, memory_limit) if client is None else of_client(client)
    if is_client(scheduler):
        return of_client(scheduler)
    if isinstance(scheduler, concurrent.futures.Executor):
        return on_pool(scheduler, workers, memory_limit)
    return scheduler if is_executor(scheduler) else CallableExecutor(scheduler)


def check(scheduler: Any) -> None:
    """Refuse what `find` does not accept as a scheduler.

    Raises
    ------
    ValueError
        The message lists what is accepted and suggests the nearest name.
    """
    if isinstance(scheduler, str):
        if scheduler.lower() not in NAMES:
            near = close_matches(scheduler.lower(), NAMES)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise ValueError(f"There is no scheduler {scheduler!r}.{hint} {ACCEPTED}")
    elif not (
        scheduler is None
        or is_client(scheduler)
        or isinstance(scheduler, concurrent.futures.Executor)
        or is_executor(scheduler)
        or (callable(scheduler) and not isinstance(scheduler, type))
    ):
        raise ValueError(f"{scheduler!r} is no scheduler. {ACCEPTED}")


def is_executor(scheduler: Any) -> bool:
    """Return whether something is an executor of ours, or one like them."""
    return isinstance(scheduler, Executor) and not isinstance(scheduler, type | ModuleType)


ACCEPTED = (
    f"Accepted: {', '.join(map(repr, NAMES))}; an executor of lazyframe's, a concurrent.futures.Executor, a "
    "distributed.Client, or a function (graph, keys)."
)


def named(scheduler: str, workers: int | None, pool: concurrent.futures.Executor | None, limit: int | None) -> Executor:
    """The executor that a name stands for."""
    count = workers if workers is not None else available_cores()
    match NAMES.get(scheduler.lower()):
        case "sync":
            return SyncExecutor()
        case "threads" | "processes" if pool is not None:
            return on_pool(pool, workers, limit)
        case "threads":
            return ThreadExecutor(count, limit)
        case "processes":
            return ProcessExecutor(count, limit)
    client = active_client()
    if client is None:
        raise RuntimeError(
            "There is no active client of a cluster. Make one: client = lf.Client() starts a local cluster, "
            'lf.Client("tcp://...") connects to one.'
        )
    return of_client(client)


def on_pool(pool: concurrent.futures.Executor, workers: int | None, limit: int | None) -> Executor:
    """An executor on a pool of `concurrent.futures`; it says itself how many workers it has, in a way all share."""
    size = getattr(pool, "_max_workers", None)
    return FuturesExecutor(pool, workers or (size if isinstance(size, int) else available_cores()), limit)


def is_client(scheduler: Any) -> bool:
    """Return whether something is a `distributed.Client`; if `distributed` is not imported, nothing is."""
    distributed = sys.modules.get("distributed")
    return distributed is not None and isinstance(scheduler, getattr(distributed, "Client", ()))


def active_client() -> Any:
    """The client of `distributed` that is active here, or None; if `distributed` is not imported, there is none."""
    if "distributed" not in sys.modules:
        return None
    from executor.backends.distributed import active_client

    return active_client()


def of_client(client: Any) -> Executor:
    """The executor of a cluster."""
    from executor.backends.distributed import ClusterExecutor

    return ClusterExecutor(client)


@cache
def available_cores() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
