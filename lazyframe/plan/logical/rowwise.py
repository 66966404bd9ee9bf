"""Nodes that work on each row by itself, or drop rows, or hand each partition to a user's function."""

import operator
import warnings
from collections.abc import Callable
from functools import cached_property
from typing import Any

import pandas as pd

from lazyframe.ops.check import with_index_of
from lazyframe.ops.op import Accessor, AccessorMethod, Elementwise, Needs
from lazyframe.ops.parts import SetAligned
from lazyframe.plan.logical.user import OnPartition, Origins, user_function
from lazyframe.plan.node import Columns, Node, Partitionwise
from lazyframe.plan.schema import Schema, schema_of
from lazyframe.record import field, record

Options = tuple[tuple[str, Any], ...]


@record(eq=False)
class Project(Partitionwise):
    """Some columns of a frame, in this order."""

    keeps_rows = True

    frame: Node
    columns: tuple[Any, ...]

    @property
    def kernel(self) -> Callable[..., Any]:
        return operator.itemgetter(list(self.columns))

    @cached_property
    def schema(self) -> Schema:
        return Schema("frame", self.frame.schema.empty[list(self.columns)])

    def columns_needed(self, columns: Columns) -> list[Columns]:
        return [frozenset(self.columns)]


@record(eq=False)
class Take(Partitionwise):
    """One column of a frame, as a Series."""

    keeps_rows = True

    frame: Node
    column: Any

    @property
    def kernel(self) -> Callable[..., Any]:
        return operator.itemgetter(self.column)

    @cached_property
    def schema(self) -> Schema:
        return self.frame.schema.column(self.column)

    def columns_needed(self, columns: Columns) -> list[Columns]:
        return [frozenset([self.column])]


@record()
class SetNames:
    """A frame with other names for some columns, or a Series with another name."""

    names: tuple[tuple[Any, Any], ...]

    def __call__(self, part: pd.DataFrame | pd.Series) -> pd.DataFrame | pd.Series:
        new = dict(self.names)
        if isinstance(part, pd.Series):
            return part.rename(new[part.name])
        return part.set_axis(pd.Index([new.get(name, name) for name in part.columns]), axis=1)


@record(eq=False)
class Rename(Partitionwise):
    """A frame with other names for some columns, or a Series with another name: pairs of an old and a new one."""

    keeps_rows = True

    data: Node
    names: tuple[tuple[Any, Any], ...]

    @property
    def kernel(self) -> Callable[..., Any]:
        return SetNames(self.names)

    @cached_property
    def schema(self) -> Schema:
        return schema_of(self.kernel(self.data.schema.empty))

    def old_name(self, name: Any) -> Any:
        """Return what a column was called before."""
        return {new: old for old, new in self.names}.get(name, name)

    def columns_needed(self, columns: Columns) -> list[Columns]:
        return [frozenset(map(self.old_name, columns))]


@record()
class IndexBy:
    """A frame labelled by some of its columns: pairs of a column and the name of the index level."""

    levels: tuple[tuple[Any, Any], ...]

    def __call__(self, frame: pd.DataFrame) -> pd.DataFrame:
        columns, names = zip(*self.levels, strict=True)
        return frame.set_index(list(columns)).rename_axis(list(names) if len(names) > 1 else names[0])


@record(eq=False)
class SetIndex(Partitionwise):
    """A frame labelled by some of its columns, which are columns no more; see `IndexBy`."""

    keeps_rows = True

    frame: Node
    levels: tuple[tuple[Any, Any], ...]

    @property
    def kernel(self) -> Callable[..., Any]:
        return IndexBy(self.levels)

    @cached_property
    def schema(self) -> Schema:
        return schema_of(self.kernel(self.frame.schema.empty))

    @cached_property
    def rows(self) -> str:
        return f"{self.frame.rows} by {self.levels!r}"  # others than without labels: pandas would match by these

    @property
    def is_numbered(self) -> bool:
        return False

    def columns_needed(self, columns: Columns) -> list[Columns]:
        return [columns | {column for column, _ in self.levels}]

    def describe(self) -> str:
        return f"SetIndex({', '.join(str(column) for column, _ in self.levels)})"


