"""Which files a path means, and how one is opened: paths, globs, folders, lists of these, compression."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from glob import glob, has_magic
from pathlib import Path

import pyarrow as pa

from lazyframe.errors import CSVError, UnsupportedError, missing_file

UNSUPPORTED_SUFFIXES = (".xz", ".zip", ".tar", ".7z")

SUFFIXES = {".gz": "gzip", ".bz2": "bz2", ".zst": "zstd", ".lz4": "lz4"}
"""The compression that a file's suffix tells."""


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was when the source was made. A change of size or time makes it another."""

    path: str
    size: int
    modified: int  # nanoseconds
    compression: str | None


def find(paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]], compression: str | None) -> list[File]:
    """The files that a path, a glob, a folder or a list of these means.

    A name that exists is that file, even if it has a glob's characters. Globs and folders are sorted; a folder means
    the files in it whose names do not begin with "." or "_".

    Raises
    ------
    FileNotFoundError
        Where nothing matches, with the folder that was looked in.
    """
    if isinstance(paths, str | os.PathLike):
        paths = [paths]
    found = [name for path in paths for name in expand(os.fspath(path))]
    if not found:
        raise FileNotFoundError("There is nothing to read: the list of paths is empty.")
    return [stat(name, compression) for name in found]


def expand(path: str) -> list[str]:
    """The names of the files that one path means."""
    if "://" in path:
        raise UnsupportedError(f"Remote files are not supported yet: {path!r}. Copy the files to a local folder.")
    path = os.path.expanduser(path)
    if os.path.isdir(path):
        inside = sorted(entry.path for entry in os.scandir(path) if entry.is_file() and entry.name[0] not in "._")
        if not inside:
            raise FileNotFoundError(f"There are no files in the folder {os.path.abspath(path)!r}.")
        return inside
    if os.path.exists(path):
        return [path]
    if not has_magic(path):
        raise FileNotFoundError(f"There is no file {path!r} (in the folder {os.getcwd()!r}).")
    matches = sorted(name for name in glob(path, recursive=True) if os.path.isfile(name))
    if not matches:
        folder = Path(*[part for part in Path(path).parts[:-1] if not has_magic(part)]).resolve()
        raise FileNotFoundError(f"No file matches {path!r}; looked in the folder {str(folder)!r}.")
    return matches


def stat(path: str, compression: str | None) -> File:
    """A file with its size and time now."""
    info = os.stat(path)
    if compression == "infer":
        suffix = Path(path).suffix.lower()
        if suffix in UNSUPPORTED_SUFFIXES:
            raise UnsupportedError(f"{path}: {suffix} files are not supported yet; unpack the file.")
        compression = SUFFIXES.get(suffix)
    return File(os.path.abspath(path), info.st_size, info.st_mtime_ns, compression)


def check_unchanged(file: File) -> None:
    """Refuse a file that is not as it was when the source was made.

    Raises
    ------
    CSVError
    """
    try:
        info = os.stat(file.path)
    except FileNotFoundError:
        raise missing_file(file.path) from None
    if (info.st_size, info.st_mtime_ns) != (file.size, file.modified):
        raise CSVError(f"{file.path} has changed since read_csv looked at it. Call read_csv again.")


def open_range(file: File, start: int, end: int | None) -> pa.NativeFile:
    """A stream of a file's (decompressed) bytes from `start` to `end`, which Arrow reads without the GIL."""
    if file.compression is None:
        return pa.OSFile(file.path).get_stream(start, (file.size if end is None else end) - start)
    stream = pa.input_stream(file.path, compression=file.compression)
    stream.read(start)
    return stream


def head(file: File, size: int) -> bytes:
    """The first bytes of a file, decompressed."""
    with open_range(file, 0, min(size, file.size)) as stream:
        return stream.read(size)
