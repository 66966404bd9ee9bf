"""How far a row looks to those around it: a number of rows, or a span of time."""

from typing import Any

import numpy as np
import pandas as pd

from lazyframe.record import record


@record()
class Span:
    """Rows not further off than a time, by their labels, or by a column."""

    width: pd.Timedelta
    on: Any = None

    def around(self, rows: Any, place: int) -> Any:
        """The rows within the span of the one at a place, whichever way time runs."""
        times = rows.index if self.on is None else pd.Index(rows[self.on])
        return rows[np.abs(times - times[place]) <= self.width]


Reach = int | Span


def last_of(rows: Any, reach: Reach) -> Any:
    """The last rows, as many as a row behind them may look at."""
    if isinstance(reach, int):
        return rows.iloc[max(len(rows) - reach, 0) :]
    return reach.around(rows, -1) if len(rows) else rows


def first_of(rows: Any, reach: Reach) -> Any:
    """The first rows, as many as a row before them may look at."""
    if isinstance(reach, int):
        return rows.iloc[:reach]
    return reach.around(rows, 0) if len(rows) else rows
