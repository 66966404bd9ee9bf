"""The node of a delayed function: one call, whose arguments may hold the results of other queries."""

from collections.abc import Callable
from copy import copy
from dataclasses import fields, is_dataclass
from functools import cached_property
from types import GeneratorType
from typing import Any

from executor.task import Graph, Task
from lazyframe.io.reader import PartitionReader
from lazyframe.plan.logical.user import OnPartitions, user_function
from lazyframe.plan.node import Called, Columns, Node, partition
from lazyframe.plan.schema import INNER, Schema
from lazyframe.record import record, replace


@record(slots=True)
class Slot:
    """Stands, in the arguments of a call, for the result of one of its inputs."""

    number: int


@record(eq=False)
class Call(Called, Node):
    """One call. `args` and `options` hold a `Slot` where an input's result goes, at any depth of containers."""

    func: Callable[..., Any]
    args: tuple[Any, ...]
    options: tuple[tuple[str, Any], ...]
    inputs: tuple[Node, ...]
    name: str
    identity: str
    origins: tuple[PartitionReader, ...] = ()

    @cached_property
    def key(self) -> str:
        return f"{self.name}-{self.identity}"

    @cached_property
    def children(self) -> tuple[Node, ...]:
        return self.inputs

    @property
    def schema(self) -> Schema:
        return DELAYED

    @property
    def npartitions(self) -> int:
        return 1

    def columns_needed(self, columns: Columns) -> list[Columns]:
        return [frozenset(one.schema.columns if one.schema.kind == "frame" else ()) for one in self.inputs]

    def map_children(self, function: Callable[[Node], Node]) -> Node:
        inputs = tuple(map(function, self.inputs))
        return self if all(a is b for a, b in zip(inputs, self.inputs, strict=True)) else replace(self, inputs=inputs)

    def tasks(self) -> Graph:
        results = [partition(one, 0) for one in self.inputs]
        function = OnPartitions(user_function(self.func), self.origins) if self.origins else self.func
        if not self.options and not any(holds_slot(arg) for arg in self.args):
            args = tuple(results[arg.number] if isinstance(arg, Slot) else arg for arg in self.args)
            return {(self.key, 0): Task(function, args)}
        return {(self.key, 0): Task(Filled(function, self.args, self.options), tuple(results))}

    def describe(self) -> str:
        return f"{self.name}(...), one call"


DELAYED = Schema("delayed", INNER.empty)
"""Nothing is known of a delayed result."""


@record(slots=True)
class Filled:
    """A function whose arguments hold slots, called with what goes there."""

    func: Callable[..., Any]
    args: tuple[Any, ...]
    options: tuple[tuple[str, Any], ...]

    def __call__(self, *results: Any) -> Any:
        args = [filled(arg, results) for arg in self.args]
        return self.func(*args, **{name: filled(value, results) for name, value in self.options})


def holds_slot(value: Any) -> bool:
    """Return whether a container holds a slot at any depth; a slot itself does not."""
    return any(isinstance(item, Slot) or holds_slot(item) for item in items_of(value))


def items_of(value: Any) -> list[Any]:
    """Return what a container holds that may be or hold a lazy object."""
    if isinstance(value, list | tuple | set | frozenset):
        return list(value)
    if isinstance(value, dict):
        return [item for pair in value.items() for item in pair]
    if isinstance(value, slice):
        return [value.start, value.stop, value.step]
    if isinstance(value, GeneratorType | map | filter | zip):
        return list(value)
    if is_dataclass(value) and not isinstance(value, type | Slot):
        return [getattr(value, field.name) for field in fields(value) if hasattr(value, field.name)]
    return []


def rebuilt(value: Any, items: list[Any]) -> Any:
    """A container like `value` that holds other items, in the order of `items_of`; all else about it stays."""
    if isinstance(value, frozenset) or type(value) is tuple:
        return type(value)(items)
    if isinstance(value, tuple):
        return value._make(items) if hasattr(value, "_make") else tuple.__new__(type(value), items)
    if isinstance(value, slice):
        return slice(*items)
    other = copy(value)
    if isinstance(other, dict):
        other.clear()
        for key, own in zip(items[::2], items[1::2], strict=True):
            other[key] = own
    elif isinstance(other, list):
        other[:] = items
    elif isinstance(other, set):
        other.clear()
        other |= set(items)
    else:
        names = [field.name for field in fields(value) if hasattr(value, field.name)]
        for name, item in zip(names, items, strict=True):
            object.__setattr__(other, name, item)
    return other


def replaced(value: Any, function: Callable[[Any], Any]) -> Any:
    """A value with `function` applied to what it holds, at any depth of containers; itself if nothing changes."""
    new = function(value)
    if new is not value:
        return new
    items = items_of(value)
    news = [replaced(item, function) for item in items]
    if isinstance(value, GeneratorType | map | filter | zip):  # it is used up now
        return news
    return value if all(a is b for a, b in zip(news, items, strict=True)) else rebuilt(value, news)


def filled(value: Any, results: tuple[Any, ...]) -> Any:
    """A value with results in the place of its slots."""
    return replaced(value, lambda one: results[one.number] if isinstance(one, Slot) else one)
