"""Settings: from the environment, by `set` until further notice, or by `with set(...)` for a block."""

import os
from collections.abc import Callable
from contextvars import ContextVar, Token
from difflib import get_close_matches
from threading import get_ident
from time import monotonic, sleep
from types import TracebackType
from typing import Any

_DEFAULTS: dict[str, Any] = {
    "scheduler": None,
    "num_workers": None,
    "pool": None,
    "blocksize": "64MiB",
    "progress": "notebook",
    "temporary_directory": None,
    "memory_limit": None,
}
_TRUTH = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
_changes: list["Change"] = []
_of_this_block: ContextVar[dict[str, Any]] = ContextVar("lazyframe_settings")

SETTLES = 0.02
"""Seconds for which a change made by another thread may yet turn out to be that of a block."""


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
    for change in reversed(_changes):
        if key in change.settings and change.is_in_force():
            return change.settings[key], change.origin
    name = f"LAZYFRAME_{key.upper()}"
    if name in os.environ:
        return parsed(key, os.environ[name]), name
    return _DEFAULTS[key], ""


class Change:
    """Settings changed until further notice; the latest change that is in force counts.

    Parameters
    ----------
    settings
        The new values.
    origin
        What made the change, for people.
    holds
        Whether the change is still in force.
    """

    def __init__(self, settings: dict[str, Any], origin: str, holds: Callable[[], bool]):
        for key in settings:
            check(key)
        self.settings = settings
        self.origin = origin
        self.holds = holds
        self._is_withdrawn = False
        self._thread = get_ident()
        self._made = monotonic()
        _changes.append(self)

    def is_in_force(self) -> bool:
        """Whether it counts here. Another thread may just be entering a block: that is waited for."""
        if self._thread != get_ident():
            while not self._is_withdrawn and monotonic() - self._made < SETTLES:
                sleep(SETTLES / 10)
        return not self._is_withdrawn and self.holds()

    def withdraw(self) -> None:
        """It was never meant for all."""
        if not self._is_withdrawn:
            self._is_withdrawn = True
            _changes.remove(self)


def parsed(key: str, text: str) -> Any:
    """A setting from the environment."""
    if key == "num_workers":
        return int(text)
    return _TRUTH.get(text.lower(), text) if key == "progress" else text


def set_while(holds: Callable[[], bool], origin: str, **settings: Any) -> None:
    """Change settings until `holds()` is false; then what was set before is in force again."""
    Change(settings, origin, holds)


class set:
    """Change settings: at once and until further notice, or, as a context manager, for its block only.

    In a `with` block the change holds for this thread (or asyncio task) alone.

    Parameters
    ----------
    **settings
        - `scheduler`: which executor runs; see `executor.find`. None: an active client of a cluster, else threads.
        - `num_workers`: how many tasks run at once; None: as many as there are processors.
        - `pool`: a `concurrent.futures.Executor` for "threads" and "processes" to run on, instead of their own.
        - `blocksize`: about how many bytes of a file make a partition.
        - `progress`: whether a bar shows how far a computation is: True, False, or "notebook" for in notebooks only.
        - `temporary_directory`: where the workers of `lf.Client()` put what does not fit into memory.
        - `memory_limit`: bytes, such as "2GB"; while the kept results sum up to more, no further block is read. The
          workers of a cluster have their own: ``lf.Client(memory_limit=...)``.

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
        self._change = Change(settings, "lf.config.set", holds=lambda: True)
        self._tokens: list[Token[dict[str, Any]]] = []

    def __enter__(self) -> None:
        self._change.withdraw()
        self._tokens.append(_of_this_block.set(_of_this_block.get({}) | self._change.settings))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _of_this_block.reset(self._tokens.pop())


def check(key: str) -> None:
    """Refuse a setting that does not exist."""
    if key not in _DEFAULTS:
        near = get_close_matches(key, _DEFAULTS, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise KeyError(f"There is no setting {key!r}.{hint} The settings are {', '.join(_DEFAULTS)}.")
