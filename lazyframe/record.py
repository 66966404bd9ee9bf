"""Frozen values with named fields, as `@dataclass(frozen=True)` makes them, whose classes cost little to define.

A dataclass compiles methods for each class: of a hundred classes, that took a third of the import of this package.
Records share their methods.
"""

import inspect
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from operator import attrgetter
from typing import Any, ClassVar, TypeVar, dataclass_transform, get_origin

Class = TypeVar("Class", bound=type)
Value = TypeVar("Value")


class Field:
    """What a field has beside its name and type."""

    def __init__(self, default: Any, default_factory: Callable[[], Any] | None, repr: bool, derived: bool):
        self.default = default
        self.default_factory = default_factory
        self.repr = repr
        self.derived = derived


class Missing:
    """The default of fields without one."""


def field(
    *,
    default: Any = Missing,
    default_factory: Callable[[], Any] | None = None,
    repr: bool = True,
    derived: bool = False,
) -> Any:
    """Describe a field that is made anew for each value, is not shown, or follows from the others (`derived`)."""
    return Field(default, default_factory, repr, derived)


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(*, eq: bool = True, slots: bool = False) -> Callable[[Class], Class]:
    """Make a class of frozen values of its annotated fields.

    Parameters
    ----------
    eq
        Whether values are equal if their fields are; else if they are one object.
    slots
        Whether values have no ``__dict__``: for those of which there are many.

    Examples
    --------
    >>> @record()
    ... class Point:
    ...     x: int
    ...     y: int = 0
    >>> Point(1) == Point(x=1, y=0)
    True
    """

    def made(cls: Any) -> Any:
        kinds = inspect.get_annotations(cls)
        names = [name for name, kind in kinds.items() if get_origin(kind) != ClassVar]  # type: ignore[comparison-overlap]
        own = {name: as_field(vars(cls).get(name, Missing)) for name in names}
        for name in own.keys() & vars(cls).keys():
            delattr(cls, name)
        if slots:
            cls = with_slots(cls, tuple(own))
        for method in (__init__, __repr__, __reduce__, __setattr__, __delattr__, *((__eq__, __hash__) if eq else ())):
            if method.__name__ not in vars(cls):
                setattr(cls, method.__name__, method)
        cls.__record__ = {**getattr(cls, "__record__", {}), **own}
        cls.__match_args__ = tuple(cls.__record__)  # type: ignore[misc]
        cls.__values__ = staticmethod(getter(cls.__match_args__))
        return cls

    return made


def with_slots(cls: Any, names: tuple[str, ...]) -> Any:
    """Return the class anew, with slots in the place of a ``__dict__``."""
    body = {name: value for name, value in vars(cls).items() if name not in ("__dict__", "__weakref__")}
    made = type(cls)(cls.__name__, cls.__bases__, body | {"__slots__": names})
    made.__qualname__ = cls.__qualname__
    return made


def as_field(default: Any) -> Field:
    """Return what a class says of a field."""
    return default if isinstance(default, Field) else Field(default, None, repr=True, derived=False)


def is_record(value: Any) -> bool:
    """Return whether a value is of a class that `record` made."""
    return hasattr(type(value), "__record__")


def getter(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """Return what gives the values of some attributes."""
    if not names:
        return lambda one: ()
    found = attrgetter(*names)
    return found if len(names) > 1 else lambda one: (found(one),)


def values(one: Any) -> tuple[Any, ...]:
    """Return the values of a record's fields, in their order."""
    found: tuple[Any, ...] = one.__values__(one)
    return found


def replace(one: Value, **changes: Any) -> Value:
    """Return a record like another, with other values for some fields."""
    names: tuple[str, ...] = one.__match_args__  # type: ignore[attr-defined]
    return type(one)(**dict(zip(names, values(one), strict=True)) | changes)


def __init__(self: Any, *args: Any, **named: Any) -> None:
    names = self.__match_args__
    given = dict(zip(names, args, strict=False))
    if len(args) != len(names) or named:
        given = completed(self, args, given, named)
    for name, value in given.items():
        object.__setattr__(self, name, value)


def completed(one: Any, args: tuple[Any, ...], given: dict[str, Any], named: dict[str, Any]) -> dict[str, Any]:
    """Return all values of a record that is being made, with defaults for those that were not given."""
    name = type(one).__name__
    if len(args) > len(one.__match_args__):
        raise TypeError(f"{name} takes {len(one.__match_args__)} values, not {len(args)}.")
    if twice := given.keys() & named.keys():
        raise TypeError(f"{name} was given twice: {', '.join(sorted(twice))}.")
    if unknown := named.keys() - one.__record__.keys():
        raise TypeError(f"{name} has no {', '.join(sorted(unknown))}.")
    given = given | named
    for key, known in one.__record__.items():
        if key not in given:
            given[key] = known.default if known.default_factory is None else known.default_factory()
    if missing := [key for key, value in given.items() if value is Missing]:
        raise TypeError(f"{name} lacks {', '.join(missing)}.")
    return given


def __repr__(self: Any) -> str:
    shown = [f"{name}={getattr(self, name)!r}" for name, known in self.__record__.items() if known.repr]
    return f"{type(self).__qualname__}({', '.join(shown)})"


def __reduce__(self: Any) -> tuple[Any, ...]:
    return type(self), self.__values__(self)


def __eq__(self: Any, other: Any) -> Any:
    return self.__values__(self) == other.__values__(other) if type(other) is type(self) else NotImplemented


def __hash__(self: Any) -> int:
    return hash(self.__values__(self))


def __setattr__(self: Any, name: str, value: Any) -> None:
    raise FrozenInstanceError(f"{type(self).__name__} is frozen: {name!r} can't be set.")


def __delattr__(self: Any, name: str) -> None:
    raise FrozenInstanceError(f"{type(self).__name__} is frozen: {name!r} can't be deleted.")
