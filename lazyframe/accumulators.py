"""Accumulators: what is kept of the values of a group, once for scans, frames and groups.

States of Arrow tables are updated and merged here, those of pandas' tables in `lazyframe.ops.aggregate`. Every
accumulator but the moments (see `lazyframe.moments`) merges by a function of its own. Without keys there is one group,
and without rows there is none.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from lazyframe.moments import MOMENTS, in_bundles, merged_of_columns, moments_of_columns
from lazyframe.ordered_groups import in_order, without_codes
from lazyframe.record import record
from lazyframe.types import to_array, to_pandas


class Accumulator(NamedTuple):
    """One of KINDS or MOMENTS of the `value`-th value; "total" is the sum as a float. Missing values are left out."""

    function: str
    value: int


@record(slots=True)
class Kind:
    """How an accumulator merges, of which kinds of values a scan has it (see `ops.op`), and Arrow's function for it.

    Where NaN is a value, such as the sum of inf and -inf, merging with pandas does not pass over it.
    """

    merge: str
    scan: str = ""
    arrow: tuple[str, Any] | None = None
    is_nan_a_value: bool = False


SUMS = pc.ScalarAggregateOptions(min_count=0)

KINDS = {
    "size": Kind("sum", "*", ("count_all", None), is_nan_a_value=True),
    "count": Kind("sum", "*", ("count", pc.CountOptions(mode="only_valid")), is_nan_a_value=True),
    "sum": Kind("sum", "n", ("sum", SUMS), is_nan_a_value=True),
    "total": Kind("sum", "n", ("sum", SUMS), is_nan_a_value=True),
    "min": Kind("min", "ntd", ("min", None)),
    "max": Kind("max", "ntd", ("max", None)),
    "prod": Kind("prod", is_nan_a_value=True),
    "any": Kind("any"),
    "all": Kind("all"),
    "first": Kind("first", "nbtd", ("first", None)),
    "last": Kind("last", "nbtd", ("last", None)),
}
"""By name. Besides these there are the moments, which merge together, and "distinct", a table of its own."""

SCANNED = {name: kind.scan for name, kind in KINDS.items()} | dict.fromkeys(MOMENTS, "n")
"""The accumulators that a scan may compute, and of which kinds of values."""


class State(NamedTuple):
    """What is known of some rows.

    With pandas, `table` has the accumulators as Series 0, 1, ..., whose index has the keys (0 without keys). With
    Arrow, the keys are the columns "k0", "k1", ... and the accumulators "0", "1", ... `distinct` has a table for each
    value whose distinct values count, of the keys and the values. If the groups are in the order of their keys,
    `levels` has each key's distinct values in order, and the column of the key has their places.
    """

    table: Any
    distinct: tuple[Any, ...] = ()
    levels: tuple[pa.ChunkedArray, ...] = ()


def update(
    rows: pa.Table, keys: int, accumulators: Sequence[Accumulator], distinct: Sequence[int], dropna: bool
) -> State:
    """Return the state of some rows: their keys are the columns "k0", "k1", ..., their values "v0", "v1", ..."""
    rows = pa.table({name: as_in_pandas(rows[name]) for name in rows.column_names})
    for value in {one.value for one in accumulators if one.function == "total"}:
        rows = rows.append_column(f"f{value}", rows[f"v{value}"].cast(pa.float64(), safe=False))
    names = names_of(keys)
    specs = {
        result_of(one): (column_of(one), *KINDS[one.function].arrow)  # type: ignore[misc]
        for one in accumulators
        if one.function in KINDS
    }
    numbers, first = numbered(rows, names)
    numbered_rows = rows.append_column("group", pa.array(numbers))
    groups = numbered_rows.group_by("group", use_threads=False).aggregate(list(specs.values())).sort_by("group")
    columns = {name: groups[name] for name in specs}
    with_moments = sorted({one.value for one in accumulators if one.function in MOMENTS})
    columns |= moments_of(rows, numbers, len(first), with_moments)
    state = pa.table(
        [*(rows[name].take(first) for name in names), *(columns[result_of(one)] for one in accumulators)],
        [*names, *map(str, range(len(accumulators)))],
    )
    tables = [distinct_of(rows.select([*names, f"v{value}"]).rename_columns([*names, "v"])) for value in distinct]
    return State(
        without_missing(state, names) if dropna else state,
        tuple(without_missing(table, table.column_names if dropna else ["v"]) for table in tables),
    )


MANY = 1 << 16
"""Rows of states from which on it is worth to sort their groups while they are merged."""

CODED = 1 << 13
"""Groups up to which a kernel gives texts of keys as texts, and no codes of them."""


def merge(states: Sequence[State], keys: int, accumulators: Sequence[Accumulator], is_sorted: bool = False) -> State:
    """Return the state of the rows of several states of Arrow tables, which follow one another.

    A state has a group once, so whole columns are added to those of the groups, by the groups' numbers: no hash table
    of Arrow's, whose library alone takes 30 ms to load. Of several keys with many groups the result may be asked in
    their order.
    """
    if len(states) == 1 and states[0].table.num_rows <= CODED:
        return states[0]
    table, names = joined([state.table for state in states]), names_of(keys)
    groups = in_order(table, names) if is_sorted and keys > 1 and table.num_rows > MANY else None
    if groups is None:
        if table.num_rows > CODED:
            table = without_codes(table)
        if len(states) == 1:
            return State(table, states[0].distinct)
        numbers, first = numbered(table, names)
        groups = numbers, len(first), [table[name].take(first) for name in names], ()
    numbers, count, columns_of_keys, levels = groups
    ends = np.cumsum([state.table.num_rows for state in states])
    parts = [slice(end - state.table.num_rows, end) for end, state in zip(ends, states, strict=True)]
    columns = dict(zip(names, columns_of_keys, strict=True))
    for place, one in enumerate(accumulators):
        if one.function in KINDS:
            merged = merged_column(KINDS[one.function].merge, table[str(place)], numbers, parts, count)
            columns[str(place)] = pa.chunked_array([merged])
    if len(columns) < table.num_columns:
        columns |= merged_moments(table, numbers, count, accumulators)
    distinct = zip(*(state.distinct for state in states), strict=True)
    return State(
        pa.table([columns[name] for name in table.column_names], table.column_names),
        tuple(distinct_of(joined(tables)) for tables in distinct),
        levels,
    )


def joined(tables: Sequence[pa.Table]) -> pa.Table:
    """Return the rows of several tables; a column that is of integers in some and of floats in others is of floats."""
    if all(table.schema.equals(tables[0].schema) for table in tables):
        return pa.concat_tables(tables)
    tables = [without_codes(table) for table in tables]
    schema = pa.unify_schemas([table.schema for table in tables], promote_options="permissive")
    return pa.concat_tables([table.cast(schema, safe=False) for table in tables])


def numbered(table: pa.Table, keys: Sequence[str]) -> tuple[np.ndarray, pa.Array]:
    """Return the number of each row's group, in the order of their first rows, and the places of these."""
    codes = [codes_of(table[name]) for name in keys]
    numbers = codes[0] if codes else np.zeros(table.num_rows, np.int64)
    if len(codes) > 1:
        numbers = pd.factorize(combined(codes))[0]
    first = np.zeros(numbers.max(initial=-1) + 1, np.int64)
    first[numbers[::-1]] = np.arange(table.num_rows)[::-1]
    return numbers, pa.array(first)


