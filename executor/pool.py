"""The executor of worker threads: as many tasks in flight as there are workers, never more."""

import ctypes
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from time import perf_counter
from typing import Any, NamedTuple

from executor.base import Watcher, blame, watching
from executor.schedule import Schedule
from executor.task import Graph, Key

LOOK_UP = 0.2
"""Seconds after which the driving thread looks up from its waiting: a signal does not always interrupt that."""


class Call(NamedTuple):
    """What a worker is handed: one task."""

    key: Key
    func: Callable[..., Any]
    args: tuple[Any, ...]


class Outcome(NamedTuple):
    """What a worker reports of one task."""

    key: Key
    result: Any
    error: BaseException | None
    begin: float
    end: float


class ThreadExecutor:
    """Runs tasks on threads of its own, which live as long as one run."""

    def __init__(self, workers: int = 2):
        if workers < 1:
            raise ValueError(f"num_workers must be at least 1, not {workers}.")
        self.workers = workers

    def __repr__(self) -> str:
        return f"ThreadExecutor(workers={self.workers})"

    def run(self, graph: Graph, outputs: Sequence[Key], watchers: Sequence[Watcher] = ()) -> list[Any]:
        """See `executor.base.Executor.run`."""
        schedule = Schedule(graph, outputs)
        crew = Crew(min(self.workers, len(schedule.order)))
        with watching(watchers, graph):
            try:
                drive(schedule, crew, watchers)
            except KeyboardInterrupt:
                crew.interrupt()  # and do not wait for what is running
                raise
            finally:
                crew.dismiss()
            crew.join()
        return schedule.answers()


def drive(schedule: Schedule, crew: "Crew", watchers: Sequence[Watcher]) -> None:
    """Keep the workers busy until nothing is left, or until a task has failed and those at work have returned."""
    in_flight = 0
    failed: Outcome | None = None
    while True:
        while failed is None and in_flight < crew.size and (key := schedule.next()) is not None:
            for watcher in watchers:
                watcher.task_started(key)
            crew.calls.put(Call(key, *schedule.call(key)))
            in_flight += 1
        if not in_flight:
            break
        outcome = crew.next_outcome()
        in_flight -= 1
        if outcome.error is not None:
            failed = failed or outcome
            continue
        schedule.done(outcome.key, outcome.result)
        for watcher in watchers:
            watcher.task_done(outcome.key, outcome.begin, outcome.end)
        del outcome  # or this frame would keep a result that the schedule has dropped
    if failed is not None and failed.error is not None:
        blame(failed.error, failed.key, schedule.graph[failed.key])
        raise failed.error


class Crew:
    """The worker threads of one run, and the two queues between them and the thread that drives."""

    def __init__(self, size: int):
        self.size = size
        self.calls: SimpleQueue[Call | None] = SimpleQueue()
        self.outcomes: SimpleQueue[Outcome] = SimpleQueue()
        self._at_work: set[int] = set()
        self._is_interrupted = False
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._work, name=f"worker-{number}") for number in range(size)]
        for thread in self._threads:
            thread.start()

    def next_outcome(self) -> Outcome:
        """Wait for a worker's report; a Ctrl-C that came just before the waiting began is noticed at the next look."""
        while True:
            with suppress(Empty):
                return self.outcomes.get(timeout=LOOK_UP)

    def dismiss(self) -> None:
        """Let every thread end after the call that it is at; calls not yet begun are dropped."""
        with suppress(Empty):  # not `while not empty()`: a worker may take the last call in between
            while True:
                self.calls.get_nowait()
        for _ in range(self.size):
            self.calls.put(None)

    def join(self) -> None:
        """Wait until every thread has ended."""
        for thread in self._threads:
            thread.join()

    def interrupt(self) -> None:
        """Raise SystemExit in the threads that are at work, at their next Python instruction.

        Not KeyboardInterrupt: should a thread just have left its call, SystemExit ends it without a word.
        """
        with self._lock:
            self._is_interrupted = True
            for thread in self._at_work:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(SystemExit))

    def _work(self) -> None:
        """Run calls until there are no more."""
        while (call := self.calls.get()) is not None:
            outcome = self._outcome(call)
            del call  # before waiting again: its arguments may be large
            self.outcomes.put(outcome)
            del outcome

    def _outcome(self, call: Call) -> Outcome:
        """Run one call; whatever it raises is an outcome too."""
        begin = perf_counter()
        thread = threading.get_ident()
        try:
            with self._lock:
                if self._is_interrupted:  # after the others were told
                    raise SystemExit
                self._at_work.add(thread)
            result = call.func(*call.args)
            with self._lock:
                self._at_work.discard(thread)
        except BaseException as error:
            with self._lock:
                self._at_work.discard(thread)
            return Outcome(call.key, None, error, begin, perf_counter())
        return Outcome(call.key, result, None, begin, perf_counter())
