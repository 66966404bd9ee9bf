"""The executor of worker threads of its own, which live as long as one run."""

import ctypes
import threading
from collections.abc import Sequence
from contextlib import suppress
from contextvars import copy_context
from queue import Empty, SimpleQueue
from typing import Any

from executor.base import Watcher, count, watching
from executor.batch import BatchTask, Report, run_batch
from executor.drive import LOOK_UP, drive
from executor.schedule import Schedule
from executor.task import Graph, Key


class ThreadExecutor:
    """Runs tasks on threads.

    Parameters
    ----------
    workers
        How many threads.
    memory_limit
        Bytes: while the kept results sum up to more, no task without inputs starts.
    """

    def __init__(self, workers: int = 2, memory_limit: int | None = None):
        self.workers = workers
        self.memory_limit = memory_limit

    def __repr__(self) -> str:
        return f"ThreadExecutor(workers={self.workers})"

    def describe(self) -> str:
        """Kind and number of workers, for people."""
        return count("threads", self.workers)

    def run(self, graph: Graph, outputs: Sequence[Key], watchers: Sequence[Watcher] = ()) -> list[Any]:
        """See `executor.base.Executor.run`."""
        schedule = Schedule(graph, outputs, self.memory_limit)
        with watching(watchers, graph, schedule.order) as everyone:
            return drive(schedule, Threads(min(self.workers, len(schedule.order))), everyone)


class Threads:
    """The threads of one run, and the two queues between them and the thread that drives; see `drive.WorkerPool`."""

    def __init__(self, size: int):
        self.size = size
        self._batches: SimpleQueue[Sequence[BatchTask] | None] = SimpleQueue()
        self._reports: SimpleQueue[tuple[Sequence[BatchTask], Report]] = SimpleQueue()
        self._at_work: set[int] = set()
        self._is_interrupted = False
        self._lock = threading.Lock()
        self._threads = [
            threading.Thread(target=copy_context().run, args=(self._work,), name=f"worker-{number}", daemon=True)
            for number in range(size)
        ]  # daemons: an interrupted one may be in a call that takes long, and does not keep the interpreter from ending
        try:
            for thread in self._threads:
                thread.start()
        except RuntimeError:  # there can't be more: those that started end
            self._threads = [thread for thread in self._threads if thread.ident is not None]
            self.close()
            raise

    def put(self, batch: Sequence[BatchTask]) -> None:
        """See `drive.WorkerPool`."""
        self._batches.put(batch)

    def next_report(self) -> tuple[Sequence[BatchTask], Report]:
        """See `drive.WorkerPool`; a Ctrl-C that came just before the waiting began is noticed at the next look."""
        while True:
            with suppress(Empty):
                return self._reports.get(timeout=LOOK_UP)

    def interrupt(self) -> None:
        """Raise SystemExit in the threads that are at work, at their next Python instruction.

        Not KeyboardInterrupt: should a thread just have left its call, SystemExit ends it without a word.
        """
        with self._lock:
            self._is_interrupted = True
            for thread in self._at_work:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(SystemExit))

    def close(self) -> None:
        """Let every thread end, and wait for it unless it was interrupted; batches not yet begun are dropped."""
        with suppress(Empty):  # not `while not empty()`: a worker may take the last one in between
            while True:
                self._batches.get_nowait()
        for _ in range(self.size):
            self._batches.put(None)
        if not self._is_interrupted:
            for thread in self._threads:
                thread.join()

    def _work(self) -> None:
        """Run batches until there are no more."""
        while (batch := self._batches.get()) is not None:
            report = self._report(batch)
            self._reports.put((batch, report))
            del batch, report  # before waiting again: their arguments and results may be large

    def _report(self, batch: Sequence[BatchTask]) -> Report:
        """Run one batch; an interruption is an outcome too."""
        thread = threading.get_ident()
        try:
            with self._lock:
                if self._is_interrupted:  # after the others were told
                    raise SystemExit
                self._at_work.add(thread)
            report = run_batch(batch)
            with self._lock:
                self._at_work.discard(thread)
        except BaseException as error:
            with self._lock:
                self._at_work.discard(thread)
            return Report(error=error)
        return report
