"""A groupby: keys, perhaps a selection of columns, and a line a method."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.typing import DataFrameGroupBy, SeriesGroupBy

from lazyframe.collections.collection import Collection, wrap
from lazyframe.collections.gather import gather
from lazyframe.collections.group_methods import (
    Nth,
    aggregated,
    correlation,
    of_each_row,
    of_groups,
    of_some_rows,
    transform,
)
from lazyframe.collections.method import is_column, matched
from lazyframe.collections.reducing import Options, has_dates, reduction, refuse_as_pandas
from lazyframe.collections.resampling import bins_of, labels_of
from lazyframe.errors import UnsupportedError, printable, unknown_column
from lazyframe.ops import reductions
from lazyframe.ops.aggregate import AggregateExpr, AggregateSpec, FinalizeGroups, aggregate_expr
from lazyframe.ops.calls import Method
from lazyframe.ops.parts import Aggregation
from lazyframe.ops.whole import FACTORS
from lazyframe.plan.logical.aggregate import aggregate
from lazyframe.plan.logical.rowwise import Project, Take
from lazyframe.plan.node import Node


class GroupBy:
    """Groups of rows, lazily: what `pandas.DataFrame.groupby` gives.

    Parameters
    ----------
    query
        A frame, or a Series.
    keys
        Series with the same rows.
    selection
        A column's name, a list of names, or None for all but the keys.
    sort, dropna, as_index, group_keys
        As for pandas' groupby.
    is_list
        Whether the keys were given as a list: then a single one gives tuples of one, as in pandas.
    """

    def __init__(
        self,
        query: Node,
        keys: tuple[Node, ...],
        selection: Any,
        sort: bool,
        dropna: bool,
        as_index: bool,
        group_keys: bool = True,
        is_list: bool = False,
    ):
        self._query = query
        self._is_series = query.schema.kind == "series"
        self._keys = keys
        self._selection = selection
        self._sort = sort
        self._dropna = dropna
        self._as_index = as_index
        self._group_keys = group_keys
        self._is_list = is_list

    def __getitem__(self, selection: Any) -> "GroupBy":
        """A column of the groups by its name, or columns by a list of names."""
        for name in selection if isinstance(selection, list) else [selection]:
            if self._query.schema.kind != "frame" or name not in self._query.schema.columns:
                raise unknown_column(name, self._query.schema.columns)
        return GroupBy(self._query, self._keys, selection, self._sort, self._dropna, self._as_index, self._group_keys)

    def __iter__(self) -> Iterator[Any]:
        """Each group's key and rows; the rows are gathered in one place."""
        return iter(self._deferred())

    def __len__(self) -> int:
        """The number of groups; runs the query."""
        return len(self.size().compute())

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # also before there is a query, when a copy or a pickle is made
            raise AttributeError(f"A groupby has no attribute {name!r}.")
        of = DataFrameGroupBy if not self._is_series and not is_name(self._selection) else SeriesGroupBy
        if hasattr(of, name):
            return getattr(self._deferred(), name)
        if self._is_series or name not in self._query.schema.columns:
            hint = "" if self._is_series else f" {unknown_column(name, self._query.schema.columns)}"
            raise AttributeError(f"A groupby has no method {name!r}.{hint}")
        return self[name]

    def _gather(self, name: str, args: Sequence[Any], options: dict[str, Any]) -> Any:
        """The call of a method by pandas' own groupby, in one place."""
        return getattr(self._deferred(), name)(*args, **options)

    def _deferred(self) -> Any:
        """pandas' groupby of the rows, which are gathered: of a frame, the keys' and the selected columns only."""
        named = self._named_keys()
        is_own = [is_column(self._query, key, name) for key, name in named]
        query = self._query
        if self._selection is not None and all(is_own):
            wanted = {*self._value_names(), *(name for _, name in named)}
            query = Project(query, tuple(name for name in query.schema.columns if name in wanted))
        by = [name if own else wrap(key) for (key, name), own in zip(named, is_own, strict=True)]
        is_one = len(by) == 1 and not self._is_list
        options = {"sort": self._sort, "dropna": self._dropna, "group_keys": self._group_keys}
        if not self._is_series:
            options["as_index"] = self._as_index
        why = "all rows of a group have to meet"
        call = wrap(query), by[0] if is_one else by
        groups = gather("groupby", Method("groupby"), call, options, FACTORS["groupby"], why=why)
        return groups if self._selection is None else groups[self._selection]

    def __dir__(self) -> list[str]:
        of = SeriesGroupBy if self._is_one_column() else DataFrameGroupBy
        columns = [] if self._is_series else [name for name in self._query.schema.columns if isinstance(name, str)]
        return sorted({*super().__dir__(), *(name for name in dir(of) if not name.startswith("_")), *columns})

    def __repr__(self) -> str:
        of = f" of {', '.join(map(str, self._value_names()))}" if self._selection is not None else ""
        return printable(f"lazyframe.GroupBy by {', '.join(str(name) for _, name in self._named_keys())}{of}")

    def agg(self, func: Any = None, *, split_every: Any = None, split_out: Any = None, **named: Any) -> Any:
        """Several aggregates at once; as pandas' `agg`. Functions, and names of other aggregates, gather the rows.

        Parameters
        ----------
        func
            A name such as "mean" or a function; a list of such; a dict of columns and these; or an `Aggregation`.
        **named
            Columns of the result, each a pair of a column and a name (or, of one column, a name).
        split_every, split_out
            Taken for Dask's sake: how states are merged is planned here.

        Examples
        --------
        >>> import pandas as pd, lazyframe as lf
        >>> df = lf.from_pandas(pd.DataFrame({"key": ["a", "b", "a"], "x": [1, 2, 3]}), npartitions=2)
        >>> df.groupby("key").agg(low=("x", "min"), high=("x", "max")).compute().loc["a"].tolist()
        [1, 3]
        """
        if isinstance(func, Aggregation):
            return gather(func.name, func, (self._deferred(),))
        named = {name: as_pair(spec) for name, spec in named.items()}
        if not are_names(func, named):
            return aggregated(self, () if func is None else (func,), named)
        known = set(self._query.schema.columns)
        for name in func if isinstance(func, dict) else [spec[0] for spec in named.values() if isinstance(spec, tuple)]:
            if self._query.schema.kind == "frame" and name not in known:
                raise unknown_column(name, self._query.schema.columns)
        pairs = [(name, reductions.BY_NAME[op]) for name, op in self._pairs(func, named)]
        dtypes = {name: self._value(name).schema.empty.dtype for name, _ in pairs}
        if any(has_dates(op, [dtypes[name]]) for name, op in pairs):
            return self._gather("agg", () if func is None else (func,), named)
        like = self._named_of_nothing(named, pairs, dtypes) if named else self._of_nothing().agg(func)
        return self._answer(like, [(name, op, ()) for name, op in pairs])

    aggregate = agg

    def size(self) -> Any:
        """The number of rows of each group."""
        like = self._of_nothing().size()
        return self._answer(like if self._as_index else like.rename("size"), [(None, reductions.size, ())])

    def _reduce(self, op: Any, options: Options, numeric_only: bool) -> Any:
        arguments = dict(options) | ({"numeric_only": True} if numeric_only else {})
        values = [] if numeric_only else [self._value(name).schema.empty for name in self._value_names()]
        for one in {one.dtype: one for one in reversed(values)}.values():  # the first of each dtype
            refuse_as_pandas(one, op, options)
        like = getattr(self._of_nothing(), op.name)(**arguments)
        names = list(like.columns) if isinstance(like, pd.DataFrame) else [self._value_names()[0]]
        return self._answer(like, [(name, op, options) for name in names])

    def _of_nothing(self) -> "DataFrameGroupBy[Any, Any]":
        """pandas' own groupby of no rows: it knows the labels of every answer, and what is an error."""
        empty = self._query.schema.empty
        by = [  # a copy: else pandas takes a key for the column whose values, none, it shares
            name if is_column(self._query, key, name) else key.schema.empty.copy() for key, name in self._named_keys()
        ]
        groups = empty.groupby(by, sort=self._sort, dropna=self._dropna)
        return groups if self._selection is None else groups[self._selection]  # type: ignore[no-any-return]

    def _named_of_nothing(self, named: dict[str, Any], pairs: Sequence[tuple[Any, Any]], dtypes: dict[Any, Any]) -> Any:
        """pandas' answer for no rows with columns of these names, of which those of one kind are computed once."""
        kinds = [(op.name, dtypes[name]) for name, op in pairs]
        first = {kind: name for name, kind in reversed(list(zip(named, kinds, strict=True)))}
        like = self._of_nothing().agg(**{name: named[name] for name in named if name in set(first.values())})
        return like[[first[kind] for kind in kinds]].set_axis(list(named), axis=1)

    def _named_keys(self) -> list[tuple[Node, Any]]:
        return [(key, key.schema.empty.name) for key in self._keys]

    def _value_names(self) -> list[Any]:
        """The columns that are aggregated, if none is named."""
        if self._query.schema.kind == "series":
            return [self._query.schema.empty.name]
        if self._selection is not None:
            return self._selection if isinstance(self._selection, list) else [self._selection]
        keys = [name for key, name in self._named_keys() if is_column(self._query, key, name)]
        return [name for name in self._query.schema.columns if name not in keys]

    def _is_one_column(self) -> bool:
        """Return whether the groups are of a Series."""
        return self._is_series or is_name(self._selection)

    def _has_namesakes(self) -> bool:
        """Return whether a key has the name of a column that it is not."""
        return any(
            name in self._value_names() and not is_column(self._query, key, name) for key, name in self._named_keys()
        )

    def _value_dtypes(self) -> list[Any]:
        """The dtypes of the columns that are aggregated."""
        return [self._value(name).schema.empty.dtype for name in self._value_names()]

    def _pairs(self, func: Any, named: dict[str, Any]) -> list[tuple[Any, str]]:
        """The columns and aggregates that `agg` was asked, in pandas' order."""
        names = self._value_names()
        if func is None:
            return [spec if isinstance(spec, tuple) else (names[0], spec) for spec in named.values()]
        if isinstance(func, dict):
            return [(name, op) for name, ops in func.items() for op in listed(ops)]
        return [(name, op) for name in names for op in listed(func)]

    def _answer(self, like: pd.DataFrame | pd.Series, wanted: Sequence[tuple[Any, Any, Options]]) -> Any:
        """The query for some outputs (column, reduction, options), labelled like pandas' answer for no rows."""
        names = list(dict.fromkeys(name for name, _, _ in wanted if name is not None or self._is_series))
        values = tuple(self._value(name) for name in names)
        places = [names.index(name) if values else 0 for name, _, _ in wanted]
        dtypes = [values[place].schema.empty.dtype if values else None for place in places]
        of_sizes = [like.dtype] if isinstance(like, pd.Series) else list(like.dtypes)  # Int64 of a nullable column
        outputs = tuple(
            AggregateExpr(op, options, place, None if of_size == np.int64 else of_size)
            if op is reductions.size
            else aggregate_expr(op, options, place, dtype, is_grouped=True)
            for (_, op, options), place, dtype, of_size in zip(wanted, places, dtypes, of_sizes, strict=True)
        )
        spec = AggregateSpec(outputs, len(self._keys), self._dropna)
        is_series = isinstance(like, pd.Series)
        columns = pd.Index([like.name]) if is_series else like.columns
        if not self._as_index and set(columns) & set(like.index.names):
            raise UnsupportedError(
                "groupby(as_index=False) leaves a key out that is aggregated too, in pandas. Leave as_index out, and "
                "end with .compute().reset_index(drop=True)."
            )
        keys = [name for name in like.index.names if name is not None]
        if not self._as_index and (twice := [name for name in keys if keys.count(name) > 1]):
            raise UnsupportedError(
                f"groupby(as_index=False): two keys are named {twice[0]!r}, and a frame has a name once. Leave "
                "as_index out, and name the levels after .compute()."
            )
        is_series = is_series and self._as_index
        finalize = FinalizeGroups(spec, tuple(like.index.names), columns, is_series, self._sort, self._as_index)
        return wrap(aggregate((*values, *self._keys), spec, finalize, like))

    def _value(self, name: Any) -> Node:
        return self._query if self._is_series else Take(self._query, name)

    count = reduction(reductions.count, DataFrameGroupBy)
    sum = reduction(reductions.sum, DataFrameGroupBy)
    prod = reduction(reductions.prod, DataFrameGroupBy)
    mean = reduction(reductions.mean, DataFrameGroupBy)
    min = reduction(reductions.min, DataFrameGroupBy)
    max = reduction(reductions.max, DataFrameGroupBy)
    var = reduction(reductions.var, DataFrameGroupBy)
    std = reduction(reductions.std, DataFrameGroupBy)
    sem = reduction(reductions.sem, DataFrameGroupBy)
    any = reduction(reductions.any, DataFrameGroupBy)
    all = reduction(reductions.all, DataFrameGroupBy)
    nunique = reduction(reductions.nunique, DataFrameGroupBy)
    first = reduction(reductions.first, DataFrameGroupBy)
    last = reduction(reductions.last, DataFrameGroupBy)

    # All rows of a group meet
    cumcount = of_each_row("cumcount")
    cumsum = of_each_row("cumsum")
    cumprod = of_each_row("cumprod")
    cummin = of_each_row("cummin")
    cummax = of_each_row("cummax")
    rank = of_each_row("rank")
    shift = of_each_row("shift")
    diff = of_each_row("diff")
    pct_change = of_each_row("pct_change")
    ffill = of_each_row("ffill")
    bfill = of_each_row("bfill")
    transform = transform

    filter = of_some_rows("filter")
    head = of_some_rows("head")
    tail = of_some_rows("tail")

    @property
    def nth(self) -> Nth:
        """Rows by their places in their groups, as pandas' `nth`: ``nth(0)``, ``nth([0, -1])``."""
        return Nth(self)

    median = of_groups("median")
    quantile = of_groups("quantile")
    skew = of_groups("skew")
    kurt = of_groups("kurt")
    corr = correlation()
    cov = of_groups("cov")
    describe = of_groups("describe")
    idxmax = of_groups("idxmax")
    idxmin = of_groups("idxmin")


