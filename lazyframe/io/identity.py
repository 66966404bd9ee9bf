"""What tells a file from what it was or will be: size and time, or what its storage has in their place."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

from lazyframe.errors import CSVError, missing_file
from lazyframe.io.files import File, StorageOptions, filesystem
from lazyframe.io.remote import asked

VERSIONS = ("ETag", "etag", "e_tag", "md5Hash", "content_md5", "generation", "version_id")
"""What storages call a text that changes with a file's content, best first."""

TIMES = ("mtime", "LastModified", "last_modified", "updated", "created")
"""What storages call the time of the last change."""


def state_of(path: str) -> tuple[int, int]:
    """The size and the version of a local file."""
    info = os.stat(path)
    return info.st_size, info.st_mtime_ns


def remote_state(url: str, options: StorageOptions) -> tuple[int, int]:
    """The size of a remote file as it is now, and a number that changes with its content."""
    system, path = filesystem(url, options)
    system.invalidate_cache()
    return told_state(url, asked(url, lambda: system.info(path), options.retries))


def told_state(url: str, info: Mapping[str, Any]) -> tuple[int, int]:
    """The same from what a storage tells of a file.

    Raises
    ------
    CSVError
        If it tells no size.
    """
    if info.get("size") is None:
        raise CSVError(f"{url} can't be read in parts: its server does not tell its size. Download it, and read that.")
    told = next(((name, info[name]) for name in (*VERSIONS, *TIMES) if info.get(name)), ("", ""))
    version = utc_time(*told) if told[0] in TIMES else str(told[1]).removeprefix("W/").strip('"')
    return int(info["size"]), int.from_bytes(blake2b(repr(version).encode(), digest_size=8).digest())


def utc_time(name: str, moment: Any) -> Any:
    """A time as a number, whatever its zone: a listing and a look at one file may give it in two.

    In HTTP's own "Last-Modified" a time has whole seconds, in listings not always.
    """
    if not isinstance(moment, datetime):
        return moment
    seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    return int(seconds) if "odified" in name else seconds


def check_unchanged(file: File) -> None:
    """Refuse a file that is not as it was when the source was made.

    Raises
    ------
    CSVError
    """
    try:
        now = remote_state(file.path, file.storage) if file.is_remote else state_of(file.path)
    except FileNotFoundError:
        raise missing_file(file.path) from None
    if now != (file.size, file.version):
        raise CSVError(f"{file.path} has changed since read_csv looked at it. Call read_csv again.")
