"""Which files a path means, and how one is opened: paths, globs, folders, URLs; compression, encodings."""

import lzma
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from glob import glob, has_magic
from hashlib import blake2b
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa

from lazyframe.errors import CSVError, UnsupportedError, missing_file

UNSUPPORTED_SUFFIXES = (".zip", ".tar", ".7z")

SUFFIXES = {".gz": "gzip", ".bz2": "bz2", ".xz": "xz", ".zst": "zstd", ".lz4": "lz4"}
"""The compression that a file's suffix tells."""


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was when the source was made. A change of size or of `version` makes it another.

    `version` is the time of the last change, in nanoseconds; of a remote file, what its storage has in that place.
    `recode` is the encoding from which its text is made UTF-8 before it is looked at. A file with a URL is opened by
    fsspec, with the options `storage`.
    """

    path: str
    size: int
    version: int
    compression: str | None = None
    recode: str | None = None
    storage: tuple[tuple[str, Any], ...] = ()

    @property
    def is_remote(self) -> bool:
        """Whether it has a URL."""
        return is_url(self.path)

    @property
    def is_stream(self) -> bool:
        """Whether its text can only be read from its start on."""
        return self.compression is not None or self.recode is not None


def find(
    paths: Any, compression: str | None, recode: str | None = None, storage: Mapping[str, Any] | None = None
) -> list[File]:
    """The files that a path, a glob, a folder, a URL or a list of these means.

    A name that exists is that file, even if it has a glob's characters. Globs and folders are sorted as people count,
    part2 before part10; a folder means the files in it whose names do not begin with "." or "_".

    Parameters
    ----------
    paths
    compression
        "infer" takes it from each file's suffix.
    recode
        See `File`.
    storage
        Options for fsspec, for URLs.

    Raises
    ------
    FileNotFoundError
        Where nothing matches, with the folder that was looked in.
    """
    if isinstance(paths, str | os.PathLike):
        paths = [paths]
    options = dict(storage or {})
    found = [one for path in paths for one in expand(os.fspath(path), options)]
    if not found:
        raise FileNotFoundError("There is nothing to read: the list of paths is empty.")
    kept = tuple(sorted(options.items()))
    return [
        File(path, size, version, compression_of(path, compression), recode, kept if is_url(path) else ())
        for path, size, version in found
    ]


def expand(path: str, options: Mapping[str, Any]) -> list[tuple[str, int, int]]:
    """The name, size and version of each file that one path means."""
    if is_url(path):
        return expand_url(path, options)
    return [(os.path.abspath(name), *state_of(name)) for name in expand_path(path)]


def expand_path(path: str) -> list[str]:
    """The names of the local files that one path means."""
    path = os.path.expanduser(path)
    if os.path.isdir(path):
        inside = sorted_naturally(
            entry.path for entry in os.scandir(path) if entry.is_file() and is_visible(entry.name)
        )
        if not inside:
            raise FileNotFoundError(f"There are no files in the folder {os.path.abspath(path)!r}.")
        return inside
    if os.path.exists(path):
        return [path]
    if not has_magic(path):
        raise FileNotFoundError(f"There is no file {path!r} (in the folder {os.getcwd()!r}).")
    matches = sorted_naturally(name for name in glob(path, recursive=True) if os.path.isfile(name))
    if not matches:
        folder = Path(*[part for part in Path(path).parts[:-1] if not has_magic(part)]).resolve()
        raise FileNotFoundError(f"No file matches {path!r}; looked in the folder {str(folder)!r}.")
    return matches


def expand_url(url: str, options: Mapping[str, Any]) -> list[tuple[str, int, int]]:
    """The URL, size and version of each remote file that one URL means."""
    system, path = filesystem(url, options)
    if not system.exists(path) and has_magic(path):
        names = [name for name in system.glob(path) if system.isfile(name)]
    elif system.isdir(path):
        names = [name for name in system.ls(path, detail=False) if system.isfile(name)]
        names = [name for name in names if is_visible(name.rpartition("/")[2])]
    else:
        names = [path] if system.exists(path) else []
    if not names:
        raise FileNotFoundError(f"No file matches {url!r}.")
    return [(name, *remote_state(name, options)) for name in map(system.unstrip_protocol, sorted_naturally(names))]


def filesystem(url: str, options: Mapping[str, Any]) -> tuple[Any, str]:
    """fsspec's file system for a URL, and the URL's path there."""
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise ImportError(f"Reading {url!r} needs fsspec: pip install fsspec") from None
    try:
        return url_to_fs(url, **options)
    except ImportError as error:  # s3fs, gcsfs, ...; fsspec says which
        raise ImportError(f"Reading {url!r}: {error}") from None
    except ValueError as error:
        raise ValueError(f"Reading {url!r}: {error}") from None


def is_url(path: str) -> bool:
    """Whether a path is a URL, such as s3://bucket/x.csv."""
    return "://" in path


