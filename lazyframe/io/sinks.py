"""Sinks of Arrow record batches: each request's rows, count or state, gathered batch by batch."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pandas.api.extensions import ExtensionArray

from lazyframe.accumulators import State, update
from lazyframe.io.expression import evaluate
from lazyframe.io.scan import Count, Expression, Reduce, Request, Rows, columns_of
from lazyframe.types import table_of, to_array


class Piece:
    """A batch of consecutive rows; each filter is computed once, however many requests share it."""

    def __init__(self, batch: pa.RecordBatch, first: int):
        self.batch = batch
        self.first = first
        self._masks: dict[Expression, pa.Array] = {}

    def mask(self, predicate: Expression) -> pa.Array:
        """Return which rows a filter keeps."""
        if predicate not in self._masks:
            self._masks[predicate] = evaluate(predicate, self.batch)
        return self._masks[predicate]

    def kept(self, predicate: Expression | None, columns: set[str]) -> pa.RecordBatch:
        """Some columns of the rows that a filter keeps."""
        chosen = self.batch.select([name for name in self.batch.schema.names if name in columns])
        return chosen if predicate is None else chosen.filter(self.mask(predicate))


class RowsSink:
    """Rows as a DataFrame, indexed by their local numbers."""

    def __init__(self, request: Rows, dtypes: Mapping[str, Any]):
        self.request = request
        self.dtypes = dtypes
        self.batches: list[pa.RecordBatch] = []
        self.numbers: list[np.ndarray] = []
        self.found = 0

    def add(self, piece: Piece) -> None:
        """Gather the rows of a piece."""
        predicate = self.request.predicate
        rows = piece.kept(predicate, set(map(str, self.request.columns)))
        if predicate is not None:
            self.numbers.append(np.flatnonzero(piece.mask(predicate).to_numpy(zero_copy_only=False)) + piece.first)
            self.found += len(self.numbers[-1])
        else:
            self.found += piece.batch.num_rows
        self.batches.append(rows)

    @property
    def is_full(self) -> bool:
        """Return whether more pieces would change nothing."""
        return self.request.limit is not None and self.found >= self.request.limit

    def result(self) -> pd.DataFrame:
        """The rows gathered."""
        table = concat(self.batches)
        columns = [to_array(table[name], self.dtypes[name]) for name in map(str, self.request.columns)]
        numbers = np.concatenate(self.numbers) if self.request.predicate is not None else None
        return frame_of_rows(self.request, columns, self.found, numbers)


def frame_of_rows(
    request: Rows, columns: Sequence[np.ndarray | ExtensionArray], count: int, numbers: np.ndarray | None = None
) -> pd.DataFrame:
    """The rows that a request gets, from their columns; `numbers` are their local numbers, if some were left out."""
    frame = table_of(columns, request.columns, pd.RangeIndex(count) if numbers is None else pd.Index(numbers))
    return frame if request.limit is None else frame.iloc[: request.limit]


class CountSink:
    """How many rows are kept."""

    is_full = False

    def __init__(self, request: Count, dtypes: Mapping[str, Any]):
        self.request = request
        self.total = 0

    def add(self, piece: Piece) -> None:
        """Count the rows of a piece."""
        predicate = self.request.predicate
        self.total += piece.batch.num_rows if predicate is None else pc.sum(piece.mask(predicate), min_count=0).as_py()

    def result(self) -> int:
        """The count."""
        return self.total


class ReduceSink:
    """A state. Only the values and keys of kept rows are gathered, and grouped once at the end."""

    is_full = False

    def __init__(self, request: Reduce, dtypes: Mapping[str, Any]):
        self.request = request
        self.dtypes = dtypes
        self.columns = set().union(*map(columns_of, request.values + request.by))
        self.batches: list[pa.RecordBatch] = []

    def add(self, piece: Piece) -> None:
        """Gather the values and keys of a piece."""
        rows = piece.kept(self.request.predicate, self.columns)
        keys = {f"k{i}": evaluate(key, rows) for i, key in enumerate(self.request.by)}
        values = {f"v{i}": evaluate(value, rows) for i, value in enumerate(self.request.values)}
        self.batches.append(pa.RecordBatch.from_pydict(keys | values))

    def result(self) -> State:
        """The state of the rows gathered."""
        request = self.request
        return update(concat(self.batches), len(request.by), request.accumulators, request.distinct, request.dropna)


def concat(batches: Sequence[pa.RecordBatch]) -> pa.Table:
    """One table; a column that is an integer in some and a float in others becomes float64, as in pandas."""
    schema = pa.unify_schemas([batch.schema for batch in batches], promote_options="permissive")
    return pa.concat_tables([pa.Table.from_batches([batch]).cast(schema, safe=False) for batch in batches])


SINKS: dict[type[Request], Any] = {Rows: RowsSink, Count: CountSink, Reduce: ReduceSink}
"""What answers each kind of request."""
