"""Aggregates: which accumulators they need, how pandas updates and merges these, and how they are finalized."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
from pandas.api.typing import DataFrameGroupBy

from lazyframe.accumulators import KINDS, Accumulator, State, as_pandas, combined, merge
from lazyframe.errors import UnsupportedError
from lazyframe.moments import MOMENTS, in_bundles, merged_of_columns, moments_of_columns
from lazyframe.ops.op import Reduction
from lazyframe.ops.reductions import MISSING, heeding_missing
from lazyframe.record import record, replace


class AggregateExpr(NamedTuple):
    """One column of the answer: a reduction of the `value`-th value, if given in the `dtype` that pandas has for it."""

    reduction: Reduction
    options: tuple[tuple[str, Any], ...]
    value: int
    dtype: Any = None


def aggregate_expr(
    reduction: Reduction, options: tuple[tuple[str, Any], ...], value: int, dtype: Any, is_grouped: bool
) -> AggregateExpr:
    """An output for values of a dtype.

    Of numbers with less than 64 bits, and of nullable and Arrow numbers, pandas' answers have dtypes of their own.

    Raises
    ------
    UnsupportedError
        For missing values of objects, of which pandas has several kinds.
    """
    if dtype == np.dtype(object) and (asked := (MISSING - {"dropna"}) & dict(options).keys()):
        raise UnsupportedError(
            f"{reduction.name}({asked.pop()}=...) of a column of objects is not supported; make it text or numbers "
            "with .astype(...) first."
        )
    reduction = heeding_missing(reduction, options)
    if isinstance(dtype, pd.api.extensions.ExtensionDtype) and dtype.kind in "biuf":
        few = [] if dtype.kind == "b" and is_grouped else [1, 1]  # pandas has no variance of some of Arrow's bools
        ones = pd.DataFrame({"x": pd.array(few, dtype=dtype)})  # type: ignore[call-overload]
        answer = getattr(ones.groupby([0] * len(few)) if is_grouped else ones, reduction.name)(**dict(options))
        return AggregateExpr(reduction, options, value, answer["x"].dtype if is_grouped else answer.dtype)
    if not isinstance(dtype, np.dtype) or dtype.kind not in "iuf" or dtype.itemsize == 8:
        return AggregateExpr(reduction, options, value)
    if is_grouped:  # floats stay as they are; pandas makes integers as small as their values allow
        return AggregateExpr(reduction, options, value, dtype if dtype.kind == "f" else None)
    answer = getattr(pd.Series(np.ones(2, dtype)), reduction.name)(**dict(options))
    return AggregateExpr(reduction, options, value, np.asarray(answer).dtype)


@record()
class AggregateSpec:
    """Which accumulators a set of outputs needs, each once."""

    outputs: tuple[AggregateExpr, ...]
    keys: int
    dropna: bool = True

    def without_repeats(self, dtypes: Sequence[Any]) -> tuple["AggregateSpec", list[int]]:
        """A spec of outputs of which no two have answers of one dtype for one reason, and the place of each in it.

        `dtypes` are those of the values; a spec for thousands of columns has a handful of such outputs.
        """
        first: dict[Any, int] = {}
        kinds = [(one.reduction, one.options, one.dtype, dtypes[one.value]) for one in self.outputs]
        places = [first.setdefault(kind, len(first)) for kind in kinds]
        outputs = tuple(self.outputs[kinds.index(kind)] for kind in first)
        return replace(self, outputs=outputs), places

    @property
    def accumulators(self) -> tuple[Accumulator, ...]:
        """Columns of a state's table; there is always one, so that a group without values is not lost."""
        found = dict.fromkeys(
            Accumulator(function, output.value)
            for output in self.outputs
            for function in output.reduction.accumulators
            if function != "distinct"
        )
        return tuple(found) or (Accumulator("size", 0),)

    @property
    def by_function(self) -> dict[str, dict[int, int]]:
        """The values of the accumulators that are no moments, by their functions and by their columns."""
        found: dict[str, dict[int, int]] = {}
        for place, (function, value) in enumerate(self.accumulators):
            if function not in MOMENTS:
                found.setdefault(function, {})[place] = value
        return found

    def table_of_moments(self, found: Sequence[Mapping[str, np.ndarray]], index: pd.Index) -> pd.DataFrame:
        """The moments of the values `with_moments` as columns of a state's table."""
        number = {value: i for i, value in enumerate(self.with_moments)}
        columns = {
            place: found[number[value]][function]
            for place, (function, value) in enumerate(self.accumulators)
            if function in MOMENTS
        }
        return pd.DataFrame(columns, index=index)

    @property
    def with_moments(self) -> tuple[int, ...]:
        """The values whose moments are needed."""
        return tuple(dict.fromkeys(o.value for o in self.outputs if MOMENTS[0] in o.reduction.accumulators))

    @property
    def distinct(self) -> tuple[int, ...]:
        """The values whose distinct values are needed."""
        return tuple(dict.fromkeys(o.value for o in self.outputs if "distinct" in o.reduction.accumulators))


