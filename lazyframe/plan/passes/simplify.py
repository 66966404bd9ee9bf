"""Pass: nodes that undo or repeat one another are shortened, so that later passes see a column where it comes from."""

from lazyframe.plan.logical.rowwise import Assign, Filter, Project, Rename, Take
from lazyframe.plan.node import Node, transform
from lazyframe.record import replace


def simplify(root: Node) -> Node:
    """The query with each rule applied once, from the sources up."""
    return transform(root, shorten)


def shorten(node: Node) -> Node:
    """A column of a wider frame is that column of the frame below."""
    match node:
        case Take(Assign(frame=frame, name=name, value=value), column):
            if column != name:
                return shorten(Take(frame, column))
            return (
                value if isinstance(value, Node) and value.schema.kind == "series" and is_named(value, name) else node
            )
        case Take(Project(frame=frame), column):
            return shorten(Take(frame, column))
        case Take(Rename(data=frame) as renamed, column):
            old = renamed.old_name(column)
            below = shorten(Take(frame, old))
            return below if is_named(below, column) else Rename(below, ((old, column),))
        case Take(Filter(frame=frame, test=test), column):
            return Filter(shorten(Take(frame, column)), test)
        case Project(Project(frame=frame), _):
            return shorten(replace(node, frame=frame))
        case Project(frame=frame, columns=columns) if list(columns) == frame.schema.columns:
            return frame
    return node


def is_named(series: Node, name: object) -> bool:
    """Return whether a Series has the name already that it would get as a column."""
    return bool(series.schema.empty.name == name)
