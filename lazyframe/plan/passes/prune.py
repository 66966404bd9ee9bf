"""Pass: columns that nothing needs are not read; from the root down, each step says what it needs of its children."""

from typing import Any

from lazyframe.plan.logical.rowwise import Assign, Project
from lazyframe.plan.logical.sources import Scan
from lazyframe.plan.node import Columns, Expr, walk
from lazyframe.record import replace


def prune(root: Expr) -> Expr:
    """The query with every scan reading only the columns that some step needs."""
    steps = walk(root)
    needed = needed_columns(steps)
    done: dict[int, Expr] = {}
    for step in steps:
        narrow = narrowed(step, needed.get(id(step), frozenset()))
        if id(narrow) in done:
            done[id(step)] = done[id(narrow)]
        else:
            done[id(step)] = in_order(step, narrow.map_children(lambda child: done[id(child)]))
    return done[id(root)]


def needed_columns(steps: list[Expr]) -> dict[int, Columns]:
    """For each step, by its identity, the columns that its users need of it; `steps` has children first."""
    needed: dict[int, Columns] = {id(steps[-1]): frozenset(steps[-1].schema.columns)}
    for step in reversed(steps):
        columns: Columns = needed.get(id(step), frozenset())
        for child, of_child in zip(step.children, step.needs(columns), strict=True):
            needed[id(child)] = needed.get(id(child), frozenset()) | of_child
    return needed


def narrowed(step: Expr, columns: Columns) -> Any:
    """A scan of the needed columns only; the frame below an assignment whose column nobody needs."""
    match step:
        case Scan():
            return replace(step, columns=tuple(name for name in step.columns if name in columns))
        case Assign(frame=frame, name=name) if name not in columns:
            return frame
    return step


def in_order(step: Expr, pruned: Expr) -> Expr:
    """A frame in whose place a column was set that is not read any more, with its columns in their old order."""
    match step:
        case Assign(frame=frame, name=name) if name in frame.schema.columns and isinstance(pruned, Assign):
            kept = pruned.schema.columns
            order = tuple(column for column in step.schema.columns if column in kept)
            return pruned if list(order) == kept else Project(pruned, order)
    return pruned