@record()
class UpdateState:
    """A partition's state; called with the values, then the keys, as Series."""

    spec: AggregateSpec

    def __call__(self, *series: pd.Series) -> State:
        count = len(series) - self.spec.keys
        rows = pd.RangeIndex(len(series[0]))
        values = {i: one.reset_index(drop=True) for i, one in enumerate(series[:count])}
        totals = {one.value for one in self.spec.accumulators if one.function == "total"}
        floats = {as_float(value): without_overflow(values[value]) for value in totals}
        table = pd.DataFrame(values | floats, index=rows)
        keys = [key.reset_index(drop=True).rename(None) for key in series[count:]]
        if not self.spec.keys:
            keys = [pd.Series(np.zeros(len(table), np.int64))]
        groups = table.groupby(keys, sort=False, dropna=self.spec.dropna, observed=True)
        tables = [accumulated(groups, function, places) for function, places in self.spec.by_function.items()]
        if self.spec.with_moments:
            tables.append(moments_of_groups(self.spec, table, groups))
        distinct = tuple(distinct_values(table[value], keys, self.spec.dropna) for value in self.spec.distinct)
        return State(pd.concat(tables, axis=1).sort_index(axis=1), distinct)


def numbers_of(groups: "DataFrameGroupBy[Any, Any]") -> np.ndarray:
    """The number of each row's group, in the order of the answers; -1 of rows of no group."""
    return groups.ngroup().fillna(-1).to_numpy().astype(np.int64)


def moments_of_groups(spec: AggregateSpec, table: pd.DataFrame, groups: "DataFrameGroupBy[Any, Any]") -> pd.DataFrame:
    """The moments of each group, a column a accumulator."""
    numbers, index = numbers_of(groups), groups.size().index
    found: list[dict[str, np.ndarray]] = []
    for bundle in in_bundles(spec.with_moments, len(table)):
        found += moments_of_columns([present(table[value], numbers) for value in bundle], groups.ngroups)
    return spec.table_of_moments(found, index)


def present(values: pd.Series, groups: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The values that are not missing, and the numbers of their groups."""
    there = values.notna().to_numpy()
    kind = "uint64" if pd.api.types.is_unsigned_integer_dtype(values.dtype) else "int64"
    dtype = kind if pd.api.types.is_integer_dtype(values.dtype) else "float64"
    return values[there].to_numpy(dtype=dtype), groups[there]


def accumulated(groups: "DataFrameGroupBy[Any, Any]", function: str, places: Mapping[int, int]) -> pd.DataFrame:
    """One accumulator of each group for several values, which `places` has by the columns of the state's table."""
    if function == "size":
        return pd.DataFrame(dict.fromkeys(places, groups.size()))
    is_total = function == "total"
    values = [as_float(value) if is_total else value for value in places.values()]
    table = getattr(groups[values], "sum" if is_total else function)()
    return table.set_axis(list(places), axis=1)  # type: ignore[no-any-return]


def as_float(value: int) -> int:
    """The column in which a value stands as floats."""
    return -1 - value


def without_overflow(values: pd.Series) -> pd.Series:
    """Integers as floats, as pandas adds them for a mean: a sum of integers may be too large for int64."""
    if not pd.api.types.is_integer_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype):
        return values
    if isinstance(values.dtype, pd.ArrowDtype):
        floats = pa.chunked_array([pa.array(values.array)]).cast(pa.float64(), safe=False)
        return pd.Series(pd.ArrowDtype(pa.float64()).__from_arrow__(floats), values.index)  # type: ignore[attr-defined]
    return values.astype(np.float64 if isinstance(values.dtype, np.dtype) else pd.Float64Dtype())


def distinct_values(values: pd.Series, keys: Sequence[pd.Series], dropna: bool) -> pd.DataFrame:
    """The distinct values of each group, a row each: the keys' columns, then the value's."""
    table = pd.DataFrame(dict(enumerate([*keys, values]))).dropna(subset=[len(keys)])
    return (table.dropna() if dropna else table).drop_duplicates()


