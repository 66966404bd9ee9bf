"""What a folder of files says together: names, dtypes, dates and index of the table, settled in stages.

1. sample: the start of every file, and more of up to 100 of them;
2. names: the headers, aligned by name;
3. dtypes: those that were asked for, and those that each file's samples show;
4. join: of files with other headers or other dtypes, what holds for all;
5. drift: a warning for columns that are numbers in some files and text in others.
"""

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from lazyframe.errors import CSVError, CSVTypeError, MissingColumnsWarning, unknown_column, warn
from lazyframe.io.csv import dates, infer
from lazyframe.io.csv.csv_file import CSVFile, Headers, Samples, opened
from lazyframe.io.csv.dates import DateColumn
from lazyframe.io.csv.drift import warn_of_drift
from lazyframe.io.csv.options import Options
from lazyframe.io.files import File
from lazyframe.io.remote import AT_ONCE
from lazyframe.record import record
from lazyframe.types import NULLABLE, TEXT

HEAD = 1 << 12
"""Bytes looked at at the start of a file that is not sampled, for its header."""


@record()
class FolderSchema:
    """What holds for the table of all files.

    `dtypes` has the dtype of every column of the files and of those that are made; those in `inferred` were not asked
    for. `index` are the columns that label rows, each with the name of its level.
    """

    files: tuple[CSVFile, ...]
    dtypes: dict[Any, Any]
    inferred: frozenset[Any]
    dates: tuple[DateColumn, ...]
    columns: tuple[Any, ...]
    index: tuple[tuple[Any, Any], ...]


def folder_schema(files: Sequence[File], options: Options) -> FolderSchema:
    """Settle the schema of some files."""
    sampled = sample_files(files, options)
    csv_files, samples = tuple(csv_file for csv_file, _ in sampled), joined(sampled)
    names = folder_names(csv_files, options)
    if len(set(map(str, names))) < len(names):
        raise CSVError(f"Columns have names that are the same as text: {names}. Pass names= that differ.")
    check_new_name(options.include_path_column, csv_files, "include_path_column='...'")
    index = index_of(names, options) if options.index_col else ()
    dates_wanted = wanted_dates(names, index, csv_files, options)
    date_columns = tuple(date_column(name, sources, samples, options) for name, sources in dates_wanted)
    sources = {source for _, sources in dates_wanted for source in sources}
    repeated = {new: old for csv_file in csv_files for new, old in csv_file.repeated}
    asked = asked_dtypes(names, options, repeated)
    dtypes = settled_dtypes(names, asked, sources, samples, options)
    dtypes = with_all_absences(dtypes | asked, csv_files)
    dtypes |= kept_sources(date_columns, options) | {date.name: date.dtype for date in date_columns}
    columns = table_columns(names, date_columns, options)
    texts = [name for name in columns if name not in sources and name not in asked and dtypes[name] == TEXT]
    if mixed := infer.drifting(texts, [sample for one in sampled for sample in joined([one])]):
        warn_of_drift(mixed)
    if options.include_path_column:
        dtypes[options.include_path_column] = TEXT
        columns = (*columns, options.include_path_column)
    return FolderSchema(csv_files, dtypes, frozenset(names) - set(asked), date_columns, columns, index)


def sample_files(files: Sequence[File], options: Options) -> list[tuple[CSVFile, Samples]]:
    """Look at the start of every file, and sample some."""
    headers: Headers = {}
    size = options.sample or infer.sample_size(len(files))
    spread = set(infer.spread(len(files)))
    asked = [(f, size if i in spread else HEAD, options, headers, i in spread) for i, f in enumerate(files)]
    if not any(file.is_remote for file in files):
        return [opened(*one) for one in asked]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(opened, *zip(*asked, strict=True)))


def wanted_dates(
    names: tuple[Any, ...], index: tuple[tuple[Any, Any], ...], files: tuple[CSVFile, ...], options: Options
) -> list[tuple[Any, tuple[Any, ...]]]:
    """The dates that `parse_dates` asks for, each a name and the columns that it is made of.

    Raises
    ------
    CSVError
        For a new column whose name is taken.
    """
    asked = [name for name, _ in index] if options.parse_dates is True else options.parse_dates
    wanted = dates.wanted(asked, names)
    for name in [name for name, sources in wanted if sources != (name,)]:
        check_new_name(name, files, "parse_dates={'...': [...]}")
        if name == options.include_path_column:
            raise CSVError(
                f"parse_dates makes a column {name!r} already. Pass another name: include_path_column='...'."
            )
    return list(wanted)


