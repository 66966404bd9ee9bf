"""Parquet files as a source, by pyarrow.dataset: a partition a file; only the columns asked for are read.

A filter of plain comparisons lets whole row groups be skipped, where nothing depends on the rows' numbers.
"""

import operator
import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from hashlib import blake2b
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from lazyframe import lazy_imports
from lazyframe.errors import UnsupportedError, in_megabytes, printable, unknown_column
from lazyframe.io.files import File
from lazyframe.io.find import find
from lazyframe.io.identity import check_unchanged
from lazyframe.io.reader import Emit
from lazyframe.io.scan import Call, Column, Count, Expression, Literal, Request, Rows, columns_needed
from lazyframe.io.sinks import SINKS, Piece
from lazyframe.record import record
from lazyframe.types import NULLABLE, TEXT

NULLABLE_DTYPES = (*NULLABLE.values(), "Float32", "Float64")
"""pandas' names of its nullable dtypes."""

COMPARISONS = {"eq": operator.eq, "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge}
"""Those that are false where a value is missing, to pyarrow.dataset as to pandas."""


@record(slots=True)
class ParquetReader:
    """Reads one file."""

    file: File
    dtypes: Mapping[str, Any]

    @property
    def nbytes(self) -> int:
        """See `io.reader.PartitionReader`."""
        return self.file.size

    @property
    def about(self) -> str:
        """See `io.reader.PartitionReader`."""
        return printable(self.file.path)

    def place(self) -> str:
        """See `io.reader.PartitionReader`."""
        return printable(self.file.path)

    def scan(self, requests: Sequence[Request], emit: Emit) -> tuple[Any, ...]:
        """See `io.reader.PartitionReader.scan`."""
        check_unchanged(self.file)
        if all(request == Count() for request in requests):
            return (lazy_imports.parquet().read_metadata(self.file.path).num_rows,) * len(requests)
        answers = [SINKS[type(request)](request, self.dtypes) for request in requests]
        columns = sorted(set().union(*map(columns_needed, requests)))
        data = lazy_imports.dataset().dataset(self.file.path, format="parquet")
        first = 0
        for batch in data.to_batches(columns=columns, filter=shared_filter(requests), use_threads=False):
            piece = Piece(plain(batch), first)
            for answer in answers:
                answer.add(piece)
            first += batch.num_rows
            if all(answer.is_full for answer in answers):
                break
        if not first:
            empty = data.schema.empty_table().select(columns).to_batches()
            kinds = data.schema.empty_table().select(columns).schema
            piece = Piece(plain(empty[0] if empty else pa.RecordBatch.from_pylist([], schema=kinds)), 0)
            for answer in answers:
                answer.add(piece)
        return tuple(answer.result() for answer in answers)


@record(eq=False)
class ParquetSource:
    """Files with one schema, a partition each."""

    files: tuple[File, ...]
    dtypes: Mapping[str, Any]
    columns: tuple[str, ...]
    width: int
    is_numbered = True
    is_near = True
    can_compute = True
    skips_bad_lines = False

    @property
    def name(self) -> str:
        """See `io.reader.Source`."""
        path = printable(self.files[0].path)
        return os.path.basename(os.path.dirname(path)) if len(self.files) > 1 else os.path.basename(path).split(".")[0]

    @cached_property
    def identity(self) -> str:
        """See `io.reader.Source`."""
        plain = (self.files, [(name, str(dtype)) for name, dtype in self.dtypes.items()], self.columns)
        return blake2b(repr(plain).encode(), digest_size=16).hexdigest()

    @cached_property
    def schema(self) -> pd.DataFrame:
        """See `io.reader.Source`."""
        empty = {name: pd.Series(dtype=self.dtypes[name]) for name in self.columns}
        return pd.DataFrame(empty, index=pd.RangeIndex(0), columns=pd.Index(self.columns))

    @cached_property
    def readers(self) -> list[ParquetReader]:
        """See `io.reader.Source`."""
        return [ParquetReader(file, self.dtypes) for file in self.files]

    @cached_property
    def about_rows(self) -> float:
        """See `io.reader.Source`."""
        return sum(int(lazy_imports.parquet().read_metadata(file.path).num_rows) for file in self.files)

    def replanned(self, dtypes: Mapping[str, str]) -> "ParquetSource":
        """See `io.reader.Source`: the files say themselves what they hold."""
        return self

    def describe(self) -> str:
        """See `io.reader.Source`."""
        size = sum(file.size for file in self.files)
        return f"{len(self.files)} Parquet file{'s' * (len(self.files) > 1)}, {in_megabytes(size)}"

    def how_read(self) -> str:
        """See `io.reader.Source`."""
        return "pyarrow"

    def parsed(self, columns: set[str]) -> tuple[list[str], int]:
        """See `io.reader.Source`."""
        return [name for name in self.columns if name in columns], self.width


def parquet_source(paths: Any, columns: Sequence[str] | None) -> ParquetSource:
    """The source for `read_parquet`; reads the footer of each file.

    Files without rows have no say in the dtypes, as in pandas' concatenation of the others, and are left out.

    Raises
    ------
    FileNotFoundError, UnknownColumnError
    ValueError
        For a file that is no Parquet file.
    UnsupportedError
        For a column of a type that has no place in a pandas column here, for remote files, and for files that differ in
        their columns or types.
    """
    files = tuple(find(paths, None))
    for file in files:
        if file.is_remote:
            raise UnsupportedError(f"{file.path}: remote Parquet files are not supported yet; copy the files here.")
    found = [(file, footer(file.path)) for file in files]
    found = [one for one in found if one[1].num_rows] or found[:1]
    files, metadata = tuple(file for file, _ in found), [own for _, own in found]
    schemas = [own.schema.to_arrow_schema() for own in metadata]
    first = schemas[0]
    for file, schema in zip(files, schemas, strict=True):
        if not schema.equals(first):
            raise UnsupportedError(
                f"{file.path} has other columns or types than {files[0].path}, which is not supported yet. "
                "Read the files apart."
            )
    names = [str(name) for name in (first.names if columns is None else columns)]
    for name in names:
        if name not in first.names:
            raise unknown_column(name, first.names)
    missing = set().union(*(columns_with_missing(file.path, own, names) for file, own in found))
    extensions = {name: dtype for schema in schemas for name, dtype in extension_dtypes(schema).items()}
    dtypes = {name: extensions.get(name) or dtype_of(first.field(name), name in missing) for name in names}
    return ParquetSource(files, dtypes, tuple(names), len(first.names))


def footer(path: str) -> Any:
    """Return what a file says of itself.

    Raises
    ------
    ValueError
        If it is no Parquet file.
    """
    try:
        return lazy_imports.parquet().read_metadata(path)
    except pa.ArrowInvalid as error:
        raise ValueError(f"{path} is no Parquet file: {error} Name the files, such as 'out/*.parquet'.") from None


def columns_with_missing(path: str, metadata: Any, names: Sequence[str]) -> set[str]:
    """The columns that have missing values, by the statistics; where there are none, the values are read."""
    found = set()
    for group in range(metadata.num_row_groups):
        rows = metadata.row_group(group)
        for number in range(metadata.num_columns if rows.num_rows else 0):
            column = rows.column(number)
            name, statistics = column.path_in_schema, column.statistics
            if name not in names or name in found:
                continue
            if statistics is not None and statistics.has_null_count:
                has_missing = statistics.null_count > 0
            else:
                values = lazy_imports.parquet().ParquetFile(path).read_row_group(group, columns=[name])
                has_missing = values[name].null_count > 0
            found |= {name} if has_missing else set()
    return found


def extension_dtypes(schema: pa.Schema) -> dict[str, Any]:
    """The nullable dtypes that pandas noted in a schema when it wrote the file."""
    noted = (schema.pandas_metadata or {}).get("columns", [])
    names = {one["name"]: one["numpy_type"] for one in noted if one["numpy_type"] in NULLABLE_DTYPES}
    return {str(name): pd.api.types.pandas_dtype(dtype) for name, dtype in names.items()}


def dtype_of(field: pa.Field, has_missing: bool) -> Any:
    """The dtype that pandas gives to a column of a Parquet file.

    Raises
    ------
    UnsupportedError
    """
    kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return TEXT
    if pa.types.is_integer(kind):
        return np.dtype(float) if has_missing else np.dtype(kind.to_pandas_dtype())
    if pa.types.is_floating(kind) or (pa.types.is_timestamp(kind) and kind.tz is None):
        return np.dtype(kind.to_pandas_dtype())
    if pa.types.is_boolean(kind) and not has_missing:
        return np.dtype(bool)
    reason = "true and false with missing values" if pa.types.is_boolean(kind) else str(field.type)
    raise UnsupportedError(f"Column {field.name!r} has {reason}, which is not supported. Leave it out with columns=.")


def plain(batch: pa.RecordBatch) -> pa.RecordBatch:
    """A batch with texts as plain strings, whatever their encoding was."""
    for number, field in enumerate(batch.schema):
        if pa.types.is_dictionary(field.type) or pa.types.is_large_string(field.type):
            batch = batch.set_column(number, field.name, batch.column(number).cast(pa.string()))
    return batch


def shared_filter(requests: Sequence[Request]) -> pc.Expression | None:
    """Return what all requests keep at most, as pyarrow.dataset takes it.

    None if rows are numbered, or it can't be said.
    """
    predicates = {getattr(request, "predicate", None) for request in requests}
    if any(isinstance(request, Rows) for request in requests) or len(predicates) != 1:
        return None
    return arrow_filter(predicates.pop())


def arrow_filter(predicate: Expression | None) -> pc.Expression | None:
    """A filter that drops no row that the predicate keeps."""
    match predicate:
        case Call("and", (first, second)):
            sides = [one for one in (arrow_filter(first), arrow_filter(second)) if one is not None]
            return sides[0] & sides[1] if len(sides) == 2 else sides[0] if sides else None
        case Call(function, (Column(name), Literal(value))) if function in COMPARISONS:
            if isinstance(value, int | float | str):
                return COMPARISONS[function](pc.field(name), pc.scalar(value))
    return None
