"""Missing values made of those before and behind, which partitions hand on: ffill, bfill and interpolate."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lazyframe.collections.collection import wrap
from lazyframe.collections.expanding import numbers_of
from lazyframe.collections.lifts import Given
from lazyframe.collections.like import bound, documented
from lazyframe.collections.merging import beside
from lazyframe.collections.method import across
from lazyframe.ops.op import Whole
from lazyframe.ops.whole import CallMethod
from lazyframe.plan.logical.neighbours import Nearby
from lazyframe.plan.schema import schema_of

DIRECTIONS = (None, "forward", "backward", "both")


def fill(op: Whole, of: type) -> Callable[..., Any]:
    """`ffill` and `bfill`: they go on from the last value before, or behind; with a limit it is so many rows away."""
    like = getattr(of, op.name)
    unlimited = across(op, of)

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        given = bound(like, self, args, kwargs)
        limit = given.get("limit")
        if given.keys() != {"limit"} or not isinstance(limit, int) or limit < 1 or self._plan.is_answer:
            return unlimited(self, *args, **kwargs)
        call = CallMethod(op.name, (("limit", limit),))
        reach = (0, limit) if op.is_backwards else (limit, 0)
        return wrap(Nearby(self._plan, call, op.name, *reach, schema_of(call(self._plan.schema.empty))))

    return documented(method, like, unlimited.runs)  # type: ignore[attr-defined]


def interpolate(rows: Any, given: Given) -> Any:
    """`interpolate` on a line between the values around, as if rows were equally spaced."""
    is_plain = given.get("method", "linear") == "linear" and given.get("limit_direction") in DIRECTIONS
    if not is_plain or given.keys() - {"method", "limit_direction", "limit_area", "axis"}:
        return None
    if given.get("axis", 0) not in (0, "index") or given.get("limit_area") not in (None, "inside"):
        return None
    columns = [rows] if rows.kind == "series" else [rows[name] for name in rows.columns]
    if rows._plan.is_answer or not all(is_known(one.dtype) for one in columns):
        return None
    made = [interpolated(one, given) if one.dtype.kind == "f" else one for one in columns]
    return made[0] if rows.kind == "series" else beside(made)


def is_known(dtype: Any) -> bool:
    """Return whether values are floats, or can't be missing and stay as they are."""
    return isinstance(dtype, np.dtype) and (dtype == np.float64 or dtype.kind in "iu")


def interpolated(series: Any, given: Given) -> Any:
    """Floats on lines between those around, as `numpy.interp` computes them; ends as `limit_direction` says."""
    numbers = numbers_of(series)
    known = numbers.where(series.notna())
    before, behind = series.ffill(), series.bfill()
    first, last = known.ffill(), known.bfill()
    slope = (behind - before) / (last - first)
    between = (slope * (numbers - first) + before).fillna(slope * (numbers - last) + behind)  # of infinite values
    found = series.fillna(between).fillna(before.where(before == behind))
    if given.get("limit_area") == "inside":
        return found
    direction = given.get("limit_direction") or "forward"
    found = found.fillna(before.where(behind.isna())) if direction != "backward" else found
    return found.fillna(behind.where(before.isna())) if direction != "forward" else found