def settled_dtypes(
    names: tuple[Any, ...], asked: dict[Any, Any], sources: set[Any], samples: list[infer.Sample], options: Options
) -> dict[Any, Any]:
    """The dtypes of the columns that were not asked for; the sources of dates are text."""
    dtypes: dict[Any, Any] = dict.fromkeys((name for name in names if name not in asked), TEXT)
    dtypes |= infer_dtypes([name for name in dtypes if name not in sources], samples)
    if options.assume_missing:
        dtypes = {name: np.dtype(float) if dtype == np.dtype(np.int64) else dtype for name, dtype in dtypes.items()}
    return dtypes


def with_all_absences(dtypes: dict[Any, Any], files: tuple[CSVFile, ...]) -> dict[Any, Any]:
    """The dtypes of columns some of which files lack."""
    headers = [(set(header), csv_file) for header, csv_file in distinct_headers(files).items()]
    return {name: with_absences(name, dtype, headers) for name, dtype in dtypes.items()}


def folder_names(files: tuple[CSVFile, ...], options: Options) -> tuple[Any, ...]:
    """The columns of the folder, by the option `columns`; files without a header have no say.

    Raises
    ------
    CSVError
        If "strict" is asked for and files differ.
    """
    headers = distinct_headers(files)
    union = tuple(dict.fromkeys(name for names in headers for name in names))
    first = next(iter(headers), ())
    for names, csv_file in headers.items() if options.columns == "strict" else ():
        if set(names) != set(first):
            more, less = set(names) - set(first), set(first) - set(names)
            differs = [f"has {list(more)} more" if more else "", f"lacks {list(less)}" if less else ""]
            raise CSVError(
                f"{csv_file.file.path} {' and '.join(filter(None, differs))}, "
                f"compared with {headers[first].file.path}. "
                "Pass columns='union' to take all columns, or columns='first' to take those of the first file."
            )
    names = first if options.columns == "first" else union
    missing = {}
    for header in headers:
        present = set(header)
        missing[header] = [name for name in names if name not in present]
    with_header = [csv_file for csv_file in files if csv_file.names]
    lacking = {csv_file.file.path: missing[csv_file.names] for csv_file in with_header if missing[csv_file.names]}
    if lacking:
        shown = "; ".join(
            f"{os.path.basename(path)}: {', '.join(map(str, one))}" for path, one in list(lacking.items())[:10]
        )
        rest = f"; and {len(lacking) - 10} more files" if len(lacking) > 10 else ""
        warn(
            f"{len(lacking)} of {len(with_header)} files lack columns, which are missing values there: {shown}{rest}.",
            MissingColumnsWarning,
        )
    return names


def distinct_headers(files: tuple[CSVFile, ...]) -> dict[tuple[Any, ...], CSVFile]:
    """The first file with each of the headers that there are."""
    found: dict[tuple[Any, ...], CSVFile] = {}
    for csv_file in files:
        if csv_file.names:
            found.setdefault(csv_file.names, csv_file)
    return found


def check_new_name(name: Any, files: tuple[CSVFile, ...], how: str) -> None:
    """Refuse the name of a new column that a column of some file has, whether that is read or not.

    Raises
    ------
    CSVError
    """
    for names, csv_file in distinct_headers(files).items() if str(name) else ():
        if str(name) in map(str, names):
            raise CSVError(f"{csv_file.file.path} has a column {str(name)!r} already. Pass another name: {how}.")


def joined(sampled: Iterable[tuple[CSVFile, Samples]]) -> list[infer.Sample]:
    """The samples of some files, those of files with equal headers in one."""
    same: dict[tuple[Any, ...], list[tuple[CSVFile, Samples]]] = {}
    for csv_file, samples in sampled:
        if samples:
            same.setdefault((csv_file.names, csv_file.format), []).append((csv_file, samples))
    return [
        infer.Sample(  # type: ignore[call-arg]
            tuple(csv_file.file for csv_file, _ in group), *key, tuple(b"".join(samples) for _, samples in group)
        )
        for key, group in same.items()
    ]


def with_absences(name: Any, dtype: Any, headers: Sequence[tuple[set[Any], CSVFile]]) -> Any:
    """A column's dtype; of integers float64, as in pandas, if some file lacks the column and so misses values."""
    absent = next((csv_file for names, csv_file in headers if name not in names), None)
    if absent is None:
        return dtype
    if dtype == np.dtype(bool):
        raise CSVTypeError(
            f"{absent.file.path} has no column {name!r}, which is bool and so can't miss values. "
            f"Pass dtype={{{name!r}: {NULLABLE['bool']!r}}}."
        )
    return np.dtype(float) if dtype == np.dtype(np.int64) else dtype


