"""A remote file's bytes, asked for in ranges, with another try where a storage fails for a moment."""

import errno
import io
import random
import socket
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from lazyframe.errors import CSVError

Answer = TypeVar("Answer")

AT_ONCE = 32
"""Questions that are asked of a storage at a time while planning."""

RETRIES = 3
"""How often a storage is asked again for one thing, if nobody says otherwise."""

PAUSE = 0.1
"""Seconds before the second try; before each later one twice as long."""

PIECE = 4 << 20
"""Bytes of a range at most that is asked for ahead of its reader; one is read while the next is under way."""

PASSING = frozenset([408, 425, 429, 500, 502, 503, 504])
"""HTTP's answers of a server that is busy or broken for the moment."""

NETWORKING = ("aiohttp", "aiobotocore", "botocore", "urllib3", "requests", "google", "azure")
"""Libraries whose errors are those of a network, unless they have an answer of the storage."""

_ahead = ThreadPoolExecutor(AT_ONCE, "lazyframe-ahead")


class RemoteFile(io.RawIOBase):
    """A remote file to read and to seek in, up to byte `end`.

    What is asked first is fetched exactly. For one who reads on growing pieces are fetched, the next while one is read.
    """

    def __init__(self, system: Any, path: str, url: str, end: int, retries: int):
        super().__init__()
        self._system = system
        self._path = path
        self._url = url
        self._end = end
        self._retries = retries
        self._position = 0
        self._start = 0  # of the piece at hand
        self._piece = b""
        self._next: tuple[int, Future[bytes]] | None = None  # where it starts

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """See `io.IOBase`."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """See `io.IOBase`."""
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._end}[whence]
        self._position = max(origin + offset, 0)
        return self._position

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer, as far as the file goes."""
        view = memoryview(buffer).cast("B")
        filled, wanted = 0, max(min(len(view), self._end - self._position), 0)
        while filled < wanted:
            part = self._part(wanted - filled)
            view[filled : filled + len(part)] = part
            filled += len(part)
            self._position += len(part)
        return filled

    def _part(self, size: int) -> memoryview:
        """At most so many bytes from the position on, and one at least."""
        place = self._position - self._start
        if not 0 <= place < len(self._piece):
            self._fetch(size)
            place = 0
        return memoryview(self._piece)[place : place + size]

    def _fetch(self, size: int) -> None:
        """Have the piece at hand that starts at the position."""
        is_next = bool(self._piece) and self._position == self._start + len(self._piece)
        if self._next is not None and self._next[0] == self._position:
            piece = self._next[1].result()
        else:
            piece = self._range(self._position, size if not is_next else max(size, 2 * len(self._piece)))
        self._start, self._piece, self._next = self._position, piece, None
        if is_next and (begin := self._start + len(piece)) < self._end:
            self._next = begin, _ahead.submit(self._range, begin, max(size, 2 * len(piece)))

    def _range(self, start: int, size: int) -> bytes:
        """A range of the file's bytes."""
        end = min(start + min(size, PIECE), self._end)
        return asked(self._url, lambda: fetched(self._system, self._path, start, end), self._retries)


def fetched(system: Any, path: str, start: int, end: int) -> bytes:
    """A range of a file's bytes, all of them.

    Raises
    ------
    ConnectionError
        If some are missing.
    """
    data: bytes = system.cat_file(path, start=start, end=end)
    if len(data) > end - start:  # of a server that knows no ranges
        data = data[start:end]
    if len(data) < end - start:
        raise ConnectionError(f"{len(data):,} of {end - start:,} bytes came")
    return data


def asked(url: str, question: Callable[[], Answer], retries: int) -> Answer:
    """The answer of a storage to a question about a URL; it is asked again where it fails for the moment.

    Raises
    ------
    FileNotFoundError
        As the storage's library raises it.
    CSVError
        For other failures, with what the storage said last.
    """
    for number in range(retries + 1):
        try:
            return question()
        except Exception as error:
            found = cause_of(error)
            if isinstance(found, FileNotFoundError) or not is_networks(found):
                raise
            if not is_passing(found) or number == retries:
                tries = f" (asked {number + 1} times)" if number else ""
                raise CSVError(f"{url} can't be read: {reason_of(found)}{tries}.") from error
        time.sleep(PAUSE * 2**number * random.uniform(0.5, 1.5))
    raise AssertionError


def cause_of(error: BaseException) -> BaseException:
    """What lies behind an error: fsspec says of any answer it does not like that a file is not there."""
    return next((one for one in causes(error) if is_answer(one) or is_unknown_host(one) or is_refused(one)), error)


def is_answer(error: BaseException) -> bool:
    """Return whether an error is a storage's answer, and another one than that there is no such file."""
    return getattr(error, "status", None) not in (None, 404)


def lacks_credentials(error: BaseException) -> bool:
    """Return whether a storage's library found nothing to say who asks."""
    return "Credentials" in type(error).__name__


def is_networks(error: BaseException) -> bool:
    """Return whether an error is one of a network or of a storage."""
    return isinstance(error, OSError) or type(error).__module__.startswith(NETWORKING)


def is_passing(error: BaseException) -> bool:
    """Return whether another try may go well."""
    status = getattr(error, "status", None)
    if status is not None:
        return status in PASSING
    return not (
        isinstance(error, PermissionError) or is_unknown_host(error) or is_refused(error) or lacks_credentials(error)
    )


def reason_of(error: BaseException) -> str:
    """Return why a storage gives no answer, for people."""
    status = getattr(error, "status", None)
    if is_unknown_host(error):
        return "there is no host of that name; check the address, and the network"
    if is_refused(error):
        return "nothing listens there: the connection was refused; check the address and the port"
    if isinstance(error, PermissionError):  # of S3, whose library has no status for it
        return f"the storage refuses access ({error}); pass credentials as storage_options={{...}}"
    if status in (401, 403) or lacks_credentials(error):
        said = "finds no credentials" if status is None else f"refuses access (HTTP {status})"
        return f"the storage {said}; pass them as storage_options={{...}}"
    if status is not None:
        return f"the storage answered HTTP {status} {getattr(error, 'message', '')}".rstrip()
    return str(error).rstrip(".") or type(error).__name__


def is_unknown_host(error: BaseException) -> bool:
    """Return whether a host's name is not known."""
    return isinstance(error, socket.gaierror)


def is_refused(error: BaseException) -> bool:
    """Return whether nothing listens at an address."""
    return isinstance(error, OSError) and error.errno == errno.ECONNREFUSED


def causes(error: BaseException) -> list[BaseException]:
    """An error, and those that it comes from."""
    found: list[BaseException] = []
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is not None and one not in found:
            found.append(one)
            waiting += [one.__cause__, one.__context__, getattr(one, "os_error", None)]
    return found
