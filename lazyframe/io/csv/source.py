"""A folder of CSV files as a source: files and options in, one schema and a reader a block out."""

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from hashlib import blake2b
from typing import Any

import cloudpickle
import numpy as np
import pandas as pd

from lazyframe.errors import CSVError, CSVTypeError, MissingColumnsWarning, printable, unknown_column, warn
from lazyframe.io.csv import dates, infer, sniff
from lazyframe.io.csv.checks import parse_bytes
from lazyframe.io.csv.csv_file import CSVFile, Headers, Samples, opened
from lazyframe.io.csv.dates import DateColumn
from lazyframe.io.csv.drift import warn_of_drift
from lazyframe.io.csv.fallbacks import fallbacks
from lazyframe.io.csv.options import Options, check
from lazyframe.io.csv.reader import CSVReader, FilesReader, together
from lazyframe.io.csv.split import count_blocks
from lazyframe.io.files import check_unchanged, find
from lazyframe.io.scan import Rows
from lazyframe.record import record, replace
from lazyframe.types import NULLABLE, TEXT, empty_table

HEAD = 1 << 12
"""Bytes looked at at the start of a file that is not sampled, for its header."""


@record(eq=False)
class CSVSource:
    """Files with one schema, in blocks.

    `index` are the columns that label the rows, each with the name of its level. `is_careful` says that cuts must heed
    quotes even in files in which none was met: there was one after all.
    """

    files: tuple[CSVFile, ...]
    options: Options
    blocksize: int | None
    dtypes: Mapping[Any, Any]
    inferred: frozenset[Any]
    dates: tuple[DateColumn, ...]
    columns: tuple[Any, ...]
    index: tuple[tuple[Any, Any], ...] = ()
    is_careful: bool = False
    is_numbered = True
    can_compute = True

    @property
    def name(self) -> str:
        """See `io.reader.Source`."""
        path = printable(self.files[0].file.path)
        folder, _, own = path.rpartition("/" if "://" in path else os.sep)
        return folder.rpartition("/" if "://" in path else os.sep)[2] if len(self.files) > 1 else own.split(".")[0]

    @cached_property
    def identity(self) -> str:
        """See `io.reader.Source`."""
        shown = {dtype: str(dtype) for dtype in set(self.dtypes.values())}
        dtypes = [(name, shown[dtype]) for name, dtype in self.dtypes.items()]
        files = [(csv_file.file, csv_file.start, csv_file.end, csv_file.format) for csv_file in self.files]
        plain = (files, dtypes, sorted(map(repr, self.inferred)), self.dates, self.columns, self.is_careful)
        rest = (self.options.include_path_column, self.blocksize, self.files[0].file.storage)
        digest = blake2b(repr((plain, rest)).encode(), digest_size=16)
        if callable(self.options.skiprows) or self.options.converters:  # another function may stand at the same address
            digest.update(cloudpickle.dumps((self.options.skiprows, self.options.converters)))
        return digest.hexdigest()

    @cached_property
    def schema(self) -> pd.DataFrame:
        """See `io.reader.Source`."""
        return empty_table(self.columns, [self.dtypes[name] for name in self.columns])

    @property
    def skips_bad_lines(self) -> bool:
        """See `io.reader.Source`."""
        return self.options.on_bad_lines == "skip"

    @cached_property
    def readers(self) -> list[CSVReader | FilesReader]:
        """See `io.reader.Source`."""
        return together(self._blocks(), self.blocksize)

    def _blocks(self) -> list[CSVReader]:
        """A reader of each block of each file."""
        dtypes, inferred, date_columns = self._by_text
        return [
            CSVReader(
                csv_file.file,
                csv_file.start,
                csv_file.end,
                blocksize,
                number,
                csv_file.format,
                csv_file.has_quotes or self.is_careful,
                dtypes,
                inferred,
                date_columns,
                self.identity,
                self.options.include_path_column,
            )
            for csv_file in self.files
            for blocksize in [None if csv_file.file.is_stream else self.blocksize]
            for number in range(count_blocks(csv_file.file, csv_file.start, csv_file.end, blocksize))
        ]

    @cached_property
    def _by_text(self) -> tuple[dict[str, Any], frozenset[str], tuple[DateColumn, ...]]:
        """The dtypes, the inferred columns and the dates, by the columns' labels as text: as readers take them."""
        dates = tuple(replace(date, name=str(date.name), sources=tuple(map(str, date.sources))) for date in self.dates)
        return {str(name): dtype for name, dtype in self.dtypes.items()}, frozenset(map(str, self.inferred)), dates

    def replanned(self, dtypes: Mapping[str, str]) -> "CSVSource":
        """See `io.reader.Source`: columns of wider numbers, or files to cut with care."""
        if not dtypes:
            return self if self.is_careful else replace(self, is_careful=True)
        wider = {
            name: infer.join(self.dtypes[name], np.dtype(dtypes[str(name)])) for name in self.inferred & dtypes.keys()
        }
        replanned = {**self.dtypes, **wider}
        return self if replanned == self.dtypes else replace(self, dtypes=replanned)

    def describe(self) -> str:
        """See `io.reader.Source`."""
        count = len(self.files)
        size = sum(csv_file.file.size for csv_file in self.files)
        return f"{count} CSV file{'s' * (count > 1)}, {size / 1e6:,.1f} MB{self._about_rows()}"

    def _about_rows(self) -> str:
        """About how many rows there are, from the length of the records in the samples."""
        if any(csv_file.file.is_stream for csv_file in self.files):
            return ""
        lengths = [one.bytes_a_record for one in self.files if one.bytes_a_record]
        usual = sum(lengths) / len(lengths) if lengths else float("inf")
        rows = sum((one.end - one.start) / (one.bytes_a_record or usual) for one in self.files)
        return f", about {float(f'{rows:.2g}'):,.0f} rows"

    def how_read(self) -> str:
        """See `io.reader.Source`."""
        ways = [sniff.reader_of(one) for one in dict.fromkeys(csv_file.format for csv_file in self.files)]
        known = fallbacks((csv_file.file.path, csv_file.format) for csv_file in self.files)
        others = [f"{count} block{'s' * (count > 1)} so far without it: {reason}" for reason, count in known.items()]
        return "; ".join([" and ".join(dict.fromkeys(ways)), *others])

    def parsed(self, columns: set[str]) -> tuple[list[str], int]:
        """See `io.reader.Source`."""
        dtypes, _, date_columns = self._by_text
        sources = {date.name: date.sources for date in date_columns}
        wanted = {source for column in columns for source in sources.get(column, (column,))}
        in_files = [name for name in dtypes if name not in sources or name in sources[name]]
        in_files = [name for name in in_files if name != self.options.include_path_column]
        return [name for name in in_files if name in wanted], len(in_files)

    def schema_report(self) -> pd.DataFrame:
        """Return what the samples say of each column in each file; see `DataFrame.schema_report`."""
        rows = []
        size = self.options.sample or infer.sample_size(len(self.files))
        for known in self.files:
            check_unchanged(known.file)
            csv_file, samples = opened(known.file, size, self.options, {}, is_sampled=True)
            tables = [sample.table() for sample in joined([(csv_file, samples)])]
            types = {name: infer.dtype_seen(table[name]) for table in tables for name in table}
            missing = {name: int(table[name].isna().sum()) for table in tables for name in table}
            for name in [
                name for name in self.dtypes if name not in {date.name for date in self.dates if date.is_combined}
            ]:
                if name == self.options.include_path_column:
                    continue
                found = "absent" if csv_file.names and name not in csv_file.names else types.get(name, "nothing")
                folder = str(self.dtypes[name])
                is_asked = name not in self.inferred or name in self._sources_of_dates
                is_fine = found in (folder, "nothing") or (is_asked and found != "absent")
                drift = "" if is_fine else f"{found}, not {folder}"
                rows.append((csv_file.file.path, str(name), found, missing.get(name, 0), folder, drift))
        names = ["file", "column", "found", "missing", "folder", "drift"]
        return pd.DataFrame(rows, columns=names).set_index(["file", "column"])

    @property
    def _sources_of_dates(self) -> set[Any]:
        return {source for date in self.dates for source in date.sources}


