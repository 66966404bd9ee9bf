"""A folder of CSV files as a source: files and options in, one schema and a reader a block out."""

import io
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Any

import numpy as np
import pandas as pd

from lazyframe.errors import CSVError, UnsupportedError
from lazyframe.io import dates, infer
from lazyframe.io.arrow import CSVReader, Format
from lazyframe.io.dates import DateColumn
from lazyframe.io.files import File, find, head
from lazyframe.io.options import Options, check, null_texts, parse_bytes
from lazyframe.io.split import blocks, record_end

DATES = np.dtype("M8[us]")
"""The dtype in which pandas 3 reads dates."""

BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Opening:
    """What the start of a file tells: its columns and format, where its records start, and a sample of them."""

    file: File
    names: tuple[Any, ...]
    format: Format
    start: int
    sample: bytes
    has_quotes: bool


@dataclass(frozen=True, eq=False)
class CSVSource:
    """Files with one schema, in blocks."""

    openings: tuple[Opening, ...]
    options: Options
    blocksize: int | None
    dtypes: Mapping[Any, Any]
    inferred: frozenset[Any]
    dates: tuple[DateColumn, ...]
    columns: tuple[Any, ...]
    is_numbered = True
    can_compute = True

    @property
    def name(self) -> str:
        """See `io.reader.Source`."""
        folder = os.path.basename(os.path.dirname(os.path.abspath(self.openings[0].file.path)))
        return folder if len(self.openings) > 1 else os.path.basename(self.openings[0].file.path).split(".")[0]

    @cached_property
    def identity(self) -> str:
        """See `io.reader.Source`."""
        dtypes = [(name, str(dtype)) for name, dtype in self.dtypes.items()]
        files = [(opening.file, opening.start, opening.format) for opening in self.openings]
        plain = (files, dtypes, sorted(map(repr, self.inferred)), self.dates, self.columns)
        return blake2b(repr((plain, self.options.nrows, self.blocksize)).encode(), digest_size=16).hexdigest()

    @cached_property
    def schema(self) -> pd.DataFrame:
        """See `io.reader.Source`."""
        empty = {name: pd.Series(dtype=self.dtypes[name]) for name in self.columns}
        return pd.DataFrame(empty, index=pd.RangeIndex(0), columns=pd.Index(self.columns))

    @cached_property
    def readers(self) -> list[CSVReader]:
        """See `io.reader.Source`."""
        return [reader for opening in self.openings for reader in self._readers_of(opening)]

    def _readers_of(self, opening: Opening) -> list[CSVReader]:
        blocksize = self.blocksize if self.options.nrows is None else None  # nrows counts from the file's start
        form = opening.format
        ranges = blocks(opening.file, opening.start, blocksize, form.quote, form.sep, opening.has_quotes)
        return [
            CSVReader(
                opening.file,
                start,
                end,
                form,
                *self._by_text,
                self.options.nrows,
                must_pair=len(ranges) > 1 and not opening.has_quotes,
            )
            for start, end in ranges
        ]

    @cached_property
    def _by_text(self) -> tuple[dict[str, Any], frozenset[str], tuple[DateColumn, ...]]:
        """The dtypes, the inferred columns and the dates, by the columns' labels as text: as readers take them."""
        dates = tuple(DateColumn(str(date.name), tuple(map(str, date.sources)), date.how) for date in self.dates)
        return {str(name): dtype for name, dtype in self.dtypes.items()}, frozenset(map(str, self.inferred)), dates

    def describe(self) -> str:
        """See `io.reader.Source`."""
        count = len(self.openings)
        size = sum(opening.file.size for opening in self.openings)
        return f"{count} CSV file{'s' * (count > 1)}, {size / 1e6:,.1f} MB"

    def parsed(self, columns: set[str]) -> tuple[list[str], int]:
        """See `io.reader.Source`."""
        dtypes, _, date_columns = self._by_text
        sources = {date.name: date.sources for date in date_columns}
        wanted = {source for column in columns for source in sources.get(column, (column,))}
        in_files = [name for name in dtypes if name not in sources or name in sources[name]]
        return [name for name in in_files if name in wanted], len(in_files)


