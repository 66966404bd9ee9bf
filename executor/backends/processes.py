"""The executor of worker processes: one warm pool of loky's, kept for the interpreter and shut down at its end.

loky starts its processes afresh, so that a script needs no ``if __name__ == "__main__"``, and says when one dies.
"""

import os
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from typing import Any

from executor.backends.futures import Futures
from executor.backends.sync import SyncExecutor
from executor.base import Watcher, count, watching
from executor.drive import drive
from executor.lazy_imports import multiprocessing, process_pool
from executor.schedule import Schedule
from executor.task import Graph, Key

WORKER_ENVIRONMENT = {"LOKY_MAX_MEMORY_LEAK_SIZE": "1e18"}
"""loky takes memory that grows by 300 MB for a leak and ends the process; here it is a partition."""


class ProcessExecutor:
    """Runs tasks on processes. Only results that other tasks or the caller need come back.

    Parameters
    ----------
    workers
        How many processes.
    memory_limit
        Bytes: while the kept results sum up to more, no task without inputs starts.
    """

    def __init__(self, workers: int = 2, memory_limit: int | None = None):
        self.workers = workers
        self.memory_limit = memory_limit

    def __repr__(self) -> str:
        return f"ProcessExecutor(workers={self.workers})"

    def describe(self) -> str:
        """Kind and number of workers, for people."""
        return count("processes", self.workers)

    def run(self, graph: Graph, outputs: Sequence[Key], watchers: Sequence[Watcher] = ()) -> list[Any]:
        """See `executor.base.Executor.run`. A run that a task starts stays in that task's process."""
        if _is_worker or multiprocessing().current_process().daemon:  # a daemon may start no processes
            return SyncExecutor().run(graph, outputs, watchers)
        schedule = Schedule(graph, outputs, self.memory_limit)
        with watching(watchers, graph, schedule.order) as everyone, borrowed(self.workers) as handle:
            workers = Futures(handle.pool, self.workers, graph, renewed=handle.renew, end=handle.end)
            return drive(schedule, workers, everyone)


class Handle:
    """A pool of processes, and how many runs use it now."""

    def __init__(self, size: int):
        self.size = size
        self.runs = 0
        self.is_over = False
        self.pool = new_pool(size)
        multiprocessing().util.Finalize(self, self.end, exitpriority=100)  # before loky waits for its threads

    def renew(self) -> Any:
        """Another pool in the place of one that broke between two runs."""
        with _lock:
            try:
                self.pool.submit(int)
            except BrokenExecutor:  # else another run has renewed it already
                self.pool.shutdown(wait=False, kill_workers=True)
                self.pool = new_pool(self.size)
            return self.pool

    def end(self) -> None:
        """End the processes at once, whatever they do."""
        self.is_over = True
        self.pool.shutdown(wait=False, kill_workers=True)


_lock = threading.Lock()
_warm: Handle | None = None
_not_ours: list[Handle | None] = []
_is_worker = False


@contextmanager
def borrowed(workers: int) -> Iterator[Handle]:
    """The warm pool; a new one where that has ended, or is too small, and then the small one goes when it is idle."""
    global _warm
    with _lock:
        if _warm is None or _warm.is_over or _warm.size < workers:
            old, _warm = _warm, Handle(workers)
            if old is not None and not old.runs:
                old.end()
        mine = _warm
        mine.runs += 1
    try:
        yield mine
    finally:
        with _lock:
            mine.runs -= 1
            if mine is not _warm and not mine.runs:
                mine.end()


def new_pool(size: int) -> Any:
    """A pool whose processes start with its first task."""
    return process_pool(size, timeout=None, initializer=become_worker, env=WORKER_ENVIRONMENT)


def become_worker() -> None:
    """In a new worker: leave Ctrl-C to the parent, which ends its workers, and run what tasks run in this process."""
    global _is_worker
    _is_worker = True
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def forget_after_fork() -> None:
    """In a forked child: the pool is the parent's; it is kept from being cleaned up here."""
    global _warm, _lock
    _not_ours.append(_warm)
    _warm, _lock = None, threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=forget_after_fork)
