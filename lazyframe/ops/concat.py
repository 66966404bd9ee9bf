"""Partitions put together, and row numbers made those of the whole table."""

from typing import Any

import pandas as pd

Rows = pd.DataFrame | pd.Series


def shift(part: Rows, offset: int) -> Rows:
    """A partition whose row numbers count from `offset`."""
    return part.set_axis(part.index + offset) if offset else part


def collect(*parts: Rows) -> Rows:
    """All partitions, one after another. The dtypes of empty ones count: rows that were dropped had them."""
    return pd.concat(parts) if len(parts) > 1 else parts[0]


def collect_numbered(*parts: Any) -> Rows:
    """All partitions, one after another, numbered through: first the partitions, then the records of each."""
    frames, counts = parts[: len(parts) // 2], parts[len(parts) // 2 :]
    shifted = []
    offset = 0
    for frame, count in zip(frames, counts, strict=True):
        shifted.append(shift(frame, offset))
        offset += count
    return collect(*shifted)
