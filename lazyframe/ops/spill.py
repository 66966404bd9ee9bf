"""Rows of a partition in buckets, for other tasks to take: in memory, or in a file where memory is short.

A file is an Arrow IPC file with a batch of rows a bucket, so that a task reads its own bucket of each and no more.
Columns of objects, which Arrow does not have, are pickled in the place of batches.
"""

import os
import pickle
import platform
import re
import shutil
import threading
import uuid
import weakref
from contextlib import suppress
from itertools import pairwise
from typing import Any, NamedTuple, Protocol
from zlib import crc32

import numpy as np
import pandas as pd
import pyarrow as pa

from lazyframe.errors import SpillError
from lazyframe.record import record, replace
from lazyframe.types import to_array

NAME = re.compile(r"lazyframe-spill-([0-9a-f]+)-(\d+)-(\d+)-[0-9a-f]+$")
"""The name of a run's folder: the host, the user, the process, and a mark of its own."""


@record()
class Spill:
    """Where a run keeps what memory does not hold: a folder, and how many bytes each process may hold before."""

    folder: str
    limit: int

    def has_room(self, table: Any) -> bool:
        """Return whether a table may be held; if so its bytes count as held until it is gone."""
        nbytes = size_of(table)
        with _lock:
            held = _held.get(self.folder, 0) + nbytes
            if held > self.limit:
                return False
            _held[self.folder] = held
        weakref.finalize(table, self._release, nbytes).atexit = False
        return True

    def _release(self, nbytes: int) -> None:
        """Count bytes as held no more."""
        with _lock:
            if self.folder in _held:
                _held[self.folder] -= nbytes

    def new_file(self) -> str:
        """The name of a file that is not there yet, in a folder that only its owner can look into."""
        if not os.path.isdir(self.folder):
            sweep(os.path.dirname(self.folder))
            os.makedirs(self.folder, mode=0o700, exist_ok=True)
        return os.path.join(self.folder, f"{uuid.uuid4().hex}.arrow")

    def remove(self) -> None:
        """Remove all files of the run."""
        shutil.rmtree(self.folder, ignore_errors=True)
        with _lock:
            _held.pop(self.folder, None)


_held: dict[str, int] = {}
_lock = threading.RLock()  # a table may go while another is counted


def name_of_folder() -> str:
    """A new name for a run's folder."""
    return f"lazyframe-spill-{host()}-{user()}-{os.getpid()}-{uuid.uuid4().hex[:12]}"


def host() -> str:
    """A mark of this host, or container: processes of others, which may share the disk, are in nobody's sight here."""
    try:
        processes = os.readlink("/proc/self/ns/pid")
    except OSError:
        processes = ""
    return f"{crc32(f'{platform.node()} {processes}'.encode()):08x}"


def user() -> int:
    """The user's number; 0 where users have none."""
    return os.getuid() if hasattr(os, "getuid") else 0


def sweep(parent: str) -> None:
    """Remove the folders that processes of this user on this host left behind that are gone."""
    with suppress(OSError):
        for entry in os.scandir(parent):
            match = NAME.match(entry.name)
            if match and match[1] == host() and int(match[2]) == user() and not is_alive(int(match[3])):
                shutil.rmtree(entry.path, ignore_errors=True)


def is_alive(process: int) -> bool:
    """Return whether a process runs; where that can't be asked, it is taken to."""
    if os.name == "nt":  # where 0 is a signal that interrupts
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


class Pieces(Protocol):
    """A partition's rows in buckets."""

    @property
    def like(self) -> Any:
        """The partition's table with no rows, in its dtypes; None if it has no rows either."""

    def rows(self, bucket: int) -> tuple[Any, np.ndarray]:
        """The rows of a bucket, and where they stood in the partition."""


class InMemory(NamedTuple):
    """Rows that stand bucket by bucket; `offsets` says where each begins."""

    table: Any
    places: np.ndarray
    offsets: np.ndarray

    @property
    def like(self) -> Any:
        """See `Pieces`."""
        return self.table.iloc[:0] if len(self.table) else None

    def rows(self, bucket: int) -> tuple[Any, np.ndarray]:
        """See `Pieces`."""
        own = slice(self.offsets[bucket], self.offsets[bucket + 1])
        return self.table.iloc[own], self.places[own]


