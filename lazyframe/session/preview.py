"""The first rows of a query, to be shown with it: at little cost, or not at all."""

from contextlib import suppress
from typing import Any

from executor import SyncExecutor
from lazyframe.io.reader import Part
from lazyframe.ops.op import Needs
from lazyframe.plan.logical.rowwise import Filter
from lazyframe.plan.logical.sources import Scan
from lazyframe.plan.logical.together import Together
from lazyframe.plan.node import Node, Partitionwise, graph_of, transform, walk
from lazyframe.plan.passes.optimize import PASSES, optimize
from lazyframe.record import replace

SHOWN = 5
"""Rows shown."""

SEARCHED = 1000
"""Rows among which those that a filter keeps are looked for."""

WITHOUT_PUSH = {name: one for name, one in PASSES.items() if name != "push"}
"""Passes that leave a filter above its scan, which then reads no more than it is told to."""


def preview(plan: Node) -> Any:
    """The first rows as a pandas object; None where they are not at hand, as of answers and remote files."""
    nodes = walk(plan)
    scans = [node for node in nodes if isinstance(node, Scan)]
    is_plain = all(isinstance(node, Partitionwise) and node.needs is Needs.ROW for node in nodes)
    if not is_plain or len({scan.source.identity for scan in scans}) != 1 or not scans[0].source.is_near:
        return None
    count = SEARCHED if any(isinstance(node, Filter) for node in nodes) else SHOWN
    with suppress(Exception):  # what is wrong with the rows is said where they are asked for
        root = optimize(Together((limited(of_part(plan, 0, 1), count),)), WITHOUT_PUSH)
        return SyncExecutor().run(graph_of(root), [(root.children[0].key, 0)])[0].head(SHOWN)
    return None


def of_part(plan: Node, start: int, stop: int) -> Node:
    """A query over some partitions of its source alone."""

    def rule(node: Node) -> Node:
        return replace(node, source=Part(node.source, start, stop)) if isinstance(node, Scan) else node

    return transform(plan, rule)


def limited(plan: Node, count: int) -> Node:
    """A query whose scans stop after so many rows."""
    return transform(plan, lambda node: replace(node, limit=count) if isinstance(node, Scan) else node)
