"""The passes, in order. Each is a function from a query to a query and runs once."""

from collections.abc import Callable
from time import perf_counter

from lazyframe.plan.logical.join import Merged
from lazyframe.plan.logical.rowwise import Renumber
from lazyframe.plan.node import Node, walk
from lazyframe.plan.passes.below_joins import below_joins
from lazyframe.plan.passes.fuse import fuse
from lazyframe.plan.passes.lower import lower
from lazyframe.plan.passes.prune import prune
from lazyframe.plan.passes.push import push
from lazyframe.plan.passes.share import share
from lazyframe.plan.passes.simplify import simplify
from lazyframe.plan.passes.unlabel import unlabel

Pass = Callable[[Node], Node]

PASSES: dict[str, Pass] = {
    "share": share, "unlabel": unlabel, "below joins": below_joins, "simplify": simplify, "push": push, "prune": prune,
    "lower": lower, "fuse": fuse,
}  # fmt: skip
"""By name, in order."""

ONLY_WITH: dict[str, type[Node]] = {"unlabel": Renumber, "below joins": Merged}
"""Passes that change nothing in a query without such nodes."""

NEEDED: dict[str, Pass] = {"lower": lower, "fuse": fuse}
"""Those without which a query has no tasks; the others only make it faster."""


def optimize(root: Node, passes: dict[str, Pass] = PASSES) -> Node:
    """The query after all passes."""
    kinds = set(map(type, walk(root)))
    for name, one in passes.items():
        if name not in ONLY_WITH or ONLY_WITH[name] in kinds:
            root = one(root)
    return root


def stages(root: Node, passes: dict[str, Pass] = PASSES) -> list[tuple[str, Node, float]]:
    """The query as written and after each pass, with the pass's name and the seconds that it took."""
    found = [("query", root, 0.0)]
    for name, one in passes.items():
        begin = perf_counter()
        root = one(root)
        found.append((name, root, perf_counter() - begin))
    return found
