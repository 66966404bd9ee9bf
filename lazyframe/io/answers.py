"""Arrow record batches in, answers out: each request's rows, count or partial aggregates, gathered batch by batch."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pandas.api.extensions import ExtensionArray

from lazyframe.io.formula import evaluate
from lazyframe.io.scan import Column, Count, Formula, Partial, Reduce, Request, Rows, columns_of
from lazyframe.io.types import table_of, to_array, to_pandas
from lazyframe.moments import MOMENTS, in_bundles, moments_of_columns

AGGREGATES: dict[str, tuple[str, Any]] = {
    "size": ("count_all", None),
    "count": ("count", pc.CountOptions(mode="only_valid")),
    "sum": ("sum", pc.ScalarAggregateOptions(min_count=0)),
    "min": ("min", None),
    "max": ("max", None),
    "first": ("first", None),
    "last": ("last", None),
}
"""Arrow's function for each partial that it has."""


class Piece:
    """A batch of consecutive rows; each filter is computed once, however many requests share it."""

    def __init__(self, batch: pa.RecordBatch, first: int):
        self.batch = batch
        self.first = first
        self._masks: dict[Formula, pa.Array] = {}

    def mask(self, keep: Formula) -> pa.Array:
        """Which rows a filter keeps."""
        if keep not in self._masks:
            self._masks[keep] = evaluate(keep, self.batch)
        return self._masks[keep]

    def kept(self, keep: Formula | None, columns: set[str]) -> pa.RecordBatch:
        """Some columns of the rows that a filter keeps."""
        chosen = self.batch.select([name for name in self.batch.schema.names if name in columns])
        return chosen if keep is None else chosen.filter(self.mask(keep))


class RowsAnswer:
    """Rows as a DataFrame, indexed by their local numbers."""

    def __init__(self, request: Rows, dtypes: Mapping[str, Any]):
        self.request = request
        self.dtypes = dtypes
        self.batches: list[pa.RecordBatch] = []
        self.numbers: list[np.ndarray] = []
        self.found = 0

    def add(self, piece: Piece) -> None:
        """Gather the rows of a piece."""
        keep = self.request.keep
        rows = piece.kept(keep, set(map(str, self.request.columns)))
        if keep is not None:
            self.numbers.append(np.flatnonzero(piece.mask(keep).to_numpy(zero_copy_only=False)) + piece.first)
            self.found += len(self.numbers[-1])
        else:
            self.found += piece.batch.num_rows
        self.batches.append(rows)

    @property
    def is_full(self) -> bool:
        """Whether more pieces would change nothing."""
        return self.request.limit is not None and self.found >= self.request.limit

    def result(self) -> pd.DataFrame:
        """The rows gathered."""
        table = concat(self.batches)
        columns = [to_array(table[name], self.dtypes[name]) for name in map(str, self.request.columns)]
        numbers = np.concatenate(self.numbers) if self.request.keep is not None else None
        return frame_of_rows(self.request, columns, self.found, numbers)


def frame_of_rows(
    request: Rows, columns: Sequence[np.ndarray | ExtensionArray], count: int, numbers: np.ndarray | None = None
) -> pd.DataFrame:
    """The rows that a request gets, from their columns; `numbers` are their local numbers, if some were left out."""
    frame = table_of(columns, request.columns, pd.RangeIndex(count) if numbers is None else pd.Index(numbers))
    return frame if request.limit is None else frame.iloc[: request.limit]


class CountAnswer:
    """How many rows are kept."""

    is_full = False

    def __init__(self, request: Count, dtypes: Mapping[str, Any]):
        self.request = request
        self.total = 0

    def add(self, piece: Piece) -> None:
        """Count the rows of a piece."""
        keep = self.request.keep
        self.total += piece.batch.num_rows if keep is None else pc.sum(piece.mask(keep), min_count=0).as_py()

    def result(self) -> int:
        """The count."""
        return self.total


