"""States of Arrow tables merge into what the accumulators of all their rows are."""

from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from lazyframe.accumulators import KINDS, Accumulator, State, combined, merge, update

LARGE = 2**53 + 1

COLUMNS: dict[str, tuple[list[Any], Any]] = {
    "large integers": ([LARGE, 2, 3, LARGE + 2, -LARGE, 5, 6, 7], pa.int64()),
    "floats": ([1.5, float("inf"), None, -float("inf"), float("nan"), 0.25, -0.0, 0.0], pa.float64()),
    "texts": (["é", None, "a", "b", None, "", "z", "é"], pa.string()),
    "dates": ([date(2020, 1, day) if day else None for day in (3, 0, 1, 2, 0, 5, 4, 3)], pa.date32()),
    "decimals": (
        [Decimal("1.10"), None, Decimal("2.25"), None, None, Decimal("-3"), None, Decimal("0")],
        pa.decimal128(9, 2),
    ),
    "bools": ([True, None, False, True, None, False, True, True], pa.bool_()),
}
KEYS: dict[str, tuple[list[Any], Any]] = {
    "texts": (["a", "b", None, "a", "b", None, "c", "a"], pa.string()),
    "floats": ([0.0, -0.0, None, 1.5, 0.0, 1.5, None, 2.0], pa.float64()),
    "large integers": ([LARGE, LARGE - 1, -LARGE, LARGE, 4, 4, -LARGE, LARGE - 1], pa.int64()),
}


@pytest.mark.parametrize("cuts", [[3], [1, 2, 5], [0, 8], [2, 2, 7]], ids=str)
@pytest.mark.parametrize("keys", [[], ["texts"], ["floats", "texts"], ["large integers"]], ids=str)
@pytest.mark.parametrize("column", COLUMNS)
def test_merged_states_are_those_of_all_rows(column: str, keys: list[str], cuts: list[int]) -> None:
    values, kind = COLUMNS[column]
    rows = pa.table({f"k{i}": pa.array(*KEYS[key]) for i, key in enumerate(keys)} | {"v0": pa.array(values, kind)})
    is_number = column in ("large integers", "floats", "decimals")
    names = ["size", "count", "min", "max", "first", "last", *(["sum"] if is_number else [])]
    if column == "bools":
        names = ["size", "count", "first", "last"]
    if column == "decimals":
        names = ["size", "count", "min", "max", "sum"]
    asked = [Accumulator(name, 0) for name in names]
    assert set(names) <= set(KINDS)
    bounds = [0, *cuts, rows.num_rows]
    parts = [rows.slice(start, end - start) for start, end in pairwise(bounds)]
    found = merge([update(part, len(keys), asked, (0,), False) for part in parts], len(keys), asked)
    whole = update(rows, len(keys), asked, (0,), False)
    assert repr(found.table.to_pylist()) == repr(whole.table.cast(found.table.schema).to_pylist())
    assert sorted(map(repr, found.distinct[0].to_pylist())) == sorted(map(repr, whole.distinct[0].to_pylist()))


def test_integers_with_missing_values_stay_integers() -> None:
    asked = [Accumulator("min", 0), Accumulator("last", 0)]
    states = [State(pa.table([pa.array([one], pa.int64())] * 2, ["0", "1"])) for one in (LARGE + 2, None, LARGE)]
    assert merge(states, 0, asked).table.to_pylist() == [{"0": LARGE, "1": LARGE}]
    assert merge(states[1:2] * 2, 0, asked).table.to_pylist() == [{"0": None, "1": None}]


def test_integers_and_floats_join_as_floats() -> None:
    states = [State(pa.table([pa.array([one])], ["0"])) for one in (LARGE, 0.5)]
    assert merge(states, 0, [Accumulator("max", 0)]).table.to_pylist() == [{"0": float(LARGE)}]


def test_codes_of_more_tuples_than_integers() -> None:
    """Codes of many wide keys are numbered anew before their product leaves int64; the tuples' order stays."""
    random = np.random.default_rng(0)
    columns = [random.integers(0, 2**31, 300) for _ in range(4)]
    columns[2][:150] = columns[2][0]
    table = np.column_stack([np.concatenate([column, column[::-1]]) for column in columns])
    numbers = combined(list(table.T))
    order = np.lexsort(table.T[::-1])
    assert (np.diff(numbers[order]) >= 0).all()
    assert len(np.unique(numbers)) == len(np.unique(table, axis=0)) == 300