def csv_source(
    paths: str | os.PathLike[str] | Iterable[Any], blocksize: int | str | None, options: dict[str, Any]
) -> CSVSource:
    """The source for `read_csv`; opens each file for its header, and samples up to 100 of them for dtypes.

    Raises
    ------
    FileNotFoundError, UnsupportedError, CSVError
        As `io.files`, `io.csv.options` and `io.csv.infer` say.
    """
    checked = check(options)
    headers: Headers = {}
    files = find(paths, checked.compression, checked.recode, checked.storage_options)
    size = checked.sample or infer.sample_size(len(files))
    sampled = set(infer.spread(len(files)))
    sampled = [opened(f, size if i in sampled else HEAD, checked, headers, i in sampled) for i, f in enumerate(files)]
    files = tuple(csv_file for csv_file, _ in sampled)
    names = folder_names(files, checked)
    if len(set(map(str, names))) < len(names):
        raise CSVError(f"Columns have names that are the same as text: {names}. Pass names= that differ.")
    check_new_name(checked.include_path_column, files, "include_path_column='...'")
    index = index_of(names, checked) if checked.index_col else ()
    wanted = dates.wanted([name for name, _ in index] if checked.parse_dates is True else checked.parse_dates, names)
    for name in [name for name, sources in wanted if sources != (name,)]:
        check_new_name(name, files, "parse_dates={'...': [...]}")
        if name == checked.include_path_column:
            raise CSVError(
                f"parse_dates makes a column {name!r} already. Pass another name: include_path_column='...'."
            )
    repeated = {new: old for csv_file in files for new, old in csv_file.repeated}
    asked = asked_dtypes(names, checked, repeated)
    samples = joined(sampled)
    date_columns = tuple(date_column(name, sources, samples, checked) for name, sources in wanted)
    sources = {source for _, sources in wanted for source in sources}
    dtypes = dict.fromkeys((name for name in names if name not in asked), TEXT)
    dtypes |= infer_dtypes([name for name in dtypes if name not in sources], samples)
    if checked.assume_missing:
        dtypes = {name: np.dtype(float) if dtype == np.dtype(np.int64) else dtype for name, dtype in dtypes.items()}
    by_header = [(set(header), csv_file) for header, csv_file in distinct_headers(files).items()]
    dtypes = {name: with_absences(name, dtype, by_header) for name, dtype in (dtypes | asked).items()}
    dtypes |= kept_sources(date_columns, checked) | {date.name: date.dtype for date in date_columns}
    columns = table_columns(names, date_columns, checked)
    texts = [name for name in columns if name not in sources and name not in asked and dtypes[name] == TEXT]
    if mixed := infer.drifting(texts, [sample for one in sampled for sample in joined([one])]):
        warn_of_drift(mixed)
    if checked.include_path_column:
        dtypes[checked.include_path_column] = TEXT
        columns = (*columns, checked.include_path_column)
    inferred = frozenset(names) - set(asked)
    source = CSVSource(files, checked, parse_bytes(blocksize), dtypes, inferred, date_columns, columns, index)
    check_dates(source)
    return source


