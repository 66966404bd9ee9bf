"""Pass: steps that work partition by partition become one task a partition, and readings of one source one reading.

A *pipeline* is a partitionwise step that some other kind of step takes, with all that is partitionwise below it. Its
*stage* is how many trees, totals and the like must have run before it can. Pipelines of one stage that read the same
source, or share a step, are run by one task a partition, which gives the result of each: the files are read once for
all. Pipelines of different stages read for themselves: a column is read twice rather than kept until a mean of it is
known, so that memory stays flat. To change what is run together, change `grouped`.
"""

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
from lazyframe.plan.passes.share import share
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


def fuse(root: Expr) -> Expr:
    """The query with every pipeline run by fused tasks."""
    pipelines = pipelines_of(root)
    if len(pipelines) > 1 or not all(isinstance(pipeline, Reading) for pipeline in pipelines):
        pipelines = pipelines_of(root := share(root))
    groups = grouped(pipelines) if len(pipelines) > 1 else [pipelines]
    return Fusion({id(pipeline): group for group in groups for pipeline in group}).rebuilt(root)


def pipelines_of(root: Expr) -> list[Partitionwise]:
    """The partitionwise steps whose results others take, or the user."""
    pipelines = {
        id(child): child
        for step in walk(root)
        if not isinstance(step, Partitionwise)
        for child in step.children
        if isinstance(child, Partitionwise)
    }
    if isinstance(root, Partitionwise):
        pipelines[id(root)] = root
    return list(pipelines.values())


class Fusion:
    """A query's groups of pipelines, and what has been rebuilt so far."""

    def __init__(self, groups: dict[int, list[Partitionwise]]):
        self.groups = groups
        self.done: dict[int, Expr] = {}

    def rebuilt(self, root: Expr) -> Expr:
        """A step with fused pipelines below it; a stack of our own, for chains of calls are longer than Python's."""
        stack = [root]
        while stack:
            step = stack[-1]
            missing = [needed for needed in self._needed(step) if id(needed) not in self.done]
            stack.extend(missing)
            if not missing:
                self.done[id(stack.pop())] = self._fused(step)
        return self.done[id(root)]

    def _needed(self, step: Expr) -> Sequence[Expr]:
        """The steps to rebuild before this one."""
        return inputs_of(self.groups[id(step)]) if isinstance(step, Partitionwise) else step.children

    def _fused(self, step: Expr) -> Expr:
        """A step whose inputs are rebuilt already."""
        if not isinstance(step, Partitionwise):
            return step.map_children(lambda child: self.done[id(child)])
        group = tuple(self.groups[id(step)])
        fused = Fused(group, tuple(self.done[id(needed)] for needed in self._needed(step)))
        return fused if len(group) == 1 else OneOf(fused, group.index(step))


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


def grouped(pipelines: list[Partitionwise]) -> list[list[Partitionwise]]:
    """The pipelines that run together: of one stage and width, linked by a source or a step that they share."""
    stages = stages_of(pipelines)
    owner: dict[Any, list[Partitionwise]] = {}
    groups: dict[int, list[Partitionwise]] = {}
    for pipeline in pipelines:
        group = [pipeline]
        place = (stages[id(pipeline)], pipeline.npartitions)
        for link in links_of(pipeline):
            linked = owner.get((place, link))
            if linked is not None and linked is not group:
                linked.extend(group)
                groups.pop(id(group), None)
                for other in group:
                    owner.update(((place, own), linked) for own in links_of(other))
                group = linked
            owner[place, link] = group
        groups[id(group)] = group
    return list(groups.values())


def links_of(pipeline: Partitionwise) -> set[Any]:
    """What a pipeline may share with another: its steps, and the sources that it reads."""
    steps = partitionwise_below(pipeline)
    return {id(step) for step in steps} | {step.source.identity for step in steps if isinstance(step, Reading)}


def stages_of(pipelines: list[Partitionwise]) -> dict[int, int]:
    """For each pipeline, by its identity, how many rounds of other pipelines must have run before it."""
    stages: dict[int, int] = {}
    below = {id(p): [id(s) for step in inputs_of((p,)) for s in walk(step) if s is not p] for p in pipelines}
    for pipeline in sorted(pipelines, key=lambda p: len(below[id(p)])):
        earlier = [stages[one] for one in below[id(pipeline)] if one in stages]
        stages[id(pipeline)] = 1 + max(earlier, default=-1)
    return stages
