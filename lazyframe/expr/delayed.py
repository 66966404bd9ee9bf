"""The step of a delayed function: one call, whose arguments may hold the results of other queries."""

from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cached_property
from typing import Any

from executor.task import Graph, Task
from lazyframe.expr.node import Columns, Expr, partition
from lazyframe.expr.schema import INNER, Schema


@dataclass(frozen=True, slots=True)
class Slot:
    """Stands, in the arguments of a call, for the result of one of its inputs."""

    number: int


@dataclass(frozen=True, eq=False)
class Call(Expr):
    """One call. `args` and `options` hold a `Slot` where an input's result goes, at any depth of containers."""

    func: Callable[..., Any]
    args: tuple[Any, ...]
    options: tuple[tuple[str, Any], ...]
    inputs: tuple[Expr, ...]
    name: str
    identity: str

    @cached_property
    def key(self) -> str:
        return f"{self.name}-{self.identity}"

    @cached_property
    def children(self) -> tuple[Expr, ...]:
        return self.inputs

    @property
    def label(self) -> str:
        return self.name

    @property
    def schema(self) -> Schema:
        return DELAYED

    @property
    def npartitions(self) -> int:
        return 1

    def needs(self, columns: Columns) -> list[Columns]:
        return [frozenset(one.schema.columns if one.schema.kind == "frame" else ()) for one in self.inputs]

    def map_children(self, function: Callable[[Expr], Expr]) -> Expr:
        inputs = tuple(map(function, self.inputs))
        return self if all(a is b for a, b in zip(inputs, self.inputs, strict=True)) else replace(self, inputs=inputs)

    def tasks(self) -> Graph:
        results = [partition(one, 0) for one in self.inputs]
        if not self.options and not any(holds_slot(arg) for arg in self.args):
            args = tuple(results[arg.number] if isinstance(arg, Slot) else arg for arg in self.args)
            return {(self.key, 0): Task(self.func, args)}
        return {(self.key, 0): Task(Filled(self.func, self.args, self.options), tuple(results))}

    def describe(self) -> str:
        return f"{self.name}(...), one call"


DELAYED = Schema("delayed", INNER.empty)
"""Nothing is known of a delayed result."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A function whose arguments hold slots, called with what goes there."""

    func: Callable[..., Any]
    args: tuple[Any, ...]
    options: tuple[tuple[str, Any], ...]

    def __call__(self, *results: Any) -> Any:
        args = [filled(arg, results) for arg in self.args]
        return self.func(*args, **{name: filled(value, results) for name, value in self.options})


def holds_slot(value: Any) -> bool:
    """Whether a container holds a slot at any depth; a slot itself does not."""
    return any(isinstance(item, Slot) or holds_slot(item) for item in items_of(value))


def items_of(value: Any) -> list[Any]:
    """What a container holds that may be or hold a lazy object."""
    if isinstance(value, list | tuple | set | frozenset):
        return list(value)
    if isinstance(value, dict):
        return [item for pair in value.items() for item in pair]
    if isinstance(value, slice):
        return [value.start, value.stop, value.step]
    if is_dataclass(value) and not isinstance(value, type | Slot):
        return [getattr(value, field.name) for field in fields(value) if field.init]
    return []


def rebuilt(value: Any, items: list[Any]) -> Any:
    """A container like `value` that holds other items, in the order of `items_of`."""
    if isinstance(value, dict):
        pairs = zip(items[::2], items[1::2], strict=True)
        return type(value)(pairs) if type(value) is dict else _refilled(value, pairs)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*items)
    if isinstance(value, slice):
        return slice(*items)
    if is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in fields(value) if field.init]
        return replace(value, **dict(zip(names, items, strict=True)))
    return type(value)(items)


def _refilled(value: Any, pairs: Any) -> Any:
    """A dict of some other kind, such as an OrderedDict or a defaultdict, with other items."""
    other = value.copy()
    other.clear()
    other.update(pairs)
    return other


def replaced(value: Any, function: Callable[[Any], Any]) -> Any:
    """A value with `function` applied to what it holds, at any depth of containers; itself if nothing changes."""
    new = function(value)
    if new is not value:
        return new
    items = items_of(value)
    news = [replaced(item, function) for item in items]
    return value if all(a is b for a, b in zip(news, items, strict=True)) else rebuilt(value, news)


def filled(value: Any, results: tuple[Any, ...]) -> Any:
    """A value with results in the place of its slots."""
    return replaced(value, lambda one: results[one.number] if isinstance(one, Slot) else one)