def combined(codes: Sequence[np.ndarray]) -> np.ndarray:
    """Return a number for each tuple of codes, in the tuples' order; codes are not negative."""
    numbers, count = codes[0], int(codes[0].max(initial=0)) + 1
    for own in codes[1:]:
        width = int(own.max(initial=0)) + 1
        if count > np.iinfo(np.int64).max // width:  # as many as there are rows at most, from now on
            numbers = np.unique(numbers, return_inverse=True)[1]
            count = int(numbers.max(initial=0)) + 1
        numbers, count = numbers * width + own, count * width
    return numbers


def codes_of(column: pa.ChunkedArray) -> np.ndarray:
    """Return a number for each value, in the order of their first rows; missing values have one too."""
    if pa.types.is_floating(column.type) or (pa.types.is_integer(column.type) and not column.null_count):
        codes: np.ndarray = pd.factorize(column.to_numpy(), use_na_sentinel=False)[0]  # 0.0 and -0.0 are equal to it
        return codes
    encoded = column.combine_chunks().dictionary_encode(null_encoding="encode")
    return np.asarray(encoded.indices.to_numpy(), np.int64)


COMBINED: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "sum": np.add,
    "min": np.minimum,
    "max": np.maximum,
    "first": lambda old, new: old,
    "last": lambda old, new: new,
}
"""How what merges by a function is made of that of earlier rows and that of later ones."""