def csv_source(
    paths: str | os.PathLike[str] | Iterable[Any], blocksize: int | str | None, options: dict[str, Any]
) -> CSVSource:
    """The source for `read_csv`; opens each file for its header, and samples up to 100 of them for dtypes.

    Raises
    ------
    FileNotFoundError, UnsupportedError, CSVError
        As `io.files`, `io.options` and `io.infer` say.
    """
    checked = check(options)
    formats: dict[bytes, tuple[Any, ...]] = {}
    files = find(paths, checked.compression)
    size = infer.sample_size(len(files))
    openings = tuple(opened(file, size, checked, formats) for file in files)
    names = tuple(dict.fromkeys(name for opening in openings for name in opening.names))
    if len(set(map(str, names))) < len(names):
        raise CSVError(f"Columns have names that are the same as text: {names}. Pass names= that differ.")
    wanted = dates.wanted(checked.parse_dates, names)
    asked = asked_dtypes(names, checked)
    samples = read_samples(openings, checked, [*asked, *(source for _, sources in wanted for source in sources)])
    date_columns = tuple(date_column(name, sources, samples, checked) for name, sources in wanted)
    dtypes = infer_dtypes([name for name in names if name not in asked], samples)
    dtypes = {name: with_absences(name, dtype, openings) for name, dtype in dtypes.items()} | asked
    dtypes |= {date.name: DATES for date in date_columns}
    return CSVSource(
        openings,
        checked,
        parse_bytes(blocksize),
        dtypes,
        frozenset(names) - set(asked),
        date_columns,
        table_columns(names, date_columns, checked),
    )


def opened(file: File, size: int, options: Options, seen: dict[bytes, tuple[Any, ...]]) -> Opening:
    """A file's header and records from its first `size` bytes; `seen` holds the names of headers met before."""
    data = head(file, size)
    quote = options.quotechar.encode()
    if b"\r" in data and b"\n" not in data:
        raise UnsupportedError(f"{file.path}: lines that end with a carriage return alone are not supported yet.")
    start = header_start = after_blank_lines(data, len(BOM) if data.startswith(BOM) else 0)
    for _ in range(0 if options.header is None else options.header + 1):
        header_start = start
        start = after_blank_lines(data, start + (record_end(data[start:], quote) or len(data) - start))
    header = data[header_start:start] if options.header is not None else data[start:][: record_end(data[start:], quote)]
    if header not in seen:
        seen[header] = header_names(file, header, options)
    form = Format(
        tuple(map(str, seen[header])),
        options.sep,
        options.quotechar,
        options.encoding,
        tuple(null_texts(options)),
        ("true", "True", "TRUE", *options.true_values),
        ("false", "False", "FALSE", *options.false_values),
    )
    sample = whole_records(data[start:], quote) if len(data) == size else data[start:]
    return Opening(file, seen[header], form, start, sample, quote in data)


def after_blank_lines(data: bytes, start: int) -> int:
    """Where the first line that is not blank starts."""
    rest = data[start:]
    return len(data) - len(rest.lstrip(b"\r\n"))


def header_names(file: File, line: bytes, options: Options) -> tuple[Any, ...]:
    """The names of the columns in a header (or, where there is none, for a first record)."""
    if not line.strip():
        return ()
    has_header = options.header is not None
    fields = pd.read_csv(
        io.BytesIO(line), header=0 if has_header else None, nrows=0 if has_header else 1, encoding=options.encoding,
        sep=options.sep, quotechar=options.quotechar,
    ).columns  # fmt: skip
    if options.names is None:
        return tuple(fields)
    if len(options.names) != len(fields):
        raise CSVError(f"{file.path}: names= has {len(options.names)} names, the file {len(fields)} columns.")
    return options.names