class ReduceAnswer:
    """Partial aggregates a group. Only the values and keys of kept rows are gathered, and grouped once at the end."""

    is_full = False

    def __init__(self, request: Reduce, dtypes: Mapping[str, Any]):
        self.request = request
        self.dtypes = dtypes
        self.columns = set().union(*map(columns_of, request.values + request.by))
        self.batches: list[pa.RecordBatch] = []

    def add(self, piece: Piece) -> None:
        """Gather the values and keys of a piece."""
        rows = piece.kept(self.request.keep, self.columns)
        keys = {f"k{i}": evaluate(key, rows) for i, key in enumerate(self.request.by)}
        values = {f"v{i}": evaluate(value, rows) for i, value in enumerate(self.request.values)}
        self.batches.append(pa.RecordBatch.from_pydict(keys | values))

    def result(self) -> tuple[pd.DataFrame, tuple[pd.DataFrame, ...]]:
        """The partials of the rows gathered, as `Reduce` says."""
        gathered = concat(self.batches)
        table = pa.table({name: as_in_pandas(gathered[name]) for name in gathered.column_names})
        return self._state(table), tuple(self._distinct(table, value) for value in self.request.distinct)

    def _distinct(self, table: pa.Table, value: int) -> pd.DataFrame:
        """The distinct values of one value a group."""
        names = [*(f"k{i}" for i in range(len(self.request.by))), f"v{value}"]
        found = with_zeros_alike(table.select(names), names).group_by(names, use_threads=False).aggregate([])
        found = drop_missing(found, names if self.request.dropna else names[-1:])
        return frame_of_distinct(self.request, [found[name] for name in names], value, self.dtypes)

    def _state(self, table: pa.Table) -> pd.DataFrame:
        """The partials a group."""
        for value in {partial.value for partial in self.request.partials if partial.function == "total"}:
            table = table.append_column(f"f{value}", table[f"v{value}"].cast(pa.float64(), safe=False))
        keys = [f"k{i}" for i in range(len(self.request.by))]
        with_moments = {partial.value for partial in self.request.partials if partial.function in MOMENTS}
        wanted = {arrow_name(partial) for partial in self.request.partials if partial.function not in MOMENTS}
        specs = [(column or (), *AGGREGATES[function]) for column, function in sorted(wanted)]
        alike = with_zeros_alike(table, keys).append_column("row", pa.array(np.arange(table.num_rows)))
        specs += [("row", "min", None), *([("row", "list", None)] if keys and with_moments else [])]
        groups = alike.group_by(keys, use_threads=False).aggregate(specs).sort_by("row_min")
        for key in keys:  # a group of zeros is called as the first of them
            groups = groups.set_column(groups.column_names.index(key), key, table[key].take(groups["row_min"]))
        if not keys:
            groups = groups.slice(0, min(table.num_rows, 1))  # without rows there is no group
        elif self.request.dropna:
            groups = drop_missing(groups, keys)
        if with_moments:
            groups = with_moments_of(groups, table, sorted(with_moments))
        dtypes = [dtype_of_partial(self.request, partial, self.dtypes) for partial in self.request.partials]
        columns = [partial_of(groups, partial) for partial in self.request.partials]
        state = pd.DataFrame({i: to_pandas(*one) for i, one in enumerate(zip(columns, dtypes, strict=True))})
        if keys:
            state.index = index_of_keys(self.request, [groups[key] for key in keys], self.dtypes)
        return state


def index_of_keys(request: Reduce, keys: Sequence[pa.ChunkedArray], dtypes: Mapping[str, Any]) -> pd.Index:
    """The groups' keys as an index, in the dtypes of their columns."""
    levels = [pd.Index(to_pandas(key, dtype_of(by, dtypes))) for key, by in zip(keys, request.by, strict=True)]
    return levels[0] if len(levels) == 1 else pd.MultiIndex.from_arrays(levels)


def frame_of_distinct(
    request: Reduce, columns: Sequence[pa.ChunkedArray], value: int, dtypes: Mapping[str, Any]
) -> pd.DataFrame:
    """Distinct values of one value a group, from the columns of the keys and the values, as `Reduce` says."""
    formulas = [*request.by, request.values[value]]
    series = [to_pandas(one, dtype_of(by, dtypes)) for one, by in zip(columns, formulas, strict=True)]
    if not request.by:
        series.insert(0, pd.Series(np.zeros(len(series[0]), np.int64)))
    return pd.DataFrame(dict(enumerate(series)))


