"""Which nodes can be combined row by row: those of the same rows, if need be after a look at what a function gave."""

from collections.abc import Sequence

from lazyframe.plan.logical.rowwise import MapPartitions, SameRows
from lazyframe.plan.node import Node, transform, walk


def aligned(nodes: Sequence[Node]) -> tuple[Node, ...] | None:
    """The nodes with the same rows, where that is so or can be checked when they run; None where it can't be.

    What a user's function made of each partition has rows of its own. Combined with what it was made of, its rows are
    checked to be the same, partition by partition.
    """
    lineages = [lineage(node) for node in nodes]
    common = next((rows for rows in lineages[0] if all(rows in other for other in lineages[1:])), None)
    return None if common is None else tuple(with_rows(node, common) for node in nodes)


def lineage(node: Node) -> list[str | None]:
    """The rows that a node has, then those that they were made of by a user's function, and so on."""
    found = [node.rows]
    while (mapped := mapped_of(node)) is not None:
        node = mapped.frame
        found.append(node.rows)
    return found


def mapped_of(node: Node) -> MapPartitions | None:
    """The user's function of each partition that gave a node its rows, if one did."""
    return next((one for one in walk(node) if isinstance(one, MapPartitions) and one.key == node.rows), None)


def with_rows(node: Node, rows: str | None) -> Node:
    """A node in which what functions gave is checked to have the rows that it was made of, until it has `rows`."""
    while node.rows != rows:
        mapped = mapped_of(node)
        assert mapped is not None, "these rows are of the node's lineage"
        checked = SameRows(mapped, mapped.frame, mapped.frame)
        node = transform(node, lambda one, key=mapped.key, new=checked: new if one.key == key else one)  # type: ignore[misc]
    return node
