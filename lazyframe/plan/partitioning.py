"""What is known of the partitions of a node's result before it runs."""

from typing import Any, Literal

from lazyframe.record import record

IndexKind = Literal["numbered", "labelled"]


@record()
class Partitioning:
    """How the rows of a result lie in its partitions.

    `rows` names the set of rows: two results with the same can be combined row by row; None goes with any. An index is
    "numbered" where each partition counts its rows from its own start, and "labelled" where labels stand as they are.
    `order` are the columns by which the rows are sorted, `hashed` those by which rows with equal values share a
    partition, and `lengths` the rows of each partition, where they are known.
    """

    count: int
    rows: str | None
    index: IndexKind
    order: tuple[Any, ...] = ()
    hashed: tuple[Any, ...] | None = None
    lengths: tuple[int, ...] | None = None
