"""The reference executor: one task after another in the calling thread, so that a debugger sees a plain stack."""

from collections.abc import Sequence
from time import perf_counter
from typing import Any

from executor.base import Watcher, blame, watching
from executor.schedule import Schedule
from executor.task import Graph, Key


class SyncExecutor:
    """Runs everything here and now; the number of workers is always one."""

    def __init__(self, workers: int = 1):
        self.workers = 1

    def __repr__(self) -> str:
        return "SyncExecutor()"

    def run(self, graph: Graph, outputs: Sequence[Key], watchers: Sequence[Watcher] = ()) -> list[Any]:
        """See `executor.base.Executor.run`."""
        schedule = Schedule(graph, outputs)
        with watching(watchers, graph):
            while (key := schedule.next()) is not None:
                for watcher in watchers:
                    watcher.task_started(key)
                begin = perf_counter()
                func, args = schedule.call(key)
                try:
                    result = func(*args)
                except BaseException as error:
                    blame(error, key, graph[key])
                    raise
                del args
                schedule.done(key, result)
                end = perf_counter()
                for watcher in watchers:
                    watcher.task_done(key, begin, end)
        return schedule.answers()
