"""Op -> method: the signature and documentation of pandas' method, its arguments checked once."""

import inspect
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from lazyframe.collections.collection import Collection, wrap
from lazyframe.collections.gather import LABELS, gather, is_listed
from lazyframe.collections.like import ELSE_GATHERS, GATHERS, ROW, bound, documented, signature_of
from lazyframe.errors import UnsupportedError, unknown_column
from lazyframe.ops.calls import Method
from lazyframe.ops.op import Accessor, AccessorMethod, Elementwise, Needs, Whole
from lazyframe.ops.whole import keys_of
from lazyframe.plan.buckets import buckets_for
from lazyframe.plan.logical.align import aligned
from lazyframe.plan.logical.rowwise import Apply, Take
from lazyframe.plan.logical.whole import Across
from lazyframe.plan.node import Node
from lazyframe.plan.passes.simplify import simplify


def apply(
    op: Elementwise | Accessor | AccessorMethod, operands: tuple[Any, ...], options: dict[str, Any] | None = None
) -> Any:
    """An elementwise op on collections and constants, as a new collection.

    Operands whose rows are not those of the others are matched by pandas, in one place.
    """
    plans = [one._plan if isinstance(one, Collection) else one for one in operands]
    nodes = None if is_for_pandas(operands, options or {}) else matched(*plans)
    if nodes is None:
        return gather(op.name, op, operands, options, why=LABELS)
    plan = Apply(op, nodes, tuple(sorted((options or {}).items())))
    try:
        _ = plan.schema  # pandas' own errors, such as for adding a text to a number, show now
    except UnsupportedError:  # partition by partition
        return gather(op.name, Method(op.name), operands, options)
    except TypeError as error:
        if op.name in ("and", "or", "xor"):
            raise TypeError(f"{error}. Put each condition in parentheses: (x > 1) & (y == 2).") from None
        raise
    except pa.ArrowNotImplementedError as error:
        raise TypeError(f"{op.name} is not for values of these dtypes: {error}") from None
    return wrap(plan)


def is_for_pandas(operands: Sequence[Any], options: dict[str, Any]) -> bool:
    """Return whether pandas matches rows or columns by their labels, or has to know values that are lazy."""
    kinds = {one.kind for one in operands if isinstance(one, Collection)}
    constants = [one for one in (*operands, *options.values()) if not isinstance(one, Collection)]
    is_labelled = any(isinstance(one, pd.Series | pd.DataFrame | pd.Index) for one in constants)
    lazy = [one for one in options.values() if isinstance(one, Collection)]
    return is_labelled or bool(lazy) or "deferred" in kinds or {"frame", "series"} <= kinds or holds_lazy(constants)


def across(op: Whole, of: type) -> Callable[..., Any]:
    """A method for which rows of several partitions meet."""
    like = getattr(of, op.name)

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        if (found := of_each_row(self, op.name, bound(like, self, args, kwargs))) is not None:
            return found
        given = arguments(like, op.params, self, args, kwargs)
        if given is None or holds_lazy([*given.values()]) or is_odd(op, given):
            return self._gather(op.name, args, kwargs)
        if op.needs is Needs.SORTED:
            given["kind"] = "stable"  # ties have one order, whatever the partitions
        options = tuple(sorted((name, as_value(value)) for name, value in given.items()))
        for key in keys_of(op, options):
            if key in self._plan.schema.empty.index.names:
                return self._gather(op.name, args, kwargs)
            if key not in self._plan.schema.columns:
                raise unknown_column(key, self._plan.schema.columns)
        plan = Across(self._plan, op, buckets_for(self._plan), options)
        _ = plan.schema  # pandas' own errors show now
        return wrap(plan)

    return documented(method, like, op.needs.value + ELSE_GATHERS)


def is_odd(op: Whole, given: dict[str, Any]) -> bool:
    """Return whether arguments mean what only pandas knows: a tuple that is one label, no keys, a list for labels."""
    keys = given.get(op.keys, "")
    if op.name == "sort_index":
        return not isinstance(given.get("ascending", True), bool)
    is_listed = isinstance(keys, list | tuple | set | np.ndarray | pd.Index | pd.Series)
    return is_listed and (type(keys) is not list or not keys)