def with_keys(query: Node, by: Any, level: Any = None, observed: bool = True) -> tuple[Node, tuple[Node, ...]] | None:
    """A query and the keys that `by` means: names of columns, lazy Series with the same rows, or a list of these.

    None for all else that pandas groups by: levels, functions, other rows, categories without rows.
    """
    if by is None and level is None:
        raise TypeError("groupby: pass a key, a column's name or a lazy Series with the same rows.")
    if level is None and isinstance(by, list) and are_values(by, query):
        return None
    keys = [key_of(one, query) for one in (by if isinstance(by, list) else [by])] if level is None else [None]
    if not keys:
        raise ValueError("groupby: no key was given.")
    found = tuple(key for key in keys if key is not None)
    if len(found) < len(keys):
        return None
    if not observed and any(isinstance(key.schema.empty.dtype, pd.CategoricalDtype) for key in found):
        return None
    same = matched(query, *found)
    return None if same is None else (same[0], same[1:])


def are_values(by: list[Any], query: Node) -> bool:
    """Return whether a list is one key for each row, as pandas takes it, and not one of names of columns."""
    is_plain = len(by) > 1 and all(pd.api.types.is_scalar(one) for one in by)
    known = [*query.schema.columns, *query.schema.empty.index.names] if query.schema.kind == "frame" else []
    return is_plain and not any(one in known for one in by)


