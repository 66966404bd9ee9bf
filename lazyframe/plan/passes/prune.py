"""Pass: columns that nothing needs are not read; from the root down, each node says what it needs of its children."""

from typing import Any

from lazyframe.plan.logical.join import WithWhole
from lazyframe.plan.logical.neighbours import Nearby
from lazyframe.plan.logical.rowwise import Assign, AssignAligned, Project
from lazyframe.plan.logical.sources import Scan
from lazyframe.plan.node import Columns, Node, walk
from lazyframe.plan.schema import Schema
from lazyframe.record import replace

INDICATOR = "_merge"
"""The column that a merge makes of itself."""


def prune(root: Node) -> Node:
    """The query with every scan reading only the columns that some node needs."""
    nodes = walk(root)
    needed = needed_columns(nodes)
    done: dict[int, Node] = {}
    for node in nodes:
        narrow = narrowed(node, needed.get(id(node), frozenset()))
        if id(narrow) in done:
            done[id(node)] = done[id(narrow)]
        else:
            below = narrow.map_children(lambda child: done[id(child)])
            if isinstance(below, Nearby | WithWhole) and below.schema.kind == "frame":
                below = with_what_is_left(below)
            done[id(node)] = in_order(node, below)
    return done[id(root)]


def needed_columns(nodes: list[Node]) -> dict[int, Columns]:
    """For each node, by its identity, the columns that its users need of it; `nodes` has children first."""
    needed: dict[int, Columns] = {id(nodes[-1]): frozenset(nodes[-1].schema.columns)}
    for node in reversed(nodes):
        columns: Columns = needed.get(id(node), frozenset())
        for child, of_child in zip(node.children, node.columns_needed(columns), strict=True):
            needed[id(child)] = needed.get(id(child), frozenset()) | of_child
    return needed


def narrowed(node: Node, columns: Columns) -> Any:
    """A scan of the needed columns only; the frame below an assignment whose column nobody needs."""
    match node:
        case Scan():
            return replace(node, columns=tuple(name for name in node.columns if name in columns))
        case Assign(frame=frame, name=name) | AssignAligned(frame=frame, name=name) if name not in columns:
            return frame
    return node


def with_what_is_left(node: Any) -> Any:
    """A node that notes what its result has, with no more in it than its inputs have."""
    there = {name for child in node.children for name in child.schema.columns} | {INDICATOR}
    kept = [name for name in node.schema.columns if name in there]
    return replace(node, outcome=Schema("frame", node.schema.empty[kept]))


def in_order(node: Node, pruned: Node) -> Node:
    """A frame in whose place a column was set that is not read any more, with its columns in their old order."""
    match node:
        case Assign(frame=frame, name=name) | AssignAligned(frame=frame, name=name) if (
            name in frame.schema.columns and type(pruned) is type(node)
        ):
            kept = pruned.schema.columns
            order = tuple(column for column in node.schema.columns if column in kept)
            return pruned if list(order) == kept else Project(pruned, order)
    return pruned