def of_each_row(rows: Any, name: str, given: dict[str, Any]) -> Any:
    """A method of each row's numbers, row by row; None if it is of columns, or of rows of other values."""
    is_frame = isinstance(rows, Collection) and rows.kind == "frame"
    if not is_frame or given.get("axis") not in (1, "columns") or holds_lazy([*given.values()]):
        return None
    is_of_numbers = all(isinstance(dtype, np.dtype) and dtype.kind in "iufb" for dtype in rows._value_dtypes())
    return apply(Elementwise(name), (rows,), given) if is_of_numbers else None


def as_value(value: Any) -> Any:
    """Return an argument as it stands in a plan: it can't be changed any more."""
    return tuple(value) if isinstance(value, list) else value


def holds_lazy(value: Any) -> bool:
    """Return whether something is lazy, or a list, a dict, an array or the like in which something is."""
    if isinstance(value, Collection):
        return True
    if isinstance(value, dict):
        value = list(value.values())
    elif isinstance(value, np.ndarray | pd.Series | pd.Index) and value.dtype == object:
        value = list(np.asarray(value).flat)
    return any(holds_lazy(one) for one in value) if isinstance(value, list | tuple | set | frozenset) else False


def refuse_lazy(value: Any, taker: str) -> None:
    """Refuse what is or holds something lazy, whose value is not known yet.

    Raises
    ------
    UnsupportedError
        `taker` can't take it.
    """
    if holds_lazy(value):
        raise UnsupportedError(
            f"{taker} can't take the lazy value it was given, which is not known yet. Pass what its .compute() gives."
        )


def matched(*nodes: Any) -> tuple[Any, ...] | None:
    """Operands to be combined row by row, which have the same rows or are answers, that pandas aligns; else None."""
    queries = [node for node in nodes if isinstance(node, Node) and node.rows is not None]
    if len({query.rows for query in queries}) <= 1 or all(query.is_answer for query in queries):
        return nodes
    found = aligned(queries)
    if found is None:
        return None
    new = iter(found)
    return tuple(next(new) if isinstance(node, Node) and node.rows is not None else node for node in nodes)


def is_column(query: Node, key: Node, name: Any) -> bool:
    """Return whether a key is one of the frame's own columns, perhaps taken from a frame that it is made of."""
    if query.schema.kind != "frame" or name not in query.schema.columns:
        return False
    while isinstance(key, Apply) and key.op.name == "astype" and same_dtype(key, key.operands[0]):
        key = key.operands[0]
    own = Take(query, name)
    return own.key == key.key or simplify(own).key == simplify(key).key


def same_dtype(first: Node, second: Node) -> bool:
    """Return whether a cast changes nothing."""
    return bool(first.schema.empty.dtype == second.schema.empty.dtype)


def binary(op: Elementwise, is_reflected: bool = False) -> Callable[..., Any]:
    """A method such as __add__; reflected, such as __radd__."""

    def method(self: Any, other: Any) -> Any:
        operands = (other, self) if is_reflected else (self, other)
        if self.kind == "scalar" and isinstance(other, pd.Series | pd.DataFrame | pd.Index):  # which are there already
            return op(*(self._value() if one is self else one for one in operands))
        if is_listed(other):
            return gather(op.name, op, operands)
        return apply(op, operands)

    return method


def in_one_place(func: Callable[..., Any], is_reflected: bool = False) -> Callable[..., Any]:
    """A method such as __matmul__, for which rows are gathered."""

    def method(self: Any, other: Any) -> Any:
        return gather(func.__name__, func, (other, self) if is_reflected else (self, other))

    return method


