"""A lazy Series: the structure by hand, then a line a method."""

from typing import Any

import pandas as pd

from lazyframe.collections.accessors import DatetimeAccessor
from lazyframe.collections.collection import Collection
from lazyframe.collections.groupby import GroupBy, with_keys
from lazyframe.collections.method import across, elementwise, values_of
from lazyframe.collections.reducing import Options, reduce_series, reduction
from lazyframe.collections.rows import Rows
from lazyframe.errors import UnsupportedError, instead_of, refuse_pandas_attribute
from lazyframe.ops import elementwise as ops
from lazyframe.ops import reductions, whole
from lazyframe.plan.logical.rowwise import Rename


class Series(Rows):
    """One column, lazily: what pandas.Series is, over partitions."""

    kind = "series"

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

    @property
    def dt(self) -> DatetimeAccessor:
        """The parts of dates."""
        _ = self._plan.schema.empty.dt  # an AttributeError, if these are no dates: then __getattr__ is asked
        return DatetimeAccessor(self)

    def __getitem__(self, test: "Series") -> "Series":
        """The rows for which a lazy bool Series is true."""
        if not isinstance(test, Series):
            raise UnsupportedError("A lazy Series is indexed by a lazy Series of bool; for all else use .compute().")
        return self._filtered(test)

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_"):
            empty = self._plan.schema.empty
            try:
                getattr(empty, name)  # pandas' own error, if there is no such attribute
            except AttributeError as error:
                is_text = name == "dt" and empty.dtype.kind == "O"
                hint = f". To read dates, pass read_csv parse_dates=[{empty.name!r}]." if is_text else ""
                raise AttributeError(f"{error}{hint}") from None
            refuse_pandas_attribute(pd.Series, name, instead_of(pd.Series, name))
        raise AttributeError(f"A lazy Series has no attribute {name!r}.")

    def __iter__(self) -> Any:
        raise UnsupportedError("A lazy Series can't be iterated over; use .compute().")

    def groupby(
        self,
        by: Any = None,
        level: None = None,
        *,
        as_index: bool = True,
        sort: bool = True,
        group_keys: bool = True,
        observed: bool = True,
        dropna: bool = True,
    ) -> GroupBy:
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
            There for pandas' sake. Groups of index levels, and of categories that no row has, are refused, and so is
            `as_index=False` by pandas.
        """
        if not as_index:
            raise TypeError("as_index=False only valid with DataFrame")
        return GroupBy(*with_keys(self._plan, by, level, observed), None, sort, dropna, as_index)

    def _reduce(self, op: Any, options: Options, numeric_only: bool) -> Collection:
        return reduce_series(self._plan, op, options)  # type: ignore[no-any-return]

    abs = elementwise(ops.abs)
    astype = elementwise(ops.astype)
    between = elementwise(ops.between)
    clip = elementwise(ops.clip)
    fillna = elementwise(ops.fillna)
    isin = elementwise(ops.isin, prepare=values_of)
    isna = isnull = elementwise(ops.isna)
    notna = notnull = elementwise(ops.notna)
    round = elementwise(ops.round)

    cumsum = across(whole.cumsum, pd.Series)
    cumprod = across(whole.cumprod, pd.Series)
    cummax = across(whole.cummax, pd.Series)
    cummin = across(whole.cummin, pd.Series)
    drop_duplicates = across(whole.drop_duplicates, pd.Series)
    sort_values = across(whole.sort_values, pd.Series)
    interpolate = across(whole.interpolate, pd.Series)

    count = reduction(reductions.count, pd.Series)
    sum = reduction(reductions.sum, pd.Series)
    mean = reduction(reductions.mean, pd.Series)
    min = reduction(reductions.min, pd.Series)
    max = reduction(reductions.max, pd.Series)
    var = reduction(reductions.var, pd.Series)
    std = reduction(reductions.std, pd.Series)
    any = reduction(reductions.any, pd.Series)
    all = reduction(reductions.all, pd.Series)
    nunique = reduction(reductions.nunique, pd.Series)
