"""Partitions put together, and row numbers made those of the whole table."""

from typing import Any

import pandas as pd

Rows = pd.DataFrame | pd.Series


def shift(part: Rows, offset: int) -> Rows:
    """A partition whose row numbers count from `offset`."""
    return part.set_axis(part.index + offset) if offset else part


def collect(*parts: Rows) -> Rows:
    """All partitions, one after another."""
    with_rows = [part for part in parts if len(part)]  # the dtypes of empty parts do not count
    if len(with_rows) == 1:
        return with_rows[0]
    return pd.concat(with_rows) if with_rows else parts[0]


def collect_numbered(*parts: Any) -> Rows:
    """All partitions, one after another, numbered through: first the partitions, then the records of each."""
    frames, counts = parts[: len(parts) // 2], parts[len(parts) // 2 :]
    shifted = []
    offset = 0
    for frame, count in zip(frames, counts, strict=True):
        shifted.append(shift(frame, offset))
        offset += count
    return collect(*shifted)
