"""Op -> method: the signature and documentation of pandas' method, its arguments checked once."""

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from lazyframe.collections.collection import Collection, wrap
from lazyframe.errors import AlignmentError, UnsupportedError, unknown_column
from lazyframe.ops.op import Accessor, Elementwise, Needs, Whole
from lazyframe.ops.whole import keys_of
from lazyframe.plan.logical.align import aligned
from lazyframe.plan.logical.rowwise import Apply
from lazyframe.plan.logical.whole import Across
from lazyframe.plan.node import Node

DIFFERENT_ROWS = (
    "the operands have different rows. Filter or read both in the same way first, or compute them and combine the "
    "results."
)

IS_IN = " For the rows whose value is one of several, use .isin(values)."


def operand(value: Any) -> Any:
    """An argument as it stands in a query: a node, or a constant.

    Raises
    ------
    TypeError
        For a pandas object: its rows can't be matched with those of files.
    """
    if isinstance(value, Collection):
        return value._plan
    if isinstance(value, pd.Series | pd.DataFrame | pd.Index):
        raise TypeError(
            f"A pandas {type(value).__name__} can't be combined with a lazy collection; "
            "make it lazy with lf.from_pandas, or compute first."
        )
    return value


def apply(op: Elementwise | Accessor, operands: tuple[Any, ...], options: dict[str, Any] | None = None) -> Any:
    """An elementwise op on collections and constants, as a new collection."""
    nodes = tuple(map(operand, operands))
    for value in (*nodes, *(options or {}).values()):
        if not isinstance(value, Node):
            refuse_lazy(value, op.name)
    if {"frame", "series"} <= {node.schema.kind for node in nodes if isinstance(node, Node)}:
        raise UnsupportedError(f"{op.name} of a DataFrame and a Series is not supported; combine columns one by one.")
    nodes = same_rows(op.name, *nodes)
    plan = Apply(op, nodes, tuple(sorted((options or {}).items())))
    try:
        _ = plan.schema  # pandas' own errors, such as for adding a text to a number, show now
    except TypeError as error:
        if op.name in ("and", "or", "xor"):
            raise TypeError(f"{error}. Put each condition in parentheses: (x > 1) & (y == 2).") from None
        raise
    except pa.ArrowNotImplementedError as error:
        raise TypeError(f"{op.name} is not for values of these dtypes: {error}") from None
    return wrap(plan)


def across(op: Whole, of: type) -> Callable[..., Any]:
    """A method for which rows of several partitions meet."""
    like = getattr(of, op.name)
    signature = inspect.signature(like)

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        given = arguments(op.name, signature, op.params, self, args, kwargs)
        for value in given.values():
            refuse_lazy(value, op.name)
        if op.needs is Needs.SORTED:
            given["kind"] = "stable"  # ties have one order, whatever the partitions
        options = tuple(sorted((name, as_value(value)) for name, value in given.items()))
        for key in keys_of(op, options):
            if key not in self._plan.schema.columns:
                raise unknown_column(key, self._plan.schema.columns)
        plan = Across(self._plan, op, options)
        _ = plan.schema  # pandas' own errors show now
        return wrap(plan)

    return documented(method, like, signature)


def as_value(value: Any) -> Any:
    """Return an argument as it stands in a plan: it can't be changed any more."""
    return tuple(value) if isinstance(value, list) else value


def refuse_lazy(value: Any, taker: str) -> None:
    """Refuse what is lazy, or a list, a dict, an array or the like in which a lazy value would pass for a constant.

    Raises
    ------
    UnsupportedError
        If there is one: `taker` can't take it.
    """
    if isinstance(value, Collection):
        raise UnsupportedError(
            f"{taker} can't take the lazy {type(value).__name__} it was given, whose value is not known yet. Pass what "
            "its .compute() gives."
        )
    if isinstance(value, dict):
        value = list(value.values())
    elif isinstance(value, np.ndarray | pd.Series | pd.Index) and value.dtype == object:
        value = list(np.asarray(value).flat)
    for one in value if isinstance(value, list | tuple | set | frozenset) else ():
        refuse_lazy(one, taker)


def same_rows(name: str, *nodes: Any, wrong: str = DIFFERENT_ROWS) -> tuple[Any, ...]:
    """Operands to be combined row by row; those that are nodes have the same rows then, or pandas aligns them.

    Raises
    ------
    AlignmentError
        If they have different rows: `name`, and what is `wrong`.
    """
    queries = [node for node in nodes if isinstance(node, Node) and node.rows is not None]
    if len({query.rows for query in queries}) <= 1 or all(query.is_answer for query in queries):
        return nodes
    found = aligned(queries)
    if found is None:
        raise AlignmentError(f"{name}: {wrong}")
    new = iter(found)
    return tuple(next(new) if isinstance(node, Node) and node.rows is not None else node for node in nodes)


def binary(op: Elementwise, is_reflected: bool = False) -> Callable[..., Any]:
    """A method such as __add__; reflected, such as __radd__."""

    def method(self: Any, other: Any) -> Any:
        if pd.api.types.is_list_like(other) and not isinstance(other, Collection | pd.Series | pd.DataFrame | pd.Index):
            raise TypeError(f"{op.name}: {unmatched(other)}{IS_IN if op.name in ('eq', 'ne') else ''}")
        return apply(op, (other, self) if is_reflected else (self, other))

    return method