def merged_column(
    function: str, column: pa.ChunkedArray, numbers: np.ndarray, parts: Sequence[slice], count: int
) -> pa.Array:
    """Return an accumulator of groups from those of states, each of which has a group once."""
    values, there = column.to_numpy(), None
    if column.null_count:
        there = column.is_valid().to_numpy()
        if pa.types.is_integer(column.type) or pa.types.is_boolean(column.type):  # else they would become floats
            values = column.fill_null(0 if pa.types.is_integer(column.type) else False).to_numpy()
    if values.dtype.kind == "f" and function != "sum":
        is_number = ~np.isnan(values)
        there = is_number if there is None else there & is_number
    found = np.zeros(count, values.dtype)
    if there is None and count == len(values):  # a row a group
        found[numbers] = values
        return pa.array(found, column.type, from_pandas=False)
    seen = np.zeros(count, bool)
    with np.errstate(invalid="ignore", over="ignore"):
        for part in parts:
            own, groups = values[part], numbers[part]
            if there is not None:
                own, groups = own[there[part]], groups[there[part]]
            is_old = seen[groups]
            old = groups[is_old]
            found[old] = COMBINED[function](found[old], own[is_old])
            found[groups[~is_old]] = own[~is_old]
            seen[groups] = True
    return pa.array(found, column.type, mask=~seen, from_pandas=False)


def as_pandas(
    state: State,
    keys: Sequence[Any],
    values: Sequence[Any],
    accumulators: Sequence[Accumulator],
    distinct: Sequence[int],
) -> State:
    """Return a state of Arrow tables as one of pandas' tables.

    Parameters
    ----------
    state
    keys, values
        Their dtypes, or None where these follow from what there is.
    accumulators, distinct
        What the state has.
    """
    index: pd.Index = pd.RangeIndex(state.table.num_rows)
    if keys:
        columns_of_keys = state.levels or [state.table[name] for name in names_of(len(keys))]
        levels = [pd.Index(to_array(own, dtype)) for own, dtype in zip(columns_of_keys, keys, strict=True)]
        if state.levels:
            codes = [state.table[name].to_numpy() for name in names_of(len(keys))]
            index = pd.MultiIndex(levels, codes, verify_integrity=False)  # type: ignore[arg-type]
        else:
            index = levels[0] if len(levels) == 1 else pd.MultiIndex.from_arrays(levels)
    columns = {i: in_dtype(state.table[str(i)], one, values) for i, one in enumerate(accumulators)}
    tables = [distinct_in_pandas(table, keys, values[i]) for table, i in zip(state.distinct, distinct, strict=True)]
    return State(
        {i: pd.Series(one, index, one.dtype, copy=False) for i, one in columns.items()}, tuple(tables), state.levels
    )


