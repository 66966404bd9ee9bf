"""Methods of groups for which all rows of a group meet: the rows are exchanged by their keys."""

from functools import cached_property
from typing import Any, ClassVar, Literal

from lazyframe.ops.groups import GroupCall
from lazyframe.ops.op import Needs
from lazyframe.plan.logical.gathered import DEFERRED
from lazyframe.plan.node import Columns, Node
from lazyframe.plan.schema import Schema
from lazyframe.record import field, record

Gives = Literal["each row", "some rows", "groups"]


@record(eq=False)
class Grouped(Node):
    """A method of the groups of a frame, in which the keys are columns.

    It gives a result for each row, which has the frame's rows; or some of the rows; or a table of the groups, in one
    place. `outcome` is the result with no rows.
    """

    needs: ClassVar[Needs] = Needs.GROUP

    frame: Node
    call: GroupCall
    gives: Gives
    buckets: int
    outcome: Schema = field(default=DEFERRED, repr=False, derived=True)
    as_index: bool = True

    @property
    def label(self) -> str:
        return f"groupby-{self.call.name}"

    @property
    def schema(self) -> Schema:
        return self.outcome if self.gives != "groups" else DEFERRED

    @property
    def npartitions(self) -> int:
        return 1 if self.gives == "groups" else self.frame.npartitions

    @cached_property
    def rows(self) -> str | None:
        return self.frame.rows if self.gives == "each row" else self.key

    @property
    def is_numbered(self) -> bool:
        return self.gives != "groups" and self.frame.is_numbered

    @property
    def is_answer(self) -> bool:
        return self.gives == "groups"

    @property
    def keys(self) -> tuple[Any, ...]:
        """The columns by which rows meet."""
        return tuple(column for column, _, _ in self.call.keys)

    def columns_needed(self, columns: Columns) -> list[Columns]:
        return [frozenset(self.frame.schema.columns)]

    def describe(self) -> str:
        return f"{self.label}: all rows of a group meet"
