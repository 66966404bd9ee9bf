"""Work for which a partition's rows and some of its neighbours' are enough."""

from collections.abc import Callable
from typing import Any, ClassVar

from lazyframe.ops.op import Needs
from lazyframe.plan.node import Called, Columns, Foretold, Node
from lazyframe.plan.schema import Schema
from lazyframe.record import field, record


@record(eq=False)
class Nearby(Called, Foretold, Node):
    """A call that gives a row for each row, made of it, of `before` rows before it and of `after` behind it."""

    needs: ClassVar[Needs] = Needs.NEAR
    keeps_rows: ClassVar[bool] = True

    frame: Node
    call: Callable[..., Any]
    name: str
    before: int
    after: int
    outcome: Schema = field(repr=False, derived=True)

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
        return [columns]

    def describe(self) -> str:
        return f"{self.name}: each partition with {self.before} rows before it and {self.after} behind it"
