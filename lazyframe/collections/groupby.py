"""A groupby: keys, perhaps a selection of columns, and a line a method."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.typing import DataFrameGroupBy, SeriesGroupBy

from lazyframe.collections.collection import Collection, wrap
from lazyframe.collections.method import same_rows
from lazyframe.collections.reducing import Options, reduction, refuse_as_pandas, refuse_dates
from lazyframe.errors import UnsupportedError, printable, refuse_pandas_attribute, unknown_column
from lazyframe.ops import reductions
from lazyframe.ops.aggregate import AggregateExpr, AggregateSpec, FinalizeGroups, aggregate_expr
from lazyframe.plan.logical.aggregate import aggregate
from lazyframe.plan.logical.rowwise import Apply, Take
from lazyframe.plan.node import Node
from lazyframe.plan.passes.simplify import simplify


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
    sort, dropna, as_index
        As for pandas' groupby.
    """

    def __init__(self, query: Node, keys: tuple[Node, ...], selection: Any, sort: bool, dropna: bool, as_index: bool):
        self._query = query
        self._is_series = query.schema.kind == "series"
        self._keys = keys
        self._selection = selection
        self._sort = sort
        self._dropna = dropna
        self._as_index = as_index

    def __getitem__(self, selection: Any) -> "GroupBy":
        """A column of the groups by its name, or columns by a list of names."""
        for name in selection if isinstance(selection, list) else [selection]:
            if self._query.schema.kind != "frame" or name not in self._query.schema.columns:
                raise unknown_column(name, self._query.schema.columns)
        return GroupBy(self._query, self._keys, selection, self._sort, self._dropna, self._as_index)

    def __iter__(self) -> Iterator[Any]:
        raise UnsupportedError(
            "A lazy groupby can't be iterated over: aggregate it, or iterate over df.compute().groupby(...)."
        )

    def __len__(self) -> int:
        """The number of groups; runs the query."""
        return len(self.size().compute())

    def __getattr__(self, name: str) -> "GroupBy":
        if name.startswith("_"):  # also before there is a query, when a copy or a pickle is made
            raise AttributeError(f"A groupby has no attribute {name!r}.")
        if self._query.schema.kind != "frame" or name not in self._query.schema.columns:
            of = DataFrameGroupBy if self._query.schema.kind == "frame" else SeriesGroupBy
            known = ", ".join(reductions.BY_NAME)
            refuse_pandas_attribute(of, name, instead=f"Use {known}, or group in pandas after .compute().")
            hint = f" {unknown_column(name, self._query.schema.columns)}" if self._query.schema.kind == "frame" else ""
            raise AttributeError(f"A groupby has no method {name!r}.{hint}")
        return self[name]

    def __repr__(self) -> str:
        of = f" of {', '.join(map(str, self._value_names()))}" if self._selection is not None else ""
        return printable(f"lazyframe.GroupBy by {', '.join(str(name) for _, name in self._named_keys())}{of}")

    def agg(self, func: Any = None, **named: Any) -> Any:
        """Several aggregates at once; as pandas' `agg`, with aggregates by name.

        Parameters
        ----------
        func
            A name such as "mean"; a list of names; or a dict of columns and these.
        **named
            Columns of the result, each a pair of a column and a name (or, of one column, a name).

        Examples
        --------
        >>> import pandas as pd, lazyframe as lf
        >>> df = lf.from_pandas(pd.DataFrame({"key": ["a", "b", "a"], "x": [1, 2, 3]}), npartitions=2)
        >>> df.groupby("key").agg(low=("x", "min"), high=("x", "max")).compute().loc["a"].tolist()
        [1, 3]
        """
        named = {name: tuple(spec)[:2] if isinstance(spec, pd.NamedAgg) else spec for name, spec in named.items()}  # type: ignore[arg-type]
        check_names(func, named)
        known = set(self._query.schema.columns)
        for name in func if isinstance(func, dict) else [spec[0] for spec in named.values() if isinstance(spec, tuple)]:
            if self._query.schema.kind == "frame" and name not in known:
                raise unknown_column(name, self._query.schema.columns)
        pairs = [(name, reductions.BY_NAME[op]) for name, op in self._pairs(func, named)]
        dtypes = {name: self._value(name).schema.empty.dtype for name, _ in pairs}
        for name, op in pairs:
            refuse_dates([(name, dtypes[name])], op)
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
    mean = reduction(reductions.mean, DataFrameGroupBy)
    min = reduction(reductions.min, DataFrameGroupBy)
    max = reduction(reductions.max, DataFrameGroupBy)
    var = reduction(reductions.var, DataFrameGroupBy)
    std = reduction(reductions.std, DataFrameGroupBy)
    any = reduction(reductions.any, DataFrameGroupBy)
    all = reduction(reductions.all, DataFrameGroupBy)
    nunique = reduction(reductions.nunique, DataFrameGroupBy)
    first = reduction(reductions.first, DataFrameGroupBy)
    last = reduction(reductions.last, DataFrameGroupBy)


