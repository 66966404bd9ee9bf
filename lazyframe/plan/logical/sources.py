"""Nodes that read: rows, counts or accumulators of a source's partitions."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from lazyframe.io.reader import Source
from lazyframe.io.scan import BadLines, Count, Expression, Reduce, Request, Rows
from lazyframe.plan.node import Partitionwise
from lazyframe.plan.schema import Schema
from lazyframe.record import record


@record(eq=False)
class Reading(Partitionwise):
    """A node that asks one thing of a source. Readings of one source in one run share one reading of its files."""

    source: Source

    @property
    def request(self) -> Request:
        """Return what is asked of each partition's reader."""
        raise NotImplementedError

    @property
    def label(self) -> str:
        return f"{type(self).__name__.lower()}-{self.source.name}"

    @property
    def npartitions(self) -> int:
        return len(self.source.readers)

    @property
    def kernel(self) -> Callable[..., Any]:
        """Called with the reader's answer to the request."""
        return same

    def describe(self) -> str:
        return f"{type(self).__name__}({self.source.name}: {self.request})"


@record(eq=False)
class Scan(Reading):
    """Rows of the source: some columns, those rows that the predicate keeps, at most `limit` a partition."""

    columns: tuple[Any, ...]
    predicate: Expression | None = None
    limit: int | None = None

    @property
    def request(self) -> Rows:
        return Rows(self.columns, self.predicate, self.limit)

    @cached_property
    def schema(self) -> Schema:
        empty = self.source.schema
        is_whole = self.columns == tuple(empty.columns)
        return Schema("frame", empty if is_whole else empty[list(self.columns)])

    @cached_property
    def rows(self) -> str:
        return f"{self.source.identity} {self.predicate!r} {self.limit}"

    @property
    def is_numbered(self) -> bool:
        return self.source.is_numbered


@record(eq=False)
class CountRows(Reading):
    """The number of rows that the predicate keeps."""

    predicate: Expression | None = None

    @property
    def request(self) -> Count:
        return Count(self.predicate)


@record(eq=False)
class ReduceRows(Reading):
    """A `State` of each partition, computed by its reader."""

    wanted: Reduce

    @property
    def request(self) -> Reduce:
        return self.wanted


@record(eq=False)
class BadRecords(Reading):
    """The records of the source that were left out, a row each: file, line, text, reason."""

    @property
    def request(self) -> BadLines:
        return BadLines()

    @cached_property
    def schema(self) -> Schema:
        table = pd.DataFrame({name: pd.Series(dtype="str") for name in ("file", "line", "text", "reason")})
        return Schema("frame", table.astype({"line": np.int64}))

    @property
    def rows(self) -> str:
        return self.key

    @property
    def is_numbered(self) -> bool:
        return True


def same(answer: Any) -> Any:
    """The answer as it is."""
    return answer
