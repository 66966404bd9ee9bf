"""Running plans, and tasks."""

import sys
from collections.abc import Sequence
from typing import Any

from executor import Executor, Graph, Key, Watcher
from lazyframe.errors import BadLinesWarning, warn
from lazyframe.io.reader import Source
from lazyframe.plan.logical.aggregate import Length
from lazyframe.plan.logical.sources import BadRecords, Scan
from lazyframe.plan.logical.together import Together
from lazyframe.plan.node import Node, graph_of, walk
from lazyframe.plan.passes.optimize import optimize
from lazyframe.session.choice import chosen, is_cluster
from lazyframe.session.futures import at_hand
from lazyframe.session.guard import guarded
from lazyframe.session.replan import replanning
from lazyframe.session.spilling import Spilling
from lazyframe.session.watchers import unasked


def compute_plans(
    plans: Sequence[Node], scheduler: Any = None, num_workers: int | None = None, watchers: Sequence[Watcher] = ()
) -> list[Any]:
    """The answers of several queries in one run; a warning says how many bad lines were left out, if that was asked."""

    runner = chosen(scheduler, num_workers)

    def run(plans: Sequence[Node]) -> list[Any]:
        watchers_of = guarded(plans, runner)
        leaving_out = [source for source in sources_of(plans) if source.skips_bad_lines]
        with Spilling(runner) as spilling:
            asked = Together((*plans, *(Length(BadRecords(source)) for source in leaving_out)))
            root = optimize(asked, spilling.passes)
            keys = [(query.key, 0) for query in root.children]
            answers = run_on(runner, graph_of(root), keys, [*watchers, *watchers_of(root)])
        for source, count in zip(leaving_out, answers[len(plans) :], strict=True):
            warn_of_bad_lines(source, count)
        return answers[: len(plans)]

    return replanning(plans, run)  # type: ignore[no-any-return]


def warn_of_bad_lines(source: Source, count: int) -> None:
    """Say how many lines were left out of a source, if any were."""
    if count:
        lines = f"{count:,} bad line{'s were' if count > 1 else ' was'}"
        way = "Pass on_bad_lines='collect' and look at df.bad_lines()."
        warn(f"{lines} left out of {source.name}. {way}", BadLinesWarning)


def sources_of(plans: Sequence[Node]) -> list[Source]:
    """The sources whose rows some queries read to their end."""
    scans = [node for plan in plans for node in walk(plan) if isinstance(node, Scan) and node.limit is None]
    return list({scan.source.identity: scan.source for scan in scans}.values())


def execute(
    graph: Graph,
    keys: Sequence[Key],
    scheduler: Any = None,
    num_workers: int | None = None,
    watchers: Sequence[Watcher] = (),
) -> list[Any]:
    """Run tasks on the executor that the arguments or the settings say."""
    return run_on(chosen(scheduler, num_workers), graph, keys, watchers)


def run_on(runner: Executor, graph: Graph, keys: Sequence[Key], watchers: Sequence[Watcher] = ()) -> list[Any]:
    """Run tasks on an executor, with the watchers that nobody has to ask for."""
    if "distributed" in sys.modules and not is_cluster(runner):
        graph = at_hand(graph)
    return runner.run(graph, keys, [*watchers, *unasked(runner, watchers)])


def start(graph: Graph, keys: Sequence[Key], scheduler: Any = None, num_workers: int | None = None) -> list[Any]:
    """Run tasks and keep their results where they are: on a cluster they are futures, and still run."""
    runner = chosen(scheduler, num_workers)
    if is_cluster(runner):
        return list(runner.persist(graph, keys))  # type: ignore[attr-defined]
    return run_on(runner, graph, keys)