def key_of(by: Any, query: Node) -> Node | None:
    """One key; None for one that is for pandas, in one place."""
    if isinstance(by, Collection):
        return by._plan if by.kind == "series" else None
    if isinstance(by, pd.Grouper) and query.schema.kind == "frame":
        frame = wrap(query)
        bins = bins_of(frame, by)
        return None if bins is None else labels_of(frame[by.key], bins)._plan
    if callable(by) or isinstance(by, dict | pd.Series | pd.Grouper) or not pd.api.types.is_hashable(by):
        return None
    if query.schema.kind != "frame" or by not in query.schema.columns:
        if by in query.schema.empty.index.names:
            return None
        raise unknown_column(by, query.schema.columns)
    return Take(query, by)


def listed(ops: Any) -> list[str]:
    """One name or several, as a list."""
    return ops if isinstance(ops, list) else [ops]


def are_names(func: Any, named: dict[str, Any]) -> bool:
    """Return whether aggregates are asked by names that are known, and not as functions."""
    given = list(named.values()) if func is None else list(func.values()) if isinstance(func, dict) else [func]
    asked = [one for spec in given for one in listed(spec[1] if isinstance(spec, tuple) else spec)]
    return (func is None or not named) and all(isinstance(op, str) and op in reductions.BY_NAME for op in asked)


def as_pair(spec: Any) -> Any:
    """A `NamedAgg` as a pair of a column and a name or function, unless it has arguments for a function besides."""
    is_pair = isinstance(spec, pd.NamedAgg) and not spec.args and not spec.kwargs  # type: ignore[attr-defined]
    return (spec.column, spec.aggfunc) if is_pair else spec


def is_name(selection: Any) -> bool:
    """Return whether a selection is one column's name, and not a list or none."""
    return selection is not None and not isinstance(selection, list)
