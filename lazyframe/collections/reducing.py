"""Reductions as methods: of a Series to a Scalar, of a DataFrame to a Series, of groups to a row a group."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from lazyframe.collections.collection import in_memory, wrap
from lazyframe.collections.like import ELSE_GATHERS, PARTIAL, bound, documented
from lazyframe.collections.method import arguments, holds_lazy, of_each_row
from lazyframe.ops.aggregate import AggregateSpec, FinalizeColumnwise, FinalizeScalar, aggregate_expr
from lazyframe.ops.op import Reduction
from lazyframe.plan.logical.aggregate import aggregate
from lazyframe.plan.logical.rowwise import Take
from lazyframe.plan.node import Node

Options = tuple[tuple[str, Any], ...]


def reduction(op: Reduction, of: type) -> Callable[..., Any]:
    """A method of the same name and signature as pandas'. The class's `_reduce` does the work."""
    like = getattr(of, op.name)

    def method(self: Any, *args: Any, split_every: Any = None, split_out: Any = None, **kwargs: Any) -> Any:
        """Dask's `split_every` and `split_out` say how states are merged, which is planned here; they are taken."""
        given = arguments(like, (*op.params, "numeric_only"), self, args, kwargs)
        if given is None and op.name != "nunique":  # of which pandas says, of no rows, that it gives floats
            found = of_each_row(self, op.name, bound(like, self, args, kwargs))
            if found is not None:
                return found
        if given is None or holds_lazy([*given.values()]):
            return self._gather(op.name, args, kwargs)
        numeric_only = bool(given.pop("numeric_only", False))
        if not numeric_only and has_dates(op, self._value_dtypes()):
            return self._gather(op.name, args, kwargs)
        return self._reduce(op, tuple(sorted(given.items())), numeric_only)

    return documented(method, like, PARTIAL + ELSE_GATHERS)


def reduce_series(series: Node, op: Reduction, options: Options) -> Any:
    """A Series' reduction, as a Scalar."""
    empty = series.schema.empty
    refuse_as_pandas(empty, op, options)
    spec = AggregateSpec((aggregate_expr(op, options, 0, empty.dtype, is_grouped=False),), keys=0)
    return wrap(aggregate((series,), spec, FinalizeScalar(spec, empty)))


def reduce_frame(frame: Node, op: Reduction, options: Options, numeric_only: bool) -> Any:
    """A DataFrame's reduction column by column, as a Series."""
    empty = frame.schema.empty
    if numeric_only:
        empty = empty[list(empty.count(numeric_only=True).index)]  # what pandas takes for numbers
    refuse_as_pandas(empty, op, options)
    columns = list(empty.columns)
    if not columns:
        answer = getattr(empty, op.name)(**dict(options)).to_frame(None)
        return wrap(Take(in_memory((answer,)), answer.columns[0]))
    outputs = tuple(
        aggregate_expr(op, options, i, empty[name].dtype, is_grouped=False) for i, name in enumerate(columns)
    )
    spec = AggregateSpec(outputs, keys=0)
    return wrap(aggregate(tuple(Take(frame, name) for name in columns), spec, FinalizeColumnwise(spec, empty)))


def refuse_as_pandas(empty: pd.DataFrame | pd.Series, op: Reduction, options: Options) -> None:
    """Refuse what pandas refuses for values of these dtypes, before anything is read.

    Raises
    ------
    TypeError
        For what pandas does not compute either.
    """
    is_frame = isinstance(empty, pd.DataFrame)
    if not hasattr(empty, op.name):  # it is for groups only, of any values
        return
    try:
        getattr(empty, op.name)(**dict(options))
    except TypeError:
        name = next((name for name in empty if not has(empty[name], op, options)), None) if is_frame else empty.name  # type: ignore[index]
        dtype = empty[name].dtype if is_frame else empty.dtype  # type: ignore[index]
        way = "leave the column out, or pass numeric_only=True" if is_frame else "choose another column"
        raise TypeError(f"{op.name} is not for column {name!r}, whose dtype is {dtype}: {way}.") from None


def has(empty: pd.Series, op: Reduction, options: Options) -> bool:
    """Return whether pandas has a reduction of values of this dtype."""
    try:
        getattr(empty, op.name)(**dict(options))
    except TypeError:
        return False
    return True


def has_dates(op: Reduction, dtypes: Sequence[Any]) -> bool:
    """Return whether an aggregate is the mean or deviation of dates, which pandas computes in one place."""
    return "M" in [dtype.kind.upper() for dtype in dtypes] and bool({"total", "moment2"} & set(op.accumulators))
