"""What a step of a query is. Steps are frozen; a rewrite makes new ones, and equal steps have equal keys.

Within a query steps are told apart by identity; a key is computed where it leaves the process, or to find equal steps.
"""

from collections.abc import Callable
from functools import cached_property
from operator import is_
from typing import Any, ClassVar

from executor.task import Graph, Key, Ref
from lazyframe.plan.schema import INNER, Schema
from lazyframe.plan.token import token
from lazyframe.record import Field, record, replace, values

Columns = frozenset[Any]


@record(eq=False)
class Expr:
    """A step. Its fields are its children (alone or in tuples) and plain values."""

    __match_args__: ClassVar[tuple[str, ...]]
    __record__: ClassVar[dict[str, Field]]

    @cached_property
    def children(self) -> tuple["Expr", ...]:
        """The steps that this one takes, in the order of its fields."""
        found: list[Expr] = []
        for value in values(self):
            if isinstance(value, Expr):
                found.append(value)
            elif isinstance(value, tuple):
                found += [item for item in value if isinstance(item, Expr)]
        return tuple(found)

    @cached_property
    def key(self) -> str:
        """A name and a token of the fields that follow from no others; the same for equal steps, in every process."""
        own = []
        for name, known in self.__record__.items():
            if not known.derived:
                value = getattr(self, name)
                own.append(as_keys(value) if isinstance(value, Expr | tuple) else value)
        return f"{self.label}-{token(type(self).__qualname__, own)}"

    @property
    def label(self) -> str:
        """What people call the step."""
        return type(self).__name__.lower()

    @property
    def schema(self) -> Schema:
        """Kind, columns and dtypes of the result; that of a step within a query is of no use to anyone."""
        return INNER

    @property
    def npartitions(self) -> int:
        """The number of partitions of the result."""
        raise NotImplementedError

    @property
    def rows(self) -> str | None:
        """A name for the set of rows that the result has; two results with the same can be combined row by row.

        None for a scalar, which goes with any rows.
        """
        return self.key

    @property
    def is_numbered(self) -> bool:
        """Whether the partitions' indexes are row numbers counted from each partition's own start."""
        return False

    @property
    def is_answer(self) -> bool:
        """Whether the result is an answer for the whole table, with the labels that pandas gives it, as groups have."""
        return False

    def needs(self, columns: Columns) -> list[Columns]:
        """Which columns of each child (that is a frame) are needed to give these columns."""
        return [frozenset(child.schema.columns) for child in self.children]

    def result(self, number: int) -> Any:
        """The i-th partition as another task's argument."""
        return Ref((self.key, number))

    def tasks(self) -> Graph:
        """The tasks of this step alone; the result's i-th partition has the key (self.key, i)."""
        raise NotImplementedError(f"{type(self).__name__} must be lowered first")

    def describe(self) -> str:
        """The step and its plain values in one line, for `explain`."""
        shown = [f"{name}={getattr(self, name)!r}" for name in self.__match_args__ if not has_step(getattr(self, name))]
        return f"{type(self).__name__}({', '.join(shown)})" if shown else type(self).__name__

    def map_children(self, function: "Callable[[Expr], Expr]") -> "Expr":
        """The step with other children; itself if they are the same."""
        changed: dict[str, Any] = {}
        for name in self.__match_args__:
            value = getattr(self, name)
            if isinstance(value, Expr):
                new: Any = function(value)
                if new is not value:
                    changed[name] = new
            elif isinstance(value, tuple) and has_step(value):
                changed[name] = tuple([function(item) if isinstance(item, Expr) else item for item in value])
                if all(map(is_, changed[name], value)):
                    del changed[name]
        return replace(self, **changed) if changed else self


@record(eq=False)
class Partitionwise(Expr):
    """A step whose i-th partition is a function of the i-th partitions of its children.

    A child with one partition goes with every one.
    """

    @property
    def kernel(self) -> Callable[..., Any]:
        """The function, called with the children's partitions in their order. It holds no Expr."""
        raise NotImplementedError

    @cached_property
    def npartitions(self) -> int:
        return max(child.npartitions for child in self.children)

    @property
    def rows(self) -> str | None:
        names = {child.rows for child in self.children} - {None}
        return self.key if len(names) > 1 else next(iter(names), None)  # several: answers, which pandas aligns

    @property
    def is_numbered(self) -> bool:
        return any(child.is_numbered for child in self.children)

    @property
    def is_answer(self) -> bool:
        return {child.is_answer for child in self.children if child.rows is not None} == {True}


class StepKey(str):
    """The key of a step in the place of the step, which no text of a user is equal to."""


def as_keys(value: Any) -> Any:
    """A field's value with every step replaced by its key."""
    if isinstance(value, Expr):
        return StepKey(value.key)
    return tuple(map(as_keys, value)) if isinstance(value, tuple) and has_step(value) else value


def has_step(value: Any) -> bool:
    """Whether a field's value is or contains a step."""
    if isinstance(value, tuple):
        for item in value:
            if isinstance(item, Expr):
                return True
    return isinstance(value, Expr)


def partition(step: Expr, number: int) -> Any:
    """A step's i-th partition as another task's argument; the only one, if it has only one."""
    return step.result(0 if step.npartitions == 1 else number)


def walk(root: Expr, is_entered: Callable[[Expr], bool] | None = None) -> list[Expr]:
    """Every step once, children before parents; nothing that is only below steps that are not entered."""
    order: list[Expr] = []
    seen: set[int] = set()
    stack = [(root, False)]
    while stack:
        step, is_leaving = stack.pop()
        if is_leaving:
            order.append(step)
        elif id(step) not in seen:
            seen.add(id(step))
            stack.append((step, True))
            if is_entered is None or is_entered(step):
                for child in reversed(step.children):
                    stack.append((child, False))
    return order


def transform(root: Expr, rule: Callable[[Expr], Expr]) -> Expr:
    """The query with a rule applied to every step once, children first."""
    done: dict[int, Expr] = {}
    for step in walk(root):
        done[id(step)] = rule(step.map_children(lambda child: done[id(child)]))
    return done[id(root)]


def graph_of(root: Expr) -> dict[Key, Any]:
    """The tasks of all steps."""
    graph: dict[Key, Any] = {}
    for step in walk(root):
        graph.update(step.tasks())
    return graph