def check_dates(source: CSVSource) -> None:
    """Refuse dates that no sample shows how to read: their reader names the first of them.

    Raises
    ------
    CSVTypeError
    """
    unknown = [str(date.name) for date in source.dates if date.how == dates.UNKNOWN]
    for reader in source.readers if unknown else ():
        reader.scan([Rows(tuple(unknown))], lambda event: None)


def check_new_name(name: Any, files: tuple[CSVFile, ...], how: str) -> None:
    """Refuse the name of a new column that a column of some file has, whether that is read or not.

    Raises
    ------
    CSVError
    """
    for names, csv_file in distinct_headers(files).items() if str(name) else ():
        if str(name) in map(str, names):
            raise CSVError(f"{csv_file.file.path} has a column {str(name)!r} already. Pass another name: {how}.")


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
        more = f"; and {len(lacking) - 10} more files" if len(lacking) > 10 else ""
        warn(
            f"{len(lacking)} of {len(with_header)} files lack columns, which are missing values there: {shown}{more}.",
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


def joined(sampled: Iterable[tuple[CSVFile, Samples]]) -> list[infer.Sample]:
    """The samples of some files, those of files with equal headers in one."""
    same: dict[tuple[Any, ...], list[tuple[CSVFile, Samples]]] = {}
    for csv_file, samples in sampled:
        if samples:
            same.setdefault((csv_file.names, csv_file.format), []).append((csv_file, samples))
    return [
        infer.Sample(
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
    for column in options.index_col:
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
