"""Work for which a partition's rows and some of its neighbours' are enough."""

from collections.abc import Callable
from typing import Any, ClassVar

from lazyframe.ops.op import Needs
from lazyframe.ops.reach import Reach
from lazyframe.plan.node import Called, Columns, Foretold, Node
from lazyframe.plan.schema import Schema
from lazyframe.record import field, record


@record(eq=False)
class Nearby(Called, Foretold, Node):
    """A call that gives a row for each row, made of it and of those before it and behind it, so far.

    Each column is made of its own, unless it `looks_at` others too.
    """

    needs: ClassVar[Needs] = Needs.NEAR
    keeps_rows: ClassVar[bool] = True

    frame: Node
    call: Callable[..., Any]
    name: str
    before: Reach
    after: Reach
    outcome: Schema = field(repr=False, derived=True)
    looks_at: tuple[Any, ...] = ()

    @property
    def npartitions(self) -> int:
        return self.frame.npartitions

    @property
    def rows(self) -> str | None:
        return self.frame.rows

    @property
    def is_numbered(self) -> bool:
        return self.frame.is_numbered

    def columns_needed(self, columns: Columns) -> list[Columns]:
        return [columns | frozenset(self.looks_at)]

    def describe(self) -> str:
        if not isinstance(self.before, int):
            return f"{self.name}: each partition with the rows around it"
        return f"{self.name}: each partition with {self.before} rows before it and {self.after} behind it"
