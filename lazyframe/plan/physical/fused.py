"""Pipelines of nodes that work partition by partition, run by one task a partition."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter
from typing import Any

from executor.events import emit
from executor.task import Graph, Key, Task
from lazyframe.io.reader import PartitionReader, Source
from lazyframe.io.scan import Request
from lazyframe.plan.logical.sources import Reading
from lazyframe.plan.node import Node, Partitionwise, partition, walk
from lazyframe.plan.schema import Schema
from lazyframe.record import record


@record(slots=True)
class Call:
    """One call of a program: a kernel, the slots of its arguments, and the slots that nobody needs afterwards."""

    kernel: Callable[..., Any]
    args: tuple[int, ...]
    drop: tuple[int, ...]


@record(slots=True)
class Program:
    """Several kernels run one after another: the function of a fused task.

    Slots 0, 1, ... hold the task's arguments, then the result of each call.
    """

    calls: tuple[Call, ...]
    outputs: tuple[int, ...]

    def __call__(self, *arguments: Any) -> Any:
        slots: list[Any] = list(arguments)
        for call in self.calls:
            slots.append(call.kernel(*[slots[slot] for slot in call.args]))
            for slot in call.drop:
                slots[slot] = None
        results = tuple(slots[slot] for slot in self.outputs)
        return results[0] if len(results) == 1 else results


@record(slots=True)
class ScanFor:
    """The answers to some requests, in one reading."""

    requests: tuple[Request, ...]

    def __call__(self, reader: PartitionReader) -> tuple[Any, ...]:
        return reader.scan(self.requests, emit)


@record(eq=False)
class Fused(Node):
    """Pipelines run by one task a partition; a result is one value, or a tuple of one a pipeline."""

    pipelines: tuple[Node, ...]
    inputs: tuple[Node, ...]

    @property
    def label(self) -> str:
        names = dict.fromkeys(node.source.name for node in self.nodes if isinstance(node, Reading))
        return "-".join(["read", *names]) if names else self.pipelines[0].label

    @cached_property
    def children(self) -> tuple[Node, ...]:
        return self.inputs

    @property
    def schema(self) -> Schema:
        return self.pipelines[0].schema

    @property
    def npartitions(self) -> int:
        return self.pipelines[0].npartitions

    @cached_property
    def nodes(self) -> list[Partitionwise]:
        """The partitionwise nodes of all pipelines, each once, children before parents."""
        return list({id(node): node for pipeline in self.pipelines for node in partitionwise_below(pipeline)}.values())

    @cached_property
    def sources(self) -> dict[str, Source]:
        """The sources read, by identity."""
        return {node.source.identity: node.source for node in self.nodes if isinstance(node, Reading)}

    @cached_property
    def program(self) -> Program:
        """Return what each task runs: its arguments are a reader of each source, then a partition of each input."""
        builder = Builder(len(self.sources) + len(self.originals))
        for slot, identity in enumerate(self.sources):
            readings = [s for s in self.nodes if isinstance(s, Reading) and s.source.identity == identity]
            builder.read(slot, readings)
        for slot, node in enumerate(self.originals, start=len(self.sources)):
            builder.slots[id(node)] = slot
        for node in self.nodes:
            if not isinstance(node, Reading):
                builder.call(node, node.kernel, [builder.slots[id(child)] for child in node.children])
        return builder.program([builder.slots[id(pipeline)] for pipeline in self.pipelines])

    @cached_property
    def originals(self) -> list[Node]:
        """The inputs before they were fused themselves."""
        return inputs_of(self.pipelines)

    def tasks(self) -> Graph:
        """See `Node.tasks`."""
        program = self.program
        readers = [source.readers for source in self.sources.values()]
        graph: dict[Key, Task] = {}
        for number in range(self.npartitions):
            own = [column[0 if len(column) == 1 else number] for column in readers]
            args = (*own, *(partition(node, number) for node in self.inputs))
            graph[self.key, number] = Task(
                program, args, own[0].about if own else "", sum(reader.nbytes for reader in own)
            )
        return graph

    def describe(self) -> str:
        return f"{self.npartitions} x one task"


@record(eq=False)
class OneOf(Node):
    """One pipeline's results of several that were run together."""

    fused: Fused
    number: int

    @property
    def label(self) -> str:
        return f"pick-{self.fused.pipelines[self.number].label}"

    @property
    def schema(self) -> Schema:
        return self.fused.pipelines[self.number].schema

    @property
    def npartitions(self) -> int:
        return self.fused.npartitions

    def tasks(self) -> Graph:
        """See `Node.tasks`."""
        choose = itemgetter(self.number)
        return {(self.key, i): Task(choose, (partition(self.fused, i),)) for i in range(self.npartitions)}


@dataclass
class Builder:
    """A program in the making."""

    arguments: int
    calls: list[tuple[Callable[..., Any], list[int]]] = field(default_factory=list)
    slots: dict[int, int] = field(default_factory=dict)

    def call(self, node: Any, kernel: Callable[..., Any], args: list[int]) -> int:
        """Add a call, which gives the result of a node; its slot."""
        self.calls.append((kernel, args))
        self.slots[id(node)] = self.arguments + len(self.calls) - 1
        return self.slots[id(node)]

    def read(self, reader: int, readings: list[Reading]) -> None:
        """Answer several readings of one source in one reading."""
        requests = tuple(dict.fromkeys(reading.request for reading in readings))
        answers = self.call(requests, ScanFor(requests), [reader])
        for reading in readings:
            answer = self.call(reading, itemgetter(requests.index(reading.request)), [answers])
            self.call(reading, reading.kernel, [answer])

    def program(self, outputs: list[int]) -> Program:
        """The program; a slot is dropped after its last use."""
        last = {slot: number for number, (_, args) in enumerate(self.calls) for slot in args}
        calls = tuple(
            Call(kernel, tuple(args), tuple(s for s in dict.fromkeys(args) if last[s] == number and s not in outputs))
            for number, (kernel, args) in enumerate(self.calls)
        )
        return Program(calls, tuple(outputs))


def partitionwise_below(pipeline: Node) -> list[Partitionwise]:
    """A pipeline's nodes, children before parents."""
    return [node for node in walk(pipeline, is_partitionwise) if isinstance(node, Partitionwise)]


def inputs_of(pipelines: Sequence[Node]) -> list[Node]:
    """The nodes of other kinds whose results the pipelines take."""
    found = {
        id(node): node
        for pipeline in pipelines
        for node in walk(pipeline, is_partitionwise)
        if not isinstance(node, Partitionwise)
    }
    return list(found.values())


def is_partitionwise(node: Node) -> bool:
    """Return whether a node is one of a pipeline's own; other nodes are its inputs."""
    return isinstance(node, Partitionwise)
