"""Functions at the top: where collections come from, and the compute of several."""

import os
from collections.abc import Callable, Iterable, Sequence
from typing import IO, Any, Literal

import pandas as pd
import pyarrow as pa

from executor import Watcher
from lazyframe.collections.collection import Collection, rows_in_memory, wrap
from lazyframe.collections.delayed import delayed, from_delayed
from lazyframe.collections.frame import DataFrame
from lazyframe.io.csv.source import csv_source
from lazyframe.io.files import StorageOptions
from lazyframe.io.find import find
from lazyframe.io.fixed_widths import fixed_width_source
from lazyframe.io.json_lines import json_source
from lazyframe.io.parquet import parquet_source
from lazyframe.plan.logical.delayed import replaced
from lazyframe.plan.logical.rowwise import SetIndex
from lazyframe.plan.logical.sources import Scan
from lazyframe.plan.node import Node
from lazyframe.session import config
from lazyframe.session.running import compute_plans

Paths = str | os.PathLike[str] | IO[Any] | Iterable[str | os.PathLike[str] | IO[Any]]


def read_csv(path: Paths, *, blocksize: int | str | Literal["default"] | None = "default", **options: Any) -> DataFrame:
    """CSV files as one lazy DataFrame.

    Files are aligned by the names of their columns. dtypes are those that pandas gives to samples of the files, joined
    over the files. Rows are numbered through, as after ``pd.concat(..., ignore_index=True)``, or labelled by the
    columns that `index_col` names.

    Parameters
    ----------
    path
        A path, a glob, a folder, an open file or a buffer (whose text is kept in a temporary file), or a list of these.
    blocksize
        About how many bytes a partition has, such as ``64_000_000`` or ``"32MB"``; None for a partition a file.
        By default that of `lf.config`, 64 MiB.
    **options
        Of pandas' read_csv: sep (delimiter; also a regular expression), header, names, index_col, usecols, dtype (also
        a defaultdict), converters, true_values, false_values, skipinitialspace, skiprows (also a list of lines' numbers
        or a function of them) and skipfooter, nrows (of each file), na_values, keep_default_na, na_filter, parse_dates
        (also ``{"Date": [0, 1, 2]}`` and ``[[0, 1, 2]]``, which pandas 3 has no more), date_format, dayfirst,
        compression (gzip, bz2, xz, zstd, lz4, zip of one file), thousands, decimal, lineterminator, quotechar, quoting,
        doublequote, escapechar, comment, encoding, on_bad_lines ("error", "skip", "collect"), storage_options. And of
        its own:

        - `columns`: "union" of all files' (the default: an absent column is missing values, with a warning), those of
          the "first" file, or "strict": an error if files differ.
        - `include_path_column`: True, or a name, for a column of each row's file.
        - `assume_missing`: whether integer columns that no dtype was asked for are read as floats.
        - `sample`: bytes of each file to look at for dtypes; by default about 1 MB in all, of up to 100 files.
        - `keep_date_col`: whether the sources of a combined date stay.
        - `utc`: whether all dates are in UTC, as with `pandas.to_datetime(utc=True)`: those written with a time zone
          are converted, those without are taken to be in UTC. Without it a time zone is an error.

        Blocks are read by lazyframe's own kernel. Where it can't do an option or meets something odd, pyarrow reads
        them, or pandas (for comment, thousands, skipinitialspace, lineterminator, converters, na_values by column, and
        a sep of several characters): slower, with the same answer; `explain()` says so. A file in which lines are left
        out further down than below its header is read in one piece, and so is one that is compressed.

    Returns
    -------
    DataFrame

    Raises
    ------
    FileNotFoundError
        If nothing matches.
    lazyframe.errors.UnsupportedError
        For an option of pandas' that is not supported; none is ignored.
    lazyframe.errors.CSVError
        For a file that can't be read as asked.

    Examples
    --------
    >>> import lazyframe as lf
    >>> df = lf.read_csv("data/nycflights/*.csv", parse_dates={"Date": [0, 1, 2]}, dtype={"Cancelled": bool})
    >>> df[~df.Cancelled].groupby("Origin").DepDelay.max().compute().to_dict()
    {'EWR': 592.0, 'JFK': 1301.0, 'LGA': 812.0}
    """
    size = config.get("blocksize") if blocksize == "default" else blocksize
    source = csv_source(path, size, with_retries(options))
    rows = Scan(source, source.columns)
    return DataFrame(SetIndex(rows, source.index) if source.index else rows)


