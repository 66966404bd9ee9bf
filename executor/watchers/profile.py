"""Watchers that remember: when each task ran, what the process used meanwhile, how long each result was kept."""

import threading
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any, NamedTuple

from executor.base import ELSEWHERE, Watcher, kind_of
from executor.task import Graph, Key, Task

MOST_EVENTS = 10
"""Events that a profile's text has."""


class TaskData(NamedTuple):
    """One task that ran; seconds of `time.perf_counter`, those of a cluster's workers by their own clocks.

    `events` is what the task had to say of its run: that it read a file the slow way, and why, say.
    """

    key: Key
    task: Task
    start_time: float
    end_time: float
    events: tuple[Any, ...] = ()


class Profiler(Watcher):
    """When each task ran.

    Attributes
    ----------
    results
        A `TaskData` a task, in the order in which they ended; of all runs watched.

    Its text is a summary: how long tasks of each kind took, and what they emitted.

    Examples
    --------
    >>> from executor import SyncExecutor, Task
    >>> with Profiler() as profile:
    ...     SyncExecutor().run({"a": Task(int)}, ["a"])
    [0]
    >>> [one.key for one in profile.results]
    ['a']
    """

    def __init__(self) -> None:
        self.results: list[TaskData] = []
        self._tasks: dict[Key, Task] = {}  # of all runs: several may be watched at once
        self._events: dict[Key, list[Any]] = {}

    def __repr__(self) -> str:
        kinds: dict[str, list[float]] = {}
        for one in self.results:
            kinds.setdefault(kind_of(one.key), []).append(one.end_time - one.start_time)
        slowest = sorted(kinds.items(), key=lambda kind: -sum(kind[1]))
        times = [f"{sum(each):9.3f} s  {len(each):7,} x  {kind}" for kind, each in slowest]
        events = [str(event) for one in self.results for event in one.events]
        more = [f"and {len(events) - MOST_EVENTS:,} events more, see .results"] if len(events) > MOST_EVENTS else []
        return "\n".join([f"Profiler: {len(self.results):,} tasks", *times, *events[:MOST_EVENTS], *more])

    def start(self, graph: Graph, keys: Sequence[Key]) -> None:
        """See `Watcher`."""
        self._tasks.update((key, graph[key]) for key in keys)

    def task_emitted(self, key: Key, event: Any) -> None:
        """See `Watcher`."""
        self._events.setdefault(key, []).append(event)

    def task_done(self, key: Key, begin: float, end: float) -> None:
        """See `Watcher`."""
        events = tuple(self._events.pop(key, ()))
        self.results.append(TaskData(key, self._tasks[key], begin, end, events))

    def clear(self) -> None:
        """Forget all results."""
        self.results.clear()


class ResourceData(NamedTuple):
    """What this process and its children used at a time (of `time.perf_counter`): MB of memory, percent of one core."""

    time: float
    mem: float
    cpu: float


class ResourceProfiler(Watcher):
    """Memory and processor use of this process and its children during a run; of a remote cluster it sees nothing.

    Parameters
    ----------
    dt
        Seconds between two looks.

    Attributes
    ----------
    results
        A `ResourceData` a look; of all runs watched.

    Raises
    ------
    ImportError
        Without psutil.
    """

    def __init__(self, dt: float = 1.0):
        try:
            import psutil
        except ImportError:
            raise ImportError("ResourceProfiler needs psutil: pip install psutil") from None
        self.dt = dt
        self.results: list[ResourceData] = []
        self._process = psutil.Process()
        self._gone = psutil.Error
        self._seen: dict[int, Any] = {}
        self._over = threading.Event()
        self._thread = threading.Thread()
        self._runs = 0

    def __repr__(self) -> str:
        if not self.results:
            return "ResourceProfiler: no run yet"
        memory, cpu = max(one.mem for one in self.results), max(one.cpu for one in self.results)
        return f"ResourceProfiler: {len(self.results):,} looks, up to {memory:,.0f} MB and {cpu:.0f} % of one processor"

    def start(self, graph: Graph, keys: Sequence[Key]) -> None:
        """See `Watcher`."""
        self._runs += 1
        if self._runs > 1:  # it looks already, for another run
            return
        self._over.clear()
        self._look()  # processor use is that since the last look
        self._thread = threading.Thread(target=self._watch, name="resource-profiler", daemon=True)
        self._thread.start()

    def finish(self, error: BaseException | None) -> None:
        """See `Watcher`."""
        self._runs -= 1
        if self._runs:
            return
        self._over.set()
        self._thread.join()
        self.results.append(self._look())

    def clear(self) -> None:
        """Forget all results."""
        self.results.clear()

    def _watch(self) -> None:
        while not self._over.wait(self.dt):
            self.results.append(self._look())

    def _look(self) -> ResourceData:
        """Return what is used now."""
        memory = cpu = 0.0
        found = {one.pid: one for one in (self._process, *self._process.children(recursive=True))}
        self._seen = {pid: self._seen.get(pid, one) for pid, one in found.items()}
        for process in self._seen.values():
            try:
                memory += process.memory_info().rss / 1e6
                cpu += process.cpu_percent()
            except self._gone:  # it has just ended
                continue
        return ResourceData(perf_counter(), memory, cpu)


class CacheData(NamedTuple):
    """A result that was kept for its users: from when to when, and its size by the metric."""

    key: Key
    task: Task
    metric: float
    cache_time: float
    free_time: float


class CacheProfiler(Watcher):
    """How long results were kept for the tasks that needed them.

    Parameters
    ----------
    metric
        The size of a result, such as `sys.getsizeof`; by default each counts 1. On a cluster results are out of reach,
        and only the default works.

    Attributes
    ----------
    results
        A `CacheData` a result, in the order in which they were dropped; of all runs watched.
    """

    def __init__(self, metric: Callable[[Any], float] | None = None):
        self.results: list[CacheData] = []
        self._metric = metric
        self._tasks: dict[Key, Task] = {}
        self._kept: dict[Key, tuple[float, float]] = {}
        self._runs = 0

    def __repr__(self) -> str:
        kept = sum(one.free_time - one.cache_time for one in self.results)
        return f"CacheProfiler: {len(self.results):,} results, kept for {kept:.3g} s in all"

    def start(self, graph: Graph, keys: Sequence[Key]) -> None:
        """See `Watcher`."""
        self._runs += 1
        self._tasks.update((key, graph[key]) for key in keys)

    def result_kept(self, key: Key, result: Any) -> None:
        """See `Watcher`."""
        if self._metric is not None and result is ELSEWHERE:
            raise ValueError("CacheProfiler(metric=...) measures results, and a cluster's stay there. Use no metric.")
        self._kept[key] = (1.0 if self._metric is None else self._metric(result), perf_counter())

    def result_dropped(self, key: Key) -> None:
        """See `Watcher`; a result that never left its worker is of no interest."""
        kept = self._kept.pop(key, None)
        if kept is not None:
            self.results.append(CacheData(key, self._tasks[key], *kept, perf_counter()))

    def finish(self, error: BaseException | None) -> None:
        """See `Watcher`; what is kept still are the answers, which go to the caller now."""
        self._runs -= 1
        for key in list(self._kept) if not self._runs else ():
            self.result_dropped(key)

    def clear(self) -> None:
        """Forget all results."""
        self.results.clear()
