"""A function `(graph, keys)` as an executor."""

from collections.abc import Callable, Sequence
from typing import Any

from executor.base import Watcher, watching
from executor.schedule import ranked
from executor.task import Graph, Key, Task


class CallableExecutor:
    """Runs graphs by a function of the graph and the keys wanted, which gives their results in order.

    Watchers learn of the run's start and end; what happens in between only the function knows.
    """

    def __init__(self, func: Callable[[Graph, Sequence[Key]], Sequence[Any]]):
        self.func = func

    def __repr__(self) -> str:
        return f"CallableExecutor({getattr(self.func, '__qualname__', self.func)})"

    def run(self, graph: Graph, outputs: Sequence[Key], watchers: Sequence[Watcher] = ()) -> list[Any]:
        """See `executor.base.Executor.run`."""
        with watching(watchers, graph, ranked(graph, outputs)):
            results = self.func(graph, outputs)
        if not isinstance(results, Sequence) or len(results) != len(outputs):
            raise TypeError(f"{self!r}: the function must give a list of {len(outputs)} results, not {type(results)}.")
        if any(isinstance(result, Task) for result in results):
            raise TypeError(
                f"{self!r}: the function gave tasks back instead of their results. A `get` of dask's takes graphs of "
                "another kind: use dask.compute(x, scheduler=get)."
            )
        return list(results)
