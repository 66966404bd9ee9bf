"""How rows are numbered through: which counts are added to the row numbers of each partition."""

from lazyframe.plan.logical.sources import BadRecords, CountRows, Scan
from lazyframe.plan.node import Node
from lazyframe.plan.physical.aggregate import PartitionLengths
from lazyframe.plan.physical.ordered import Numbered


def numbered(query: Node) -> Node:
    """A query whose partitions have the row numbers of the whole table."""
    return Numbered(query, counts_of(query)) if query.is_numbered and query.npartitions > 1 else query


def counts_of(node: Node) -> Node:
    """The number of rows in each partition of what a node's rows are numbered by.

    That is a child that is numbered too; of rows that come back from an exchange it is the first.
    """
    while not isinstance(node, Scan | BadRecords):
        node = next((child for child in node.children if child.is_numbered), node.children[0])
    return CountRows(node.source) if isinstance(node, Scan) else PartitionLengths(node)
