"""Nodes that make one value of many: a state a partition, a tree of merges, a finish."""

from collections.abc import Callable
from typing import Any

from executor.task import Graph
from lazyframe.ops.groupby import Plan, ReducePartition
from lazyframe.plan.node import Columns, Expr, Partitionwise, partition
from lazyframe.plan.physical.shapes import tree
from lazyframe.plan.schema import Schema
from lazyframe.record import field, record


@record(eq=False)
class States(Partitionwise):
    """A `State` of each partition, of the values and the keys."""

    series: tuple[Expr, ...]
    plan: Plan

    @property
    def kernel(self) -> Callable[..., Any]:
        return ReducePartition(self.plan)

    def describe(self) -> str:
        return f"States({', '.join(one.function for one in self.plan.accumulators)})"


@record(eq=False)
class PartitionLengths(Partitionwise):
    """The number of rows of each partition."""

    frame: Expr

    @property
    def kernel(self) -> Callable[..., Any]:
        return len

    def needs(self, columns: Columns) -> list[Columns]:
        return [frozenset()]


@record(eq=False)
class Tree(Expr):
    """Partitions merged, neighbours first, level by level; the last merge is the finish."""

    parts: Expr
    name: str
    merge: Callable[..., Any] = field(repr=False)
    finish: Callable[..., Any] = field(repr=False)
    outcome: Schema = field(repr=False, derived=True)

    @property
    def label(self) -> str:
        return self.name

    @property
    def schema(self) -> Schema:
        return self.outcome

    @property
    def npartitions(self) -> int:
        return 1

    @property
    def rows(self) -> str | None:
        return None if self.outcome.kind == "scalar" else self.key

    def tasks(self) -> Graph:
        leaves = [partition(self.parts, number) for number in range(self.parts.npartitions)]
        return tree(self.key, leaves, self.merge, self.finish)


def total(*counts: int) -> int:
    """The sum of some numbers of rows."""
    return sum(counts)
