"""Nodes in which rows of several partitions meet: a carry from one to the next, and exchanges by hash and by range."""

from collections.abc import Callable
from operator import itemgetter
from typing import Any

from executor.task import Graph, Key, Ref, Task
from lazyframe.ops.carry import WithCarry
from lazyframe.ops.exchange import Meet, TakeBucket
from lazyframe.ops.whole import CallMethod
from lazyframe.plan.node import Columns, Node, Partitionwise, partition
from lazyframe.plan.physical.shapes import prefix
from lazyframe.plan.schema import INNER, Schema
from lazyframe.record import field, record


@record(eq=False)
class Prefix(Node):
    """Each partition's result continues that of the partitions before it, or behind it."""

    frame: Node
    call: CallMethod
    outcome: Schema = field(repr=False, derived=True)
    is_backwards: bool = False

    @property
    def label(self) -> str:
        return self.call.name

    @property
    def schema(self) -> Schema:
        return self.outcome

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
        return [frozenset(self.frame.schema.columns)]

    def describe(self) -> str:
        return f"{self.call.name}: each partition goes on from the one {'behind' if self.is_backwards else 'before'}"

    def tasks(self) -> Graph:
        tasks: dict[Key, Task] = {}
        before: tuple[Ref, ...] = ()
        continued = WithCarry(self.call, bool(dict(self.call.options).get("skipna", True)), self.is_backwards)
        for number in range(self.npartitions)[:: -1 if self.is_backwards else 1]:
            tasks[f"{self.key}-carry", number] = Task(continued, (partition(self.frame, number), *before))
            before = (Ref((f"{self.key}-carry", number)),)
            tasks[self.key, number] = Task(itemgetter(0), before)
        return tasks


@record(eq=False)
class Numbers(Node):
    """The number of each partition, for work that has to know which it is."""

    count: int

    @property
    def schema(self) -> Schema:
        return INNER

    @property
    def npartitions(self) -> int:
        return self.count

    @property
    def rows(self) -> None:
        return None

    def result(self, number: int) -> Any:
        return number

    def describe(self) -> str:
        return "the partitions' numbers"

    def tasks(self) -> Graph:
        return {}


@record(eq=False)
class Apart(Partitionwise):
    """Work on each partition that makes no rows of it: samples, or pieces for other tasks."""

    inputs: tuple[Node, ...]
    work: Callable[..., Any] = field(repr=False)
    name: str

    @property
    def label(self) -> str:
        return self.name

    @property
    def kernel(self) -> Callable[..., Any]:
        return self.work

    @property
    def npartitions(self) -> int:
        return self.inputs[0].npartitions

    @property
    def rows(self) -> str | None:
        return self.key

    def columns_needed(self, columns: Columns) -> list[Columns]:
        return [frozenset(one.schema.columns) for one in self.inputs]

    def describe(self) -> str:
        return self.name


@record(eq=False)
class Exchange(Node):
    """Work on buckets, of which each task takes its own of all partitions' pieces.

    `sides` give pieces. `is_shifted` says of which of them the labels are counted through: then `counts` has the
    records of each partition. `keeps_numbers` says that rows have the numbers that they had in their partition.
    If it `is_apart` each task is sent its own bucket alone, by a task that takes it out of the pieces.
    """

    sides: tuple[Node, ...]
    counts: tuple[Node, ...]
    is_shifted: tuple[bool, ...]
    work: Callable[..., Any] = field(repr=False)
    count: int
    name: str
    how: str
    is_apart: bool
    outcome: Schema = field(repr=False, derived=True)
    keeps_numbers: bool = False
    sorted_by: tuple[Any, ...] = ()

    @property
    def label(self) -> str:
        return self.name

    @property
    def schema(self) -> Schema:
        return self.outcome

    @property
    def npartitions(self) -> int:
        return self.count

    @property
    def is_numbered(self) -> bool:
        return self.keeps_numbers

    @property
    def order(self) -> tuple[Any, ...]:
        return self.sorted_by

    def columns_needed(self, columns: Columns) -> list[Columns]:
        return [frozenset(child.schema.columns) for child in self.children]

    def describe(self) -> str:
        return f"{self.name}: {self.how}"

    def tasks(self) -> Graph:
        tasks: dict[Key, Task] = {}
        offsets = self._offsets(tasks)
        sizes = tuple(side.npartitions for side in self.sides)
        for bucket in range(self.count):
            args: list[Any] = []
            for number, side in enumerate(self.sides):
                args += self._pieces(tasks, number, side, bucket) + offsets[number]
            tasks[self.key, bucket] = Task(Meet(self.work, bucket, sizes, self.is_shifted), tuple(args))
        return tasks

    def _offsets(self, tasks: dict[Key, Task]) -> list[list[Any]]:
        """For each side how many records are in front of each partition; none where labels stay as they are."""
        found: list[list[Any]] = []
        counts = iter(self.counts)
        for number, is_shifted in enumerate(self.is_shifted):
            own, name = next(counts) if is_shifted else None, f"{self.key}-offset{number}"
            places = range(own.npartitions if own is not None else 0)
            if own is not None:
                tasks |= prefix(name, [partition(own, i) for i in places])
            found.append([Ref((name, i)) for i in places])
        return found

    def _pieces(self, tasks: dict[Key, Task], number: int, side: Node, bucket: int) -> list[Any]:
        """A side's pieces, of all buckets or of one."""
        pieces = [partition(side, i) for i in range(side.npartitions)]
        if not self.is_apart:
            return pieces
        keys = [(f"{self.key}-side{number}-bucket{bucket}", i) for i in range(side.npartitions)]
        for key, piece in zip(keys, pieces, strict=True):
            tasks[key] = Task(TakeBucket(bucket), (piece,))
        return [Ref(key) for key in keys]


@record(eq=False)
class Alone(Partitionwise):
    """A method of a frame of one partition, which has all rows."""

    frame: Node
    call: Callable[..., Any] = field(repr=False)
    name: str
    outcome: Schema = field(repr=False, derived=True)

    @property
    def label(self) -> str:
        return self.name

    @property
    def kernel(self) -> Callable[..., Any]:
        return self.call

    @property
    def schema(self) -> Schema:
        return self.outcome

    @property
    def rows(self) -> str | None:
        return self.key

    @property
    def is_numbered(self) -> bool:
        return False

    @property
    def is_answer(self) -> bool:
        return False

    def describe(self) -> str:
        return f"{self.name} of the one partition"
