"""Partial aggregates of one partition with pandas, how partials merge, and how they are finished.

A state is what is known of some rows: a table with a row a group and a column (0, 1, ...) a partial, and for each
"distinct" partial a table of the distinct values. Without keys there is one group, 0; without rows there is none.
A variance is merged from counts, sums and sums of squared differences (Chan, Golub, LeVeque 1983), which loses no
digits where the squares of the values would.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from pandas.api.typing import DataFrameGroupBy

from lazyframe.ops.op import Reduction

MERGES = {
    "size": "sum", "count": "sum", "sum": "sum", "total": "sum", "min": "min", "max": "max", "any": "any", "all": "all",
    "first": "first", "last": "last",
}  # fmt: skip
"""Each partial that merges by itself, and the aggregate that merges it."""


class Partial(NamedTuple):
    """One partial aggregate ("m2", "distinct" or one of MERGES) of the `value`-th value."""

    function: str
    value: int


class State(NamedTuple):
    """What is known of some rows; `distinct` has a table for each partial "distinct", in their order."""

    table: pd.DataFrame
    distinct: tuple[pd.DataFrame, ...] = ()


class Output(NamedTuple):
    """One column of the answer: a reduction of the `value`-th value, if given in the `dtype` that pandas has for it."""

    reduction: Reduction
    options: tuple[tuple[str, Any], ...]
    value: int
    dtype: Any = None


def output(
    reduction: Reduction, options: tuple[tuple[str, Any], ...], value: int, dtype: Any, is_grouped: bool
) -> Output:
    """An output for values of a dtype. Of numbers with less than 64 bits pandas' answers have dtypes of their own."""
    if not isinstance(dtype, np.dtype) or dtype.kind not in "iuf" or dtype.itemsize == 8:
        return Output(reduction, options, value)
    if is_grouped:  # floats stay as they are; pandas makes integers as small as their values allow
        return Output(reduction, options, value, dtype if dtype.kind == "f" else None)
    answer = getattr(pd.Series(np.ones(2, dtype)), reduction.name)(**dict(options))
    return Output(reduction, options, value, np.asarray(answer).dtype)


@dataclass(frozen=True)
class Plan:
    """Which partials a set of outputs needs, each once."""

    outputs: tuple[Output, ...]
    keys: int
    dropna: bool = True

    @property
    def partials(self) -> tuple[Partial, ...]:
        """Columns of a state's table; there is always one, so that a group without values is not lost."""
        found = dict.fromkeys(
            Partial(function, output.value)
            for output in self.outputs
            for function in output.reduction.partials
            if function != "distinct"
        )
        return tuple(found) or (Partial("size", 0),)

    @property
    def distinct(self) -> tuple[int, ...]:
        """The values whose distinct values are needed."""
        return tuple(dict.fromkeys(o.value for o in self.outputs if "distinct" in o.reduction.partials))


@dataclass(frozen=True)
class ReducePartition:
    """A partition's state; called with the values, then the keys, as Series."""

    plan: Plan

    def __call__(self, *series: pd.Series) -> State:
        count = len(series) - self.plan.keys
        rows = pd.RangeIndex(len(series[0]))
        values = {i: one.reset_index(drop=True) for i, one in enumerate(series[:count])}
        totals = {one.value for one in self.plan.partials if one.function == "total"}
        floats = {as_float(value): without_overflow(values[value]) for value in totals}
        table = pd.DataFrame(values | floats, index=rows)
        keys = [key.reset_index(drop=True).rename(None) for key in series[count:]]
        if not self.plan.keys:
            keys = [pd.Series(np.zeros(len(table), np.int64))]
        groups = table.groupby(keys, sort=False, dropna=self.plan.dropna, observed=True)
        columns = {i: partial(groups, one) for i, one in enumerate(self.plan.partials)}
        distinct = tuple(distinct_values(table[value], keys, self.plan.dropna) for value in self.plan.distinct)
        return State(pd.DataFrame(columns), distinct)


def partial(groups: "DataFrameGroupBy[Any]", one: Partial) -> pd.Series:
    """One partial of each group."""
    if one.function == "size":
        return groups.size()
    values = groups[one.value]
    if one.function == "m2":
        return values.var(ddof=0) * values.count()
    if one.function == "total":
        return groups[as_float(one.value)].sum()
    return getattr(values, one.function)()


def as_float(value: int) -> int:
    """The column in which a value stands as floats."""
    return -1 - value


def without_overflow(values: pd.Series) -> pd.Series:
    """Integers as floats, as pandas adds them for a mean: a sum of integers may be too large for int64."""
    return values.astype(np.float64) if isinstance(values.dtype, np.dtype) and values.dtype.kind in "iub" else values


def distinct_values(values: pd.Series, keys: Sequence[pd.Series], dropna: bool) -> pd.DataFrame:
    """The distinct values of each group, a row each: the keys' columns, then the value's."""
    table = pd.DataFrame(dict(enumerate([*keys, values]))).dropna(subset=[len(keys)])
    return (table.dropna() if dropna else table).drop_duplicates()