def with_keys(query: Node, by: Any, level: Any = None, observed: bool = True) -> tuple[Node, tuple[Node, ...]]:
    """A query and the keys that `by` means: names of columns, lazy Series with the same rows, or a list of these.

    Raises
    ------
    UnsupportedError
        For groups by levels of the index, and for those of categories without rows.
    """
    if level is not None:
        raise UnsupportedError("groupby: level= is not supported. Pass a column.")
    if by is None:
        raise TypeError("groupby: pass a key, a column's name or a lazy Series with the same rows.")
    keys = tuple(key_of(one, query) for one in (by if isinstance(by, list) else [by]))
    if not keys:
        raise ValueError("groupby: no key was given.")
    if not observed and any(isinstance(key.schema.empty.dtype, pd.CategoricalDtype) for key in keys):
        raise UnsupportedError("groupby: observed=False is not supported; reindex the answer with all categories.")
    query, *own = same_rows("groupby", query, *keys)
    return query, tuple(own)


def key_of(by: Any, query: Node) -> Node:
    """One key."""
    if isinstance(by, Collection):
        if by.kind != "series":
            raise TypeError(f"groupby: a key is a column's name or a lazy Series, not a {type(by).__name__}.")
        return by._plan
    if callable(by) or isinstance(by, dict | pd.Series) or not pd.api.types.is_hashable(by):
        raise UnsupportedError("groupby: a key is a column's name or a lazy Series with the same rows.")
    if query.schema.kind != "frame" or by not in query.schema.columns:
        raise unknown_column(by, query.schema.columns)
    return Take(query, by)


def is_column(query: Node, key: Node, name: Any) -> bool:
    """Return whether a key is one of the frame's own columns, perhaps taken from a frame that it is made of."""
    if query.schema.kind != "frame" or name not in query.schema.columns:
        return False
    while isinstance(key, Apply) and key.op.name == "astype" and same_dtype(key, key.operands[0]):
        key = key.operands[0]
    own = Take(query, name)
    return own.key == key.key or simplify(own).key == simplify(key).key


def same_dtype(first: Node, second: Node) -> bool:
    """Return whether a cast changes nothing."""
    return bool(first.schema.empty.dtype == second.schema.empty.dtype)


def listed(ops: Any) -> list[str]:
    """One name or several, as a list."""
    return ops if isinstance(ops, list) else [ops]


def check_names(func: Any, named: dict[str, Any]) -> None:
    """Refuse aggregates that are no known names, such as functions."""
    given = list(named.values()) if func is None else list(func.values()) if isinstance(func, dict) else [func]
    for op in [one for spec in given for one in listed(spec[1] if isinstance(spec, tuple) else spec)]:
        if not isinstance(op, str) or op not in reductions.BY_NAME:
            raise UnsupportedError(f"agg: {op!r} is not supported; use one of {', '.join(reductions.BY_NAME)}.")
