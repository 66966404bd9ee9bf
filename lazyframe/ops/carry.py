"""Cumulative results across partitions: a carry from one to the next."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from lazyframe.ops.whole import CallMethod
from lazyframe.record import record, replace


class Carry(NamedTuple):
    """What a cumulative result carries on, of each column: the last result of a value, as one row.

    A column is `lost` where that is NaN and yet no missing value, such as inf - inf: all behind it is NaN.
    """

    row: pd.DataFrame
    lost: tuple[bool, ...]


FORWARDS = {"bfill": CallMethod("ffill", ())}
"""What goes on from the rows behind, as it is done from the rows before."""


@record()
class WithCarry:
    """A partition's part of a cumulative result, and the carry behind it, from the carry before it, if there is one.

    The carry goes before the partition's rows, so that sums are added in pandas' order, to the last digit. Backwards,
    rows and partitions are taken from the last to the first.
    """

    call: CallMethod
    skipna: bool = True
    is_backwards: bool = False

    def __call__(self, part: Any, before: tuple[Any, Carry | None] = (None, None)) -> tuple[Any, Carry | None]:
        if self.is_backwards:
            made, last = replace(self, call=FORWARDS[self.call.name], is_backwards=False)(part.iloc[::-1], before)
            return made.iloc[::-1], last
        carry = before[1]
        table = part.to_frame() if isinstance(part, pd.Series) else part
        result = self.call(table) if carry is None else self._continued(table, carry)
        behind = carry if not len(table) else self._carry(table, result, carry)
        own: Any = result
        if isinstance(part, pd.Series):
            own = result.iloc[:, 0]
            own.name = part.name
        return own, behind

    def _continued(self, table: pd.DataFrame, carry: Carry) -> pd.DataFrame:
        """The result of rows behind others."""
        own = table.set_axis(range(table.shape[1]), axis=1)
        bools = {i: dtype for i, dtype in enumerate(carry.row.dtypes) if own.dtypes[i].kind == "b"}
        own = own.astype(bools)  # which pandas joins with numbers as objects
        whole: pd.DataFrame = self.call(pd.concat([carry.row.set_axis(own.columns, axis=1), own])).iloc[1:]
        for i, is_lost in enumerate(carry.lost):
            if is_lost:
                whole[i] = pd.Series(np.nan, whole.index).astype(whole.dtypes[i])
        return whole.set_axis(table.index).set_axis(table.columns, axis=1)

    def _carry(self, table: pd.DataFrame, result: pd.DataFrame, carry: Carry | None) -> Carry:
        """The carry behind the rows of a partition, of which there is one at least."""
        rows, lost = [], []
        for i in range(table.shape[1]):
            there = table.iloc[:, i].notna().to_numpy(dtype=bool) if self.skipna else np.ones(len(table), bool)
            column, is_known = result.iloc[:, i], bool(there.any())
            before = column.iloc[-1:] if carry is None else carry.row.iloc[:, i]
            last = column[there].iloc[-1:] if is_known else before
            rows.append(last.reset_index(drop=True).rename(i))
            is_new_nan = self.skipna and is_known and bool(last.isna().iloc[0])
            lost.append(is_new_nan or (not is_known and carry is not None and carry.lost[i]))
        return Carry(pd.concat(rows, axis=1), tuple(lost))
