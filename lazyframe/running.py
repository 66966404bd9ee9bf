"""Running a query: on which executor, with which bar, and what that choice means."""

import sys
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

import executor
from executor import Executor, Graph, Key, Task, Watcher
from executor.progress import ProgressBar
from lazyframe import config
from lazyframe.expr.explain import shape_of_work
from lazyframe.expr.node import Expr, graph_of
from lazyframe.expr.optimize import optimize
from lazyframe.expr.ordered import Together
from lazyframe.io.options import parse_bytes

BAR_AFTER = 0.5
"""Seconds that a computation takes before a bar is shown for it."""


def compute_exprs(
    exprs: Sequence[Expr], scheduler: Any = None, num_workers: int | None = None, watchers: Sequence[Watcher] = ()
) -> list[Any]:
    """The answers of several queries in one run."""
    root = optimize(Together(tuple(exprs)))
    return execute(graph_of(root), [(query.key, 0) for query in root.children], scheduler, num_workers, watchers)


def execute(
    graph: Graph,
    keys: Sequence[Key],
    scheduler: Any = None,
    num_workers: int | None = None,
    watchers: Sequence[Watcher] = (),
) -> list[Any]:
    """Run tasks on the executor that the arguments or the settings say."""
    runner = chosen(scheduler, num_workers)
    if "distributed" in sys.modules and not is_cluster(runner):
        graph = at_hand(graph)
    bars = [ProgressBar(delay=BAR_AFTER, leave=False)] if wants_bar(watchers) else []
    return runner.run(graph, keys, [*watchers, *bars])


def start(graph: Graph, keys: Sequence[Key], scheduler: Any = None, num_workers: int | None = None) -> list[Any]:
    """Run tasks and keep their results where they are: on a cluster they are futures, and still run."""
    runner = chosen(scheduler, num_workers)
    if is_cluster(runner):
        return list(runner.persist(graph, keys))  # type: ignore[attr-defined]
    return execute(graph, keys, runner)


def chosen(scheduler: Any = None, num_workers: int | None = None) -> Executor:
    """The executor that the arguments or the settings say."""
    return executor.find(
        config.get("scheduler") if scheduler is None else scheduler,
        config.get("num_workers") if num_workers is None else num_workers,
        config.get("pool"),
        parse_bytes(config.get("memory_limit"), "memory_limit"),
    )


def is_cluster(runner: Executor) -> bool:
    """Whether an executor keeps results where they were computed."""
    return hasattr(runner, "persist")


def at_hand(graph: Graph) -> Graph:
    """The graph with results that a cluster keeps fetched from there."""
    Future = sys.modules["distributed"].Future
    futures = {arg.key: arg for task in graph.values() for arg in task.args if isinstance(arg, Future)}
    if not futures:
        return graph
    results = dict(zip(futures, next(iter(futures.values())).client.gather(list(futures.values())), strict=True))
    return {key: with_results(task, results) for key, task in graph.items()}


def with_results(task: Task, results: dict[Any, Any]) -> Task:
    """A task with results in the place of futures."""
    distributed = sys.modules["distributed"]
    args = tuple(results[arg.key] if isinstance(arg, distributed.Future) else arg for arg in task.args)
    return Task(task.func, args, task.about, task.nbytes)


def wants_bar(watchers: Sequence[Watcher]) -> bool:
    """Whether the settings ask for a bar, and nobody shows one already."""
    setting = config.get("progress")
    if setting not in (True, False, "notebook"):
        raise ValueError(f'progress={setting!r} is not known; it is True, False, or "notebook".')
    if any(isinstance(watcher, ProgressBar) for watcher in (*watchers, *executor.listening())):
        return False
    if setting == "notebook" and "ipykernel" in sys.modules:
        return hasattr(sys.modules["IPython"].get_ipython(), "kernel") and find_spec("tqdm") is not None
    return setting is True


def explained(root: Expr) -> str:
    """The executor that would run a lowered query, why that one, and what it means for the query; one line."""
    runner = chosen()
    _, origin = config.found("scheduler")
    describe = getattr(runner, "describe", lambda: repr(runner))
    if not origin and is_cluster(runner):
        origin = "the active client"
    return f"{describe()}{f' ({origin})' if origin else ''}: {meaning(describe(), root)}"


def meaning(runner: str, root: Expr) -> str:
    """What an executor means for a query."""
    work = shape_of_work(root)
    if runner.startswith("distributed"):
        return "every task runs on a worker, which reads its files itself"
    if runner.startswith("sync"):
        return "one task after another, in this thread"
    if runner.startswith("processes"):
        return "whole partitions come back" if work.gives_rows else "only partial results come back"
    if work.python:
        return f"{work.python} holds the GIL, so tasks wait for one another; processes may be faster"
    if work.pandas:
        return "every task reads without the GIL, then works with pandas"
    return "every task reads without the GIL"
