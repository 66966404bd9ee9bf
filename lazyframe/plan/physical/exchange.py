"""Nodes in which rows of several partitions meet: a carry from one to the next, and exchanges by hash and by range."""

from operator import itemgetter

from executor.task import Graph, Key, Ref, Task
from lazyframe.ops.exchange import (
    BackInOrder,
    Bounds,
    InBucket,
    SampleKeys,
    SortBucket,
    SplitByHash,
    SplitByRange,
    WithCarry,
)
from lazyframe.ops.whole import CallMethod
from lazyframe.plan.node import Columns, Node, partition
from lazyframe.plan.schema import Schema
from lazyframe.record import field, record


@record(eq=False)
class Exchange(Node):
    """A node in which rows of several partitions meet, and which has as many."""

    frame: Node
    call: CallMethod
    outcome: Schema = field(repr=False, derived=True)

    @property
    def label(self) -> str:
        return self.call.name

    @property
    def schema(self) -> Schema:
        return self.outcome

    @property
    def npartitions(self) -> int:
        return self.frame.npartitions

    def columns_needed(self, columns: Columns) -> list[Columns]:
        return [frozenset(self.frame.schema.columns)]

    @property
    def how(self) -> str:
        """How the rows meet, for people."""
        raise NotImplementedError

    def describe(self) -> str:
        return f"{self.call.name}: {self.how}"

    def parts(self) -> list[Ref]:
        """The frame's partitions."""
        return [partition(self.frame, number) for number in range(self.npartitions)]


@record(eq=False)
class Prefix(Exchange):
    """Each partition's result continues that of the partitions before it."""

    how = "each partition goes on from the one before"

    @property
    def rows(self) -> str | None:
        return self.frame.rows

    @property
    def is_numbered(self) -> bool:
        return self.frame.is_numbered

    def tasks(self) -> Graph:
        tasks: dict[Key, Task] = {}
        before: tuple[Ref, ...] = ()
        continued = WithCarry(self.call, bool(dict(self.call.options).get("skipna", True)))
        for number, part in enumerate(self.parts()):
            tasks[f"{self.key}-carry", number] = Task(continued, (part, *before))
            before = (Ref((f"{self.key}-carry", number)),)
            tasks[self.key, number] = Task(itemgetter(0), before)
        return tasks


@record(eq=False)
class HashExchange(Exchange):
    """Rows with equal keys meet, some are kept, and these go back to where they stood."""

    keys: tuple[object, ...] = ()

    @property
    def how(self) -> str:
        return f"an exchange by hash of {named(self.keys)} over {self.npartitions} partitions"

    @property
    def is_numbered(self) -> bool:
        return self.frame.is_numbered

    def tasks(self) -> Graph:
        count = self.npartitions
        tasks: dict[Key, Task] = {}
        for number, part in enumerate(self.parts()):
            tasks[f"{self.key}-split", number] = Task(SplitByHash(self.keys, count), (part,))
        split = tuple(Ref((f"{self.key}-split", number)) for number in range(count))
        for bucket in range(count):
            tasks[f"{self.key}-bucket", bucket] = Task(InBucket(self.call, bucket), split)
        buckets = tuple(Ref((f"{self.key}-bucket", bucket)) for bucket in range(count))
        for number in range(count):
            tasks[self.key, number] = Task(BackInOrder(number), buckets)
        return tasks


@record(eq=False)
class RangeExchange(Exchange):
    """Rows of one range of the first key meet, and are sorted; the ranges are chosen from samples."""

    keys: tuple[object, ...] = ()
    is_descending: bool = False
    is_missing_first: bool = False

    @property
    def how(self) -> str:
        return f"an exchange by range of {named(self.keys[:1])} over {self.npartitions} partitions"

    @property
    def order(self) -> tuple[object, ...]:
        return self.keys

    def tasks(self) -> Graph:
        count = self.npartitions
        tasks: dict[Key, Task] = {}
        for number, part in enumerate(self.parts()):
            tasks[f"{self.key}-sample", number] = Task(SampleKeys(self.keys), (part,))
        samples = tuple(Ref((f"{self.key}-sample", number)) for number in range(count))
        tasks[f"{self.key}-bounds", 0] = Task(Bounds(count), samples)
        split = SplitByRange(self.keys, count, self.is_descending, self.is_missing_first)
        for number, part in enumerate(self.parts()):
            tasks[f"{self.key}-split", number] = Task(split, (part, Ref((f"{self.key}-bounds", 0))))
        pieces = tuple(Ref((f"{self.key}-split", number)) for number in range(count))
        for bucket in range(count):
            tasks[self.key, bucket] = Task(SortBucket(self.call, bucket), pieces)
        return tasks


def named(keys: tuple[object, ...]) -> str:
    """Keys for people; none means all that there is."""
    return ", ".join(map(str, keys)) or "all values"