def in_dtype(column: pa.ChunkedArray, accumulator: Accumulator, dtypes: Sequence[Any]) -> Any:
    """Return an accumulator as pandas has it: in the dtype of its values if it is one, or else as numbers and dates."""
    if accumulator.function not in ("first", "last", "min", "max"):
        return to_array(column)
    dtype = dtypes[accumulator.value]
    if dtype is not None and dtype == np.dtype(object):
        return column.to_numpy()  # where there is no value, pandas has None
    is_kept = isinstance(dtype, pd.StringDtype) or accumulator.function in ("first", "last")
    return to_array(column, dtype if is_kept else None)


def distinct_in_pandas(table: pa.Table, keys: Sequence[Any], dtype: Any) -> pd.DataFrame:
    """Return distinct values with their keys; without keys there is one group, 0."""
    columns = [to_pandas(column, own) for column, own in zip(table.columns, (*keys, dtype), strict=True)]
    if not keys:
        columns.insert(0, pd.Series(np.zeros(len(columns[0]), np.int64)))
    return pd.DataFrame(dict(enumerate(columns)))


def names_of(keys: int) -> list[str]:
    """Return the names of the columns of so many keys."""
    return [f"k{i}" for i in range(keys)]


def column_of(one: Accumulator) -> Any:
    """Return the column that Arrow's function for an accumulator is called with."""
    return () if one.function == "size" else f"f{one.value}" if one.function == "total" else f"v{one.value}"


def result_of(one: Accumulator) -> str:
    """Return the name of an accumulator's column among what Arrow and `moments_of` give."""
    if one.function in MOMENTS:
        return f"v{one.value}_{one.function}"
    function = KINDS[one.function].arrow[0]  # type: ignore[index]
    return function if one.function == "size" else f"{column_of(one)}_{function}"


def distinct_of(table: pa.Table) -> pa.Table:
    """Return the distinct rows of a table; zeros are alike."""
    return table.take(numbered(table, table.column_names)[1])


def moments_of(rows: pa.Table, numbers: np.ndarray, count: int, values: Sequence[int]) -> dict[str, pa.ChunkedArray]:
    """Return the moments of some values a group, by the names that `result_of` gives them."""
    found: list[dict[str, np.ndarray]] = []
    for bundle in in_bundles(values, rows.num_rows):
        columns = [rows[f"v{value}"] for value in bundle]
        parts = [(column.drop_null().to_numpy(), numbers[column.is_valid().to_numpy()]) for column in columns]
        found += moments_of_columns(parts, count)
    return {
        f"v{value}_{name}": pa.chunked_array([column])
        for value, moments in zip(values, found, strict=True)
        for name, column in moments.items()
    }


def merged_moments(
    table: pa.Table, numbers: np.ndarray, count: int, accumulators: Sequence[Accumulator]
) -> dict[str, pa.ChunkedArray]:
    """Return the moments of groups from those of the states' rows, by the columns that they have in a state."""
    places = {one: str(i) for i, one in enumerate(accumulators)}
    values = list(dict.fromkeys(one.value for one in accumulators if one.function in MOMENTS))
    parts = [
        {name: table[places[Accumulator(name, value)]].to_numpy() for name in ("count", *MOMENTS)} for value in values
    ]
    found = merged_of_columns(parts, numbers, count)
    return {
        places[Accumulator(name, value)]: pa.chunked_array([one[name]])
        for value, one in zip(values, found, strict=True)
        for name in MOMENTS
    }


def as_in_pandas(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return integers with missing values as floats; NaN as null, so that Arrow passes over it as pandas does."""
    if pa.types.is_integer(column.type) and column.null_count:
        return column.cast(pa.float64(), safe=False)
    return nan_as_null(column) if pa.types.is_floating(column.type) else column


def nan_as_null(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return floats with nulls in the place of NaN."""
    is_nan = pc.is_nan(column)
    return pc.if_else(is_nan, pa.scalar(None, column.type), column) if pc.any(is_nan).as_py() else column


def without_missing(groups: pa.Table, keys: Sequence[str]) -> pa.Table:
    """Return the groups whose keys are all there."""
    for key in keys:
        if groups[key].null_count:
            groups = groups.filter(pc.is_valid(groups[key]))
    return groups
