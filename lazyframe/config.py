"""Settings: from the environment, by `set` until further notice, or by `with set(...)` for a block."""

import os
from collections.abc import Callable
from contextvars import ContextVar, Token
from difflib import get_close_matches
from types import TracebackType
from typing import Any, NamedTuple

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
_until_further_notice: dict[str, Any] = {}
_of_this_block: ContextVar[dict[str, Any]] = ContextVar("lazyframe_settings")


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
    if key in _until_further_notice:
        value = _until_further_notice[key]
        while isinstance(value, While) and not value.holds():
            value = value.before
        if value is not NOT_SET:
            return (value.value, value.origin) if isinstance(value, While) else (value, "lf.config.set")
    name = f"LAZYFRAME_{key.upper()}"
    if name in os.environ:
        return parsed(key, os.environ[name]), name
    return _DEFAULTS[key], ""


def parsed(key: str, text: str) -> Any:
    """A setting from the environment."""
    if key == "num_workers":
        return int(text)
    return _TRUTH.get(text.lower(), text) if key == "progress" else text


class While(NamedTuple):
    """A value that is in force as long as something holds; what was set before it is then again."""

    value: Any
    origin: str
    holds: Callable[[], bool]
    before: Any


NOT_SET = object()


def set_while(holds: Callable[[], bool], origin: str, **settings: Any) -> None:
    """Change settings until further notice, or until `holds()` is false; then what was set before is in force again."""
    for key, value in settings.items():
        check(key)
        _until_further_notice[key] = While(value, origin, holds, _until_further_notice.get(key, NOT_SET))


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
        for key in settings:
            check(key)
        self._settings = settings
        self._before = {key: _until_further_notice[key] for key in settings if key in _until_further_notice}
        self._tokens: list[Token[dict[str, Any]]] = []
        _until_further_notice.update(settings)

    def __enter__(self) -> None:
        for key in self._settings:
            _until_further_notice.pop(key, None)
        _until_further_notice.update(self._before)
        self._tokens.append(_of_this_block.set(_of_this_block.get({}) | self._settings))

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
