"""numpy's functions on lazy objects, of each element as np.log, and of all as np.sum.

See https://numpy.org/neps/nep-0013-ufunc-overrides.
"""

import inspect
from typing import Any, cast

import numpy as np
import pandas as pd

from lazyframe.collections.collection import Collection
from lazyframe.collections.gather import gather, must_gather
from lazyframe.collections.method import apply
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

FUNCTIONS = {
    np.sum: "sum",
    np.mean: "mean",
    np.min: "min",
    np.max: "max",
    np.any: "any",
    np.all: "all",
    np.var: "var",
    np.std: "std",
    np.cumsum: "cumsum",
    np.cumprod: "cumprod",
    np.clip: "clip",
    np.round: "round",
    np.around: "round",
}
"""Functions of numpy that are methods of ours, by the methods' names."""


PARAMETERS = {
    **dict.fromkeys(("axis", "ddof", "decimals")),
    "a_min": "lower",
    "a_max": "upper",
    "min": "lower",
    "max": "upper",
}
"""Parameters of these functions, and what they are called in our methods where that is another name."""


def array_function(self: Collection, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
    """A function of arrays, lazily: a method of ours where there is one; else by numpy, of what is gathered.

    See https://numpy.org/neps/nep-0018-array-function-protocol.

    Raises
    ------
    TypeError
        For what is there for arrays only.
    """
    method = FUNCTIONS.get(function)
    given = inspect.signature(function).bind(*args, **kwargs).arguments if method else {}
    lazy = given.pop("a", None)
    if method is None or not isinstance(lazy, Collection) or not hasattr(lazy, method):
        return gather(function.__name__, function, args, kwargs)
    asked = f"np.{function.__name__}"
    options = {PARAMETERS.get(name) or name: value for name, value in given.items() if value is not None}
    if unknown := [name for name in given if name not in PARAMETERS and given[name] is not None]:
        raise TypeError(f"{asked}({unknown[0]}=) is not for lazy objects: use it on the result of .compute().")
    if "axis" in inspect.signature(function).parameters:
        axis = options.pop("axis", None)
        if axis != 0 and (axis is not None or lazy.kind == "frame"):
            raise TypeError(f"{asked} of a lazy {type(lazy).__name__} is for its columns: use .{method}().")
    if method in ("var", "std"):
        options.setdefault("ddof", 0)  # as numpy has it
    return getattr(lazy, method)(**options)


def array_ufunc(self: Collection, ufunc: np.ufunc, method: str, *operands: Any, **options: Any) -> Any:
    """A function of each element, as a new collection.

    Raises
    ------
    TypeError
        For ``out=``, and for values that the function is not for.
    """
    name = f"np.{ufunc.__name__}"
    # numpy compares its numbers as arrays without dimensions
    operands = tuple(one[()] if isinstance(one, np.ndarray) and one.ndim == 0 else one for one in operands)
    if options.get("out") is not None:
        raise TypeError(f"{name}(out=) is not for lazy objects: use it on the result of .compute().")
    if (
        method != "__call__"
        or options
        or ufunc.nout > 1
        or ufunc.signature is not None
        or any(map(must_gather, operands))
    ):
        return gather(ufunc.__name__, ufunc if method == "__call__" else getattr(ufunc, method), operands, options)
    if ufunc in OPERATORS:
        return apply(OPERATORS[ufunc], operands)
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
    kind = lazy._plan.schema.kind
    made_floats = {
        name: "double[pyarrow]"
        for name, dtype in named_dtypes(lazy).items()
        if isinstance(dtype, pd.ArrowDtype)
        and dtype.kind in "iu"
        and not any(loop.startswith(dtype.numpy_dtype.char * ufunc.nin) for loop in ufunc.types)  # type: ignore[attr-defined]
    }
    if not made_floats or kind == "scalar":
        return lazy
    dtype = made_floats if kind == "frame" else next(iter(made_floats.values()))
    return cast(Collection, apply(elementwise.astype, (lazy, dtype)))


def named_dtypes(lazy: Collection) -> dict[Any, Any]:
    """The dtypes of a collection's columns by their names."""
    empty = lazy._plan.schema.empty
    names = empty.columns if isinstance(empty, pd.DataFrame) else [getattr(empty, "name", None)]
    return dict(zip(names, dtypes_of(lazy), strict=True))


def dtypes_of(lazy: Collection) -> list[Any]:
    """The dtypes of a collection's columns."""
    empty = lazy._plan.schema.empty
    return list(empty.dtypes) if isinstance(empty, pd.DataFrame) else [getattr(empty, "dtype", type(empty).__name__)]


def columns_without_numbers(lazy: Collection) -> dict[Any, Any]:
    """The columns whose values numpy would take for objects, and their dtypes."""
    return {
        name: dtype
        for name, dtype in named_dtypes(lazy).items()
        if pd.api.types.is_object_dtype(dtype) or pd.api.types.is_string_dtype(dtype)
    }
