"""Nodes that know where a partition stands: row numbers of the whole table, and all partitions as one."""

from collections.abc import Callable
from typing import Any

from executor.task import Graph, Key, Ref, Task
from lazyframe.ops.concat import collect, collect_numbered, shift
from lazyframe.plan.node import Columns, Node, partition
from lazyframe.plan.physical.shapes import prefix
from lazyframe.plan.schema import Schema
from lazyframe.record import record


@record(eq=False)
class Numbered(Node):
    """A frame or Series indexed by row numbers of the whole table; `counts` are the records of each partition.

    Partitions come with their own row numbers; the records before each are added.
    """

    frame: Node
    counts: Node

    @property
    def schema(self) -> Schema:
        return self.frame.schema

    @property
    def npartitions(self) -> int:
        return self.frame.npartitions

    @property
    def rows(self) -> str | None:
        return self.frame.rows

    def columns_needed(self, columns: Columns) -> list[Columns]:
        return [columns, frozenset()]

    def tasks(self) -> Graph:
        offsets = f"{self.key}-offset"
        numbers = range(self.npartitions)
        tasks: dict[Key, Task] = dict(prefix(offsets, [partition(self.counts, number) for number in numbers]))
        for number in numbers:
            tasks[self.key, number] = Task(shift, (partition(self.frame, number), Ref((offsets, number))))
        return tasks


@record(eq=False)
class Collect(Node):
    """All partitions as one pandas object; with `counts`, numbered on the way."""

    frame: Node
    counts: tuple[Node, ...] = ()

    @property
    def schema(self) -> Schema:
        return self.frame.schema

    @property
    def npartitions(self) -> int:
        return 1

    def columns_needed(self, columns: Columns) -> list[Columns]:
        return [columns, *(frozenset() for _ in self.counts)]

    def describe(self) -> str:
        return "all partitions as one, rows numbered through" if self.counts else "all partitions as one"

    def tasks(self) -> Graph:
        function: Callable[..., Any] = collect_numbered if self.counts else collect
        children = [self.frame, *self.counts]
        parts = [partition(child, number) for child in children for number in range(child.npartitions)]
        return {(self.key, 0): Task(function, tuple(parts))}
