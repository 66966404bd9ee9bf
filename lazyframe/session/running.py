"""Running a query: on which executor, with which bar, and what that choice means."""

import os
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any

import executor
from executor import Executor, Graph, Key, SyncExecutor, Task, ThreadExecutor, Watcher
from executor.watchers.notebook import in_notebook
from executor.watchers.progress import ProgressBar
from lazyframe.cache import Cache
from lazyframe.errors import BadLinesWarning, Revision, warn
from lazyframe.io.csv.checks import parse_bytes
from lazyframe.io.csv.fallbacks import Fallback, remember
from lazyframe.io.reader import Part, Source
from lazyframe.plan.logical.aggregate import Length
from lazyframe.plan.logical.sources import BadRecords, Reading, Scan
from lazyframe.plan.logical.together import Together
from lazyframe.plan.node import Node, graph_of, transform, walk
from lazyframe.plan.passes.explain import shape_of_work
from lazyframe.plan.passes.optimize import optimize
from lazyframe.record import replace
from lazyframe.session import config

BAR_AFTER = 0.5
"""Seconds that a computation takes before a bar is shown for it."""


def compute_plans(
    plans: Sequence[Node], scheduler: Any = None, num_workers: int | None = None, watchers: Sequence[Watcher] = ()
) -> list[Any]:
    """The answers of several queries in one run; a warning says how many bad lines were left out, if that was asked."""

    def run(plans: Sequence[Node]) -> list[Any]:
        leaving_out = [source for source in sources_of(plans) if source.skips_bad_lines]
        root = optimize(Together((*plans, *(Length(BadRecords(source)) for source in leaving_out))))
        keys = [(query.key, 0) for query in root.children]
        answers = execute(graph_of(root), keys, scheduler, num_workers, watchers)
        for source, count in zip(leaving_out, answers[len(plans) :], strict=True):
            if count:
                lines = f"{count:,} bad line{'s were' if count > 1 else ' was'}"
                warn(
                    f"{lines} left out of {source.name}. Pass on_bad_lines='collect' and look at df.bad_lines().",
                    BadLinesWarning,
                )
        return answers[: len(plans)]

    return with_revisions(plans, run)


def sources_of(plans: Sequence[Node]) -> list[Source]:
    """The sources whose rows some queries read to their end."""
    scans = [node for plan in plans for node in walk(plan) if isinstance(node, Scan) and node.limit is None]
    return list({scan.source.identity: scan.source for scan in scans}.values())


_learned: Cache[str, Source] = Cache(size=1 << 10)
"""What stands for a source, by its identity, since a reader found that plans made with it are wrong."""


def with_revisions(plans: Sequence[Node], run: Callable[[Sequence[Node]], Any]) -> Any:
    """Run some queries; where a reader finds that the plan was wrong, plan them again with what is known then."""
    while True:
        known = [with_known_sources(plan) for plan in plans]
        try:
            return run(known)
        except Revision as revision:
            if not learn(known, revision):
                raise


def learn(plans: Sequence[Node], revision: Revision) -> bool:
    """Remember what a revision says of the queries' sources; whether that is news."""
    for node in [node for plan in plans for node in walk(plan) if isinstance(node, Reading)]:
        source = node.source.whole if isinstance(node.source, Part) else node.source
        if source.identity == revision.source:
            revised = source.revised(revision.dtypes)
            _learned.put(source.identity, revised)
            return revised is not source
    return False


def with_known_sources(plan: Node) -> Node:
    """A query over the sources as they are known now."""

    def rule(node: Node) -> Node:
        if not isinstance(node, Reading):
            return node
        source = as_known(node.source)
        return node if source is node.source else replace(node, source=source)

    return transform(plan, rule) if len(_learned) else plan


def as_known(source: Source) -> Source:
    """A source with what was learned of it."""
    if isinstance(source, Part):
        whole = as_known(source.whole)
        return source if whole is source.whole else replace(source, whole=whole)
    while (learned := _learned.get(source.identity)) is not None:
        source = learned
    return source


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
    listener = [] if isinstance(runner, SyncExecutor | ThreadExecutor) else [FallbackWatcher()]
    return runner.run(graph, keys, [*watchers, *bars, *listener])


class FallbackWatcher(Watcher):
    """Hears where other processes have read without the kernel, so that plans can tell."""

    def task_emitted(self, key: Key, event: Any) -> None:
        """See `Watcher`."""
        if isinstance(event, Fallback) and event.process != os.getpid():
            remember(event)


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


def wants_bar(watchers: Sequence[Watcher]) -> bool:
    """Whether the settings ask for a bar, and nobody shows one already."""
    setting = config.get("progress")
    if any(isinstance(watcher, ProgressBar) for watcher in (*watchers, *executor.listening())):
        return False
    return setting is True or (setting == "notebook" and in_notebook() and find_spec("tqdm") is not None)


def explained(root: Node) -> str:
    """The executor that would run a lowered query, why that one, and what it means for the query; one line."""
    runner = chosen()
    scheduler, origin = config.found("scheduler")
    origin = "" if scheduler is None else origin
    describe = getattr(runner, "describe", lambda: repr(runner))
    if not origin and is_cluster(runner):
        origin = "the active client"
    return f"{describe()}{f' ({origin})' if origin else ''}: {meaning(describe(), root)}"


def meaning(runner: str, root: Node) -> str:
    """What an executor means for a query."""
    work = shape_of_work(root)
    if runner.startswith("distributed"):
        return "every task runs on a worker, which reads its files itself"
    if runner.startswith("sync"):
        return "one task after another, in this thread"
    if runner.startswith("processes"):
        return "whole partitions come back" if work.gives_rows else "only states come back"
    if not runner.startswith("threads"):
        return "as many tasks at once as it has workers"
    if work.python:
        return f"{work.python} holds the GIL, so tasks wait for one another; processes may be faster"
    if work.pandas_reads:
        return "pandas reads, and holds the GIL for much of it; processes may be faster"
    if work.pandas:
        return "every task reads without the GIL, then works with pandas"
    return "every task reads without the GIL"
