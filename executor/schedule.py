"""Which tasks are next and which results may go: depth first, and a result is dropped when its last user has run.

It starts nothing itself: an executor asks for a `batch()`, has it run, and reports what became of it. Tasks are ranked
once, by a depth-first walk from the outputs (inputs before users); of those ready, the lowest rank goes first, so that
a merge runs before another file is opened. To change the order, change `ranked`; everything else follows from the
ranks. To change which tasks travel together, change `Schedule.batch`.
"""

import sys
from collections.abc import Sequence
from heapq import heappop, heappush
from typing import Any

from executor.batch import LONG, MOST, BatchTask, Report
from executor.task import Graph, Key, Task, resolved


class Schedule:
    """The state of one run of a graph. Not safe for threads: one thread asks and reports.

    Parameters
    ----------
    graph, outputs
        As for `Executor.run`.
    memory_limit
        Bytes: while the kept results sum up to more, no task without inputs starts, for it would read more.
    """

    def __init__(self, graph: Graph, outputs: Sequence[Key], memory_limit: int | None = None):
        self.graph = graph
        self.outputs = outputs
        self.results: dict[Key, Any] = {}
        self.order = ranked(graph, outputs)
        self._tasks = [graph[key] for key in self.order]
        self._ranks = {key: rank for rank, key in enumerate(self.order)}
        self._inputs = [task.inputs() for task in self._tasks]
        self._missing = [len(inputs) for inputs in self._inputs]
        self._users: dict[Key, list[int]] = {key: [] for key in self.order}
        self._reading: list[int] = []  # heaps of the ranks that can run now: those without inputs, and all others
        self._merging: list[int] = []
        for rank, inputs in enumerate(self._inputs):
            for needed in inputs:
                self._users[needed].append(rank)
            if not inputs:
                self._reading.append(rank)
        self._uses = {key: len(users) for key, users in self._users.items()}
        for key in outputs:
            self._uses[key] += 1
        self._handed_out: set[int] = set()
        self._seconds: dict[int, float] = {}
        self._memory_limit = memory_limit
        self._sizes: dict[Key, int] = {}

    def next(self) -> Key | None:
        """The task to run now; None while nothing is ready."""
        heap = self._heap()
        return self.order[heappop(heap)] if heap else None

    def call(self, key: Key) -> tuple[Any, tuple[Any, ...]]:
        """A task's function and its arguments."""
        task = self.graph[key]
        return task.func, resolved(task.args, self.results)

    def batch(self, workers: int, is_idle: bool) -> list[BatchTask]:
        """Return what to hand to a worker now: nothing while nothing is ready, or while too much is kept.

        One task; more only if all are known to be short. These are a fair share of those that are ready, and any that
        the batch itself makes ready. With a limit of memory, one of them reads at most: what it keeps is not known yet.
        """
        may_read = is_idle or not self._is_full()
        share = (len(self._reading) + len(self._merging)) // (workers + 1)
        chosen: list[int] = []
        missing: dict[int, int] = {}
        linked: list[int] = []
        seconds = 0.0
        while len(chosen) < MOST and seconds < LONG:
            heap = linked or self._heap(may_read)
            if not heap or (chosen and (self._expected(heap[0]) >= LONG or (not linked and len(chosen) >= share))):
                break
            rank = heappop(heap)
            chosen.append(rank)
            may_read = may_read and self._memory_limit is None
            seconds += self._expected(rank)
            for user in self._users[self.order[rank]]:
                missing[user] = missing.get(user, self._missing[user]) - 1
                if not missing[user]:
                    heappush(linked, user)
        self._handed_out.update(chosen)
        return self._calls(chosen)

    def reported(self, batch: Sequence[BatchTask], report: Report) -> list[Key]:
        """Take in what became of a batch; the keys of the results that are kept no more."""
        dropped = []
        for task, (begin, end) in zip(batch, report.times, strict=False):
            self._learn(task.func, end - begin)
            dropped += self.done(task.key, report.results.get(task.key))
        if report.error is None:
            for task in batch[len(report.times) :]:  # the batch was broken off
                self._put_back(self._ranks[task.key])
        return dropped

    def done(self, key: Key, result: Any) -> list[Key]:
        """Keep a task's result, make its users ready, and drop the results that only it still needed; their keys."""
        self.results[key] = result
        if self._memory_limit is not None:
            self._sizes[key] = size_of(result)
        rank = self._ranks[key]
        dropped = []
        for needed in self._inputs[rank]:
            self._uses[needed] -= 1
            if not self._uses[needed]:
                self.results.pop(needed, None)  # a cluster may have it from another run, and not have told
                self._sizes.pop(needed, None)
                dropped.append(needed)
        for user in self._users[key]:
            self._missing[user] -= 1
            if not self._missing[user] and user not in self._handed_out:
                heappush(self._merging, user)
        return dropped

    def answers(self) -> list[Any]:
        """The results of the outputs."""
        return [self.results[key] for key in self.outputs]

    def _calls(self, chosen: Sequence[int]) -> list[BatchTask]:
        """The calls of a batch; a result is dropped where the last of all its users is among them."""
        if len(chosen) == 1:
            task = self._tasks[chosen[0]]
            return [BatchTask(self.order[chosen[0]], task.func, resolved(task.args, self.results))]
        batch = []
        uses: dict[Key, int] = {}
        for rank in chosen:
            task, key = self._tasks[rank], self.order[rank]
            uses[key] = self._uses[key]
            drop = []
            for needed in self._inputs[rank]:
                if needed in uses:
                    uses[needed] -= 1
                    if not uses[needed]:
                        drop.append(needed)
            batch.append(BatchTask(key, task.func, resolved(task.args, self.results), tuple(drop)))
        return batch

    def _put_back(self, rank: int) -> None:
        """A task that was handed out and not run is ready again, or will be."""
        self._handed_out.discard(rank)
        if not self._missing[rank]:
            heappush(self._merging if self._inputs[rank] else self._reading, rank)

    def _heap(self, may_read: bool = True) -> list[int]:
        """Return where the next task is."""
        reading, merging = self._reading, self._merging
        return reading if may_read and reading and not (merging and merging[0] < reading[0]) else merging

    def _is_full(self) -> bool:
        """Return whether the kept results sum up to more than the limit."""
        return self._memory_limit is not None and sum(self._sizes.values()) > self._memory_limit

    def _expected(self, rank: int) -> float:
        """About how many seconds a task takes: long, if its function is not known yet."""
        return self._seconds.get(id(self._tasks[rank].func), LONG)

    def _learn(self, func: Any, seconds: float) -> None:
        """Remember how long a function takes: more counts at once, less little by little."""
        self._seconds[id(func)] = max(seconds, 0.9 * self._seconds.get(id(func), 0.0))


