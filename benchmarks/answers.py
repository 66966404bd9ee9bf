"""Answers that can be compared: every library's as a dict from keys, as text, to numbers."""

import math
from collections.abc import Callable
from typing import Any

Answer = dict[str, float]
Ask = Callable[[str], Answer]
"""A question to one library: from the pattern of the files to the answer."""


def one(value: Any) -> Answer:
    """A number."""
    return {"": float(value)}


def many(series: Any) -> Answer:
    """A pandas Series."""
    return {key_of(key): float(value) for key, value in series.items()}


def pairs(rows: Any) -> Answer:
    """Rows of a key and a number."""
    return {key_of(key): float(value) for key, value in rows}


def table(rows: Any, keys: int) -> Answer:
    """Rows of so many keys, then numbers; of more than 1,000 groups, the sums of their numbers."""
    rows = [(key_of(tuple(row[:keys])), row[keys:]) for row in rows]
    if len(rows) <= 1000:
        return {f"{key} {i}": number(value) for key, values in rows for i, value in enumerate(values)}
    columns = list(zip(*(values for _, values in rows), strict=True))
    sums = {str(i): math.fsum(map(number, column)) for i, column in enumerate(columns)}
    return {"groups": float(len(rows))} | sums


def frame(result: Any) -> Answer:
    """A pandas DataFrame whose index holds the keys."""
    return table(result.reset_index().itertuples(index=False), result.index.nlevels)


def number(value: Any) -> float:
    """A number; what is missing counts as 0."""
    return 0.0 if value is None or value != value else float(value)


def key_of(key: Any) -> str:
    """A key, or several, as text."""
    if isinstance(key, tuple):
        return " ".join(map(key_of, key))
    return str(int(key)) if isinstance(key, float) and key.is_integer() else str(key)


def is_same(first: Answer, second: Answer) -> bool:
    """Whether two answers are equal, numbers to 1e-9."""
    return first.keys() == second.keys() and all(
        math.isclose(first[key], second[key], rel_tol=1e-9, abs_tol=1e-9) for key in first
    )
