"""How rows are numbered through: which counts are added to the row numbers of each partition."""

from lazyframe.plan.logical.sources import BadRecords, CountRows, Scan
from lazyframe.plan.node import Node, walk
from lazyframe.plan.physical.aggregate import PartitionLengths
from lazyframe.plan.physical.ordered import Numbered


def numbered(query: Node) -> Node:
    """A query whose partitions have the row numbers of the whole table."""
    return Numbered(query, counts_of(query)) if query.is_numbered and query.npartitions > 1 else query


def counts_of(node: Node) -> Node:
    """The number of rows in each partition of what a node's rows are numbered by."""
    for below in walk(node):
        if isinstance(below, Scan) and below.is_numbered:
            return CountRows(below.source)
        if isinstance(below, BadRecords):
            return PartitionLengths(below)
    raise TypeError(f"The rows of {node.describe()} are not numbered.")