def operation(op: Elementwise, of: type, name: str, is_reflected: bool = False) -> Callable[..., Any]:
    """A method such as `add`, which does what an operator does, and takes `fill_value` and `axis` besides."""
    like = getattr(of, name)

    def method(self: Any, other: Any, *args: Any, **kwargs: Any) -> Any:
        given = arguments(like, ("other", "fill_value", "axis"), self, (other, *args), kwargs)
        if given is None or is_listed(other):
            return self._gather(name, (other, *args), kwargs)
        is_lazy = isinstance(other, Collection) and other.kind in ("frame", "series")
        if is_lazy and (matched(self._plan, other._plan) is None or not has_columns_of(self, other)):
            return self._gather(name, (other, *args), kwargs)  # the methods match labels where operators refuse
        options = {key: value for key, value in given.items() if key not in ("other", "axis")}
        is_by_row = given.get("axis") in (0, "index") and getattr(other, "kind", "") == "series"
        if is_by_row and not options and self.kind == "frame" and matched(self._plan, other._plan) is not None:
            return wrap(Apply(Elementwise(name), (self._plan, other._plan), (("axis", 0),)))
        if "axis" in given and getattr(other, "kind", "scalar") != "scalar":
            return self._gather(name, (other, *args), kwargs)
        if options or any(dtype.kind == "b" for dtype in self._value_dtypes()):  # of bools pandas' operators do less
            return apply(Elementwise(name), (self, other), options)
        return apply(op, (other, self) if is_reflected else (self, other))

    return documented(method, like, ROW + ELSE_GATHERS)


def has_columns_of(first: Any, other: Any) -> bool:
    """Return whether two frames have the same columns in the same order; Series have no others."""
    is_frames = first.kind == other.kind == "frame"
    return not is_frames or first._plan.schema.columns == other._plan.schema.columns


def conditional(op: Elementwise, of: type) -> Callable[..., Any]:
    """`where` or `mask`: partition by partition, where the dtype does not depend on whether a value is replaced."""
    like = getattr(of, op.name)

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        given = arguments(like, ("cond", "other"), self, args, kwargs)
        other = (given or {}).get("other", np.nan)
        if given is None or not isinstance(given["cond"], Collection) or not is_steady(self, other):
            return self._gather(op.name, args, kwargs)
        return apply(op, (self, given["cond"], other))

    return documented(method, like, ROW + ELSE_GATHERS)


def is_steady(self: Any, other: Any) -> bool:
    """Return whether a collection has the dtypes that it has, whichever of its values another takes the place of."""
    if isinstance(other, Collection):
        if other.kind == "deferred" or matched(self._plan, other._plan) is None:
            return False
        own, new = self._plan.schema.empty, other._plan.schema.empty
        return bool(other.kind == self.kind == "series" and own.dtype == new.dtype)
    return pd.api.types.is_scalar(other) and all(keeps_dtype(dtype, other) for dtype in set(self._value_dtypes()))


def keeps_dtype(dtype: Any, value: Any) -> bool:
    """Return whether a column of a dtype can hold a value."""
    if isinstance(dtype, pd.CategoricalDtype):
        return bool(pd.isna(value) or value in dtype.categories)
    if pd.isna(value):
        return dtype.kind not in "iub" or isinstance(dtype, pd.api.extensions.ExtensionDtype)
    pair = pd.Series([None, None] if dtype.kind not in "iub" else [0, 0], dtype=dtype)
    try:
        return bool(pair.mask(pd.Series([True, False]), value).dtype == dtype)
    except (TypeError, ValueError):
        return False


def unary(op: Elementwise) -> Callable[..., Any]:
    """A method such as __neg__."""

    def method(self: Any) -> Any:
        return apply(op, (self,))

    return method


def elementwise(
    op: Elementwise,
    of: type = pd.Series,
    prepare: Callable[[Any], Any] | None = None,
    lift: Callable[[Any, dict[str, Any]], Any] | None = None,
) -> Callable[..., Any]:
    """A method of the same name and signature as pandas'.

    `prepare` makes its arguments ready, if it is given: they are values among which each row's is looked for, and lazy
    ones are gathered, unless `lift` can do them.
    """
    like = getattr(of, op.name)

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        given = arguments(like, op.params, self, args, kwargs)
        if given is None:
            return self._gather(op.name, args, kwargs)
        if prepare is not None:
            if lift is not None and (found := lift(self, given)) is not None:
                return found
            given = {name: prepare(value) for name, value in given.items()}
            if holds_lazy([*given.values()]):
                return self._gather(op.name, (), given)
        operands, options = separated(given, like)
        return apply(op, (self, *operands), options)

    return documented(method, like, ROW + ELSE_GATHERS)


