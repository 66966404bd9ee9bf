"""Which files a path means: paths, globs, folders, URLs."""

import atexit
import os
import re
import shutil
import stat
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from glob import glob, has_magic
from io import BytesIO, FileIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from lazyframe.errors import CSVError, LeftOutWarning, UnsupportedError, warn
from lazyframe.io.files import SUFFIXES, File, StorageOptions, filesystem, is_url
from lazyframe.io.identity import state_of, told_state
from lazyframe.io.remote import AT_ONCE, asked

UNSUPPORTED_SUFFIXES = (".tar", ".7z")


def find(
    paths: Any, compression: str | None, recode: str | None = None, storage: StorageOptions | None = None
) -> list[File]:
    """The files that a path, a glob, a folder, a URL or a list of these means.

    A name that exists is that file, even if it has a glob's characters. Globs and folders are sorted as people count,
    part2 before part10. A folder means the files in it, but those of `is_visible`; so does one that a glob matches. One
    file under two names that a glob matches is read once.

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
    is_one = isinstance(paths, str | bytes | os.PathLike) or hasattr(paths, "read") or not isinstance(paths, Iterable)
    listed = [paths] if is_one else paths
    options = StorageOptions() if storage is None else storage
    names = [path_of(path) for path in listed]
    urls = [name for name in dict.fromkeys(names) if is_url(name)]
    with ThreadPoolExecutor(AT_ONCE) as pool:  # storages are asked for several at a time
        told = dict(zip(urls, pool.map(lambda url: expand(url, options), urls), strict=True))
    found = [one for name in names for one in (told[name] if name in told else expand(name, options))]
    if not found:
        raise FileNotFoundError("There is nothing to read: the list of paths is empty.")
    local = StorageOptions()
    return [
        File(path, size, version, compression_of(path, compression), recode, options if is_url(path) else local)
        for path, size, version in found
    ]


def path_of(path: Any) -> str:
    """A path as text; that of an open file, or of a file for what it or a buffer has left: tasks read it in parts.

    Raises
    ------
    TypeError
        For anything else.
    """
    if isinstance(path, str | os.PathLike):
        return os.fspath(path)
    if hasattr(path, "read"):
        if is_whole_file(path):
            return str(path.name)
        text = path.read()
        return kept_in_file(BytesIO(text.encode() if isinstance(text, str) else text), "buffer")
    raise TypeError(
        f"A path is text or a pathlib.Path, not a {type(path).__name__}: pass a path, a glob, a folder, an open file "
        "or a list of them."
    )


def is_whole_file(file: Any) -> bool:
    """Return whether an open file, of which nothing was read yet, has the bytes of the file whose name it has.

    What is unpacked on the way has the name of its archive, or of a member.
    """
    raw = getattr(getattr(file, "buffer", file), "raw", file)
    is_utf8 = str(getattr(file, "encoding", "utf-8")).lower() in ("utf-8", "utf8")
    is_named = isinstance(raw, FileIO) and isinstance(raw.name, str) and os.path.isfile(raw.name)
    return is_named and is_utf8 and bool(file.seekable()) and file.tell() == 0


def expand(path: str, options: StorageOptions) -> list[tuple[str, int, int]]:
    """The name, size and version of each file that one path means."""
    if is_url(path):
        return expand_url(path, options)
    names = [as_text(os.path.abspath(name)) for name in expand_path(path)]
    return [(name, *state_of(name)) for name in each_once(names)]


def expand_path(path: str) -> list[str]:
    """The names of the local files that one path means; what is in a folder that a glob matches is meant too."""
    path = os.path.expanduser(path)
    if os.path.isdir(path):
        if inside := files_inside(path):
            return inside
        raise FileNotFoundError(f"There are no files in the folder {os.path.abspath(path)!r}.")
    if os.path.exists(path):
        return [whole_file(path)]
    matches = glob(path, recursive=True) if has_magic(path) else [path] if os.path.islink(path) else []
    if broken := [name for name in matches if is_broken(name)]:
        raise FileNotFoundError(f"{broken[0]!r} is a link to {os.readlink(broken[0])!r}, which is not there.")
    if not matches and not has_magic(path):
        raise FileNotFoundError(f"There is no file {path!r} (in the folder {os.getcwd()!r}).")
    names = {name for name in matches if os.path.isfile(name)}
    if odd := [name for name in matches if name not in names and os.path.exists(name) and not os.path.isdir(name)]:
        warn_of_odd(odd)
    *_, above, last = ["", *path.split(os.sep)]
    is_deep = "**" in (last, above if last == "*" else "")  # then the files in the folders match too
    folders = {os.path.realpath(name): name for name in reversed(matches) if os.path.isdir(name)}
    for folder in () if is_deep else folders.values():
        names |= set(files_inside(folder, is_matched=True))
    if not names:
        looked_in = Path(*[part for part in Path(path).parts[:-1] if not has_magic(part)]).resolve()
        raise FileNotFoundError(f"No file matches {path!r}; looked in the folder {str(looked_in)!r}.")
    return sorted_naturally(names)


def is_broken(name: str) -> bool:
    """Return whether a name is a link to nothing.

    One to a folder that it is in itself leads on for ever, and is not.
    """
    return not os.path.exists(name) and not os.path.exists(os.path.realpath(name))


def files_inside(folder: str, is_matched: bool = False) -> list[str]:
    """The files that a folder means; a warning names the folders in it, which are not read.

    One that a glob has matched may have none.
    """
    entries = [entry for entry in os.scandir(folder) if is_visible(entry.name)]
    if broken := [entry.path for entry in entries if is_broken(entry.path)]:
        raise FileNotFoundError(f"{broken[0]!r} is a link to {os.readlink(broken[0])!r}, which is not there.")
    files = sorted_naturally(entry.path for entry in entries if entry.is_file())
    if odd := [one.path for one in entries if not one.is_file() and not one.is_dir() and os.path.exists(one)]:
        warn_of_odd(odd)
    warn_of_folders(folder, [entry.name for entry in entries if entry.is_dir()] if files or is_matched else [])
    return files


def warn_of_odd(names: Sequence[str]) -> None:
    """Warn of pipes, sockets and devices, which a glob and a folder do not mean: they may never end."""
    more = f", nor are {len(names) - 1} like it" if len(names) > 1 else ""
    warn(
        f"{names[0]!r} is neither a file nor a folder, and is not read{more}. What comes through a pipe is read if its "
        "own path is passed.",
        LeftOutWarning,
    )


def warn_of_folders(folder: str, names: Sequence[str]) -> None:
    """Warn of folders in a folder, which are not read."""
    if names:
        shown = ", ".join(sorted(names)[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
        warn(
            f"The folders in {folder!r} are not read: {shown}. Pass {folder.rstrip('/') + '/**'!r} to read what is in "
            "them too, or a pattern such as '*.csv' to leave them out.",
            LeftOutWarning,
        )


def each_once(names: Sequence[str]) -> list[str]:
    """Names of files; of several that mean one and the same file the first, with a warning."""
    found: dict[Any, str] = {}
    again = []
    for name in names:
        info = os.stat(name)
        first = found.setdefault((info.st_dev, info.st_ino) if info.st_ino else name, name)
        if first != name:
            again.append((first, name))
    if again:
        more = f", and {len(again) - 1} more are read already" if len(again) > 1 else ""
        warn(
            f"{again[0][0]!r} and {again[0][1]!r} are one file, which is read once{more}. Pass a list of paths to read "
            "a file more than once.",
            LeftOutWarning,
        )
    return list(found.values())


def whole_file(path: str) -> str:
    """A path that is a file; what comes through a pipe is kept in a file first, for it can be read but once.

    Raises
    ------
    CSVError
        For a device and the like, which may never end.
    """
    mode = os.stat(path).st_mode
    if stat.S_ISREG(mode):
        return path
    if not stat.S_ISFIFO(mode):
        raise CSVError(
            f"{path} is neither a file nor a pipe, and so is not read. Save its text to a file, and pass that."
        )
    with open(path, "rb") as pipe:
        return kept_in_file(pipe, "pipe")


def kept_in_file(stream: Any, kind: str) -> str:
    """The name of a file that has what a stream has left; it is removed when Python ends."""
    with NamedTemporaryFile(prefix="lazyframe-", suffix=f"-{kind}", delete=False) as kept:
        atexit.register(Path(kept.name).unlink, missing_ok=True)
        shutil.copyfileobj(stream, kept)
    return kept.name


def as_text(path: str) -> str:
    """A path that can be shown and sent.

    Raises
    ------
    CSVError
        For a name that is not UTF-8.
    """
    try:
        path.encode()
    except UnicodeEncodeError:
        raise CSVError(f"The name of the file {os.fsencode(path)!r} is not UTF-8. Rename the file.") from None
    return path


def expand_url(url: str, options: StorageOptions) -> list[tuple[str, int, int]]:
    """The URL, size and version of each remote file that one URL means."""
    system, path = filesystem(url, options)
    system.invalidate_cache()  # what was listed before may be another folder by now
    try:
        found = asked(url, lambda: files_at(system, path), options.retries)
    except FileNotFoundError:
        found = {}
    if not found:
        raise FileNotFoundError(f"No file matches {url!r}.")
    names = sorted_naturally(found)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda name: stated(system, name, found[name], options.retries), names))


def stated(system: Any, name: str, info: Mapping[str, Any], retries: int) -> tuple[str, int, int]:
    """The URL, size and version of a remote file that a storage has told of."""
    url = system.unstrip_protocol(name)
    if info.get("size") is None:
        info = asked(url, lambda: system.info(name), retries)
    return url, *told_state(url, info)


def files_at(system: Any, path: str) -> dict[str, Mapping[str, Any]]:
    """What a storage tells of each file that one path means, in as few questions as that takes."""
    if has_magic(path) and not system.exists(path):
        matches = system.glob(path, detail=True)
    elif path.endswith("/"):
        matches = {path: {"type": "directory"}}
    else:
        matches = {path: system.info(path)}
    files: dict[str, Mapping[str, Any]] = {}
    for name, info in matches.items():
        if info["type"] != "directory":
            files[name] = info
            continue
        entries = [one for one in system.ls(name, detail=True) if is_visible(last_name(one["name"]))]
        inside = {one["name"]: one for one in entries if one["type"] == "file"}
        if "**" not in path:
            others = [last_name(one["name"]) for one in entries if one["name"] not in inside]
            warn_of_folders(name, others)
        files |= inside
    return files


def last_name(path: str) -> str:
    """The name of a remote file or folder in its folder."""
    return path.rstrip("/").rpartition("/")[2]


def is_visible(name: str) -> bool:
    """Return whether a folder means this file too.

    Not ".x", nor "_SUCCESS" and "_metadata", as other tools leave them.
    """
    return not name.startswith(".") and not (name.startswith("_") and "." not in name)


def sorted_naturally(names: Iterable[str]) -> list[str]:
    """Names in the order in which people count: part2 before part10."""
    return sorted(names, key=lambda name: [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)])


def compression_of(path: str, compression: str | None) -> str | None:
    """Return how a file is compressed."""
    if compression != "infer":
        return compression
    suffix = Path(path).suffix.lower()
    if suffix in UNSUPPORTED_SUFFIXES:
        raise UnsupportedError(f"{path}: {suffix} files are not supported; unpack the file.")
    return SUFFIXES.get(suffix)
