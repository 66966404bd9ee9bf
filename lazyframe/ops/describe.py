"""`describe`, of reductions that are computed already."""

from typing import Any

import numpy as np
import pandas as pd

from lazyframe.record import record


def commonest(counts: pd.Series) -> tuple[int, Any, Any]:
    """How many values there are, the commonest, and how often that is there; of the numbers of rows of each value."""
    if not len(counts):
        return 0, np.nan, np.nan
    first = counts.sort_values(ascending=False, kind="stable")
    return len(counts), first.index[0], first.iloc[0]


@record()
class Described:
    """The description of one column; `percentiles` are the labels of its quantiles."""

    percentiles: tuple[str, ...]
    name: Any

    def __call__(self, parts: dict[str, Any]) -> pd.Series:
        if "commonest" in parts:
            unique, top, freq = parts["commonest"]
            labels = ["count", "unique", "top", "freq"]
            values = [parts["count"], unique, top, freq]
            return pd.Series(values, labels, name=self.name, dtype=None if unique else "object")
        quantiles = [] if parts["quantiles"] is None else parts["quantiles"].tolist()
        first = [name for name in ("count", "mean", "std", "min") if name in parts]
        values = [*(parts[name] for name in first), *quantiles, parts["max"]]
        dtype = (
            np.float64 if "std" in parts else None
        )  # dates have none, and their count makes the column one of objects
        return pd.Series(values, [*first, *self.percentiles, "max"], name=self.name, dtype=dtype)


@record()
class DescribedFrame:
    """The descriptions of a frame's columns, side by side as pandas has them."""

    percentiles: tuple[str, ...]
    columns: pd.Index

    def __call__(self, parts: list[dict[str, Any]]) -> pd.DataFrame:
        columns = [Described(self.percentiles, name)(own) for name, own in zip(self.columns, parts, strict=True)]
        labels = dict.fromkeys(label for one in sorted(columns, key=len) for label in one.index)
        table = pd.concat(columns, axis=1, ignore_index=True, sort=False).reindex(list(labels))
        table.columns = self.columns.copy()
        return table
