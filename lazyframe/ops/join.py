"""Joins: with all of a small table, or of rows of two tables that meet by their keys."""

from typing import Any

import numpy as np
import pandas as pd

from lazyframe.ops.exchange import Side
from lazyframe.ops.spill import Pieces, Spill, in_buckets
from lazyframe.ops.whole import CallMethod
from lazyframe.record import record


@record()
class MergeInto:
    """The merge of a whole table with a part of another, which comes second."""

    merge: CallMethod

    def __call__(self, right: pd.DataFrame, left: pd.DataFrame) -> Any:
        return self.merge(left, right)


STOOD = "lazyframe-stood"
"""The column of where a row of the left table stands in its bucket."""


@record()
class MergeBucket:
    """The merge of two tables' rows of one bucket, on its way back to the partitions of the left one."""

    merge: CallMethod
    count: int
    spill: Spill | None

    def __call__(self, left: Side, right: Side) -> Pieces:
        rows = left.rows.assign(**{STOOD: np.arange(len(left.rows))})
        made = self.merge(rows, right.rows)
        stood = made[STOOD].to_numpy()
        return in_buckets(made.drop(columns=STOOD), left.places[stood], left.partitions[stood], self.count, self.spill)


def side_by_side(*parts: Any) -> Any:
    """Tables with the same rows, as one."""
    return pd.concat(parts, axis=1)
