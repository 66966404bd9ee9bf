"""What an executor means for a plan, in words."""

from lazyframe.plan.node import Node
from lazyframe.plan.passes.explain import shape_of_work
from lazyframe.session import config
from lazyframe.session.choice import chosen, is_cluster
from lazyframe.session.guard import gatherings


def explained(query: Node, root: Node) -> list[str]:
    """The last lines of a plan: what is gathered in one place, and the executor that would run it."""
    gathered = [f"{one.describe()}, because {one.node.why}" for one in gatherings([query])]
    return [*gathered, runs(root)]


def runs(root: Node) -> str:
    """The executor that would run a lowered query, why that one, and what it means for the query; one line."""
    runner = chosen()
    scheduler, origin = config.found("scheduler")
    origin = "" if scheduler is None else origin
    describe = getattr(runner, "describe", lambda: repr(runner))
    if not origin and is_cluster(runner):
        origin = "the active client"
    return f"{describe()}{f' ({origin})' if origin else ''}: {meaning(describe(), root)}"


def meaning(runner: str, root: Node) -> str:
    """Return what an executor means for a query."""
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
