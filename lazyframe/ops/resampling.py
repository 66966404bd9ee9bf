"""Bins of time: which one each row is in, and the answer with the bins that have no rows."""

from typing import Any

import numpy as np
import pandas as pd

from lazyframe.record import record

Options = tuple[tuple[str, Any], ...]


@record()
class Bins:
    """Bins of a rule ("D", "15min", "ME"), which pandas' `resample` lays from the first date to the last."""

    rule: str
    options: Options

    def __call__(self, dates: pd.Series, first: Any, last: Any) -> pd.Series:
        """The label of each date's bin; missing dates have none."""
        there = dates.notna().to_numpy(dtype=bool)
        if not there.any():
            return dates
        order = np.flatnonzero(there)[np.argsort(dates[there].to_numpy(), kind="stable")]
        ends = pd.Series([first, last]).astype(dates.dtype)
        rows = pd.concat([ends[:1], dates.iloc[order], ends[1:]])
        counts = self._of(pd.DatetimeIndex(rows)).count()
        labels = pd.Series(pd.NaT, dates.index, dtype=counts.index.dtype, name=dates.name)
        labels.iloc[order] = counts.index.repeat(counts.to_numpy())[1:-1]
        return labels  # type: ignore[no-any-return]

    def labels(self, first: Any, last: Any, dtype: Any) -> pd.DatetimeIndex:
        """The labels of all bins."""
        ends = [] if first is pd.NaT else [first, last]
        labels = self._of(pd.DatetimeIndex(pd.Series(ends, dtype=dtype))).count().index
        assert isinstance(labels, pd.DatetimeIndex)
        return labels

    def _of(self, dates: pd.DatetimeIndex) -> Any:
        """pandas' bins of some dates."""
        return pd.Series(1, dates).resample(self.rule, **dict(self.options))


@record()
class EveryBin:
    """An answer with a row a bin, from that of the bins which have rows.

    `fills` are the values of the others, a column each; None is a missing value. `name` is that of the labels.
    """

    bins: Bins
    fills: tuple[Any, ...]
    name: Any

    def __call__(self, answer: Any, first: Any, last: Any, has_gaps: bool) -> Any:
        labels = self.bins.labels(first, last, answer.index.dtype).rename(self.name)
        if has_gaps and len(labels):  # then pandas knows of no frequency
            labels = pd.DatetimeIndex(labels, freq=None)  # type: ignore[arg-type]
        if isinstance(answer, pd.Series):
            return filled(answer, labels, self.fills[0])
        columns = [filled(answer.iloc[:, i], labels, self.fills[i]) for i in range(answer.shape[1])]
        return pd.DataFrame(dict(enumerate(columns)), labels).set_axis(answer.columns, axis=1)


def filled(column: pd.Series, labels: pd.DatetimeIndex, fill: Any) -> pd.Series:
    """A column with a row for each label."""
    return column.reindex(labels) if fill is None else column.reindex(labels, fill_value=fill)
