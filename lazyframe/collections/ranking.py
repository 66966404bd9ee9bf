"""Lift of rank: ranges of values meet, and nothing is gathered."""

from typing import Any

from lazyframe.collections.collection import wrap
from lazyframe.collections.lifts import Given
from lazyframe.collections.merging import beside
from lazyframe.ops.rank import Ranking, is_ranked
from lazyframe.plan.buckets import buckets_for
from lazyframe.plan.logical.rank import Ranked


def ranks(rows: Any, given: Given) -> Any:
    """`rank` of numbers and dates; of a frame, column by column."""
    is_plain = not given.keys() - {"method", "ascending", "pct", "na_option", "axis", "numeric_only"}
    if not is_plain or given.get("na_option", "keep") != "keep" or given.get("axis", 0) not in (0, "index"):
        return None
    if rows.kind == "frame":
        empty = rows._plan.schema.empty
        names = list(empty.select_dtypes("number").columns if given.get("numeric_only") else empty.columns)
        columns = [ranks(rows[name], {k: v for k, v in given.items() if k != "numeric_only"}) for name in names]
        return None if not columns or any(one is None for one in columns) else beside(columns)
    if not is_ranked(rows.dtype) or rows._plan.is_answer or given.get("numeric_only"):
        return None
    ranking = Ranking(**{name: given[name] for name in ("method", "ascending", "pct") if name in given})
    plan = Ranked(rows._plan, ranking, buckets_for(rows._plan))
    _ = plan.schema  # pandas' own errors show now
    return wrap(plan)