@record()
class MergeStates:
    """Several states, of consecutive partitions, as one."""

    spec: AggregateSpec

    def __call__(self, *states: State) -> State:
        table = pd.concat([state.table for state in states])
        names = list(range(table.index.nlevels))
        table.index = table.index.set_names(names if len(names) > 1 else names[0])
        groups = table.groupby(level=names, sort=False, dropna=self.spec.dropna, observed=True)
        by_merge: dict[str, list[int]] = {}
        for function, places in self.spec.by_function.items():
            by_merge.setdefault(KINDS[function].merge, []).extend(places)
        tables = []
        for function, columns_merged in by_merge.items():
            options = {"skipna": False} if KINDS[function].is_nan_a_value else {}
            tables.append(getattr(groups[sorted(columns_merged)], function)(**options))
        if self.spec.with_moments:
            tables.append(self._merged_moments(table, groups))
        distinct = tuple(merged_distinct(parts, self.spec) for parts in zip(*(s.distinct for s in states), strict=True))
        return State(pd.concat(tables, axis=1).sort_index(axis=1), distinct)

    def _merged_moments(self, table: pd.DataFrame, groups: "DataFrameGroupBy[Any, Any]") -> pd.DataFrame:
        """The moments of each value."""
        numbers, index = numbers_of(groups), groups.size().index
        place = {one: i for i, one in enumerate(self.spec.accumulators)}
        parts = [
            {name: table[place[Accumulator(name, value)]].to_numpy() for name in ("count", *MOMENTS)}
            for value in self.spec.with_moments
        ]
        return self.spec.table_of_moments(merged_of_columns(parts, numbers, groups.ngroups), index)


def merged_distinct(tables: Sequence[pd.DataFrame], spec: AggregateSpec) -> pd.DataFrame:
    """The distinct values of some parts that are distinct in all; without keys there is one group for all."""
    table = pd.concat(tables)
    return table.drop_duplicates(subset=None if spec.keys else table.columns[-1:])


def finalized_columns(spec: AggregateSpec, state: State) -> list[pd.Series]:
    """The outputs with a row a group, of a state of pandas' tables."""
    found = {one: state.table[i] for i, one in enumerate(spec.accumulators)}
    index = next(iter(found.values())).index
    found |= {
        Accumulator("distinct", value): count_distinct(values, index, spec)
        for value, values in zip(spec.distinct, state.distinct, strict=True)
    }
    columns: dict[int, pd.Series] = {}
    for alike in outputs_alike(spec, found) if len(spec.outputs) != 1 else [[0]]:
        columns |= finalized([(i, spec.outputs[i]) for i in alike], found)
    return [columns[i] for i in range(len(columns))]


def outputs_alike(spec: AggregateSpec, found: Mapping[Accumulator, pd.Series]) -> Iterator[Sequence[int]]:
    """The places of outputs that are finalized together: in one way, from accumulators of the same dtypes."""
    places: dict[Any, list[int]] = {}
    for i, (reduction, options, value, dtype) in enumerate(spec.outputs):
        dtypes = tuple(found[Accumulator(name, value)].dtype for name in reduction.accumulators)
        places.setdefault((reduction, options, dtype, dtypes), []).append(i)
    rows = len(next(iter(found.values())))
    return (bundle for alike in places.values() for bundle in in_bundles(alike, rows))


def finalized(
    outputs: Sequence[tuple[int, AggregateExpr]], accumulators: Mapping[Accumulator, pd.Series]
) -> dict[int, pd.Series]:
    """Outputs of one kind by their places, from the accumulators of all; "distinct" is the number of values here.

    A finalize is a matter of each row, so the columns are finalized as one long one.
    """
    _, (reduction, options, _, dtype) = outputs[0]
    parts = [[accumulators[Accumulator(name, one.value)] for _, one in outputs] for name in reduction.accumulators]
    index = parts[0][0].index
    if reduction.finalize is None:
        columns = parts[0]
    elif len(outputs) == 1:
        columns = [reduction.finalize(*(column for (column,) in parts), **dict(options))]
    else:
        long = reduction.finalize(*(pd.concat(part, ignore_index=True) for part in parts), **dict(options))
        columns = [long.iloc[k * len(index) : (k + 1) * len(index)].set_axis(index) for k in range(len(outputs))]
    if dtype is not None:
        columns = [in_dtype(column, dtype) for column in columns]
    return dict(zip((i for i, _ in outputs), columns, strict=True))


def in_dtype(column: pd.Series, dtype: Any) -> pd.Series:
    """An output in the dtype that pandas has for it."""
    is_unknown = dtype == np.dtype(bool) and column.hasnans  # of `all`, say, with a missing value
    if column.dtype == dtype or is_unknown:
        return column
    kinds = {column.dtype.kind, dtype.kind}
    return column.astype(dtype) if len(kinds) == 1 or kinds == {"i", "u"} else column


def count_distinct(distinct: pd.DataFrame, groups: pd.Index, spec: AggregateSpec) -> pd.Series:
    """The number of distinct values in each group."""
    if not spec.keys:
        return pd.Series(len(distinct), groups)
    keys = [distinct[i].rename(None) for i in range(max(spec.keys, 1))]
    counts = distinct.groupby(keys, sort=False, dropna=spec.dropna, observed=True).size()
    return counts.reindex(groups, fill_value=0)


