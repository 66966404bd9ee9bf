"""Which task is next and which result may go: depth first, and a result is dropped when its last user has run.

It starts nothing itself: an executor asks for `next()`, runs the call, and reports `done()`. Tasks are ranked once, by
a depth-first walk from the outputs (inputs before users); of those ready, the lowest rank goes first, so that a merge
runs before another file is opened. To change the order, change `ranked`; everything else follows from the ranks.
"""

from collections.abc import Callable, Sequence
from heapq import heappop, heappush
from typing import Any

from executor.task import Graph, Key, Ref, Task


class Schedule:
    """The state of one run of a graph. Not safe for threads: one thread asks and reports."""

    def __init__(self, graph: Graph, outputs: Sequence[Key]):
        self.graph = graph
        self.outputs = outputs
        self.results: dict[Key, Any] = {}
        self.order = ranked(graph, outputs)
        self._inputs = {key: graph[key].inputs() for key in self.order}
        self._users: dict[Key, list[int]] = {key: [] for key in self.order}
        self._missing: list[int] = []
        self._ready: list[int] = []
        for rank, key in enumerate(self.order):
            inputs = self._inputs[key]
            self._missing.append(len(inputs))
            for needed in inputs:
                self._users[needed].append(rank)
            if not inputs:
                self._ready.append(rank)
        self._uses = {key: len(users) for key, users in self._users.items()}
        for key in outputs:
            self._uses[key] += 1

    def next(self) -> Key | None:
        """The task to run now; None while nothing is ready."""
        return self.order[heappop(self._ready)] if self._ready else None

    def call(self, key: Key) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        """A task's function and its arguments, with results in the place of every `Ref`."""
        task: Task = self.graph[key]
        results = self.results
        return task.func, tuple([results[a.key] if type(a) is Ref else a for a in task.args])

    def done(self, key: Key, result: Any) -> None:
        """Keep a task's result, drop those that only it still needed, and make its users ready."""
        self.results[key] = result
        for needed in self._inputs[key]:
            self._uses[needed] -= 1
            if not self._uses[needed]:
                del self.results[needed]
        for rank in self._users[key]:
            self._missing[rank] -= 1
            if not self._missing[rank]:
                heappush(self._ready, rank)

    def answers(self) -> list[Any]:
        """The results of the outputs."""
        return [self.results[key] for key in self.outputs]


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
