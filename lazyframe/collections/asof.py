"""Lift of merge_asof: each partition of a sorted table with all of a small one."""

from typing import Any

import pandas as pd

from lazyframe.collections.collection import wrap
from lazyframe.collections.lifts import Given
from lazyframe.collections.merging import Sides, as_lazy, as_names, is_small, without_overlap
from lazyframe.collections.method import holds_lazy
from lazyframe.ops.join import AsOfJoin
from lazyframe.plan.logical.join import Merged
from lazyframe.plan.logical.rowwise import Renumber
from lazyframe.plan.token import token

NEAR = ("tolerance", "allow_exact_matches", "direction")
"""The options that say which row is the nearest."""


def merged_as_of(given: Given) -> Any:
    """`merge_asof` with a small table: a row's nearest is a matter of that row alone."""
    options = dict(given)
    left, right = as_lazy(options.pop("left")), as_lazy(options.pop("right"))
    if left is None or right is None or holds_lazy(options) or not is_small(right._plan):
        return None
    like = pd.merge_asof(left._plan.schema.empty, right._plan.schema.empty, **options)  # pandas' own errors show now
    keys = [keys_of(options, "left"), keys_of(options, "right")]
    near = tuple((name, options.pop(name)) for name in NEAR if name in options)
    suffixes = options.pop("suffixes", ("_x", "_y"))
    if options.keys() - {"on", "left_on", "right_on", "by", "left_by", "right_by"} or not like.columns.is_unique:
        return None  # by labels
    sides = without_overlap(Sides(left._plan, right._plan, keys[0], keys[1], ""), suffixes)
    if sides is None:
        return None
    asked = sides.left_keys, sides.right_keys, tuple(like.columns)
    name = token(sides.left.key, sides.right.key, asked, near)
    join = AsOfJoin(name, "asof", *asked, near=near)
    return wrap(Renumber(Merged(sides.left, sides.right, join, "right", buckets=1)))


def keys_of(options: Given, side: str) -> tuple[Any, ...]:
    """The columns by which one table's rows are near, and are equal, to those of the other."""
    by = options.get("by", options.get(f"{side}_by"))
    return *as_names(options.get("on", options.get(f"{side}_on"))), *(() if by is None else as_names(by))