class InFile(NamedTuple):
    """Rows in a file, a batch a bucket; `empty` is the table with no rows."""

    path: str
    offsets: np.ndarray
    empty: Any

    @property
    def like(self) -> Any:
        """See `Pieces`."""
        return self.empty if self.offsets[-1] else None

    def rows(self, bucket: int) -> tuple[Any, np.ndarray]:
        """See `Pieces`."""
        if self.offsets[bucket] == self.offsets[bucket + 1]:
            return self.empty, np.zeros(0, np.int64)
        with pa.memory_map(self.path) as source:
            batch = pa.ipc.open_file(source).get_batch(bucket)
            return from_arrow(pa.table(batch), self.empty)


class InPickles(NamedTuple):
    """Rows with columns of objects in a file: `ends` says where the bytes of each bucket end."""

    path: str
    ends: np.ndarray
    like: Any

    def rows(self, bucket: int) -> tuple[Any, np.ndarray]:
        """See `Pieces`."""
        with open(self.path, "rb") as file:
            file.seek(self.ends[bucket])
            table, places = pickle.loads(file.read(self.ends[bucket + 1] - self.ends[bucket]))
        return table, places


def in_buckets(table: Any, places: np.ndarray, buckets: np.ndarray, count: int, spill: Spill | None) -> Pieces:
    """Rows in buckets, each in the order in which they are given."""
    order = np.argsort(buckets.astype(np.uint16 if count <= 1 << 16 else np.int64), kind="stable")
    offsets = np.concatenate([[0], np.cumsum(np.bincount(buckets, minlength=count))])
    return kept(table.iloc[order], places[order], offsets, spill)


def kept(table: Any, places: np.ndarray, offsets: np.ndarray, spill: Spill | None) -> Pieces:
    """Rows that stand bucket by bucket, in memory if there is room.

    Raises
    ------
    SpillError
        If they can't be written.
    """
    if spill is None or spill.has_room(table):
        return InMemory(table, places, offsets)
    path = ""
    try:
        path = spill.new_file()
        if has_objects(table):
            return pickled(path, table, places, offsets)
        return written(path, table, places, offsets)
    except OSError as error:
        with suppress(OSError):
            os.remove(path)
        raise SpillError(
            f"What does not fit into memory can't be written to {spill.folder!r}: {error}. Choose a disk with more "
            'room with lf.config.set(temporary_directory="...").'
        ) from None


@record()
class Store:
    """A partition in a file."""

    spill: Spill

    def __call__(self, part: Any) -> Pieces:
        return kept(part, np.arange(len(part)), np.array([0, len(part)]), replace(self.spill, limit=-1))


def rows_of_piece(piece: Pieces) -> Any:
    """The rows of a partition that is all in one bucket."""
    return piece.rows(0)[0]


def size_of(table: Any) -> int:
    """The bytes of a table, objects included."""
    own = table.memory_usage(deep=True)
    return int(own if isinstance(table, pd.Series) else own.sum())


def has_objects(table: Any) -> bool:
    """Return whether some column, or the index, is of Python's objects."""
    dtypes = [table.dtype] if isinstance(table, pd.Series) else list(table.dtypes)
    levels = [level.dtype for level in levels_of(table.index)]
    return any(dtype == np.dtype(object) or not has_arrow_form(dtype) for dtype in (*dtypes, *levels))


def has_arrow_form(dtype: Any) -> bool:
    """Return whether values of a dtype come back from Arrow as they were."""
    if isinstance(dtype, np.dtype):
        return dtype.kind in "biufM"
    return isinstance(dtype, pd.StringDtype | pd.ArrowDtype | pd.BooleanDtype | pd.CategoricalDtype) or hasattr(
        dtype, "numpy_dtype"
    )


def pickled(path: str, table: Any, places: np.ndarray, offsets: np.ndarray) -> InPickles:
    """Write rows as pickles, one a bucket."""
    ends = [0]
    with open(path, "xb", opener=private) as file:
        for start, stop in pairwise(offsets):
            ends.append(ends[-1] + file.write(pickle.dumps((table.iloc[start:stop], places[start:stop]), protocol=5)))
    return InPickles(path, np.array(ends), without_rows(table) if len(table) else None)


