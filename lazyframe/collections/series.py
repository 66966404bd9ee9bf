"""A lazy Series: its structure, and what has a form of its own."""

import operator
from collections.abc import Iterator
from typing import Any

import pandas as pd

from lazyframe.collections.collection import Collection, table_of
from lazyframe.collections.gather import gather, refuse_unsupported
from lazyframe.collections.groupby import GroupBy, with_keys
from lazyframe.collections.reducing import Options, reduce_series
from lazyframe.collections.series_methods import SeriesMethods
from lazyframe.errors import UnsupportedError
from lazyframe.ops.calls import WithItem
from lazyframe.plan.logical.rowwise import Rename
from lazyframe.plan.node import Node


class Series(SeriesMethods):
    """One column, lazily: what pandas.Series is, over partitions."""

    kind = "series"

    def __init__(self, data: Any = None, *args: Any, **options: Any):
        if isinstance(data, Node) and not args and not options:
            super().__init__(data)
        else:
            super().__init__(table_of(pd.Series, data, args, options))

    @property
    def name(self) -> Any:
        """The name."""
        return self._plan.schema.empty.name

    @name.setter
    def name(self, name: Any) -> None:
        self._plan = Rename(self._plan, ((self.name, name),))

    @property
    def dtype(self) -> Any:
        """The dtype."""
        return self._plan.schema.empty.dtype

    dtypes = dtype

    def __getitem__(self, key: Any) -> Any:
        """The rows for which a lazy bool Series is true; else as pandas has it."""
        if isinstance(key, Series) and key.dtype.kind == "b":
            return self._filtered(key)
        return gather("getitem", operator.getitem, (self, key))

    def __round__(self, digits: int = 0) -> Any:
        return self.round(digits)

    def __contains__(self, label: Any) -> bool:
        """Return whether a row has a label, as in pandas; computes the labels."""
        return label in self.index._value()

    def __setitem__(self, key: Any, value: Any) -> None:
        """Set the values for which a lazy bool Series is true, as `loc` does; of an answer any item."""
        if self._plan.is_answer:
            self._change(WithItem(), key, value)
            return
        if not isinstance(key, Series) or key.dtype.kind != "b":
            raise UnsupportedError(
                "The values of a lazy Series are set where a lazy bool Series is true: s[test] = value."
            )
        self.loc[key] = value

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_"):
            empty = self._plan.schema.empty
            if self._plan.is_answer and not hasattr(pd.Series, name) and hasattr(value := self.compute(), name):
                return getattr(value, name)  # by its label
            try:
                getattr(empty, name)  # pandas' own error, if there is no such attribute
            except AttributeError as error:
                is_text = name == "dt" and empty.dtype.kind == "O"
                hint = f". To read dates, pass read_csv parse_dates=[{empty.name!r}]." if is_text else ""
                raise AttributeError(f"{error}{hint}") from None
            refuse_unsupported(type(self), name)
            if hasattr(pd.Series, name):  # that of a pandas newer than this
                return getattr(self._deferred(), name)
        raise AttributeError(f"A lazy Series has no attribute {name!r}.")

    @property
    def shape(self) -> tuple[int]:
        """The number of rows, in a tuple; counts the rows."""
        return (len(self),)

    @property
    def ndim(self) -> int:
        """The number of dimensions: 1."""
        return 1

    @property
    def axes(self) -> list[Any]:
        """The labels of the rows, deferred."""
        return [self.index]

    def items(self) -> Iterator[tuple[Any, Any]]:
        """Each row's label and value; no more than a partition is in memory."""
        for part in self._parts():
            yield from part.items()

    def __iter__(self) -> Iterator[Any]:
        """The values, in order; partition by partition, so that no more than one is in memory."""
        for part in self._parts():
            yield from part

    def groupby(
        self,
        by: Any = None,
        level: Any = None,
        *,
        as_index: bool = True,
        sort: bool = True,
        group_keys: bool = True,
        observed: bool = True,
        dropna: bool = True,
    ) -> Any:
        """Groups of rows; as pandas' `Series.groupby`, lazily.

        Parameters
        ----------
        by
            A lazy Series with the same rows, or a list of such.
        sort
            Whether the groups are sorted by their keys; else they stand in the order of their first rows.
        dropna
            Whether rows with a missing key are dropped.
        level, as_index, group_keys, observed
            As in pandas, which has no `as_index=False` of a Series. Groups of index levels, of categories that no row
            has, by functions and by other rows are `Deferred`: their rows are gathered.
        """
        if not as_index:
            raise TypeError("as_index=False only valid with DataFrame")
        found = with_keys(self._plan, by, level, observed)
        if found is None:
            options = {"sort": sort, "group_keys": group_keys, "dropna": dropna}
            return self._gather("groupby", (by,), {"level": level, "observed": observed, **options})
        return GroupBy(*found, None, sort, dropna, as_index, group_keys, isinstance(by, list))

    def _value_dtypes(self) -> list[Any]:
        return [self.dtype]

    def _reduce(self, op: Any, options: Options, numeric_only: bool) -> Collection:
        return reduce_series(self._plan, op, options)  # type: ignore[no-any-return]
