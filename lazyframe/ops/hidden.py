"""Columns that stand beside a user's own for a while."""

from collections.abc import Iterable
from typing import Any

import pandas as pd


def hidden(name: str, *columns: Iterable[Any]) -> str:
    """Return a name that begins with this one and that none of the columns has."""
    known = {column for some in columns for column in some}
    while name in known:
        name += "_"
    return name


def picked(table: pd.DataFrame, columns: Iterable[Any]) -> pd.DataFrame:
    """Some columns of a table, without the trace that others leave in the dtype of the names."""
    names = list(columns)
    return table[names].set_axis(pd.Index(names), axis=1)
