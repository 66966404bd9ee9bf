"""Nodes in which rows of several partitions meet: a carry from one to the next, and exchanges by hash and by range."""

from collections.abc import Callable
from operator import itemgetter
from typing import Any

from executor.task import Graph, Key, Ref, Task
from lazyframe.ops.carry import WithCarry
from lazyframe.ops.exchange import Meet, TakeBucket
from lazyframe.ops.whole import CallMethod
from lazyframe.plan.node import Called, Columns, Foretold, Node, Partitionwise, partition
from lazyframe.plan.physical.shapes import prefix
from lazyframe.plan.schema import INNER, Schema
from lazyframe.record import field, record


@record(eq=False)
class Prefix(Foretold, Node):
    """Each partition's result continues that of the partitions before it, or behind it."""

    frame: Node
    call: CallMethod
    outcome: Schema = field(repr=False, derived=True)
    is_backwards: bool = False

    @property
    def label(self) -> str:
        return self.call.name

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
class RunningTotal(Node):
    """The sum of the numbers before each partition's."""

    numbers: Node

    @property
    def schema(self) -> Schema:
        return INNER

    @property
    def npartitions(self) -> int:
        return self.numbers.npartitions

    def describe(self) -> str:
        return "sums of what stands before"

    def tasks(self) -> Graph:
        return prefix(self.key, [partition(self.numbers, i) for i in range(self.npartitions)])


@record(eq=False)
class Apart(Called, Partitionwise):
    """Work on each partition that makes no rows of it: samples, or pieces for other tasks."""

    inputs: tuple[Node, ...]
    work: Callable[..., Any] = field(repr=False)
    name: str

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
class Exchange(Called, Foretold, Node):
    """Work on buckets, of which each task takes its own of all partitions' pieces.

    `sides` give pieces. Where the labels of the first are counted through, `counts` has the records of each of its
    partitions. `keeps_numbers` says that rows have the numbers that they had in their partition. If it `is_apart` each
    task is sent its own bucket alone, by a task that takes it out of the pieces. `in_turn` is the side whose rows come
    some after others: see `ops.exchange.Meet`. The work of each bucket is given its own result of the nodes `beside`.
    """

    sides: tuple[Node, ...]
    counts: Node | None
    work: Callable[..., Any] = field(repr=False)
    count: int
    name: str
    how: str
    is_apart: bool
    outcome: Schema = field(repr=False, derived=True)
    keeps_numbers: bool = False
    sorted_by: tuple[Any, ...] = ()
    in_turn: int | None = None
    beside: tuple[Node, ...] = ()

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
        offsets: list[Ref] = []
        if self.counts is not None:
            name, places = f"{self.key}-offset", range(self.counts.npartitions)
            tasks |= prefix(name, [partition(self.counts, i) for i in places])
            offsets = [Ref((name, i)) for i in places]
        sizes = tuple(side.npartitions for side in self.sides)
        pieces = [partition(side, i) for side in self.sides for i in range(side.npartitions)]
        args = (*pieces, *offsets)  # one for all: as many as there are partitions, for as many buckets
        for bucket in range(self.count):
            if self.is_apart:
                taken = f"{self.key}-bucket{bucket}"
                tasks |= {(taken, i): Task(TakeBucket(bucket), (piece,)) for i, piece in enumerate(pieces)}
                args = (*(Ref((taken, i)) for i in range(len(pieces))), *offsets)
            beside = [partition(node, bucket) for node in self.beside]
            work = Meet(self.work, bucket, sizes, self.in_turn, len(beside))
            tasks[self.key, bucket] = Task(work, (*args, *beside))
        return tasks


@record(eq=False)
class Alone(Called, Foretold, Partitionwise):
    """A method of a frame of one partition, which has all rows."""

    frame: Node
    call: Callable[..., Any] = field(repr=False)
    name: str
    outcome: Schema = field(repr=False, derived=True)

    @property
    def kernel(self) -> Callable[..., Any]:
        return self.call

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
