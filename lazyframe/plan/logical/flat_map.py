"""Rows made of each row, any number of them."""

from collections.abc import Callable
from functools import cached_property
from typing import Any, ClassVar

from lazyframe.ops.op import Needs
from lazyframe.plan.node import Columns, Node, Partitionwise
from lazyframe.plan.schema import Schema, schema_of
from lazyframe.record import record


@record(eq=False)
class FlatMap(Partitionwise):
    """What a call makes of each partition that has the row numbers of the whole table: rows made of each row.

    `columns` are those that the call looks at beside what is asked for; None means that it looks at all.
    """

    needs: ClassVar[Needs] = Needs.ROW

    frame: Node
    call: Callable[..., Any]
    columns: tuple[Any, ...] | None = None

    @property
    def kernel(self) -> Callable[..., Any]:
        return self.call

    @cached_property
    def schema(self) -> Schema:
        return schema_of(self.call(self.frame.schema.empty))

    @property
    def rows(self) -> str | None:
        return self.key

    @property
    def is_numbered(self) -> bool:
        return False

    def columns_needed(self, columns: Columns) -> list[Columns]:
        known = frozenset(self.frame.schema.columns)
        return [known if self.columns is None else (columns | frozenset(self.columns)) & known]

    def describe(self) -> str:
        return f"FlatMap({getattr(self.call, 'name', self.call)})"
