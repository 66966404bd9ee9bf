"""Nodes about partitions as such: kept ones, one of many, and those that a user's delayed functions make."""

from functools import cached_property, partial
from itertools import pairwise
from typing import Any

from executor.task import Graph, Task
from lazyframe.ops.check import check_part
from lazyframe.ops.concat import collect
from lazyframe.ops.parts import cut
from lazyframe.ops.spill import rows_of_piece
from lazyframe.plan.logical.sources import same
from lazyframe.plan.node import Columns, Node, partition
from lazyframe.plan.schema import Schema, schema_of
from lazyframe.record import field, record


@record(eq=False)
class Persisted(Node):
    """Partitions that have been computed, or are being computed: a handle of each."""

    handles: tuple[Any, ...]
    like: Schema
    identity: str
    name: str

    @cached_property
    def key(self) -> str:
        return f"{self.label}-{self.identity}"

    @property
    def label(self) -> str:
        return f"kept-{self.name}"

    @property
    def schema(self) -> Schema:
        return self.like

    @property
    def npartitions(self) -> int:
        return len(self.handles)


@record(eq=False)
class Kept(Persisted):
    """Partitions in memory: each a result, or a cluster's future of one."""

    def result(self, number: int) -> Any:
        return self.handles[number]

    def tasks(self) -> Graph:
        return {}

    def describe(self) -> str:
        return f"{len(self.handles)} kept partitions of {self.name}"


@record(eq=False)
class Stored(Persisted):
    """Partitions in files, which are there as long as something has `place`."""

    place: Any = field(repr=False)

    def tasks(self) -> Graph:
        return {(self.key, i): Task(rows_of_piece, (handle,)) for i, handle in enumerate(self.handles)}

    def describe(self) -> str:
        return f"{len(self.handles)} partitions of {self.name}, kept on disk"


@record(eq=False)
class OnePartition(Node):
    """One partition of a frame or Series."""

    frame: Node
    number: int

    @property
    def schema(self) -> Schema:
        return self.frame.schema

    @property
    def npartitions(self) -> int:
        return 1

    def columns_needed(self, columns: Columns) -> list[Columns]:
        return [columns]

    def tasks(self) -> Graph:
        return {(self.key, 0): Task(same, (partition(self.frame, self.number),))}


@record(eq=False)
class FromDelayed(Node):
    """Partitions that delayed functions make, each checked to be what it was said to be."""

    parts: tuple[Node, ...]
    like: Schema

    @property
    def schema(self) -> Schema:
        return self.like

    @property
    def npartitions(self) -> int:
        return len(self.parts)

    def tasks(self) -> Graph:
        check = partial(check_part, self.like.empty)
        return {(self.key, i): Task(check, (partition(part, 0),)) for i, part in enumerate(self.parts)}


@record(eq=False)
class Concat(Node):
    """Frames, or Series, of the same columns and dtypes, one after another."""

    frames: tuple[Node, ...]

    @property
    def schema(self) -> Schema:
        return self.frames[0].schema

    @property
    def npartitions(self) -> int:
        return sum(frame.npartitions for frame in self.frames)

    def columns_needed(self, columns: Columns) -> list[Columns]:
        return [columns for _ in self.frames]

    def describe(self) -> str:
        return f"Concat of {len(self.frames)}"

    def tasks(self) -> Graph:
        parts = [frame.result(number) for frame in self.frames for number in range(frame.npartitions)]
        return {(self.key, number): Task(same, (part,)) for number, part in enumerate(parts)}


@record(eq=False)
class SomePartitions(Node):
    """Some partitions of a frame or Series, by their numbers."""

    frame: Node
    numbers: tuple[int, ...]

    @property
    def schema(self) -> Schema:
        return self.frame.schema

    @property
    def npartitions(self) -> int:
        return len(self.numbers)

    def columns_needed(self, columns: Columns) -> list[Columns]:
        return [columns]

    def tasks(self) -> Graph:
        return {(self.key, i): Task(same, (partition(self.frame, number),)) for i, number in enumerate(self.numbers)}


@record(eq=False)
class Regrouped(Node):
    """The same rows in another number of partitions: neighbours joined, or each cut in parts."""

    frame: Node
    count: int

    @property
    def schema(self) -> Schema:
        return self.frame.schema

    @property
    def npartitions(self) -> int:
        return self.count

    @property
    def rows(self) -> str:
        return self.key

    def columns_needed(self, columns: Columns) -> list[Columns]:
        return [columns]

    def describe(self) -> str:
        return f"Regrouped in {self.count}"

    def tasks(self) -> Graph:
        old = self.frame.npartitions
        parts = [partition(self.frame, number) for number in range(old)]
        if self.count <= old:
            bounds = [old * number // self.count for number in range(self.count + 1)]
            return {
                (self.key, i): Task(collect, tuple(parts[start:stop]))
                for i, (start, stop) in enumerate(pairwise(bounds))
            }
        firsts = [self.count * number // old for number in range(old + 1)]
        return {
            (self.key, number): Task(cut, (parts[i], number - first, behind - first))
            for i, (first, behind) in enumerate(pairwise(firsts))
            for number in range(first, behind)
        }


@record(eq=False)
class Held(Node):
    """A Series that is there already, in one place."""

    values: Any = field(repr=False)

    @property
    def schema(self) -> Schema:
        return schema_of(self.values.iloc[:0])

    @property
    def npartitions(self) -> int:
        return 1

    def tasks(self) -> Graph:
        return {(self.key, 0): Task(same, (self.values,))}
