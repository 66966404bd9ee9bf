"""Nodes that make one value of many: a state a partition, a tree of merges, a finalize."""

from collections.abc import Callable
from typing import Any

from executor.task import Graph
from lazyframe.ops.aggregate import AggregateSpec, UpdateState
from lazyframe.ops.op import Partial
from lazyframe.plan.node import Called, Columns, Foretold, Node, Partitionwise, partition
from lazyframe.plan.physical.shapes import tree
from lazyframe.plan.schema import Schema
from lazyframe.record import field, record


@record(eq=False)
class States(Partitionwise):
    """A `State` of each partition, of the values and the keys."""

    series: tuple[Node, ...]
    spec: AggregateSpec

    @property
    def kernel(self) -> Callable[..., Any]:
        return UpdateState(self.spec)

    def describe(self) -> str:
        return f"States({', '.join(one.function for one in self.spec.accumulators)})"


@record(eq=False)
class Updated(Partitionwise):
    """The state of each partition of the inputs."""

    inputs: tuple[Node, ...]
    op: Partial

    @property
    def kernel(self) -> Callable[..., Any]:
        return self.op.update

    def describe(self) -> str:
        return f"State of {self.op.name}"


@record(eq=False)
class PartitionLengths(Partitionwise):
    """The number of rows of each partition."""

    frame: Node

    @property
    def kernel(self) -> Callable[..., Any]:
        return len

    def columns_needed(self, columns: Columns) -> list[Columns]:
        return [frozenset()]


@record(eq=False)
class Tree(Called, Foretold, Node):
    """Partitions merged, neighbours first, level by level; the last merge is the finalize."""

    parts: Node
    name: str
    merge: Callable[..., Any] = field(repr=False)
    finalize: Callable[..., Any] = field(repr=False)
    outcome: Schema = field(repr=False, derived=True)

    @property
    def npartitions(self) -> int:
        return 1

    @property
    def rows(self) -> str | None:
        return None if self.outcome.kind == "scalar" else self.key

    def tasks(self) -> Graph:
        leaves = [partition(self.parts, number) for number in range(self.parts.npartitions)]
        return tree(self.key, leaves, self.merge, self.finalize)


def total(*counts: int) -> int:
    """The sum of some numbers of rows."""
    return sum(counts)
