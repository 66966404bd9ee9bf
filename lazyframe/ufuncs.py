"""numpy's functions of each element, such as np.log, on lazy objects: https://numpy.org/neps/nep-0013-ufunc-overrides."""

from typing import Any, cast

import numpy as np
import pandas as pd

from lazyframe.collection import Collection
from lazyframe.method import apply, unmatched
from lazyframe.ops import arithmetic, elementwise
from lazyframe.ops.op import Elementwise

OPERATORS = {
    np.add: arithmetic.add,
    np.subtract: arithmetic.sub,
    np.multiply: arithmetic.mul,
    np.true_divide: arithmetic.truediv,
    np.floor_divide: arithmetic.floordiv,
    np.remainder: arithmetic.mod,
    np.power: arithmetic.pow,
    np.bitwise_and: arithmetic.and_,
    np.bitwise_or: arithmetic.or_,
    np.bitwise_xor: arithmetic.xor,
    np.equal: arithmetic.eq,
    np.not_equal: arithmetic.ne,
    np.less: arithmetic.lt,
    np.less_equal: arithmetic.le,
    np.greater: arithmetic.gt,
    np.greater_equal: arithmetic.ge,
    np.positive: arithmetic.pos,
    np.negative: arithmetic.neg,
    np.invert: arithmetic.invert,
}
"""What numpy's numbers call too, left of an operator: np.float64(2) * x."""


def array_ufunc(self: Collection, ufunc: np.ufunc, method: str, *operands: Any, **options: Any) -> Any:
    """A function of each element, as a new collection.

    Raises
    ------
    TypeError
        For what would compute at once or mix rows, and for values that the function is not for.
    """
    name = f"np.{ufunc.__name__}"
    # numpy compares its numbers as arrays without dimensions
    operands = tuple(one[()] if isinstance(one, np.ndarray) and one.ndim == 0 else one for one in operands)
    for operand in operands:
        if pd.api.types.is_list_like(operand) and not isinstance(operand, Collection):
            raise TypeError(f"{name}: {unmatched(operand)}")
    if ufunc in OPERATORS and method == "__call__" and not options:
        return apply(OPERATORS[ufunc], operands)
    if method != "__call__" or options or ufunc.nout > 1 or ufunc.signature is not None:
        asked = name if method == "__call__" else f"{name}.{method}"
        asked += "".join(f"({option}=)" for option in options)
        raise TypeError(f"{asked} is not for lazy objects: use it on the result of .compute().")
    for operand in operands:
        if isinstance(operand, Collection) and (texts := columns_without_numbers(operand)):
            shown = ", ".join(f"{column!r} is {dtype}" for column, dtype in texts.items())
            raise TypeError(f"{name} is for numbers, and column {shown}. Choose other columns, or astype(float) first.")
    operands = tuple(with_wide_floats(one, ufunc) if isinstance(one, Collection) else one for one in operands)
    try:
        return apply(Elementwise(ufunc.__name__, ufunc), operands)
    except TypeError as error:
        if isinstance(error, np.exceptions.DTypePromotionError) or "ufunc" in str(error):
            dtypes = ", ".join(
                str(dtype) for one in operands if isinstance(one, Collection) for dtype in dtypes_of(one)
            )
            raise TypeError(f"{name} is not for values of dtype {dtypes}.") from None
        raise


def with_wide_floats(lazy: Collection, ufunc: np.ufunc) -> Collection:
    """The collection with Arrow's small integers as float64, for a function that makes floats of them.

    pandas gives float64 where values are missing, else what numpy has for integers so small, such as float16: it would
    depend on the partition.
    """
    kind = lazy._expr.schema.kind
    made_floats = {
        name: "double[pyarrow]"
        for name, dtype in named_dtypes(lazy).items()
        if isinstance(dtype, pd.ArrowDtype)
        and dtype.kind in "iu"
        and not any(loop.startswith(dtype.numpy_dtype.char * ufunc.nin) for loop in ufunc.types)
    }
    if not made_floats or kind == "scalar":
        return lazy
    dtype = made_floats if kind == "frame" else next(iter(made_floats.values()))
    return cast(Collection, apply(elementwise.astype, (lazy, dtype)))


def named_dtypes(lazy: Collection) -> dict[Any, Any]:
    """The dtypes of a collection's columns by their names."""
    empty = lazy._expr.schema.empty
    names = empty.columns if isinstance(empty, pd.DataFrame) else [getattr(empty, "name", None)]
    return dict(zip(names, dtypes_of(lazy), strict=True))


def dtypes_of(lazy: Collection) -> list[Any]:
    """The dtypes of a collection's columns."""
    empty = lazy._expr.schema.empty
    return list(empty.dtypes) if isinstance(empty, pd.DataFrame) else [getattr(empty, "dtype", type(empty).__name__)]


def columns_without_numbers(lazy: Collection) -> dict[Any, Any]:
    """The columns whose values numpy would take for objects, and their dtypes."""
    return {
        name: dtype
        for name, dtype in named_dtypes(lazy).items()
        if pd.api.types.is_object_dtype(dtype) or pd.api.types.is_string_dtype(dtype)
    }
