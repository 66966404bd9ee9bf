"""Ranks of a Series' values."""

from functools import cached_property
from typing import ClassVar

from lazyframe.ops.op import Needs
from lazyframe.ops.rank import Ranking
from lazyframe.plan.node import Columns, Node
from lazyframe.plan.schema import Schema, schema_of
from lazyframe.record import record


@record(eq=False)
class Ranked(Node):
    """The rank of each value of a Series among all."""

    needs: ClassVar[Needs] = Needs.SORTED
    keeps_rows: ClassVar[bool] = True

    values: Node
    ranking: Ranking
    buckets: int

    @property
    def label(self) -> str:
        return "rank"

    @cached_property
    def schema(self) -> Schema:
        return schema_of(self.ranking.ranks(self.values.schema.empty))

    @property
    def npartitions(self) -> int:
        return self.values.npartitions

    @property
    def rows(self) -> str | None:
        return self.values.rows

    @property
    def is_numbered(self) -> bool:
        return self.values.is_numbered

    def columns_needed(self, columns: Columns) -> list[Columns]:
        return [frozenset(self.values.schema.columns)]

    def describe(self) -> str:
        return f"rank({self.ranking.method}): among all values"
