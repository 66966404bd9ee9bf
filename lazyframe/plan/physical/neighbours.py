"""Nodes for work that looks at rows of neighbouring partitions: their edges first, then each with what is around it."""

from collections.abc import Callable
from typing import Any

from executor.task import Graph, Key, Ref, Task
from lazyframe.ops.neighbours import Behind, InFront, Near, pair
from lazyframe.ops.reach import Reach
from lazyframe.plan.node import Called, Columns, Foretold, Node, Partitionwise, partition
from lazyframe.plan.schema import INNER, Schema
from lazyframe.record import field, record


@record(eq=False)
class Surroundings(Node):
    """The rows around each partition, from the edges of all."""

    edges: Node
    before: Reach
    after: Reach

    @property
    def schema(self) -> Schema:
        return INNER

    @property
    def npartitions(self) -> int:
        return self.edges.npartitions

    def describe(self) -> str:
        return "rows around each partition, of its neighbours' edges"

    def tasks(self) -> Graph:
        count = self.npartitions
        tasks: dict[Key, Task] = {}
        fronts: list[Any] = [None]
        backs: list[Any] = [None]
        for number in range(1, count):
            before = () if fronts[-1] is None else (fronts[-1],)
            tasks[f"{self.key}-front", number] = Task(
                InFront(self.before), (partition(self.edges, number - 1), *before)
            )
            fronts.append(Ref((f"{self.key}-front", number)))
        for number in range(count - 2, -1, -1):
            behind = () if backs[-1] is None else (backs[-1],)
            tasks[f"{self.key}-back", number] = Task(Behind(self.after), (partition(self.edges, number + 1), *behind))
            backs.append(Ref((f"{self.key}-back", number)))
        for number, (front, back) in enumerate(zip(fronts, backs[::-1], strict=True)):
            tasks[self.key, number] = Task(pair, (front, back))
        return tasks


@record(eq=False)
class Around(Called, Foretold, Partitionwise):
    """A call on each partition with the rows around it."""

    frame: Node
    around: Node
    call: Callable[..., Any] = field(repr=False)
    name: str
    outcome: Schema = field(repr=False, derived=True)

    @property
    def kernel(self) -> Callable[..., Any]:
        return Near(self.call)

    @property
    def rows(self) -> str | None:
        return self.frame.rows

    @property
    def is_numbered(self) -> bool:
        return self.frame.is_numbered

    def columns_needed(self, columns: Columns) -> list[Columns]:
        return [frozenset(self.frame.schema.columns), frozenset()]

    def describe(self) -> str:
        return f"{self.name}: with the rows around it"