def with_retries(options: dict[str, Any]) -> dict[str, Any]:
    """A reader's options, among which those of storages say how often these are asked again."""
    stored = StorageOptions(sorted((options.get("storage_options") or {}).items()))
    stored.retries = config.get("retries")
    return options | {"storage_options": stored}


def read_table(path: Paths, *, sep: str = "\t", **options: Any) -> DataFrame:
    """Files with a tab between fields as one lazy DataFrame: `read_csv` with another default.

    Parameters
    ----------
    path, **options
        As for `read_csv`.
    sep

    Examples
    --------
    >>> import io, lazyframe as lf
    >>> lf.read_table(io.StringIO("a\\tb\\n1\\t2\\n")).b.sum().compute()
    np.int64(2)
    """
    return read_csv(path, **({} if "delimiter" in options else {"sep": sep}), **options)


def read_json(
    path: Paths,
    *,
    lines: bool = False,
    dtype: Any = None,
    blocksize: int | str | Literal["default"] | None = "default",
    **options: Any,
) -> DataFrame:
    """Files of JSON records as one lazy DataFrame; with ``lines=True`` in blocks, else a file at a time, at once.

    Parameters
    ----------
    path
        A path, a glob, a folder, an open file, or a list of these.
    lines
        Whether each line is a record. Other files are read at once, and kept in memory.
    dtype
        A dict of dtypes; by default those of samples of the files.
    blocksize
        As for `read_csv`.
    **options
        Of pandas' read_json: convert_dates, date_unit, keep_default_dates, precise_float, encoding, encoding_errors,
        compression, storage_options.

    Raises
    ------
    FileNotFoundError
        If nothing matches.
    lazyframe.errors.CSVTypeError
        For lines that are no records, and for a column that does not have the dtype of the samples.

    Examples
    --------
    >>> import io, lazyframe as lf
    >>> lf.read_json(io.StringIO('{"a": 1}\\n{"a": 5}\\n'), lines=True).a.max().compute()
    np.int64(5)
    """
    if not lines:
        tables = [pd.read_json(file.path, dtype=dtype, **options) for file in find(path, None)]
        return DataFrame(rows_in_memory(pd.concat(tables, ignore_index=True) if len(tables) > 1 else tables[0]))
    size = config.get("blocksize") if blocksize == "default" else blocksize
    source = json_source(path, size, dtype, with_retries(options))
    return DataFrame(Scan(source, tuple(source.dtypes)))


def read_fwf(path: Paths, *, blocksize: int | str | Literal["default"] | None = "default", **options: Any) -> DataFrame:
    """Files with fields of fixed widths as one lazy DataFrame, read by pandas in blocks.

    Parameters
    ----------
    path
        A path, a glob, a folder, an open file, or a list of these.
    blocksize
        As for `read_csv`.
    **options
        Of pandas' read_fwf: colspecs, widths, infer_nrows (of the first file), names, header, skiprows, dtype,
        na_values, converters, thousands, decimal, delimiter, compression, storage_options and the like.

    Raises
    ------
    FileNotFoundError
        If nothing matches.
    lazyframe.errors.UnsupportedError
        For options that are not for a part of a file.

    Examples
    --------
    >>> import io, lazyframe as lf
    >>> lf.read_fwf(io.StringIO("id  x\\na   1\\nb  20\\n")).x.sum().compute()
    np.int64(21)
    """
    size = config.get("blocksize") if blocksize == "default" else blocksize
    source = fixed_width_source(path, size, with_retries(options))
    return DataFrame(Scan(source, tuple(source.dtypes)))


def read_parquet(path: Paths, columns: Sequence[str] | None = None) -> DataFrame:
    """Parquet files as one lazy DataFrame, a partition a file. Only the columns that a query needs are read.

    Parameters
    ----------
    path
        A path, a glob, a folder, or a list of these; local ones.
    columns
        The columns to have; by default all.

    Returns
    -------
    DataFrame
        Its dtypes are those of ``pd.read_parquet``, its rows are numbered through.

    Raises
    ------
    FileNotFoundError
        If nothing matches.
    lazyframe.errors.UnsupportedError
        For a column of lists, decimals, times with a zone and the like; leave it out with `columns`.

    Examples
    --------
    >>> import tempfile, pandas as pd, lazyframe as lf
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     pd.DataFrame({"x": [1, 2, 3], "y": list("aba")}).to_parquet(f"{folder}/0.parquet")
    ...     df = lf.read_parquet(folder)
    ...     df[df.x > 1].groupby("y").x.sum().compute().to_dict()
    {'a': 3, 'b': 2}
    """
    source = parquet_source(path, columns)
    return DataFrame(Scan(source, source.columns))


