"""The last resort: pandas itself, on rows that are gathered in one place. Op -> method, and any call as a plan."""

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from lazyframe.collections.collection import Collection, with_slots, wrap
from lazyframe.collections.like import GATHERS, bound, documented
from lazyframe.errors import UnsupportedAttributeError
from lazyframe.ops.calls import Attribute, Method
from lazyframe.ops.op import FACTOR, Whole
from lazyframe.plan.logical.gathered import DEFERRED, Gathered
from lazyframe.plan.logical.rowwise import Project
from lazyframe.plan.logical.sources import same
from lazyframe.plan.schema import Schema, schema_of

PARAMETERS = "with these parameters, or of these dtypes, no partition can be done by itself"
LABELS = "pandas matches rows of different sets by their labels"


def gather(
    name: str,
    func: Callable[..., Any],
    args: Sequence[Any],
    options: dict[str, Any] | None = None,
    factor: float = FACTOR,
    outcome: Schema = DEFERRED,
    why: str = "pandas looks at all rows",
) -> Any:
    """A call of pandas on whole tables, as a collection.

    Parameters
    ----------
    name
        What people call it.
    func
        Called with the arguments, in which what is lazy is replaced by what it gives.
    args, options
    factor
        See `Gathered`.
    outcome
        What is known of the result; by default nothing, and it is a `Deferred`.
    why
        Why rows are gathered, for people.
    """
    return wrap(Gathered(name, func, *with_slots(args, options or {}), factor, outcome, why))


def whole(op: Whole, of: type) -> Callable[..., Any]:
    """A method that gathers its rows: pandas' own, called in one place."""
    like = getattr(of, op.name)

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        given = bound(like, self, args, kwargs)
        rows = looked_at(self, op, given)
        if op.is_eager:
            return getattr(gathered(rows, op), op.name)(*args, **kwargs)
        outcome = schema_of(getattr(rows._plan.schema.empty, op.name)(*args, **kwargs)) if op.is_known else DEFERRED
        return gather(op.name, Method(op.name), (rows, *args), kwargs, op.factor, outcome)

    return documented(method, like, GATHERS)


def gathered(rows: Any, op: Whole) -> Any:
    """The rows as a pandas object, for a method whose result is for others than pandas: it runs here."""
    return gather(op.name, same, (rows,), factor=op.factor).compute()


def whole_property(op: Whole, of: type) -> property:
    """An attribute for which rows are gathered."""

    def method(self: Any) -> Any:
        if op.is_eager:
            return getattr(gathered(self, op), op.name)
        return gather(op.name, Attribute(op.name), (self,), factor=op.factor)

    method.runs = GATHERS  # type: ignore[attr-defined]
    return property(method, doc=f"As pandas' `{of.__name__}.{op.name}`.")


class unsupported:
    """What pandas has and lazyframe can't have, with what to do instead."""

    def __init__(self, name: str, of: type, instead: str):
        self.message = f"{of.__name__}.{name} is not supported. {instead}"
        self.__doc__ = self.message

    def __get__(self, owner: Any, kind: type) -> Any:
        if owner is None:
            return self
        raise UnsupportedAttributeError(self.message)


def refuse_unsupported(kind: type, name: str) -> None:
    """Say of what is not supported that it is not; an AttributeError of a descriptor makes Python look further.

    Raises
    ------
    UnsupportedAttributeError
    """
    found = inspect.getattr_static(kind, name, None)
    if isinstance(found, unsupported):
        raise UnsupportedAttributeError(found.message)


def looked_at(self: Any, op: Whole, given: dict[str, Any]) -> Any:
    """The frame with the columns that an op looks at, if its arguments tell them all; else the frame."""
    if self.kind != "frame" or not op.columns or any(given.get(name) is None for name in op.columns):
        return self
    names: list[Any] = []
    for name in op.columns:
        value = given[name]
        names += value if isinstance(value, list) else [value]
    known = self._plan.schema.columns
    if not all(pd.api.types.is_hashable(name) and name in known for name in names):
        return self
    kept = tuple(name for name in known if name in names)
    return self if len(kept) == len(known) else wrap(Project(self._plan, kept))


def must_gather(value: Any) -> bool:
    """Return whether an operand has rows that are not those of partitions: pandas matches them in one place."""
    return value.kind == "deferred" if isinstance(value, Collection) else is_listed(value)


def is_listed(value: Any) -> bool:
    """Return whether an operand is a list, an array or the like, whose values pandas matches with the rows."""
    return not isinstance(value, Collection) and pd.api.types.is_list_like(value)  # which looks at attributes