def is_visible(name: str) -> bool:
    """Whether a folder means this file too."""
    return name[:1] not in (".", "_")


def sorted_naturally(names: Iterable[str]) -> list[str]:
    """Names in the order in which people count: part2 before part10."""
    return sorted(names, key=lambda name: [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)])


def compression_of(path: str, compression: str | None) -> str | None:
    """How a file is compressed."""
    if compression != "infer":
        return compression
    suffix = Path(path).suffix.lower()
    if suffix in UNSUPPORTED_SUFFIXES:
        raise UnsupportedError(f"{path}: {suffix} files are not supported; unpack the file.")
    return SUFFIXES.get(suffix)


def state_of(path: str) -> tuple[int, int]:
    """The size and the version of a local file."""
    info = os.stat(path)
    return info.st_size, info.st_mtime_ns


def remote_state(url: str, options: Mapping[str, Any]) -> tuple[int, int]:
    """The size of a remote file, and a number that changes with its content."""
    system, path = filesystem(url, options)
    info = system.info(path)
    told = [info.get(name) for name in ("ETag", "etag", "mtime", "LastModified", "last_modified", "updated", "created")]
    return int(info["size"]), int.from_bytes(blake2b(repr(told).encode(), digest_size=8).digest())


def check_unchanged(file: File) -> None:
    """Refuse a file that is not as it was when the source was made.

    Raises
    ------
    CSVError
    """
    try:
        now = remote_state(file.path, dict(file.storage)) if file.is_remote else state_of(file.path)
    except FileNotFoundError:
        raise missing_file(file.path) from None
    if now != (file.size, file.version):
        raise CSVError(f"{file.path} has changed since read_csv looked at it. Call read_csv again.")


def open_file(file: File) -> BinaryIO:
    """A file's bytes as they are stored, to seek in."""
    if file.is_remote:
        system, path = filesystem(file.path, dict(file.storage))
        return system.open(path, "rb")
    return open(file.path, "rb", buffering=0)


def open_range(file: File, start: int, end: int | None) -> pa.NativeFile:
    """A stream of a file's (decompressed, recoded) bytes from `start` to `end`; a local one is read without the GIL."""
    if not file.is_stream:
        whole = pa.PythonFile(open_file(file), mode="r") if file.is_remote else pa.OSFile(file.path)
        return whole.get_stream(start, (file.size if end is None else end) - start)
    stream = decompressed(file)
    if file.recode is not None:
        stream = pa.transcoding_input_stream(stream, file.recode, "utf-8")
    stream.read(start)
    return stream


def decompressed(file: File) -> pa.NativeFile:
    """A stream of a file's decompressed bytes."""
    if file.compression == "xz":
        return pa.PythonFile(lzma.open(open_file(file) if file.is_remote else file.path), mode="r")
    return pa.input_stream(open_file(file) if file.is_remote else file.path, compression=file.compression)


def head(file: File, size: int) -> bytes:
    """The first bytes of a file's text, and no more of the file than that takes.

    Raises
    ------
    CSVError
        For a file that is not compressed, or not encoded, as it is said to be.
    """
    if not file.is_stream:
        with open_file(file) as stored:
            return stored.read(size)
    try:
        with open_range(file, 0, None) as stream:
            return bytes(stream.read(size))
    except (OSError, EOFError, UnicodeError, lzma.LZMAError) as error:
        way = f"compression={file.compression!r}" if file.compression else f"encoding={file.recode!r}"
        raise CSVError(f"{file.path} can't be read with {way}: {error}") from None
