"""Run graphs of tasks: in this thread, or on a pool of threads. Knows callables and keys, nothing about data."""

import os
from collections.abc import Callable
from difflib import get_close_matches
from functools import cache

from executor.base import Executor, Watcher
from executor.pool import ThreadExecutor
from executor.sync import SyncExecutor
from executor.task import Graph, Key, Ref, Task

__all__ = ["EXECUTORS", "Executor", "Graph", "Key", "Ref", "SyncExecutor", "Task", "ThreadExecutor", "Watcher", "find"]

EXECUTORS: dict[str, Callable[[int], Executor]] = {
    "sync": SyncExecutor,
    "synchronous": SyncExecutor,
    "single-threaded": SyncExecutor,
    "threads": ThreadExecutor,
    "threaded": ThreadExecutor,
    "threading": ThreadExecutor,
}
"""Every accepted name, and what makes the executor for a number of workers."""


def find(scheduler: str | Executor, workers: int | None = None) -> Executor:
    """The executor that a name stands for, in any case; an object with a `run` method is taken as it is.

    Raises
    ------
    ValueError
        For anything else; the message lists what is accepted and suggests the nearest name.
    """
    if isinstance(scheduler, Executor):
        return scheduler
    name = str(scheduler).lower()
    if name not in EXECUTORS:
        near = get_close_matches(name, EXECUTORS, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        accepted = ", ".join(map(repr, EXECUTORS))
        raise ValueError(
            f"There is no scheduler {scheduler!r}.{hint} Accepted: {accepted}, or an object with a `run` method."
        )
    return EXECUTORS[name](workers if workers is not None else available_cores())


@cache
def available_cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
