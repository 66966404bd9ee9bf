"""How many buckets rows are put into where rows of several partitions meet."""

from math import ceil

from lazyframe.plan.node import Node
from lazyframe.plan.size import rows_of, width_of

MOST = 1024
"""Buckets of an exchange: each is a task with an argument a partition."""

LEAST_BYTES = 4_000_000
"""Rows of so few bytes are not worth a task of their own."""

MOST_BYTES = 256_000_000
"""Rows of more bytes are too many for one task: several of them are in memory at a time."""


def buckets_for(*tables: Node) -> int:
    """How many buckets the rows of tables are put into: as many as there are partitions, if their sizes allow it."""
    count = max(table.npartitions for table in tables)
    rows = [rows_of(table) for table in tables]
    if None not in rows:
        nbytes = sum((one or 0) * width_of(table) for one, table in zip(rows, tables, strict=True))
        count = max(min(count, ceil(nbytes / LEAST_BYTES)), ceil(nbytes / MOST_BYTES))
    return max(1, min(count, MOST))
