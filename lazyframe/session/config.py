"""Settings: from the environment, by `set` until further notice, or by `with set(...)` for a block."""

import os
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar, Token
from dataclasses import dataclass, field
from functools import cache
from threading import get_ident
from types import TracebackType
from typing import Any

import executor
from lazyframe.cache import clear_caches
from lazyframe.io.csv.checks import parse_bytes
from lazyframe.lazy_imports import close_matches

__all__ = ["clear_caches", "found", "get", "set", "set_while"]

_DEFAULTS: dict[str, Any] = {
    "scheduler": None,
    "num_workers": None,
    "pool": None,
    "blocksize": "64MiB",
    "progress": "notebook",
    "temporary_directory": None,
    "memory_limit": None,
    "gather_limit": None,
    "spill_limit": None,
    "on_gather": "allow",
    "retries": 3,
}
NUMBERS = ("num_workers", "retries")
"""Settings that are whole numbers."""

_TRUTH = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
_changes: list["Change"] = []
_of_this_block: ContextVar[dict[str, Any]] = ContextVar("lazyframe_settings")

VARIABLES = "LAZYFRAME_"
"""How the names of the environment's variables begin."""

STATEMENT = "lf.config.set"
"""The origin of changes until further notice."""


def get(key: str) -> Any:
    """The value of a setting: of the innermost `with set(...)`, else set, else from the environment, else default.

    The environment's `LAZYFRAME_NUM_WORKERS=2` is `num_workers`, and so on.

    Examples
    --------
    >>> import lazyframe as lf
    >>> lf.config.get("blocksize")
    '64MiB'
    """
    return found(key)[0]


def found(key: str) -> tuple[Any, str]:
    """The value of a setting, and where it comes from; the latter is empty for a default."""
    check(key)
    block = _of_this_block.get({})
    if key in block:
        return block[key], "with lf.config.set"
    for change in _changes[::-1]:  # a copy: other threads change it
        if key in change.settings and change.is_in_force():
            return change.settings[key], change.origin
    name = f"{VARIABLES}{key.upper()}"
    if name in os.environ:
        return parsed(key, name), name
    refuse_misspelt(name)
    return _DEFAULTS[key], ""


@cache  # the environment is that of the process, and long
def refuse_misspelt(name: str) -> None:
    """A variable of the environment that is nearly one of ours is a mistake."""
    known = {f"{VARIABLES}{key.upper()}" for key in _DEFAULTS}
    for other in os.environ:
        if other.startswith(VARIABLES) and other not in known and close_matches(other, [name], cutoff=0.9):
            raise KeyError(f"There is no setting for the environment's {other!r}. Did you mean {name!r}?")


@dataclass(eq=False)
class Change:
    """Settings changed for as long as `holds()` is true; the latest change that is in force counts."""

    settings: dict[str, Any]
    origin: str
    holds: Callable[[], bool]
    thread: int = field(default_factory=get_ident)

    def replaces(self, other: "Change") -> bool:
        """Return whether an older change is a statement of no more than this one says.

        Another thread's may yet be a block.
        """
        is_older = other.origin == self.origin == STATEMENT and other.thread == self.thread
        return is_older and other.settings.keys() <= self.settings.keys()

    def is_in_force(self) -> bool:
        """Return whether it still counts; once it does not, it never does again."""
        if self.holds():
            return True
        withdraw(self)
        return False


def withdraw(change: Change) -> None:
    """Forget a change."""
    with suppress(ValueError):  # another thread was quicker
        _changes.remove(change)


def parsed(key: str, name: str) -> Any:
    """A setting from a variable of the environment."""
    text = os.environ[name]
    try:
        is_truth = key == "progress"
        value: Any = int(text) if key in NUMBERS else _TRUTH.get(text.lower(), text) if is_truth else text
        return checked(key, value)
    except (TypeError, ValueError) as error:
        why = f"it can't be the setting {key!r}; see help(lf.config.set)" if key in NUMBERS else str(error)
        raise ValueError(f"{name}={text!r}: {why.rstrip('.')}.") from None