def written(path: str, table: Any, places: np.ndarray, offsets: np.ndarray) -> InFile:
    """Write rows as an Arrow IPC file, a batch a bucket."""
    columns = to_arrow(table, places)
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with open(path, "xb", opener=private) as file, pa.ipc.new_file(file, columns.schema, options=options) as sink:
        for start, stop in pairwise(offsets):
            sink.write_batch(one_batch(columns.slice(start, stop - start)))
    return InFile(path, offsets, without_rows(table))


def without_rows(table: Any) -> Any:
    """A table with no rows that is no view, which would hold all of them."""
    frame = table.to_frame() if isinstance(table, pd.Series) else table
    levels = [pd.Index([], dtype=level.dtype, name=level.name) for level in levels_of(table.index)]
    index = levels[0] if len(levels) == 1 else pd.MultiIndex.from_arrays(levels, names=table.index.names)
    columns = {i: pd.Series([], index, frame.dtypes.iloc[i]) for i in range(frame.shape[1])}
    empty: Any = pd.DataFrame(columns, index=index)
    empty.columns = frame.columns
    return empty.iloc[:, 0].rename(table.name) if isinstance(table, pd.Series) else empty


def levels_of(index: pd.Index) -> list[pd.Index]:
    """The levels of an index, row by row."""
    return [index.get_level_values(i) for i in range(index.nlevels)]


def one_batch(table: pa.Table) -> pa.RecordBatch:
    """A table as one batch."""
    batches = table.combine_chunks().to_batches()
    return batches[0] if batches else pa.RecordBatch.from_arrays(
        [pa.array([], type=field.type) for field in table.schema], schema=table.schema
    )  # fmt: skip


def private(path: str, flags: int) -> int:
    """Open a file that only its owner can read."""
    return os.open(path, flags, 0o600)


def to_arrow(table: Any, places: np.ndarray) -> pa.Table:
    """A pandas table as one of Arrow's: the places, the levels of the index, the columns."""
    index = levels_of(table.index)
    frame = table.to_frame() if isinstance(table, pd.Series) else table
    columns = [places, *index, *(frame.iloc[:, i] for i in range(frame.shape[1]))]
    arrays = [as_arrow(column) for column in columns]
    return pa.table(arrays, names=[str(i) for i in range(len(arrays))])


def as_arrow(column: Any) -> pa.Array:
    """A column as Arrow has it; of categories their numbers."""
    if isinstance(getattr(column, "dtype", None), pd.CategoricalDtype):
        codes = column.cat.codes if isinstance(column, pd.Series) else column.codes
        return pa.array(np.asarray(codes))
    values = column.array if hasattr(column, "array") else column
    plain = np.asarray(values) if isinstance(getattr(column, "dtype", None), np.dtype) else values
    return pa.array(plain, from_pandas=False if isinstance(plain, np.ndarray) else None)


def from_arrow(columns: pa.Table, empty: Any) -> tuple[Any, np.ndarray]:
    """The pandas table with its dtypes, labels and names, and the places."""
    frame = empty.to_frame() if isinstance(empty, pd.Series) else empty
    levels = levels_of(empty.index)
    behind = 1 + len(levels)
    labels = [as_pandas(columns[i + 1], level.dtype) for i, level in enumerate(levels)]
    if len(labels) == 1:
        index = pd.Index(labels[0], name=levels[0].name)
    else:
        index = pd.MultiIndex.from_arrays(labels, names=empty.index.names)
    found = {
        i: pd.Series(as_pandas(columns[i + behind], frame.dtypes.iloc[i]), index, copy=False)
        for i in range(frame.shape[1])
    }
    table: Any = pd.DataFrame(found, index=index, copy=False)
    table.columns = frame.columns
    if isinstance(empty, pd.Series):
        table = table.iloc[:, 0]
        table.name = empty.name
    return table, columns[0].to_numpy()


def as_pandas(column: pa.ChunkedArray, dtype: Any) -> Any:
    """A column as pandas has it."""
    if isinstance(dtype, pd.CategoricalDtype):
        return pd.Categorical.from_codes(column.to_numpy(), dtype=dtype)
    return to_array(column, dtype)
