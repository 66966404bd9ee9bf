"""Tables for tests, and how they are cut into files."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import lazyframe as lf
from lazyframe.collections.collection import in_memory, wrap

RANDOM = np.random.default_rng(3)
MIXED = pd.DataFrame(
    {
        "a": RANDOM.choice(list("xyz"), 40),
        "b": RANDOM.integers(0, 4, 40),
        "c": RANDOM.choice(["p", "q", None], 40),
        "v": RANDOM.integers(0, 9, 40),
        "w": np.where(RANDOM.random(40) > 0.3, RANDOM.normal(size=40), np.nan),
    }
).astype({"a": "str", "c": "str"})
"""Forty rows of two texts, two integers and floats; some texts and floats are missing."""


def from_files(table: pd.DataFrame, folder: Path, count: int = 4, **options: Any) -> Any:
    """The table lazily, from so many CSV files of about one length."""
    for number in range(count):
        rows = table.iloc[number * len(table) // count : (number + 1) * len(table) // count]
        rows.to_csv(folder / f"{number}.csv", index=False)
    return lf.read_csv(folder / "*.csv", **options)


def with_an_empty_partition(table: pd.DataFrame) -> Any:
    """The table lazily, in five partitions of different lengths, of which one has no rows."""
    ends = [0, len(table) // 3, len(table) // 3, len(table) // 3 + 1, 2 * len(table) // 3, len(table)]
    return wrap(in_memory(tuple(table.iloc[start:stop] for start, stop in pairwise(ends))))