def arguments(like: Any, params: tuple[str, ...], self: Any, args: Any, kwargs: Any) -> dict[str, Any] | None:
    """The arguments of a call by name, those left at their defaults not among them; None if others than `params` are.

    Raises
    ------
    TypeError
        Where pandas' method does not take them.
    """
    given = {}
    parameters = signature_of(like).parameters
    for parameter, value in bound(like, self, args, kwargs).items():
        kind = parameters[parameter].kind
        if kind in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD):
            unknown = ", ".join(map(repr, value))
            raise TypeError(f"{like.__name__}() got unexpected arguments: {unknown}")
        default = parameters[parameter].default
        if value is default or (np.isscalar(value) and value == default and type(value) is type(default)):
            continue
        if parameter not in params:
            return None
        given[parameter] = value
    return given


def separated(given: dict[str, Any], like: Any) -> tuple[list[Any], dict[str, Any]]:
    """Arguments as operands (up to the last that is required or lazy), and as options (the rest)."""
    parameters = signature_of(like).parameters
    names = list(parameters)[1:]
    required = [parameters[name].default is inspect.Parameter.empty for name in names]
    lazy = [isinstance(given.get(name), Collection) for name in names]
    last = max((i for i in range(len(names)) if names[i] in given and (required[i] or lazy[i])), default=-1)
    operands = [given.get(name, parameters[name].default) for name in names[: last + 1]]
    return [listed(value) for value in operands], {name: given[name] for name in names[last + 1 :] if name in given}


def listed(value: Any) -> Any:
    """A list, set or array of constants as a tuple, which a scan can look into; a set's order means nothing."""
    if isinstance(value, np.ndarray | pd.Index):
        value = value.tolist()
    if isinstance(value, set | frozenset):
        value = sorted(value, key=repr)
    return tuple(value) if isinstance(value, list) else value


def values_of(values: Any) -> Any:
    """Return what a Series of values, or anything else that has them one by one, holds."""
    if isinstance(values, pd.Series | pd.api.extensions.ExtensionArray):
        return list(values)
    return list(values) if isinstance(values, Iterator) else values


def values_by_position(values: Any) -> Any:
    """As `values_of`, also of a dict of columns; but not what pandas matches by its labels."""
    if isinstance(values, dict):
        return {column: values_of(own) for column, own in values.items()}
    return values if isinstance(values, pd.Series | pd.DataFrame) else values_of(values)


def accessor(op: Accessor) -> property:
    """A property of an accessor."""

    def method(self: Any) -> Any:
        return apply(op, (self._series,))

    method.runs = ROW  # type: ignore[attr-defined]
    return property(method, doc=f"As pandas' `Series.{op.accessor}.{op.name}`, lazily.")


def accessor_method(op: AccessorMethod) -> Callable[..., Any]:
    """A method of an accessor: row by row, or by pandas in one place."""
    like = getattr(getattr(pd.Series, op.accessor), op.name)

    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        options = bound(like, self, args, kwargs)
        is_by_row = op.needs is Needs.ROW and not {"args", "kwargs"} & options.keys() and not holds_lazy(options)
        is_of_objects = op.accessor == "str" and self._series.dtype == np.dtype(object)
        if is_by_row and not is_of_objects and not is_listed(options.get("repeats")):
            return apply(op, (self._series,), options)
        return gather(op.name, Method(f"{op.accessor}.{op.name}"), (self._series, *args), kwargs, op.factor)

    return documented(call, like, ROW + ELSE_GATHERS if op.needs is Needs.ROW else GATHERS)


def function(like: Any, lift: Callable[[dict[str, Any]], Any] | None = None, factor: float = 3.0) -> Any:
    """pandas' function: by a lift, which gives None for what it can't do; else its lazy arguments are gathered."""

    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            given = signature_of(like).bind(*args, **kwargs).arguments
        except TypeError as error:
            raise TypeError(f"{like.__name__}() {error}") from None
        if not holds_lazy([*given.values()]):
            return like(*args, **kwargs)
        result = None if lift is None else lift(dict(given))
        return gather(like.__name__, like, args, kwargs, factor) if result is None else result

    return documented(call, like, GATHERS if lift is None else ROW + ELSE_GATHERS)
