"""The reference executor: one task after another in the calling thread, so that a debugger sees a plain stack."""

from collections.abc import Sequence
from time import perf_counter
from typing import Any

from executor.base import Watcher, blame, watching
from executor.events import gathered
from executor.schedule import Schedule
from executor.task import Graph, Key


class SyncExecutor:
    """Runs everything here and now, one task at a time."""

    workers = 1

    def __repr__(self) -> str:
        return "SyncExecutor()"

    def describe(self) -> str:
        """Kind and number of workers, for people."""
        return "sync, 1 worker"

    def run(self, graph: Graph, outputs: Sequence[Key], watchers: Sequence[Watcher] = ()) -> list[Any]:
        """See `executor.base.Executor.run`."""
        schedule = Schedule(graph, outputs)
        with watching(watchers, graph, schedule.order) as everyone:
            while (key := schedule.next()) is not None:
                for watcher in everyone:
                    watcher.task_started(key)
                begin = perf_counter()
                func, args = schedule.call(key)
                try:
                    with gathered() as events:
                        result = func(*args)
                except BaseException as error:
                    blame(error, key, graph[key])
                    raise
                del args
                dropped = schedule.done(key, result)
                end = perf_counter()
                for watcher in everyone:
                    for event in events:
                        watcher.task_emitted(key, event)
                    watcher.task_done(key, begin, end)
                    watcher.result_kept(key, result)
                    for gone in dropped:
                        watcher.result_dropped(gone)
                del result  # or this frame would keep a result that the schedule has dropped
        return schedule.answers()
