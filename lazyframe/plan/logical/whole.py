"""A method of pandas for whose result a partition's own rows are not enough."""

from functools import cached_property
from typing import Any

from lazyframe.ops.op import Needs, Whole
from lazyframe.ops.whole import CallMethod, keys_of
from lazyframe.plan.node import Columns, Node
from lazyframe.plan.schema import Schema, schema_of
from lazyframe.record import record


@record(eq=False)
class Across(Node):
    """A method that needs rows of other partitions; what it needs decides how `lower` makes it run.

    Where rows meet for it, they do so in that many `buckets`.
    """

    frame: Node
    op: Whole
    buckets: int
    options: tuple[tuple[str, Any], ...] = ()

    @property
    def label(self) -> str:
        return self.op.name

    @property
    def call(self) -> CallMethod:
        """The call of pandas' method."""
        return CallMethod(self.op.name, self.options)

    @cached_property
    def schema(self) -> Schema:
        return schema_of(self.call(self.frame.schema.empty))

    @property
    def npartitions(self) -> int:
        is_sorted = self.op.needs is Needs.SORTED and not self.is_in_order
        return self.buckets if is_sorted else self.frame.npartitions

    @property
    def is_in_order(self) -> bool:
        """Return whether the rows stand as they are asked: a sort by row numbers that counts upwards."""
        is_upwards = dict(self.options).get("ascending", True) is True
        return self.op.name == "sort_index" and self.frame.is_numbered and is_upwards

    @property
    def rows(self) -> str | None:
        return self.frame.rows if self.op.keeps_rows else self.key

    @property
    def is_numbered(self) -> bool:
        return self.frame.is_numbered and self.op.needs in (Needs.BEFORE, Needs.GROUP)

    @property
    def order(self) -> tuple[Any, ...]:
        return keys_of(self.op, self.options) if self.op.needs is Needs.SORTED else ()

    def columns_needed(self, columns: Columns) -> list[Columns]:
        keys = keys_of(self.op, self.options)
        if self.op.needs is Needs.GROUP and not keys:  # of a frame, all columns are keys
            return [frozenset(self.frame.schema.columns)]
        return [columns | frozenset(keys)]

    def describe(self) -> str:
        options = ", ".join(f"{name}={value!r}" for name, value in self.options)
        return f"{self.op.name}({options}) [needs {self.op.needs.value}]"