def unmatched(values: Any) -> str:
    """Return why an array or a list can't be an operand."""
    kind = (
        "an array"
        if isinstance(values, np.ndarray | pd.api.extensions.ExtensionArray)
        else f"a {type(values).__name__}"
    )
    return f"{kind} can't be combined with a lazy collection, whose rows are not known yet."


def unary(op: Elementwise) -> Callable[..., Any]:
    """A method such as __neg__."""

    def method(self: Any) -> Any:
        return apply(op, (self,))

    return method


def elementwise(
    op: Elementwise, of: type = pd.Series, prepare: Callable[[str, Any], Any] | None = None
) -> Callable[..., Any]:
    """A method of the same name and signature as pandas'; `prepare` makes its arguments ready, if it is given."""
    like = getattr(of, op.name)
    signature = inspect.signature(like)

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        given = arguments(op.name, signature, op.params, self, args, kwargs)
        if prepare is not None:
            given = {name: prepare(op.name, value) for name, value in given.items()}
        operands, options = separated(given, signature)
        return apply(op, (self, *operands), options)

    return documented(method, like, signature)


def arguments(
    name: str, signature: inspect.Signature, params: tuple[str, ...], self: Any, args: Any, kwargs: Any
) -> dict[str, Any]:
    """The arguments of a call by name, those left at their defaults not among them.

    Raises
    ------
    TypeError
        Where pandas' method does not take them.
    UnsupportedError
        Where lazyframe's does not.
    """
    try:
        bound = signature.bind(self, *args, **kwargs).arguments
    except TypeError as error:
        raise TypeError(f"{name}() {error}") from None
    given = {}
    for parameter, value in list(bound.items())[1:]:
        kind = signature.parameters[parameter].kind
        if kind in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD):
            unknown = ", ".join(map(repr, value))
            raise TypeError(f"{name}() got unexpected arguments: {unknown}")
        default = signature.parameters[parameter].default
        if value is default or (np.isscalar(value) and value == default and type(value) is type(default)):
            continue
        if parameter not in params:
            raise UnsupportedError(f"{name}({parameter}={value!r}) is not supported; leave {parameter!r} out.")
        given[parameter] = value
    return given


def separated(given: dict[str, Any], signature: inspect.Signature) -> tuple[list[Any], dict[str, Any]]:
    """Arguments as operands (up to the last that is required or lazy), and as options (the rest)."""
    names = list(signature.parameters)[1:]
    required = [signature.parameters[name].default is inspect.Parameter.empty for name in names]
    lazy = [isinstance(given.get(name), Collection) for name in names]
    last = max((i for i in range(len(names)) if names[i] in given and (required[i] or lazy[i])), default=-1)
    operands = [given.get(name, signature.parameters[name].default) for name in names[: last + 1]]
    return [listed(value) for value in operands], {name: given[name] for name in names[last + 1 :] if name in given}


def listed(value: Any) -> Any:
    """A list, set or array of constants as a tuple, which a scan can look into; a set's order means nothing."""
    if isinstance(value, np.ndarray | pd.Index):
        value = value.tolist()
    if isinstance(value, set | frozenset):
        value = sorted(value, key=repr)
    return tuple(value) if isinstance(value, list) else value


def values_of(name: str, values: Any) -> Any:
    """Return what a Series of values, or anything else that has them one by one, holds.

    Raises
    ------
    UnsupportedError
        For lazy ones.
    """
    refuse_lazy(values, name)
    if isinstance(values, pd.Series | pd.api.extensions.ExtensionArray):
        return list(values)
    return list(values) if isinstance(values, Iterator) else values


def values_by_position(name: str, values: Any) -> Any:
    """As `values_of`, also of a dict of columns; but not what pandas would match by its labels.

    Raises
    ------
    UnsupportedError
        For lazy values, and for a pandas Series or DataFrame.
    """
    if isinstance(values, pd.Series | pd.DataFrame):
        kind = type(values).__name__
        raise UnsupportedError(f"{name}: a {kind} is matched by its labels in pandas; pass a list, or a dict of lists.")
    if isinstance(values, dict):
        return {column: values_of(name, own) for column, own in values.items()}
    return values_of(name, values)


def documented(method: Callable[..., Any], like: Any, signature: inspect.Signature) -> Callable[..., Any]:
    """The method with the name, signature and documentation of pandas'."""
    method.__name__ = method.__qualname__ = like.__name__
    method.__doc__ = f"As pandas' `{like.__qualname__}`, lazily.\n{like.__doc__ or ''}"  # which `help` dedents
    method.__signature__ = signature  # type: ignore[attr-defined]
    return method


def accessor(op: Accessor) -> property:
    """A property of an accessor."""

    def method(self: Any) -> Any:
        return apply(op, (self._series,))

    return property(method, doc=f"As pandas' `Series.{op.accessor}.{op.name}`, lazily.")