def infer_dtypes(names: list[Any], samples: list[infer.Sample]) -> dict[Any, Any]:
    """Each column's dtype, joined over the samples; a column without any value is float64, as in pandas."""
    dtypes: dict[Any, Any] = dict.fromkeys(names)
    for sample in samples:
        for name, dtype in sample.dtypes(names).items():
            dtypes[name] = infer.join(dtypes[name], dtype)
    nothing = np.dtype(float) if any(sample.has_records for sample in samples) else np.dtype(object)
    return {name: nothing if dtype is None else dtype for name, dtype in dtypes.items()}


def asked_dtypes(names: tuple[Any, ...], options: Options, repeated: Mapping[Any, Any]) -> dict[Any, Any]:
    """The dtypes that the user gave for columns that are there.

    That of a name holds for the columns too that pandas named anew (`repeated`), for they have the same name.
    """
    if not isinstance(options.dtype, dict):
        return {} if options.dtype is None else dict.fromkeys(names, options.dtype)
    by_label = {name: name for name in names}
    meant = {position: name for position, name in enumerate(names) if position not in by_label} | by_label
    found = {meant[key]: dtype for key, dtype in options.dtype.items() if key in meant}
    again = {new: options.dtype[old] for new, old in repeated.items() if old in options.dtype and new in by_label}
    found = again | found
    if isinstance(options.dtype, defaultdict):
        return {name: found.get(name, options.dtype[name]) for name in names}
    return found


def date_column(name: Any, sources: tuple[Any, ...], samples: list[infer.Sample], options: Options) -> DateColumn:
    """A date column, read as the samples show that its dates are written."""
    texts = dict.fromkeys(one for sample in samples for one in sample.texts(sources))
    how = dates.how_to_read(name, sources, list(texts), options.date_format, options.dayfirst, options.utc)
    return DateColumn(name, sources, how, options.utc, options.dayfirst and how == "mixed")


def kept_sources(date_columns: tuple[DateColumn, ...], options: Options) -> dict[Any, Any]:
    """The dtypes of sources of dates that stay columns: they are parsed once, in the type that the dates need."""
    if not options.keep_date_col:
        return {}
    kept = [date for date in date_columns if date.is_combined]
    return {
        source: np.dtype(np.int64) if date.how == dates.INTEGERS else TEXT for date in kept for source in date.sources
    }


def table_columns(names: tuple[Any, ...], date_columns: tuple[DateColumn, ...], options: Options) -> tuple[Any, ...]:
    """The columns of the table in order: combined dates first, their sources left out, then those of `usecols`."""
    combined = [date for date in date_columns if date.is_combined]
    dropped = {source for date in combined for source in date.sources} if not options.keep_date_col else set()
    used = names_used(names, options.usecols)
    kept = [name for name in names if name not in dropped and name in used]
    for missing in [d.name for d in date_columns if not d.is_combined and d.name not in kept]:
        raise ValueError(f"read_csv: parse_dates names {missing!r}, which usecols leaves out.")
    if names and not kept and not combined:
        raise ValueError("read_csv: usecols leaves no column.")
    return (*(date.name for date in combined), *kept)


def index_of(names: tuple[Any, ...], options: Options) -> tuple[tuple[Any, Any], ...]:
    """The columns that `index_col` names, each with the name of its level: none where the header has none for it.

    Raises
    ------
    UnknownColumnError
    ValueError
        For a column that `usecols` leaves out.
    """
    kept = names_used(names, options.usecols)
    used = [name for name in names if name in kept]
    found = []
    for column in options.index_col:  # type: ignore[union-attr]
        if isinstance(column, str) and column in names and column not in kept:
            raise ValueError(f"read_csv: index_col names {column!r}, which usecols leaves out.")
        if isinstance(column, str) and column not in kept:
            raise unknown_column(column, used)
        if not isinstance(column, str) and not -len(used) <= column < len(used):
            raise ValueError(f"read_csv: index_col={column}, but there are {len(used)} columns.")
        name = column if isinstance(column, str) else used[column]
        is_nameless = options.names is None and name == f"Unnamed: {names.index(name)}"
        found.append((name, None if is_nameless else name))
    if used and len(found) == len(used):
        raise ValueError("read_csv: index_col leaves no column.")
    return tuple(found)


def names_used(names: tuple[Any, ...], usecols: Any) -> set[Any]:
    """The columns that `usecols` takes."""
    if usecols is None:
        return set(names)
    if callable(usecols):
        return {name for name in names if usecols(name)}
    known = set(names)
    for column in usecols:
        if column not in known and not (isinstance(column, int) and 0 <= column < len(names)):
            raise unknown_column(column, names)
    return set(dates.resolve(list(usecols), names))