@record()
class CallWith:
    """A call of an op, some of whose operands are constants: `operands` has None where a partition goes."""

    op: Elementwise | Accessor | AccessorMethod
    is_given: tuple[bool, ...]
    constants: tuple[Any, ...]
    options: Options

    def __call__(self, *partitions: Any) -> Any:
        given, constants = iter(partitions), iter(self.constants)
        operands = [next(given) if is_given else next(constants) for is_given in self.is_given]
        return self.op(*operands, **dict(self.options))


@record(eq=False)
class Apply(Partitionwise):
    """An elementwise op on Series, frames, scalars and constants."""

    keeps_rows = True

    op: Elementwise | Accessor | AccessorMethod
    operands: tuple[Any, ...]
    options: Options = ()

    @property
    def label(self) -> str:
        return self.op.name

    @property
    def kernel(self) -> Callable[..., Any]:
        is_given = tuple(isinstance(operand, Node) for operand in self.operands)
        constants = tuple(operand for operand in self.operands if not isinstance(operand, Node))
        return CallWith(self.op, is_given, constants, self.options)

    @cached_property
    def schema(self) -> Schema:
        if all(child.schema.kind == "scalar" for child in self.children):
            result = self.kernel(*[child.schema.empty for child in self.children])
            return Schema("scalar", result)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of dividing by the stand-in for a scalar, say
            return schema_of(self.kernel(*[child.schema.stand_in() for child in self.children]))

    def describe(self) -> str:
        shown = ", ".join("." if isinstance(operand, Node) else repr(operand) for operand in self.operands)
        options = "".join(f", {name}={value!r}" for name, value in self.options)
        return f"Apply {self.op.name}({shown}{options})"


@record(eq=False)
class Filter(Partitionwise):
    """The rows for which a test is true."""

    frame: Node
    test: Node

    @property
    def kernel(self) -> Callable[..., Any]:
        return operator.getitem

    @property
    def schema(self) -> Schema:
        return self.frame.schema

    @cached_property
    def rows(self) -> str:
        return f"{self.frame.rows} where {self.test.key}"

    def columns_needed(self, columns: Columns) -> list[Columns]:
        return [columns, frozenset(self.test.schema.columns)]


@record(eq=False)
class Pick(Partitionwise):
    """Some rows of each partition, those that are all an op needs of it, in their order; `picks` says which."""

    needs = Needs.PARTIAL

    frame: Node
    picks: Callable[..., Any]

    @property
    def kernel(self) -> Callable[..., Any]:
        return self.picks

    @property
    def schema(self) -> Schema:
        return self.frame.schema

    @property
    def rows(self) -> str | None:
        return self.key

    @property
    def is_numbered(self) -> bool:
        return self.frame.is_numbered

    def columns_needed(self, columns: Columns) -> list[Columns]:
        return [frozenset(self.schema.columns)]

    def describe(self) -> str:
        return f"Pick({self.picks})"


@record()
class SetColumn:
    """A frame with one column new or replaced; called with the frame and the column."""

    name: Any

    def __call__(self, frame: pd.DataFrame, value: Any) -> pd.DataFrame:
        return (
            frame.assign(**{self.name: value}) if isinstance(self.name, str) else with_column(frame, self.name, value)
        )


def with_column(frame: pd.DataFrame, name: Any, value: Any) -> pd.DataFrame:
    """A copy of a frame with a column whose name is no text."""
    frame = frame.copy(deep=False)
    frame[name] = value
    return frame


@record()
class SetConstant:
    """A frame with one column new or replaced by a constant."""

    name: Any
    value: Any

    def __call__(self, frame: pd.DataFrame) -> pd.DataFrame:
        return SetColumn(self.name)(frame, self.value)