def from_pandas(data: pd.DataFrame | pd.Series, npartitions: int = 1) -> Any:
    """A pandas object as a lazy collection.

    Parameters
    ----------
    data
        A DataFrame whose columns have different names, or a Series. Not copied.
    npartitions
        How many partitions of about equal length.

    Examples
    --------
    >>> import pandas as pd, lazyframe as lf
    >>> lf.from_pandas(pd.Series([1, 2, 3], name="x"), npartitions=2).sum().compute()
    np.int64(6)
    """
    if not isinstance(data, pd.DataFrame | pd.Series):
        kind = type(data).__name__
        raise TypeError(f"from_pandas takes a pandas DataFrame or Series, not a {kind}: pass pd.DataFrame(...) of it.")
    if npartitions < 1:
        raise ValueError(f"npartitions must be at least 1, not {npartitions}.")
    return wrap(rows_in_memory(data, npartitions))


def from_dict(data: dict[Any, Any], npartitions: int = 1, **options: Any) -> DataFrame:
    """A dict of columns as a lazy DataFrame.

    Parameters
    ----------
    data
        As for `pandas.DataFrame.from_dict`.
    npartitions
        How many partitions of about equal length.
    **options
        Of `pandas.DataFrame.from_dict`: orient, dtype, columns.

    Examples
    --------
    >>> import lazyframe as lf
    >>> lf.from_dict({"x": [1, 2, 3]}, npartitions=2).x.sum().compute()
    np.int64(6)
    """
    return DataFrame(rows_in_memory(pd.DataFrame.from_dict(data, **options), npartitions))


def from_arrow(table: Any, npartitions: int = 1) -> DataFrame:
    """A table of Arrow's as a lazy DataFrame.

    Parameters
    ----------
    table
        A `pyarrow.Table`, or what gives one by Arrow's PyCapsule interface.
    npartitions
        How many partitions of about equal length.

    Examples
    --------
    >>> import pyarrow as pa, lazyframe as lf
    >>> lf.from_arrow(pa.table({"x": [1, 2, 3]})).x.max().compute()
    np.int64(3)
    """
    data = table if isinstance(table, pa.Table) else pa.table(table)
    return DataFrame(rows_in_memory(data.to_pandas(), npartitions))


def from_map(func: Callable[..., Any], *iterables: Iterable[Any], meta: Any = None, **options: Any) -> Any:
    """A frame or Series whose partitions a function makes, one of each item.

    Parameters
    ----------
    func
        Called with an item of each iterable, and `options`; gives a DataFrame, or a Series.
    *iterables
        Of equal length.
    meta
        What it gives, with no rows, as for `map_partitions`; by default the first is computed to see.

    Examples
    --------
    >>> import pandas as pd, lazyframe as lf
    >>> lf.from_map(lambda n: pd.DataFrame({"x": [n, n + 1]}), [1, 5]).x.sum().compute()
    np.int64(14)
    """
    made = delayed(func, pure=True)
    return from_delayed([made(*items, **options) for items in zip(*iterables, strict=True)], meta)


def compute(
    *collections: Any,
    scheduler: Any = None,
    num_workers: int | None = None,
    watchers: Sequence[Watcher] = (),
) -> tuple[Any, ...]:
    """Several collections in one run, which reads each file once for all of them.

    Parameters
    ----------
    *collections
        Lazy collections, also deep in lists, tuples, sets and dicts; anything else is given back as it is.
    scheduler, num_workers, watchers
        As for `Collection.compute`.

    Examples
    --------
    >>> import pandas as pd, lazyframe as lf
    >>> x = lf.from_pandas(pd.DataFrame({"x": [1, 2, 6]}), npartitions=2).x
    >>> lf.compute(x.mean(), x.max())
    (np.float64(3.0), np.int64(6))
    """
    queries: dict[str, Node] = {}

    def noted(value: Any) -> Any:
        if isinstance(value, Collection):
            queries[value._plan.key] = value._plan
        return value

    replaced(collections, noted)
    found = compute_plans(list(queries.values()), scheduler, num_workers, watchers) if queries else []
    answers = dict(zip(queries, found, strict=True))
    return tuple(replaced(collections, lambda one: answers[one._plan.key] if isinstance(one, Collection) else one))