@dataclass(frozen=True)
class MergeStates:
    """Several states, of consecutive partitions, as one."""

    plan: Plan

    def __call__(self, *states: State) -> State:
        table = pd.concat([state.table for state in states])
        names = list(range(table.index.nlevels))
        table.index = table.index.set_names(names if len(names) > 1 else names[0])
        groups = table.groupby(level=names, sort=False, dropna=self.plan.dropna, observed=True)
        merged = {
            i: self._merged_m2(table, groups, i, one.value)
            if one.function == "m2"
            else merged_column(groups[i], MERGES[one.function])
            for i, one in enumerate(self.plan.partials)
        }
        distinct = tuple(
            pd.concat(tables).drop_duplicates() for tables in zip(*(s.distinct for s in states), strict=True)
        )
        return State(pd.DataFrame(merged), distinct)

    def _merged_m2(self, table: pd.DataFrame, groups: "DataFrameGroupBy[Any]", column: int, value: int) -> pd.Series:
        """The parts' own sums of squares, and what the distances of their means from the common mean add."""
        place = self.plan.partials.index
        count, total = table[place(Partial("count", value))], table[place(Partial("total", value))]
        sums = groups[[place(Partial("count", value)), place(Partial("total", value))]].transform("sum")
        common = sums[place(Partial("total", value))] / sums[place(Partial("count", value))]
        squares = (table[column] + count * (total / count - common) ** 2).where(count > 0, 0.0)
        levels = list(range(table.index.nlevels))
        return squares.groupby(level=levels, sort=False, dropna=self.plan.dropna, observed=True).sum(skipna=False)


def merged_column(groups: Any, merge: str) -> pd.Series:
    """One partial merged. A sum that is NaN is no missing value: the sum of inf and -inf."""
    return groups.sum(skipna=False) if merge == "sum" else getattr(groups, merge)()


@dataclass(frozen=True)
class FinishColumns:
    """A state as a DataFrame with a row a group and a column (0, 1, ...) an output."""

    plan: Plan

    def __call__(self, state: State) -> pd.DataFrame:
        return pd.DataFrame({i: self._column(state, one) for i, one in enumerate(self.plan.outputs)})

    def _column(self, state: State, output: Output) -> pd.Series:
        if "distinct" in output.reduction.partials:
            distinct = state.distinct[self.plan.distinct.index(output.value)]
            return count_distinct(distinct, state.table.index, self.plan)
        place = self.plan.partials.index
        columns = [state.table[place(Partial(name, output.value))] for name in output.reduction.partials]
        finish = output.reduction.finish
        column = columns[0] if finish is None else finish(*columns, **dict(output.options))
        is_other = output.dtype is not None and column.dtype != output.dtype and column.dtype.kind == output.dtype.kind
        return column.astype(output.dtype) if is_other else column


def count_distinct(distinct: pd.DataFrame, groups: pd.Index, plan: Plan) -> pd.Series:
    """The number of distinct values in each group."""
    keys = [distinct[i].rename(None) for i in range(max(plan.keys, 1))]
    counts = distinct.groupby(keys, sort=False, dropna=plan.dropna, observed=True).size()
    return counts.reindex(groups, fill_value=0)


@dataclass(frozen=True)
class FinishGroups:
    """The answer of a groupby: labelled, and sorted by the keys unless asked otherwise."""

    plan: Plan
    key_names: tuple[Any, ...]
    columns: pd.Index
    is_series: bool
    sort: bool

    def __call__(self, *states: State) -> pd.DataFrame | pd.Series:
        table = FinishColumns(self.plan)(MergeStates(self.plan)(*states)).set_axis(self.columns, axis=1)
        names = self.key_names
        if len(names) > 1:  # made anew, of texts instead of objects as in pandas: so missing values are sorted last
            levels = [table.index.get_level_values(place).infer_objects() for place in range(len(names))]
            table.index = pd.MultiIndex.from_arrays(levels, names=names)
        else:
            table.index = table.index.set_names(names[0])
        table = table.sort_index() if self.sort else table
        return table.iloc[:, 0] if self.is_series else table


@dataclass(frozen=True)
class FinishColumnwise:
    """The answer of a reduction of a DataFrame's columns: a Series; `empty` is the frame without rows."""

    plan: Plan
    empty: pd.DataFrame

    def __call__(self, *states: State) -> pd.Series:
        table = FinishColumns(self.plan)(MergeStates(self.plan)(*states)).set_axis(self.empty.columns, axis=1)
        return table.iloc[0].rename(None) if len(table) else of_nothing(self.plan.outputs[0], self.empty)


@dataclass(frozen=True)
class FinishScalar:
    """The answer of a reduction of one Series; `empty` is the Series without rows."""

    plan: Plan
    empty: pd.Series

    def __call__(self, *states: State) -> Any:
        table = FinishColumns(self.plan)(MergeStates(self.plan)(*states))
        return table.iloc[0, 0] if len(table) else of_nothing(self.plan.outputs[0], self.empty)


def of_nothing(output: Output, empty: Any) -> Any:
    """What pandas answers when there are no rows at all."""
    return getattr(empty, output.reduction.name)(**dict(output.options))