@record()
class FinalizeGroups:
    """The answer of a groupby: labelled by the keys or with them as columns, and sorted unless asked otherwise."""

    spec: AggregateSpec
    key_names: tuple[Any, ...]
    columns: pd.Index
    is_series: bool
    sort: bool
    as_index: bool

    def __call__(self, state: State) -> pd.DataFrame | pd.Series:
        return self.labelled(finalized_columns(self.spec, state), state.table[0].index, bool(state.levels))

    def labelled(
        self, columns: Sequence[pd.Series], index: pd.Index, is_sorted: bool = False
    ) -> pd.DataFrame | pd.Series:
        """The answer, from its columns with a row a group, and the groups' keys, which may be sorted already."""
        names = self.key_names
        if len(names) > 1 and not has_sorted_levels(index):  # of texts instead of objects, with missing values last
            levels = [index.get_level_values(place).infer_objects() for place in range(len(names))]
            index = pd.MultiIndex.from_arrays(levels, names=names)
        else:
            index = index.set_names(names if len(names) > 1 else names[0])
        if self.is_series and self.as_index:
            table: Any = columns[0].set_axis(index).rename(self.columns[0])
        else:
            table = pd.DataFrame({i: column.set_axis(index) for i, column in enumerate(columns)}, index=index)
            table = table.set_axis(self.columns, axis=1)
        if self.sort and len(table) and not is_sorted:
            table = sorted_by_keys(table) if len(names) > 1 else table.sort_index()
        table = table if self.as_index else table.reset_index()
        return table.iloc[:, 0] if self.is_series and not self.as_index else table  # type: ignore[no-any-return]


def has_sorted_levels(index: pd.Index) -> bool:
    """Return whether rows are in the order of their labels if they are in that of the labels' codes."""
    levels = index.levels if isinstance(index, pd.MultiIndex) else ()
    is_sorted = [level.dtype != np.dtype(object) and level.is_monotonic_increasing for level in levels]
    return len(levels) > 1 and all(is_sorted)


def sorted_by_keys(table: pd.DataFrame | pd.Series) -> pd.DataFrame | pd.Series:
    """Groups in the order of their keys, missing ones last."""
    index = table.index
    if not isinstance(index, pd.MultiIndex) or not has_sorted_levels(index):
        return table.sort_index()
    codes = [np.asarray(own, np.int64) for own in index.codes]
    places = [np.where(own < 0, len(level), own) for own, level in zip(codes, index.levels, strict=True)]
    return table.iloc[np.argsort(combined(places))]  # no two are equal


@record()
class FinalizeColumnwise:
    """The answer of a reduction of a DataFrame's columns: a Series; `empty` is the frame without rows."""

    spec: AggregateSpec
    empty: pd.DataFrame

    def __call__(self, state: State) -> pd.Series:
        table = pd.DataFrame(dict(enumerate(finalized_columns(self.spec, state)))).set_axis(self.empty.columns, axis=1)
        return table.iloc[0].rename(None) if len(table) else of_nothing(self.spec.outputs[0], self.empty)


@record()
class FinalizeScalar:
    """The answer of a reduction of one Series; `empty` is the Series without rows."""

    spec: AggregateSpec
    empty: pd.Series

    def __call__(self, state: State) -> Any:
        (column,) = finalized_columns(self.spec, state)
        return column.iloc[0] if len(column) else of_nothing(self.spec.outputs[0], self.empty)


Finalize = FinalizeScalar | FinalizeColumnwise | FinalizeGroups


@record()
class FinalizeStates:
    """Several states of pandas' tables, merged and finalized."""

    finalize: Finalize

    def __call__(self, *states: State) -> Any:
        return self.finalize(MergeStates(self.finalize.spec)(*states))


@record()
class MergeScanned:
    """Several states that scans gave, of consecutive partitions, as one."""

    spec: AggregateSpec

    def __call__(self, *states: State) -> State:
        return merge(states, self.spec.keys, self.spec.accumulators)


@record()
class FinalizeScanned:
    """Several states that scans gave, merged and finalized; the dtypes are those of plain columns, else None."""

    finalize: Finalize
    values: tuple[Any, ...]
    keys: tuple[Any, ...]

    def __call__(self, *states: State) -> Any:
        spec, finalize = self.finalize.spec, self.finalize
        is_sorted = isinstance(finalize, FinalizeGroups) and finalize.sort
        state = merge(states, spec.keys, spec.accumulators, is_sorted)
        return finalize(as_pandas(state, self.keys, self.values, spec.accumulators, spec.distinct))


def of_nothing(output: AggregateExpr, empty: Any) -> Any:
    """Return what pandas answers when there are no rows at all."""
    return getattr(empty, output.reduction.name)(**dict(output.options))
