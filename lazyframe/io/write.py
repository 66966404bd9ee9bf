"""Writing partitions: each to a temporary name of its own, and all renamed when the last is there.

So a failure leaves no half file, and nothing that was there before is touched until everything has been written.
"""

import os
import re
import shutil
import uuid
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from lazyframe import lazy_imports
from lazyframe.io.files import SUFFIXES
from lazyframe.record import record, replace

WRITTEN = ("gzip", "bz2", "xz", "zstd")
"""The compressions that pandas writes; parts of each may stand one after another in a file."""


@record()
class Target:
    """Where the partitions go: a file each, and if there is `joined`, all of them into that file in the end."""

    paths: tuple[str, ...]
    joined: str = ""
    mark: str = ""

    def temporary(self, path: str) -> str:
        """The name under which a file is written first: hidden, beside the final one, and with its suffix."""
        folder, name = os.path.split(path)
        return os.path.join(folder, f".{self.mark}-{name}")

    @property
    def final(self) -> list[str]:
        """The files that there will be."""
        return [self.joined] if self.joined else list(self.paths)


def target_of(
    path: str | os.PathLike[str],
    count: int,
    suffix: str,
    single_file: bool = False,
    name_function: Callable[[int], str] | None = None,
    overwrite: bool = False,
) -> Target:
    """Return where `count` partitions go.

    Parameters
    ----------
    path
        A folder; or a name with a ``*``, in whose place the partition's name goes; or, with `single_file`, a file.
    count
    suffix
        Of files in a folder.
    single_file
    name_function
        From a partition's number to its name; by default its number, with zeros in front.
    overwrite

    Raises
    ------
    FileExistsError
        If a file is there already, unless it is to be overwritten; or if one of an earlier, longer run would stay.
    ValueError
        If two partitions would have one name.
    """
    text = os.path.abspath(os.path.expanduser(os.fspath(path)))
    mark = f"lazyframe-{uuid.uuid4().hex[:12]}"
    if single_file:
        parts = tuple(f"{text}.{number}" for number in range(count))
        found = Target(parts, text, mark)
    else:
        if "*" not in text and os.path.isfile(text):
            raise FileExistsError(f"{text} is a file, and partitions are written to a folder. Pass another name.")
        width = max(len(str(count - 1)), 2)
        names = [name_function(number) if name_function else f"{number:0{width}}" for number in range(count)]
        if len(set(names)) < count:
            twice = next(name for name in names if names.count(name) > 1)
            raise ValueError(f"name_function gives the name {twice!r} more than once.")
        paths = [text.replace("*", name) if "*" in text else os.path.join(text, f"{name}{suffix}") for name in names]
        if overwrite and "*" not in text and not name_function:
            refuse_longer_run(text, suffix, {*paths})
        found = Target(tuple(paths), "", mark)
    there = [name for name in found.final if os.path.exists(name)]
    if there and not overwrite:
        raise FileExistsError(f"{there[0]} is there already. Pass overwrite=True to replace it, or another name.")
    return found


def refuse_longer_run(folder: str, suffix: str, paths: set[str]) -> None:
    """Refuse to write to a folder in which files would stay that are named as partitions are: they would be read too.

    Raises
    ------
    FileExistsError
    """
    is_numbered = re.compile(rf"\d{{2,}}{re.escape(suffix)}").fullmatch
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    others = [name for name in names if is_numbered(name) and os.path.join(folder, name) not in paths]
    if others:
        more = f" and {len(others) - 1} more" if len(others) > 1 else ""
        raise FileExistsError(
            f"{folder} has {others[0]}{more}, perhaps of an earlier run with more partitions, which would be read with "
            f"the {len(paths)} to be written. Remove what is old, or pass another folder."
        )


@record()
class WriteCSV:
    """Writes a partition; called with it and the temporary name. `options` are those of pandas' to_csv."""

    compression: str | None
    options: tuple[tuple[str, Any], ...]

    def __call__(self, part: pd.DataFrame | pd.Series, path: str) -> str:
        if self.compression == "zstd":  # for which pandas needs another package
            with pa.output_stream(path, compression="zstd") as out:
                out.write(part.to_csv(None, **dict(self.options)).encode())
        else:
            part.to_csv(path, compression=self.compression, **dict(self.options))  # type: ignore[arg-type]
        return path

    def without_header(self) -> "WriteCSV":
        """For all partitions of one file but the first."""
        return replace(self, options=(*((name, v) for name, v in self.options if name != "header"), ("header", False)))


@record()
class WriteParquet:
    """Writes a partition; called with it and the temporary name."""

    compression: str
    index: bool | None

    def __call__(self, part: pd.DataFrame, path: str) -> str:
        table = pa.Table.from_pandas(part, preserve_index=self.index)
        lazy_imports.parquet().write_table(table, path, compression=self.compression)
        return path


def csv_compression(path: str, compression: str | None) -> str | None:
    """Return how a CSV file is to be compressed; "infer" takes it from the name.

    Raises
    ------
    ValueError
        For a compression that can't be written.
    """
    found = SUFFIXES.get(Path(path).suffix.lower()) if compression == "infer" else compression
    if found is not None and found not in WRITTEN:
        raise ValueError(f"compression={found!r} can't be written; known are {', '.join(WRITTEN)}, or None.")
    return found


def make_folders(target: Target) -> None:
    """The folders in which files are to stand."""
    for folder in dict.fromkeys(os.path.dirname(path) for path in target.final):
        os.makedirs(folder, exist_ok=True)


def finish(target: Target) -> list[str]:
    """Give all files their names; the names."""
    if target.joined:
        whole = target.temporary(target.joined)
        with open(whole, "wb") as out:
            for path in target.paths:
                with open(target.temporary(path), "rb") as part:
                    shutil.copyfileobj(part, out)
        os.replace(whole, target.joined)
        discard(target)
    else:
        for path in target.paths:
            os.replace(target.temporary(path), path)
    return target.final


def discard(target: Target) -> None:
    """Remove what was written."""
    for path in (*target.paths, target.joined):
        with suppress(FileNotFoundError):
            os.unlink(target.temporary(path))


def written_parts(target: Target) -> Sequence[str]:
    """The temporary names, one a partition."""
    return [target.temporary(path) for path in target.paths]


def write_feather(path: str, empty: pd.DataFrame, parts: Iterable[pd.DataFrame]) -> None:
    """Write a Feather file, a batch of rows a partition; `empty` is the table with no rows."""
    schema = pa.Schema.from_pandas(empty, preserve_index=False)
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with pa.OSFile(path, "wb") as sink, pa.ipc.new_file(sink, schema, options=options) as file:
        for part in parts:
            file.write_table(pa.Table.from_pandas(part, schema, preserve_index=False))
