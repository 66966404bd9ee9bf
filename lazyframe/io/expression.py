"""Expressions computed on Arrow columns, with pandas' rules for missing values.

Arrow answers null where an operand is missing; pandas answers False to every comparison but `!=`, to which it answers
True. Each function here gives pandas' answer. To add one: a line in FUNCTIONS, under the name of the op in `ops`,
whose `scan` says for which kinds of operands it is right.
"""

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lazyframe.io.scan import Call, Column, Expression, Literal


def evaluate(expression: Expression, batch: pa.RecordBatch) -> Any:
    """An expression's value for each row of a batch: an Array, or a Scalar if it has no column."""
    match expression:
        case Column(name):
            return batch[name]
        case Literal(value):
            return pa.array(value) if isinstance(value, tuple) else pa.scalar(value)
        case Call(function, args):
            return FUNCTIONS[function](*[evaluate(arg, batch) for arg in args])


def comparison(compare: Callable[..., Any], with_missing: bool = False) -> Callable[[Any, Any], Any]:
    """A comparison that answers `with_missing` where an operand is missing."""
    return lambda left, right: pc.fill_null(compare(*alike(left, right)), with_missing)


def arithmetic(compute: Callable[..., Any]) -> Callable[[Any, Any], Any]:
    """An operation on numbers."""
    return lambda left, right: compute(*alike(left, right))


def alike(left: Any, right: Any) -> tuple[Any, Any]:
    """Two operands as floats, if one is and the other an integer; Arrow by itself would refuse integers over 2**53."""
    if pa.types.is_floating(left.type) and pa.types.is_integer(right.type):
        return left, as_float(right)
    if pa.types.is_integer(left.type) and pa.types.is_floating(right.type):
        return as_float(left), right
    return left, right


def as_float(values: Any) -> Any:
    """float64, rounded where integers are too large."""
    return pc.cast(values, pa.float64(), safe=False)


def true_divide(left: Any, right: Any) -> Any:
    """Division as numpy does it: floats, and inf or NaN where the divisor is zero."""
    return pc.divide(as_float(left), as_float(right))


def is_missing(values: Any) -> Any:
    """Null, or NaN."""
    return pc.is_null(values, nan_is_null=True)


def between(values: Any, low: Any, high: Any) -> Any:
    """Both ends included."""
    return pc.and_(greater_equal(values, low), less_equal(values, high))


def is_in(values: Any, among: Any) -> Any:
    """Return whether each value is one of some constants."""
    if pa.types.is_floating(among.type) or pa.types.is_floating(values.type):
        zero = pa.scalar(0.0)  # adding it makes -0.0 what it is equal to
        values, among = pc.add(as_float(values), zero), pc.add(as_float(among), zero)
    return pc.is_in(values, value_set=among.cast(values.type), skip_nulls=True)


def date_part(part: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A part of a date as pandas types it: int32, or float64 where a date is missing."""

    def of(dates: Any) -> Any:
        return pc.cast(part(dates), pa.float64() if dates.null_count else pa.int32())

    return of


def weekday(dates: Any) -> Any:
    """Monday is 0."""
    return pc.day_of_week(dates, count_from_zero=True, week_start=1)


less_equal = comparison(pc.less_equal)
greater_equal = comparison(pc.greater_equal)

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "eq": comparison(pc.equal),
    "ne": comparison(pc.not_equal, with_missing=True),
    "lt": comparison(pc.less),
    "le": less_equal,
    "gt": comparison(pc.greater),
    "ge": greater_equal,
    "and": pc.and_,
    "or": pc.or_,
    "xor": pc.xor,
    "invert": pc.invert,
    "add": arithmetic(pc.add),
    "sub": arithmetic(pc.subtract),
    "mul": arithmetic(pc.multiply),
    "truediv": true_divide,
    "neg": pc.negate,
    "abs": pc.abs,
    "isna": is_missing,
    "notna": lambda values: pc.invert(is_missing(values)),
    "between": between,
    "isin": is_in,
    "year": date_part(pc.year),
    "month": date_part(pc.month),
    "day": date_part(pc.day),
    "hour": date_part(pc.hour),
    "minute": date_part(pc.minute),
    "second": date_part(pc.second),
    "quarter": date_part(pc.quarter),
    "day_of_week": date_part(weekday),
    "day_of_year": date_part(pc.day_of_year),
}
