"""Pass: a filter of a join's rows by columns of one of its tables is a filter of that table, where that is the same."""

from collections.abc import Sequence
from typing import Any

from lazyframe.ops import arithmetic
from lazyframe.ops.join import with_missing
from lazyframe.plan.logical.join import Merged
from lazyframe.plan.logical.rowwise import Apply, Filter, Rename, Take
from lazyframe.plan.node import Node, transform, walk
from lazyframe.record import replace

FILTERED = {
    "inner": ("left", "right"), "cross": ("left", "right"), "left": ("left",), "right": ("right",), "asof": ("left",)
}  # fmt: skip
"""The tables of each kind of join of which a row that is left out is in no other row of the result."""


def below_joins(root: Node) -> Node:
    """The query with filters of joined rows applied before the join, if no one else needs the others."""
    nodes = walk(root)
    users: dict[int, list[Node]] = {}
    for node in nodes:
        for child in node.children:
            users.setdefault(id(child), []).append(node)
    alone = {id(node) for node in nodes if isinstance(node, Filter) and has_no_other_user(node, users)}
    done: dict[int, Node] = {}
    for node in nodes:
        own = node.map_children(lambda child: done[id(child)])
        done[id(node)] = filtered_first(own) if id(node) in alone and isinstance(own, Filter) else own
    return done[id(root)]


def has_no_other_user(node: Filter, users: dict[int, list[Node]]) -> bool:
    """Return whether what is filtered is used by the filter and its test alone: else it would be joined twice."""
    own = {id(node), *(id(one) for one in walk(node.test, is_of_row) if is_of_row(one))}
    inner = {id(node.frame), *own} - {id(node)}
    return all(id(user) in own for one in inner for user in users[one])


def is_of_row(node: Node) -> bool:
    """Return whether a node of a test is made of a row's own values."""
    return isinstance(node, Apply | Take | Rename)


def filtered_first(node: Filter) -> Node:
    """A filter of joined rows as one of the tables', as far as that can be."""
    if not isinstance(node.frame, Merged) or node.frame.join.validate is not None:
        return node
    merged, rest = node.frame, []
    for test in conjuncts(node.test):
        side = side_of(test, node.frame)
        if side is None:
            rest.append(test)
        else:
            table = getattr(merged, side)
            merged = replace(merged, **{side: Filter(table, of_table(test, node.frame, table))})
    if merged is node.frame:
        return node
    return with_tests(merged, [of_table(test, node.frame, merged) for test in rest])


def conjuncts(test: Node) -> list[Node]:
    """The tests that all have to hold."""
    match test:
        case Apply(op=op, operands=(Node() as first, Node() as other)) if op is arithmetic.and_:
            return [*conjuncts(first), *conjuncts(other)]
    return [test]


def side_of(test: Node, merged: Merged) -> Any:
    """The table of which a row alone decides on a test, if it may be filtered first; else None."""
    nodes = walk(test, is_of_row)
    columns = {node.column for node in nodes if isinstance(node, Take) and node.frame is merged}
    others = [node for node in nodes if not is_of_row(node) and node is not merged and node.schema.kind != "scalar"]
    if others or not columns or any(isinstance(node, Take) and node.frame is not merged for node in nodes):
        return None
    for side in FILTERED.get(merged.join.how, ()):
        if not has_same_dtypes(merged, side):
            continue
        own = getattr(merged, side).schema.empty
        joined = merged.schema.empty
        if columns <= set(own.columns) and all(own[name].dtype == joined[name].dtype for name in columns):
            return side
    return None


def has_same_dtypes(merged: Merged, side: str) -> bool:
    """Return whether the other table's columns have the dtypes that they have if no row is left out of this one.

    Integers of which rows have no match are floats: whether any has none, may be a matter of the rows left out.
    """
    if merged.join.how in ("inner", "cross"):
        return True
    other, is_filled = (merged.left, merged.join.fills[0]) if side == "right" else (merged.right, merged.join.fills[1])
    keys = {*merged.join.left_keys, *merged.join.right_keys}
    dtypes = {name: dtype for name, dtype in other.schema.empty.dtypes.items() if name not in keys}
    return is_filled or all(with_missing(dtype) == dtype for dtype in dtypes.values())


def of_table(test: Node, frame: Node, table: Node) -> Node:
    """A test of the rows of another frame with the columns that it looks at."""

    def rule(node: Node) -> Node:
        return replace(node, frame=table) if isinstance(node, Take) and node.frame is frame else node

    return transform(test, rule)


def with_tests(frame: Node, tests: Sequence[Node]) -> Node:
    """A frame filtered by tests of its own rows."""
    if not tests:
        return frame
    test = tests[0]
    for other in tests[1:]:
        test = Apply(arithmetic.and_, (test, other))
    return Filter(frame, test)
