"""Ranks of values beyond memory: ranges of values are ranked by themselves, and those below them counted.

Equal values meet in one range, whatever the partitions are.
"""

from typing import Any

import numpy as np
import pandas as pd

from lazyframe.ops.exchange import Side
from lazyframe.ops.sort import SAMPLED
from lazyframe.ops.spill import Pieces, Spill, in_buckets
from lazyframe.record import record


@record()
class Ranking:
    """The arguments of pandas' `rank` of numbers or dates; missing values have no rank."""

    method: str = "average"
    ascending: bool = True
    pct: bool = False

    def ranks(self, values: pd.Series) -> pd.Series:
        """The ranks among some values."""
        return values.rank(method=self.method, ascending=self.ascending)  # type: ignore[arg-type]

    def weight(self, values: pd.Series) -> int:
        """By how much some values move the ranks of others."""
        return int(values.nunique() if self.method == "dense" else values.count())

    def whole(self, values: pd.Series) -> pd.Series:
        """The ranks of all values, in one place."""
        ranks = self.ranks(values)
        return ranks / max(self.weight(values), 1) if self.pct else ranks


def sampled(part: pd.Series) -> np.ndarray:
    """Some of a partition's values that are not missing."""
    values = part.dropna().to_numpy()
    return np.random.default_rng(len(values)).choice(values, min(len(values), SAMPLED), replace=False)


def together(*samples: np.ndarray) -> np.ndarray:
    """The samples of several partitions."""
    return np.concatenate(samples)


@record()
class Bounds:
    """The values that end ranges, so many less than there are to be ranges, or fewer."""

    count: int

    def __call__(self, *samples: np.ndarray) -> np.ndarray:
        values = np.sort(together(*samples))
        places = np.arange(1, self.count) * len(values) // self.count
        return np.unique(values[places]) if len(values) else values


@record()
class SplitByValue:
    """A partition's values in buckets by ranges; equal ones share a bucket."""

    count: int
    spill: Spill | None

    def __call__(self, part: pd.Series, bounds: np.ndarray) -> Pieces:
        buckets = np.searchsorted(bounds, part.to_numpy())
        buckets[part.isna().to_numpy()] = 0
        return in_buckets(part, np.arange(len(part)), buckets, self.count, self.spill)


@record()
class Weigh:
    """By how much a bucket's values move the ranks of those behind them."""

    ranking: Ranking

    def __call__(self, side: Side) -> int:
        return self.ranking.weight(side.rows)


@record()
class RankBucket:
    """The ranks of a bucket's values, on their way back to their partitions.

    Called with the weight of the buckets before it, and that of all.
    """

    ranking: Ranking
    count: int
    spill: Spill | None

    def __call__(self, side: Side, before: int, total: int) -> Pieces:
        behind = total - before - self.ranking.weight(side.rows)
        ranks = self.ranking.ranks(side.rows) + (before if self.ranking.ascending else behind)
        ranks = ranks / max(total, 1) if self.ranking.pct else ranks
        return in_buckets(ranks, side.places, side.partitions, self.count, self.spill)


def is_ranked(dtype: Any) -> bool:
    """Return whether ranks of values of a dtype can be found so."""
    return isinstance(dtype, np.dtype) and dtype.kind in "iufM"
