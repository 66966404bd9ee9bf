"""Pipelines of nodes that work partition by partition, run by one task a partition."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter
from typing import Any

from executor.notes import note
from executor.task import Graph, Key, Task
from lazyframe.io.reader import PartitionReader, Source
from lazyframe.io.scan import Request
from lazyframe.plan.logical.sources import Reading
from lazyframe.plan.node import Expr, Partitionwise, partition, walk
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
        return reader.scan(self.requests, note)


@record(eq=False)
class Fused(Expr):
    """Pipelines run by one task a partition; a result is one value, or a tuple of one a pipeline."""

    pipelines: tuple[Expr, ...]
    inputs: tuple[Expr, ...]

    @property
    def label(self) -> str:
        names = dict.fromkeys(step.source.name for step in self.steps if isinstance(step, Reading))
        return "-".join(["read", *names]) if names else self.pipelines[0].label

    @cached_property
    def children(self) -> tuple[Expr, ...]:
        return self.inputs

    @property
    def schema(self) -> Schema:
        return self.pipelines[0].schema

    @property
    def npartitions(self) -> int:
        return self.pipelines[0].npartitions

    @cached_property
    def steps(self) -> list[Partitionwise]:
        """The partitionwise steps of all pipelines, each once, children before parents."""
        return list({id(step): step for pipeline in self.pipelines for step in partitionwise_below(pipeline)}.values())

    @cached_property
    def sources(self) -> dict[str, Source]:
        """The sources read, by identity."""
        return {step.source.identity: step.source for step in self.steps if isinstance(step, Reading)}

    @cached_property
    def program(self) -> Program:
        """What each task runs: its arguments are a reader of each source, then a partition of each input."""
        builder = Builder(len(self.sources) + len(self.originals))
        for slot, identity in enumerate(self.sources):
            readings = [s for s in self.steps if isinstance(s, Reading) and s.source.identity == identity]
            builder.read(slot, readings)
        for slot, step in enumerate(self.originals, start=len(self.sources)):
            builder.slots[id(step)] = slot
        for step in self.steps:
            if not isinstance(step, Reading):
                builder.call(step, step.kernel, [builder.slots[id(child)] for child in step.children])
        return builder.program([builder.slots[id(pipeline)] for pipeline in self.pipelines])

    @cached_property
    def originals(self) -> list[Expr]:
        """The inputs before they were fused themselves."""
        return inputs_of(self.pipelines)

    def tasks(self) -> Graph:
        """See `Expr.tasks`."""
        program = self.program
        readers = [source.readers for source in self.sources.values()]
        graph: dict[Key, Task] = {}
        for number in range(self.npartitions):
            own = [column[0 if len(column) == 1 else number] for column in readers]
            args = (*own, *(partition(step, number) for step in self.inputs))
            graph[self.key, number] = Task(
                program, args, own[0].about if own else "", sum(reader.nbytes for reader in own)
            )
        return graph

    def describe(self) -> str:
        return f"{self.npartitions} x one task"


@record(eq=False)
class OneOf(Expr):
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
        """See `Expr.tasks`."""
        choose = itemgetter(self.number)
        return {(self.key, i): Task(choose, (partition(self.fused, i),)) for i in range(self.npartitions)}


@dataclass
class Builder:
    """A program in the making."""

    arguments: int
    calls: list[tuple[Callable[..., Any], list[int]]] = field(default_factory=list)
    slots: dict[int, int] = field(default_factory=dict)

    def call(self, step: Any, kernel: Callable[..., Any], args: list[int]) -> int:
        """Add a call, which gives the result of a step; its slot."""
        self.calls.append((kernel, args))
        self.slots[id(step)] = self.arguments + len(self.calls) - 1
        return self.slots[id(step)]

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


def partitionwise_below(pipeline: Expr) -> list[Partitionwise]:
    """A pipeline's steps, children before parents."""
    return [step for step in walk(pipeline, is_partitionwise) if isinstance(step, Partitionwise)]


def inputs_of(pipelines: Sequence[Expr]) -> list[Expr]:
    """The steps of other kinds whose results the pipelines take."""
    found = {
        id(step): step
        for pipeline in pipelines
        for step in walk(pipeline, is_partitionwise)
        if not isinstance(step, Partitionwise)
    }
    return list(found.values())


def is_partitionwise(step: Expr) -> bool:
    """Whether a step is one of a pipeline's own; other steps are its inputs."""
    return isinstance(step, Partitionwise)