@record(eq=False)
class Assign(Partitionwise):
    """A frame with one column new or replaced, by a Series with the same rows, a scalar, or a constant."""

    keeps_rows = True

    frame: Node
    name: Any
    value: Any

    @property
    def kernel(self) -> Callable[..., Any]:
        return SetColumn(self.name) if isinstance(self.value, Node) else SetConstant(self.name, self.value)

    @property
    def rows(self) -> str | None:
        return self.frame.rows

    @cached_property
    def schema(self) -> Schema:
        return schema_of(self.kernel(*[child.schema.stand_in() for child in self.children]))

    def columns_needed(self, columns: Columns) -> list[Columns]:
        of_value = [frozenset(child.schema.columns) for child in self.children[1:]]
        return [columns - {self.name}, *of_value]


def renumbered(part: Any) -> Any:
    """A partition whose rows are numbered from 0 on."""
    return part.reset_index(drop=True)


@record(eq=False)
class Renumber(Partitionwise):
    """The same rows, numbered from 0 on in each partition; `lower` has them numbered through."""

    needs = Needs.BEFORE

    frame: Node

    @property
    def kernel(self) -> Callable[..., Any]:
        return renumbered

    @cached_property
    def schema(self) -> Schema:
        return schema_of(renumbered(self.frame.schema.empty))

    @property
    def rows(self) -> str | None:
        return self.key

    @property
    def is_numbered(self) -> bool:
        return False

    def columns_needed(self, columns: Columns) -> list[Columns]:
        return [columns]


@record(eq=False)
class AssignAligned(Partitionwise):
    """A frame with a column set to values that are there already, matched by the labels of its rows.

    `labels` is the frame with no columns, to get the row numbers of the whole table; `dtype` is that of the values for
    all rows: where some have none, it is wider.
    """

    frame: Node
    labels: Node
    values: Node
    name: Any
    dtype: Any

    @property
    def kernel(self) -> Callable[..., Any]:
        return SetAligned(self.name, self.dtype)

    @cached_property
    def schema(self) -> Schema:
        empty = self.frame.schema.empty
        return schema_of(self.kernel(empty, empty[[]], self.values.schema.empty))

    @property
    def rows(self) -> str | None:
        return self.frame.rows

    @property
    def is_numbered(self) -> bool:
        return self.frame.is_numbered

    def columns_needed(self, columns: Columns) -> list[Columns]:
        return [columns - {self.name}, frozenset(), frozenset(self.values.schema.columns)]

    def describe(self) -> str:
        return f"AssignAligned(name={self.name!r})"


@record(eq=False)
class MapPartitions(Partitionwise):
    """A user's function of each partition; `outcome` is what it gives, with no rows.

    `origins` says where the partitions come from, once that is known.
    """

    needs = Needs.ALL

    frame: Node
    function: Callable[..., Any]
    args: tuple[Any, ...]
    options: Options
    outcome: Any = field(repr=False)
    origins: tuple[Origins, ...] = ()

    @property
    def label(self) -> str:
        return getattr(self.function, "__name__", "function").strip("<>")

    @property
    def kernel(self) -> Callable[..., Any]:
        return OnPartition(user_function(self.function), self.args, self.options)

    @cached_property
    def schema(self) -> Schema:
        return schema_of(self.outcome)

    @property
    def rows(self) -> str | None:
        return self.key

    @property
    def is_numbered(self) -> bool:
        return False


@record(eq=False)
class SameRows(Partitionwise):
    """What a user's function made of each partition of a frame, checked to have its rows.

    `given` is the frame as the function saw it: with the row numbers of the whole table.
    """

    made: Node
    given: Node
    frame: Node

    @property
    def kernel(self) -> Callable[..., Any]:
        return with_index_of

    @property
    def schema(self) -> Schema:
        return self.made.schema

    @property
    def rows(self) -> str | None:
        return self.frame.rows

    def columns_needed(self, columns: Columns) -> list[Columns]:
        return [columns, frozenset(), frozenset()]
