"""Joins: each partition with all of a small table, or two tables whose rows are exchanged by their keys."""

from collections.abc import Callable
from typing import Any, ClassVar

from lazyframe.ops.op import Needs
from lazyframe.ops.whole import CallMethod
from lazyframe.plan.node import Called, Columns, Foretold, Node, Partitionwise
from lazyframe.plan.schema import Schema
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
class Merged(Foretold, Node):
    """Two tables merged by the keys of each, of which `dtypes` are the common ones; rows in the order of the first."""

    needs: ClassVar[Needs] = Needs.GROUP

    left: Node
    right: Node
    call: CallMethod
    left_keys: tuple[Any, ...]
    right_keys: tuple[Any, ...]
    dtypes: tuple[Any, ...]
    outcome: Schema = field(repr=False, derived=True)

    @property
    def label(self) -> str:
        return "merge"

    @property
    def npartitions(self) -> int:
        return self.left.npartitions

    def columns_needed(self, columns: Columns) -> list[Columns]:
        return [needed(self.left, columns, self.left_keys), needed(self.right, columns, self.right_keys)]

    def describe(self) -> str:
        return f"merge by {', '.join(map(str, self.left_keys))}: rows with equal keys meet"


def needed(table: Node, columns: Columns, keys: tuple[Any, ...]) -> Columns:
    """The columns of a table that are needed, its keys among them."""
    return (columns | frozenset(keys)) & frozenset(table.schema.columns)