def size_of(result: Any) -> int:
    """About how many bytes a result takes; what containers hold is counted, and objects say for themselves."""
    if isinstance(result, tuple | list | set | frozenset):
        return sys.getsizeof(result) + sum(map(size_of, result))
    if isinstance(result, dict):
        return sys.getsizeof(result) + sum(size_of(item) for pair in result.items() for item in pair)
    return sys.getsizeof(result)


def ranked(graph: Graph, outputs: Sequence[Key]) -> list[Key]:
    """The keys that the outputs need, inputs before users, each output's inputs together."""
    order: list[Key] = []
    entered: set[Key] = set()
    left: set[Key] = set()
    stack: list[tuple[Key, bool]] = [(key, False) for key in reversed(outputs)]
    while stack:
        key, is_leaving = stack.pop()
        if is_leaving:
            left.add(key)
            order.append(key)
        elif key not in entered:
            entered.add(key)
            stack.append((key, True))
            for needed in reversed(lookup(graph, key).inputs()):
                if needed in entered and needed not in left:  # entered and not left: the walk is below it now
                    raise ValueError(f"The graph has a cycle through {needed!r}.")
                stack.append((needed, False))
    return order


def lookup(graph: Graph, key: Key) -> Task:
    """A key's task, or an error that says that the graph lacks it."""
    try:
        return graph[key]
    except KeyError:
        raise KeyError(f"The graph has no task {key!r}, though one is asked for.") from None
