"""A file, and how it is opened: local or remote, compressed, in any encoding."""

import codecs
import lzma
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from io import BufferedReader, BytesIO, RawIOBase
from typing import Any, BinaryIO, Protocol, cast

import pyarrow as pa

from lazyframe.errors import CSVError
from lazyframe.io.remote import RETRIES, RemoteFile
from lazyframe.record import field, record

SUFFIXES = {".gz": "gzip", ".bz2": "bz2", ".xz": "xz", ".zst": "zstd", ".lz4": "lz4", ".zip": "zip"}
"""The compression that a file's suffix tells."""


class LineFilter(Protocol):
    """Leaves lines out of a text; see `io.csv.skipping`."""

    def applied_to(self, stream: Any) -> RawIOBase:
        """The text, read from its start, in which these lines are blank."""


class StorageOptions(dict[str, Any]):
    """Options of fsspec's, by whose values files are told apart, and how often a storage is asked again.

    They may hold dicts and lists.
    """

    retries = RETRIES

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(repr(self))


@record(slots=True)
class File:
    """A file as it was when the source was made. A change of size or of `version` makes it another.

    `version` is the time of the last change, in nanoseconds; of a remote file, what its storage has in that place.
    `recode` is the encoding from which its text is made UTF-8 before it is looked at. A file with a URL is opened by
    fsspec, with the options `storage`, among which are credentials: they are never shown. Of lines left out by their
    numbers `skipping` says which. Of a stream's text no more than `length` bytes are read, where it is given.
    """

    path: str
    size: int
    version: int
    compression: str | None = None
    recode: str | None = None
    storage: StorageOptions = field(default_factory=StorageOptions, repr=False)
    skipping: LineFilter | None = None
    length: int | None = None

    @property
    def is_remote(self) -> bool:
        """Return whether it has a URL."""
        return is_url(self.path)

    @property
    def is_stream(self) -> bool:
        """Return whether its text can only be read from its start on."""
        return self.compression is not None or self.recode is not None or self.skipping is not None

    @property
    def how_stored(self) -> str:
        """Return what is between the bytes of the file and the text; empty if they are one."""
        skipped = "skiprows" if self.skipping is not None else None
        return ", ".join(one for one in (self.compression, self.recode, skipped) if one is not None)


def filesystem(url: str, options: Mapping[str, Any]) -> tuple[Any, str]:
    """fsspec's file system for a URL, and the URL's path there."""
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise ImportError(f"Reading {url!r} needs fsspec: pip install fsspec") from None
    try:
        return url_to_fs(url, **options)  # type: ignore[no-any-return]
    except ImportError as error:  # s3fs, gcsfs, ...; fsspec says which
        raise ImportError(f"Reading {url!r}: {error}") from None
    except ValueError as error:
        raise ValueError(f"Reading {url!r}: {error}") from None


def is_url(path: str) -> bool:
    """Return whether a path is a URL, such as s3://bucket/x.csv."""
    return "://" in path


held: ContextVar[Mapping[str, bytes]] = ContextVar("lazyframe_held")
"""The bytes, by their URLs, of small remote files that this task is about to read."""


def open_file(file: File, end: int | None = None) -> BinaryIO:
    """A file's bytes as they are stored, to seek in; of a remote one none behind byte `end` are fetched."""
    if file.is_remote:
        if file.path in (known := held.get({})):
            return BytesIO(known[file.path])
        system, path = filesystem(file.path, file.storage)
        end = file.size if end is None else end
        return cast(BinaryIO, RemoteFile(system, path, file.path, end, file.storage.retries))
    return open(file.path, "rb", buffering=0)


def open_range(file: File, start: int, end: int | None) -> pa.NativeFile:
    """A stream of a file's (decompressed, recoded) bytes from `start` to `end`; a local one is read without the GIL."""
    if not file.is_stream:
        whole = pa.PythonFile(open_file(file, end), mode="r") if file.is_remote else pa.OSFile(file.path)
        return whole.get_stream(start, (file.size if end is None else end) - start)
    stream = decompressed(file)
    if file.recode is not None:
        stream = pa.transcoding_input_stream(stream, file.recode, "utf-8")
    if file.skipping is not None:
        stream = pa.PythonFile(BufferedReader(file.skipping.applied_to(stream)), mode="r")
    if file.length is not None:
        stream = pa.PythonFile(BufferedReader(ShortStream(stream, file.length)), mode="r")
    stream.read(start)
    return stream


class ShortStream(RawIOBase):
    """The first `length` bytes of a stream."""

    def __init__(self, stream: Any, length: int):
        super().__init__()
        self._stream = stream
        self._left = length

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any) -> int:
        """See `io.RawIOBase`."""
        data = self._stream.read(min(len(buffer), self._left))
        buffer[: len(data)] = data
        self._left -= len(data)
        return len(data)


def decompressed(file: File) -> pa.NativeFile:
    """A stream of a file's decompressed bytes."""
    if file.compression == "zip":
        return pa.PythonFile(only_member(file), mode="r")
    if file.compression == "xz":
        return pa.PythonFile(lzma.open(open_file(file) if file.is_remote else file.path), mode="r")
    return pa.input_stream(open_file(file) if file.is_remote else file.path, compression=file.compression)


def only_member(file: File) -> BinaryIO:
    """The one file in a ZIP archive; folders in it, and what macOS puts beside files, are none.

    Raises
    ------
    CSVError
        If there is not one.
    """
    archive = zipfile.ZipFile(open_file(file) if file.is_remote else file.path)
    names = [name for name in archive.namelist() if not name.endswith("/") and not name.startswith("__MACOSX/")]
    if not names:
        raise CSVError(f"{file.path} is an archive with no file in it. Leave it out.")
    if len(names) > 1:
        shown = f"{', '.join(names[:5])}{', ...' if len(names) > 5 else ''}"
        raise CSVError(f"{file.path} holds {len(names)} files: {shown}. Unpack it, and read the folder.")
    try:
        return cast(BinaryIO, archive.open(names[0]))
    except RuntimeError as error:
        raise CSVError(f"{file.path} can't be unpacked: {error}") from None


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
    with reading(file), open_range(file, 0, None) as stream:
        return bytes(stream.read(size))


def is_utf8(file: File) -> bool:
    """Return whether the first bytes of a file, as they are stored, are UTF-8."""
    with open_file(file) as stored:
        try:
            codecs.getincrementaldecoder("utf-8")().decode(stored.read(1 << 16))
        except UnicodeDecodeError:
            return False
    return True


@contextmanager
def reading(file: File) -> Iterator[None]:
    """Return what reads a file: an error on the way says which file it is, and what it may be.

    Raises
    ------
    CSVError
        For a file that is not compressed, or not encoded, as it is said to be, or is broken.
    """
    try:
        yield
    except (OSError, EOFError, UnicodeError, lzma.LZMAError, zlib.error, zipfile.BadZipFile) as error:
        if file.compression:
            reason = (
                f" with compression={file.compression!r}: {error}. It is cut off or damaged, or not compressed so; "
                "compression=None reads it as it is."
            )
        elif file.recode:
            hint = " It looks like UTF-8: leave encoding= out." if is_utf8(file) else ""
            reason = f" with encoding={file.recode!r}: {error}.{hint}"
        else:
            reason = f": {error}"
        raise CSVError(f"{file.path} can't be read{reason}") from None
