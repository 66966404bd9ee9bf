"""How rows are numbered through: which counts are added to the row numbers of each partition."""

from lazyframe.plan.logical.partitions import Kept, OnePartition
from lazyframe.plan.logical.sources import BadRecords, CountRows, Scan
from lazyframe.plan.node import Node, walk
from lazyframe.plan.physical.aggregate import PartitionLengths
from lazyframe.plan.physical.ordered import Collect, Numbered


def collected(query: Node) -> Node:
    """A query's answer in one piece."""
    if query.schema.kind not in ("frame", "series"):
        return OnePartition(query, 0) if isinstance(query, Kept) else query  # what is kept has no task of its own
    is_shifted = query.is_numbered and query.npartitions > 1  # the first partition's numbers are right as they are
    return Collect(query, (counts_of(query),) if is_shifted else ())


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