def checked(key: str, value: Any) -> Any:
    """A setting's value, if it can have it.

    Raises
    ------
    KeyError, TypeError, ValueError
        For a setting that there is not, and for a value that it can't have; with the nearest name that is known.
    """
    check(key)
    if key == "scheduler":
        executor.check(value)
    elif key in ("blocksize", "memory_limit", "gather_limit", "spill_limit"):
        parse_bytes(value, key)
    elif key == "temporary_directory" and not isinstance(value, str | os.PathLike | None):
        raise TypeError(f"temporary_directory must be a path, or None, not {value!r}.")
    elif key == "num_workers" and value is not None:
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise ValueError(f"num_workers must be a whole number from 1 on, or None, not {value!r}.")
    elif key == "retries" and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
        raise ValueError(f"retries must be a whole number from 0 on, not {value!r}.")
    elif key == "progress" and value not in (True, False, "notebook"):
        raise ValueError(f'progress={value!r} is not known; it is True, False, or "notebook".')
    elif key == "on_gather" and value not in ("allow", "warn", "error"):
        raise ValueError(f'on_gather={value!r} is not known; it is "allow", "warn" or "error".')
    elif key == "pool" and value is not None and not hasattr(value, "submit"):
        raise TypeError(f"pool must be a concurrent.futures.Executor, or None, not {value!r}.")
    return value


def set_while(holds: Callable[[], bool], origin: str, **settings: Any) -> None:
    """Change settings until `holds()` is false; then what was set before is in force again."""
    _changes.append(Change({key: checked(key, value) for key, value in settings.items()}, origin, holds))


class set:
    """Change settings: at once and until further notice, or, as a context manager, for its block only.

    A statement counts for all threads. In a `with` block the change holds for this thread (or asyncio task) alone, from
    the moment in which it is entered.

    Parameters
    ----------
    **settings
        - `scheduler`: which executor runs; see `executor.find`. None: an active client of a cluster, else threads.
        - `num_workers`: how many tasks run at once; None: as many as there are processors.
        - `pool`: a `concurrent.futures.Executor` for "threads" and "processes" to run on, instead of their own.
        - `blocksize`: about how many bytes of a file make a partition.
        - `progress`: whether a bar shows how far a computation is: True, False, or "notebook" for in notebooks only.
        - `temporary_directory`: where exchanges, and the workers of `lf.Client()`, put what does not fit into memory;
          None: where the system has its temporary files.
        - `spill_limit`: bytes of rows on their way between threads (of a sort, a join, groups) that stay in memory;
          more goes to files in `temporary_directory`, and so does all between processes. None: a quarter of the memory
          that is available.
        - `memory_limit`: bytes, such as "2GB"; while the kept results sum up to more, no further block is read. The
          workers of a cluster have their own: ``lf.Client(memory_limit=...)``.
        - `gather_limit`: bytes that may be gathered in one place for what pandas alone can do, what the call itself
          needs included; None: half of the memory that is available.
        - `on_gather`: what to do where 100 MB or more are gathered: "allow", "warn" or "error".
        - `retries`: how often a remote storage that is busy, or breaks off, is asked again before it is an error; what
          holds at `read_csv` holds for its tasks.

    Raises
    ------
    KeyError
        For a setting that does not exist.

    Examples
    --------
    >>> import lazyframe as lf
    >>> with lf.config.set(scheduler="sync"):
    ...     lf.config.get("scheduler")
    'sync'
    >>> lf.config.get("scheduler") is None
    True
    """

    def __init__(self, **settings: Any):
        self._settings = {key: checked(key, value) for key, value in settings.items()}
        self._is_block = False
        self._tokens: list[Token[dict[str, Any]]] = []
        self._statement = Change(self._settings, STATEMENT, lambda: not self._is_block)
        self._replaced = [one for one in _changes if self._statement.replaces(one)]
        for change in self._replaced:
            withdraw(change)
        _changes.append(self._statement)

    def __repr__(self) -> str:
        return f"lazyframe.config.set({', '.join(f'{name}={value!r}' for name, value in self._settings.items())})"

    def __enter__(self) -> None:
        self._is_block = True
        if self._statement in _changes:
            place = _changes.index(self._statement)
            _changes[place : place + 1] = self._replaced
        self._tokens.append(_of_this_block.set(_of_this_block.get({}) | self._settings))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _of_this_block.reset(self._tokens.pop())


def check(key: str) -> None:
    """Refuse a setting that does not exist."""
    if key not in _DEFAULTS:
        near = close_matches(key, _DEFAULTS)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise KeyError(f"There is no setting {key!r}.{hint} The settings are {', '.join(_DEFAULTS)}.")
