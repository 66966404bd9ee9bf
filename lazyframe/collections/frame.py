"""A lazy DataFrame: its structure, and what has a form of its own."""

import operator
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from lazyframe.collections.collection import Collection, table_of, wrap
from lazyframe.collections.frame_methods import FrameMethods
from lazyframe.collections.gather import gather, refuse_unsupported
from lazyframe.collections.groupby import GroupBy, with_keys
from lazyframe.collections.method import holds_lazy
from lazyframe.collections.reducing import Options, reduce_frame
from lazyframe.collections.resampling import grouped_by_time
from lazyframe.collections.series import Series
from lazyframe.collections.setting import masked, with_column, with_columns
from lazyframe.collections.writing import write_parquet
from lazyframe.errors import (
    UnsupportedAttributeError,
    UnsupportedError,
    unknown_column,
)
from lazyframe.ops.calls import WithItem
from lazyframe.plan.logical.rowwise import Project, Rename, Take
from lazyframe.plan.logical.sources import BadRecords, Reading
from lazyframe.plan.node import Node, walk


class DataFrame(FrameMethods):
    """A table, lazily: what pandas.DataFrame is, over partitions.

    Examples
    --------
    >>> import pandas as pd, lazyframe as lf
    >>> df = lf.from_pandas(pd.DataFrame({"key": ["a", "b", "a"], "x": [1, 2, 3]}), npartitions=2)
    >>> df[df.x > 1].groupby("key").x.sum().compute().to_dict()
    {'a': 3, 'b': 2}
    """

    kind = "frame"

    def __init__(self, data: Any = None, *args: Any, **options: Any):
        if isinstance(data, Node) and not args and not options:
            super().__init__(data)
        else:
            super().__init__(table_of(pd.DataFrame, data, args, options))

    @property
    def columns(self) -> pd.Index:
        """The names of the columns."""
        return self._plan.schema.empty.columns.view()  # type: ignore[no-any-return]  # of which a name may be set

    @columns.setter
    def columns(self, names: Any) -> None:
        self._plan = renamed(self._plan, names)

    @property
    def dtypes(self) -> pd.Series:
        """The dtype of each column."""
        return self._plan.schema.empty.dtypes  # type: ignore[no-any-return]

    def __getitem__(self, key: Any) -> Any:
        """A column by its name, columns by a list of names, rows by a lazy Series of bool; else as pandas has it."""
        key = resolved(key, self)
        if isinstance(key, Series):
            return self._filtered(key)
        if isinstance(key, list) and not all(isinstance(name, bool) for name in key) and not holds_lazy(key):
            for name in key:
                self._check_column(name)
            return wrap(Project(self._plan, tuple(key)))
        is_of_levels = self.columns.nlevels > 1 and key not in self._plan.schema.columns
        is_rows = isinstance(key, Collection | slice) or (pd.api.types.is_list_like(key) and not isinstance(key, tuple))
        if is_rows or is_of_levels:
            return gather("getitem", operator.getitem, (self, key))
        self._check_column(key)
        return wrap(Take(self._plan, key))

    def __setitem__(self, name: Any, value: Any) -> None:
        """Set a column to a lazy Series, a Scalar, a constant, or values that pandas matches with the rows.

        With a list of names, several columns; with a test of rows or of all values, those for which it is true.
        """
        value = resolved(value, self)
        if self.columns.nlevels > 1 and self._plan.is_answer:
            levels = ("",) * (self.columns.nlevels - 1)  # as pandas fills them
            self._change(WithItem(), name if isinstance(name, tuple) else (name, *levels), value)
        elif isinstance(name, Collection):
            self._plan = masked(self, name, value)
        elif isinstance(name, list | pd.Index | np.ndarray):
            self._plan = with_columns(self, list(name), value)
        else:
            self._plan = with_column(self, name, value)

    def __delitem__(self, name: Any) -> None:
        """Leave a column out."""
        self._check_column(name)
        self._plan = Project(self._plan, tuple(column for column in self.columns if column != name))

    def __getattr__(self, name: str) -> Any:
        plan = self.__dict__.get("_plan")  # None while a copy or a pickle is made
        if name.startswith("_") and (plan is None or name not in plan.schema.columns):
            raise AttributeError(f"A lazy DataFrame has no attribute {name!r}.")
        if name not in self._plan.schema.columns:
            refuse_unsupported(type(self), name)
            if name in self:  # the first level of several
                return self[name]
            if hasattr(pd.DataFrame, name):  # that of a pandas newer than this
                return getattr(self._deferred(), name)
            raise AttributeError(f"A lazy DataFrame has no attribute {name!r}. {unknown_column(name, self.columns)}")
        return self[name]

    def __contains__(self, name: Any) -> bool:
        return name in self._plan.schema.empty.columns

    def __round__(self, digits: int = 0) -> Any:
        return self.round(digits)

    def __iter__(self) -> Iterator[Any]:
        """The names of the columns, as in pandas."""
        return iter(self.columns)

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("_") or name in ("columns", "index"):
            object.__setattr__(self, name, value)
        elif name in self._plan.schema.columns:
            self[name] = value
        elif hasattr(pd.DataFrame, name):
            raise UnsupportedAttributeError(
                f"The {name} of a lazy DataFrame can't be set: set it on the result of .compute()."
            )
        else:
            raise AttributeError(f"A new column is made with df[{name!r}] = ..., not by setting an attribute.")

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *(name for name in self.columns if isinstance(name, str) and name.isidentifier())]

    @property
    def shape(self) -> tuple[int, int]:
        """The numbers of rows and columns; counts the rows."""
        return len(self), len(self.columns)

    @property
    def ndim(self) -> int:
        """The number of dimensions: 2."""
        return 2

    @property
    def axes(self) -> list[Any]:
        """The labels of the rows, deferred, and of the columns."""
        return [self.index, self.columns]

    def items(self) -> Iterator[tuple[Any, Series]]:
        """Each column's name and the lazy column."""
        return ((name, self[name]) for name in self.columns)

    def keys(self) -> pd.Index:
        """The names of the columns."""
        return self.columns

    def iterrows(self) -> Iterator[tuple[Any, pd.Series]]:
        """Each row's label and the row as a pandas Series; no more than a partition is in memory."""
        for part in self._parts():
            yield from part.iterrows()

    def itertuples(self, index: bool = True, name: str | None = "Pandas") -> Iterator[tuple[Any, ...]]:
        """Each row as a named tuple; no more than a partition is in memory.

        Parameters
        ----------
        index
            Whether the label comes first.
        name
            Of the tuples' type; None for plain tuples.
        """
        for part in self._parts():
            yield from part.itertuples(index, name)

    def insert(self, loc: int, column: Any, value: Any, allow_duplicates: bool = False) -> None:
        """Set a new column at a place, as pandas' `insert`.

        Raises
        ------
        ValueError
            If there is one of this name.
        """
        if column in self.columns:
            raise ValueError(f"cannot insert {column}, already exists")
        names = list(self.columns)
        names.insert(loc, column)
        self._plan = Project(with_column(self, column, value), tuple(names))

    def isetitem(self, loc: int, value: Any) -> None:
        """Set the column at a place."""
        self[self.columns[loc]] = value

    def pop(self, item: Any) -> Series:
        """Take a column out of the frame."""
        found: Series = self[item]
        del self[item]
        return found

    def assign(self, **columns: Any) -> "DataFrame":
        """A new frame with columns set, one after another.

        Parameters
        ----------
        **columns
            What ``df[name] = ...`` takes, or a function of the frame that gives such.
        """
        result = self.copy()
        for name, value in columns.items():
            result[name] = value
        return result

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
        """Groups of rows; as pandas' `DataFrame.groupby`, lazily.

        Parameters
        ----------
        by
            A column's name, a lazy Series with the same rows, a `pd.Grouper` of a column of dates, or a list of such.
        as_index
            Whether the keys are the index of the answer; else they are columns of it.
        sort
            Whether the groups are sorted by their keys; else they stand in the order of their first rows.
        dropna
            Whether rows with a missing key are dropped.
        level, group_keys, observed
            As in pandas. Groups of index levels, of categories that no row has, by functions and by other rows are
            `Deferred`: their rows are gathered.
        """
        options = {"sort": sort, "group_keys": group_keys, "dropna": dropna, "as_index": as_index}
        if isinstance(by, pd.Grouper) and level is None:
            bins = grouped_by_time(self, by, options)
            return self._gather("groupby", (by,), options | {"observed": observed}) if bins is None else bins
        found = with_keys(self._plan, by, level, observed)
        if found is None:
            return self._gather("groupby", (by,), {"level": level, "observed": observed, **options})
        return GroupBy(*found, None, sort, dropna, as_index, group_keys, isinstance(by, list))

    def bad_lines(self) -> "DataFrame":
        """The lines of the files that were left out, with `on_bad_lines="collect"`: file, line, text and reason.

        Raises
        ------
        UnsupportedError
            For a frame that no CSV files with ``on_bad_lines="collect"`` (or "skip") are read for.

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/nycflights/*.csv", on_bad_lines="collect")
        >>> len(df.bad_lines())
        0
        """
        source = self._csv_source()
        if source.options.on_bad_lines == "error":
            raise UnsupportedError('Bad lines are errors here. Read with on_bad_lines="collect".')
        return DataFrame(BadRecords(source))

    def to_parquet(
        self,
        path: Any = None,
        name_function: Callable[[int], str] | None = None,
        compression: str = "snappy",
        index: bool | None = None,
        overwrite: bool = False,
        scheduler: Any = None,
    ) -> Any:
        """Write Parquet files, one a partition.

        Files are written under hidden names and get their own when all are there: a failure leaves none.

        Parameters
        ----------
        path
            A folder, which gets ``00.parquet``, ``01.parquet``, ...; or a name with a ``*`` for the partition's name.
            None for the bytes, or an open file: then rows are gathered in one place, and pandas writes.
        name_function
            From a partition's number to its name.
        compression
            "snappy", "zstd", "gzip", "lz4", "brotli" or "none".
        index
            Whether the index is written too; None: if it has a name, such as that of a groupby's keys.
        overwrite
            Whether files that are there already are replaced. One of an earlier run with more partitions is an error.
        scheduler
            As for `compute`.

        Returns
        -------
        list of str
            The files; of no path the bytes, of an open file None.

        Raises
        ------
        FileExistsError
            If one is there already, and is not to be replaced.

        Examples
        --------
        >>> import tempfile, pandas as pd, lazyframe as lf
        >>> df = lf.from_pandas(pd.DataFrame({"x": [1, 2, 3]}), npartitions=2)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     files = df.to_parquet(folder)
        ...     int(lf.read_parquet(folder).x.sum().compute())
        6
        """
        if path is None or hasattr(path, "write"):
            return self._deferred()._value().to_parquet(path, compression=compression, index=index)
        return write_parquet(self._plan, path, name_function, compression, index, overwrite, scheduler)

    def schema_report(self) -> pd.DataFrame:
        """Return what each file's samples show of each column, and how that differs from the folder's schema.

        It reads samples of all files, and nothing else: what stands between them is not in it.

        Returns
        -------
        pandas.DataFrame
            A row a file and column: the dtype `found` ("absent" or "nothing" if there is none), the number of `missing`
            values in the sample, the dtype of the `folder`, and the `drift` between the two, empty where they agree.

        Examples
        --------
        >>> import lazyframe as lf
        >>> report = lf.read_csv("data/nycflights/*.csv").schema_report()
        >>> int((report.drift != "").sum())
        0
        """
        report: pd.DataFrame = self._csv_source().schema_report()
        return report

    def _csv_source(self) -> Any:
        """The CSV files that this is read from."""
        sources = {node.source.identity: node.source for node in walk(self._plan) if isinstance(node, Reading)}
        found = [source for source in sources.values() if hasattr(source, "schema_report")]
        if len(found) != 1:
            raise UnsupportedError("This is of a frame that is read from CSV files.")
        return found[0]

    def _check_column(self, name: Any) -> None:
        if name not in self._plan.schema.columns:
            raise unknown_column(name, self.columns)

    def _value_dtypes(self) -> list[Any]:
        return list(self.dtypes)

    def _reduce(self, op: Any, options: Options, numeric_only: bool) -> Collection:
        return reduce_frame(self._plan, op, options, numeric_only)  # type: ignore[no-any-return]


def resolved(value: Any, frame: DataFrame) -> Any:
    """What an expression such as ``pd.col("x") * 2``, or a function of a frame, gives for it; else the value itself."""
    if hasattr(value, "_eval_expression"):
        return value._eval_expression(frame)
    return value(frame) if callable(value) and not isinstance(value, Collection) else value


def renamed(frame: Node, names: Any) -> Node:
    """A frame with other names for its columns, all of them in order.

    Raises
    ------
    ValueError
        If they are not as many, or not all different.
    """
    old, new = frame.schema.columns, list(pd.Index(names))
    if len(new) != len(old):
        raise ValueError(f"df.columns = ...: {len(new)} names were given for {len(old)} columns.")
    if len(set(map(str, new))) < len(new):
        raise ValueError(f"df.columns = ...: columns must have different names, not {new}.")
    pairs = tuple((one, other) for one, other in zip(old, new, strict=True) if one is not other)
    return Rename(frame, pairs)
