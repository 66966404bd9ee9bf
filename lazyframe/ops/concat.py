"""Partitions put together, and row numbers made those of the whole table."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

Rows = pd.DataFrame | pd.Series


def shift(part: Rows, offset: int) -> Rows:
    """A partition whose row numbers count from `offset`."""
    return part.set_axis(part.index + offset) if offset else part


def collect(*parts: Rows) -> Rows:
    """All partitions, one after another. The dtypes of empty ones count: rows that were dropped had them."""
    if len(parts) == 1:
        return parts[0]
    rows = pd.concat(parts)
    rows.index = with_objects(rows.index, [part.index for part in parts])
    return rows


def with_objects(labels: pd.Index, parts: Sequence[pd.Index]) -> pd.Index:
    """The labels of several parts, as objects where these are objects: pandas takes them for text if they look so."""
    if isinstance(labels, pd.MultiIndex) or labels.dtype == OBJECT or all(part.dtype != OBJECT for part in parts):
        return labels
    values: Any = np.concatenate([part.to_numpy(OBJECT) for part in parts])
    return pd.Index(values, dtype=OBJECT, name=labels.name)  # type: ignore[no-any-return]


OBJECT = np.dtype(object)


def collect_numbered(*parts: Any) -> Rows:
    """All partitions, one after another, numbered through: first the partitions, then the records of each."""
    frames, counts = parts[: len(parts) // 2], parts[len(parts) // 2 :]
    shifted = []
    offset = 0
    for frame, count in zip(frames, counts, strict=True):
        shifted.append(shift(frame, offset))
        offset += count
    return collect(*shifted)
