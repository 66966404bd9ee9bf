"""Joins: each partition with all of a small table, or two tables whose rows are exchanged by their keys."""

from collections.abc import Callable
from functools import cached_property
from typing import Any, ClassVar

from lazyframe.ops.join import Join
from lazyframe.ops.op import Needs
from lazyframe.plan.node import Called, Columns, Foretold, Node, Partitionwise
from lazyframe.plan.schema import Schema, schema_of
from lazyframe.record import field, record


@record(eq=False)
class WithWhole(Called, Foretold, Partitionwise):
    """A function of each partition and all of another table, which is small.

    `columns` and `others` are those that the function looks at beside what is asked. `is_aligned` says that it gives a
    row for each row.
    """

    needs: ClassVar[Needs] = Needs.PARTIAL

    frame: Node
    whole: Node
    call: Callable[..., Any] = field(repr=False)
    name: str
    columns: tuple[Any, ...]
    others: tuple[Any, ...]
    outcome: Schema = field(repr=False, derived=True)
    is_aligned: bool = False

    @property
    def kernel(self) -> Callable[..., Any]:
        return self.call

    @property
    def npartitions(self) -> int:
        return self.frame.npartitions

    @property
    def rows(self) -> str | None:
        return self.frame.rows if self.is_aligned else self.key

    @property
    def is_numbered(self) -> bool:
        return self.is_aligned and self.frame.is_numbered

    @property
    def is_answer(self) -> bool:
        return False

    def columns_needed(self, columns: Columns) -> list[Columns]:
        return [needed(self.frame, columns, self.columns), needed(self.whole, columns, self.others)]

    def describe(self) -> str:
        return f"{self.name}: each partition with all of the other table"


@record(eq=False)
class Merged(Node):
    """Two tables joined by columns.

    `whole` says which of them every task takes whole ("left", "right"; neither if it is empty): then the result has the
    partitions of the other. Else rows with equal keys meet, and the result has those of the table whose order it has,
    or, if it has none, as many partitions as there are `buckets`.
    """

    needs: ClassVar[Needs] = Needs.GROUP

    left: Node
    right: Node
    join: Join
    whole: str
    buckets: int
    is_in_order: bool = True

    @cached_property
    def schema(self) -> Schema:
        return schema_of(self.join(self.left.schema.empty, self.right.schema.empty))

    @property
    def label(self) -> str:
        return "merge"

    @property
    def base(self) -> Node:
        """The table in whose order the rows of the result are."""
        return self.right if self.join.how == "right" else self.left

    @property
    def npartitions(self) -> int:
        if self.whole:
            return self.left.npartitions if self.whole == "right" else self.right.npartitions
        return self.base.npartitions if self.is_in_order else self.buckets

    def columns_needed(self, columns: Columns) -> list[Columns]:
        return [needed(self.left, columns, self.join.left_keys), needed(self.right, columns, self.join.right_keys)]

    def describe(self) -> str:
        what = f"merge by {', '.join(map(str, self.join.left_keys))}" if self.join.left_keys else "merge"
        return f"{what}: {'each partition with all of the other table' if self.whole else 'rows with equal keys meet'}"


def needed(table: Node, columns: Columns, keys: tuple[Any, ...]) -> Columns:
    """The columns of a table that are needed, its keys among them."""
    return (columns | frozenset(keys)) & frozenset(table.schema.columns)
