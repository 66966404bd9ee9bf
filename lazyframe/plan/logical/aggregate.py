"""Nodes that make one value of many: a state a partition, a tree of merges, a finalize."""

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from lazyframe.ops.aggregate import (
    AggregateSpec,
    Finalize,
    FinalizeColumnwise,
    FinalizeGroups,
    FinalizeScalar,
    UpdateState,
    finalized_columns,
)  # fmt: skip
from lazyframe.ops.op import Needs, Partial
from lazyframe.plan.node import Columns, Foretold, Node
from lazyframe.plan.schema import Schema, common_dtype
from lazyframe.record import field, record


@record(eq=False)
class Aggregate(Foretold, Node):
    """The answer of a reduction or a groupby of Series with the same rows: the values, then the keys."""

    series: tuple[Node, ...]
    spec: AggregateSpec
    finalize: Finalize = field(repr=False)
    outcome: Schema = field(repr=False, derived=True)

    @property
    def label(self) -> str:
        names = dict.fromkeys(output.reduction.name for output in self.spec.outputs)
        return "-".join(["groupby", *names] if self.spec.keys else names)

    @property
    def npartitions(self) -> int:
        return 1

    @property
    def rows(self) -> str | None:
        """See `Node.rows`: two answers by the same keys have the same groups, and two over the same columns the
        same labels, whatever they aggregate."""
        match self.finalize:
            case FinalizeScalar():
                return None
            case FinalizeGroups(sort=sort, as_index=as_index):
                keys = self.series[len(self.series) - self.spec.keys :]
                return f"groups by {[(key.key, key.rows) for key in keys]} {self.spec.dropna} {sort} {as_index}"
            case FinalizeColumnwise(empty=empty):
                return f"labels {list(empty.columns)!r}"
        return self.key

    @property
    def is_answer(self) -> bool:
        return True

    def describe(self) -> str:
        outputs = [f"{output.reduction.name}({self._name(output.value)})" for output in self.spec.outputs]
        keys = [str(child.schema.empty.name) for child in self.series[len(self.series) - self.spec.keys :]]
        return f"Aggregate({', '.join(outputs)}{' by ' + ', '.join(keys) if keys else ''})"

    def _name(self, value: int) -> str:
        return str(self.series[value].schema.empty.name)


def aggregate(series: tuple[Node, ...], spec: AggregateSpec, finalize: Finalize, like: Any = None) -> Aggregate:
    """An aggregate, with the schema that its reductions' rules and its keys give it.

    That is `like`, pandas' answer for no rows, if that has these dtypes: of no rows they are not always those of some.
    """
    empties = [one.schema.empty for one in series]
    dtypes = dtypes_of(spec, empties)
    match finalize:
        case FinalizeGroups(as_index=True) if like is not None and dtypes == dtypes_in(like):
            outcome = Schema("series" if isinstance(like, pd.Series) else "frame", like)
        case FinalizeGroups(is_series=is_series):
            keys = empties[len(empties) - spec.keys :]
            index = pd.MultiIndex.from_arrays(keys) if len(keys) > 1 else pd.Index(keys[0])
            columns = [pd.Series([], dtype=dtype, index=index) for dtype in dtypes]
            outcome = Schema("series" if is_series else "frame", finalize.labelled(columns, index))
        case FinalizeColumnwise(empty=frame):
            outcome = Schema("series", pd.Series([], dtype=common_dtype(dtypes), index=frame.columns[:0]))
        case _:
            outcome = Schema("scalar", pd.Series([], dtype=dtypes[0]))
    return Aggregate(series, spec, finalize, outcome)


def dtypes_in(table: pd.DataFrame | pd.Series) -> list[Any]:
    """The dtypes of a table's columns."""
    return [table.dtype] if isinstance(table, pd.Series) else list(table.dtypes)


def dtypes_of(spec: AggregateSpec, empties: Sequence[pd.Series]) -> list[Any]:
    """The dtypes of the outputs: by their rules, else from one run on no rows."""
    dtypes = [one.reduction.dtype(empties[one.value].dtype) if one.dtype is None else None for one in spec.outputs]
    if all(dtype is not None for dtype in dtypes):
        return dtypes
    few, places = spec.without_repeats([one.dtype for one in empties])
    learned = [column.dtype for column in finalized_columns(few, UpdateState(few)(*empties))]
    return [learned[place] if dtype is None else dtype for dtype, place in zip(dtypes, places, strict=True)]


@record(eq=False)
class Summary(Foretold, Node):
    """The answer of an op that merges a state of each partition of its inputs."""

    needs: ClassVar[Needs] = Needs.PARTIAL

    inputs: tuple[Node, ...]
    op: Partial
    outcome: Schema = field(repr=False, derived=True)

    @property
    def label(self) -> str:
        return self.op.name

    @property
    def npartitions(self) -> int:
        return 1

    @property
    def rows(self) -> str | None:
        return None if self.outcome.kind == "scalar" else self.key

    @property
    def is_answer(self) -> bool:
        return True

    def describe(self) -> str:
        return f"{self.op.name}: a state of each partition"


@record(eq=False)
class Length(Node):
    """The number of rows."""

    frame: Node

    @property
    def schema(self) -> Schema:
        return Schema("scalar", pd.Series([], dtype=np.int64))

    @property
    def npartitions(self) -> int:
        return 1

    @property
    def rows(self) -> None:
        return None

    def columns_needed(self, columns: Columns) -> list[Columns]:
        return [frozenset()]