def whole_records(data: bytes, quote: bytes) -> bytes:
    """A sample without the record that its end cuts in two."""
    end = data.rfind(b"\n") + 1
    while end and data.count(quote, 0, end) % 2:
        end = data.rfind(b"\n", 0, end - 1) + 1
    return data[:end]


def read_samples(openings: tuple[Opening, ...], options: Options, as_text: list[Any]) -> dict[str, pd.DataFrame]:
    """Samples of some of the files, those with equal headers in one; by the path of the first."""
    same: dict[tuple[Any, ...], list[Opening]] = {}
    for opening in map(openings.__getitem__, infer.spread(len(openings))):
        if opening.names:
            same.setdefault(opening.names, []).append(opening)
    return {
        first.file.path: infer.read_sample(
            first.file.path, b"\n".join(one.sample for one in (first, *others)), first.names, options, as_text
        )
        for first, *others in same.values()
    }


def with_absences(name: Any, dtype: Any, openings: tuple[Opening, ...]) -> Any:
    """A column's dtype; of integers float64, as in pandas, if some file lacks the column and so misses values."""
    is_absent = any(opening.names and name not in opening.names for opening in openings)
    return np.dtype(float) if is_absent and dtype == np.dtype(np.int64) else dtype


def infer_dtypes(names: list[Any], samples: dict[str, pd.DataFrame]) -> dict[Any, Any]:
    """Each column's dtype, joined over the samples; a column without any value is float64, as in pandas."""
    dtypes: dict[Any, Any] = dict.fromkeys(names)
    for path, sample in samples.items():
        for name in sample.columns.intersection(names):
            dtypes[name] = infer.join(dtypes[name], infer.dtype_of(path, sample[name]))
    nothing = np.dtype(float) if any(map(len, samples.values())) else np.dtype(object)
    return {name: nothing if dtype is None else dtype for name, dtype in dtypes.items()}


def asked_dtypes(names: tuple[Any, ...], options: Options) -> dict[Any, Any]:
    """The dtypes that the user gave for columns that are there."""
    if not isinstance(options.dtype, dict):
        return {} if options.dtype is None else dict.fromkeys(names, options.dtype)
    positions = {position: name for position, name in enumerate(names) if position not in names}
    by_label = {name: name for name in names}
    return {(positions | by_label)[key]: dtype for key, dtype in options.dtype.items() if key in positions | by_label}


def date_column(name: Any, sources: tuple[Any, ...], samples: dict[str, pd.DataFrame], options: Options) -> DateColumn:
    """A date column, read as the samples show that its dates are written."""
    texts = pd.concat([sample.reindex(columns=list(sources)) for sample in samples.values()], ignore_index=True)
    return DateColumn(name, sources, dates.how_to_read(name, texts, options.date_format))


def table_columns(names: tuple[Any, ...], date_columns: tuple[DateColumn, ...], options: Options) -> tuple[Any, ...]:
    """The columns of the table in order: combined dates first, their sources left out, then those of `usecols`."""
    combined = [date for date in date_columns if date.is_combined]
    dropped = {source for date in combined for source in date.sources}
    kept = [name for name in names if name not in dropped and is_used(name, names, options.usecols)]
    for missing in [d.name for d in date_columns if not d.is_combined and d.name not in kept]:
        raise ValueError(f"read_csv: parse_dates names {missing!r}, which usecols leaves out.")
    if names and not kept and not combined:
        raise ValueError("read_csv: usecols leaves no column.")
    return (*(date.name for date in combined), *kept)


def is_used(name: Any, names: tuple[Any, ...], usecols: Any) -> bool:
    """Whether `usecols` takes a column."""
    if usecols is None:
        return True
    return bool(usecols(name)) if callable(usecols) else name in dates.resolve(list(usecols), names)
