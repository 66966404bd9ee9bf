"""Results that a cluster keeps, fetched for runs elsewhere."""

import sys
from typing import Any

from executor import Graph, Task


def at_hand(graph: Graph) -> Graph:
    """The graph with results that a cluster keeps fetched from there."""
    Future = sys.modules["distributed"].Future
    futures = {arg.key: arg for task in graph.values() for arg in task.args if isinstance(arg, Future)}
    if not futures:
        return graph
    if any(future.client.status != "running" for future in futures.values()):
        raise RuntimeError(
            "This was kept on a cluster whose client is closed. Keep it again, with persist(), where it is needed."
        )
    results = dict(zip(futures, next(iter(futures.values())).client.gather(list(futures.values())), strict=True))
    return {key: with_results(task, results) for key, task in graph.items()}


def with_results(task: Task, results: dict[Any, Any]) -> Task:
    """A task with results in the place of futures."""
    distributed = sys.modules["distributed"]
    args = tuple(results[arg.key] if isinstance(arg, distributed.Future) else arg for arg in task.args)
    return Task(task.func, args, task.about, task.nbytes)
