"""A folder of CSV files as a source: files and options in, one schema and a reader a block out."""

import os
from collections.abc import Iterable, Mapping
from functools import cached_property
from hashlib import blake2b
from typing import Any

import cloudpickle
import numpy as np
import pandas as pd

from lazyframe.errors import in_megabytes, printable
from lazyframe.io.csv import dates, infer, sniff
from lazyframe.io.csv.checks import parse_bytes
from lazyframe.io.csv.csv_file import CSVFile, opened
from lazyframe.io.csv.dates import DateColumn
from lazyframe.io.csv.fallbacks import fallbacks
from lazyframe.io.csv.options import Options, check
from lazyframe.io.csv.reader import CSVReader, FilesReader, together
from lazyframe.io.csv.schema import folder_schema, joined
from lazyframe.io.csv.split import count_blocks
from lazyframe.io.find import find
from lazyframe.io.identity import check_unchanged
from lazyframe.io.scan import Rows
from lazyframe.record import record, replace
from lazyframe.types import empty_table

PACKED = 5
"""About how many times its own size a compressed file of CSV is as text."""


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
    def is_near(self) -> bool:
        """See `io.reader.Source`."""
        return not (self.files[0].file.is_remote or self.files[0].file.is_stream)

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
        is_known = not any(csv_file.file.is_stream for csv_file in self.files)
        rows = f", about {float(f'{self.about_rows:.2g}'):,.0f} rows" if is_known else ""
        return f"{count} CSV file{'s' * (count > 1)}, {in_megabytes(size)}{rows}"

    @cached_property
    def about_rows(self) -> float:
        """See `io.reader.Source`: from the length of the records in the samples."""
        lengths = [one.bytes_a_record for one in self.files if one.bytes_a_record]
        usual = sum(lengths) / len(lengths) if lengths else float("inf")
        return sum(text_size(one) / (one.bytes_a_record or usual) for one in self.files)

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
        As `io.find`, `io.csv.options`, `io.csv.schema` and `io.csv.infer` say.
    """
    checked = check(options)
    size = parse_bytes(blocksize)
    files = find(paths, checked.compression, checked.recode, checked.storage_options)
    schema = folder_schema(files, checked)
    source = CSVSource(
        schema.files, checked, size, schema.dtypes, schema.inferred, schema.dates, schema.columns, schema.index
    )
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


def text_size(csv_file: CSVFile) -> float:
    """About how many bytes of text a file has behind its header."""
    if csv_file.file.is_stream:
        return PACKED * csv_file.file.size
    return csv_file.end - csv_file.start