def dtype_of(formula: Formula, dtypes: Mapping[str, Any]) -> Any:
    """The dtype of a formula that is a column; of others it follows from their values."""
    return dtypes[formula.name] if isinstance(formula, Column) else None


def dtype_of_partial(request: Reduce, partial: Partial, dtypes: Mapping[str, Any]) -> Any:
    """The dtype of a partial: that of its values, if it is one of them; others are numbers and dates as they come."""
    if partial.function not in ("first", "last", "min", "max"):
        return None
    dtype = dtype_of(request.values[partial.value], dtypes)
    is_text = isinstance(dtype, pd.StringDtype) or dtype == np.dtype(object)
    return dtype if is_text or partial.function in ("first", "last") else None


def with_moments_of(groups: pa.Table, table: pa.Table, values: Sequence[int]) -> pa.Table:
    """The groups with the moments of some values; their rows are in the column "row_list", if they are not all rows."""
    rows, numbers = None, np.zeros(table.num_rows, np.int64)
    if "row_list" in groups.column_names:
        lists = groups["row_list"].combine_chunks()
        rows, numbers = lists.flatten(), np.repeat(np.arange(len(lists)), pc.list_value_length(lists).to_numpy())
    found: list[dict[str, np.ndarray]] = []
    for bundle in in_bundles(values, table.num_rows):
        columns = [table[f"v{value}"] if rows is None else table[f"v{value}"].take(rows) for value in bundle]
        parts = [(column.drop_null().to_numpy(), numbers[column.is_valid().to_numpy()]) for column in columns]
        found += moments_of_columns(parts, groups.num_rows)
    moments = {f"v{value}_{name}": one[name] for value, one in zip(values, found, strict=True) for name in one}
    return pa.table(dict(zip(groups.column_names, groups.columns, strict=True)) | moments)


def arrow_name(partial: Partial) -> tuple[str, str]:
    """The column and the function (of AGGREGATES) that Arrow's group_by needs for one partial."""
    if partial.function == "size":
        return "", "size"
    if partial.function == "total":
        return f"f{partial.value}", "sum"
    return f"v{partial.value}", partial.function


def partial_of(groups: pa.Table, partial: Partial) -> pa.ChunkedArray:
    """One partial from what Arrow's group_by gave."""
    if partial.function == "size":
        return groups["count_all"]
    if partial.function == "total":
        return groups[f"f{partial.value}_sum"]
    column = f"v{partial.value}"
    return groups[f"{column}_{partial.function}"]


def as_in_pandas(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Integers with missing values as floats; NaN as null, so that Arrow passes over it as pandas does."""
    if pa.types.is_integer(column.type) and column.null_count:
        return column.cast(pa.float64(), safe=False)
    if pa.types.is_floating(column.type) and pc.any(pc.is_nan(column)).as_py():
        return pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column)
    return column


def with_zeros_alike(table: pa.Table, columns: Sequence[str]) -> pa.Table:
    """A table in some of whose columns -0.0 is 0.0, to which it is equal, and yet Arrow groups them apart."""
    for name in columns:
        if pa.types.is_floating(table[name].type):
            added = pc.add(table[name], pa.scalar(0.0))
            table = table.set_column(table.column_names.index(name), name, added)
    return table


def drop_missing(groups: pa.Table, keys: Sequence[str]) -> pa.Table:
    """The groups whose keys are all there."""
    for key in keys:
        if groups[key].null_count:
            groups = groups.filter(pc.is_valid(groups[key]))
    return groups


def concat(batches: Sequence[pa.RecordBatch]) -> pa.Table:
    """One table; a column that is an integer in some and a float in others becomes float64, as in pandas."""
    schema = pa.unify_schemas([batch.schema for batch in batches], promote_options="permissive")
    return pa.concat_tables([pa.Table.from_batches([batch]).cast(schema, safe=False) for batch in batches])


ANSWERS: dict[type[Request], Any] = {Rows: RowsAnswer, Count: CountAnswer, Reduce: ReduceAnswer}
"""What answers each kind of request."""
