"""Settings: from the environment, by `set` until further notice, or by `with set(...)` for a block."""

import os
from contextvars import ContextVar, Token
from difflib import get_close_matches
from types import TracebackType
from typing import Any

_DEFAULTS: dict[str, Any] = {
    "scheduler": "threads",
    "num_workers": None,
    "blocksize": "64MiB",
}
_until_further_notice: dict[str, Any] = {}
_of_this_block: ContextVar[dict[str, Any]] = ContextVar("lazyframe_settings")


def get(key: str) -> Any:
    """The value of a setting: of the innermost `with set(...)`, else set, else from the environment, else default.

    The environment's `LAZYFRAME_NUM_WORKERS=2` is `num_workers`, and so on.

    Examples
    --------
    >>> import lazyframe as lf
    >>> lf.config.get("scheduler")
    'threads'
    """
    check(key)
    block = _of_this_block.get({})
    if key in block:
        return block[key]
    if key in _until_further_notice:
        return _until_further_notice[key]
    from_environment = os.environ.get(f"LAZYFRAME_{key.upper()}")
    if from_environment is None:
        return _DEFAULTS[key]
    return int(from_environment) if key == "num_workers" else from_environment


class set:
    """Change settings: at once and until further notice, or, as a context manager, for its block only.

    In a `with` block the change holds for this thread (or asyncio task) alone.

    Parameters
    ----------
    **settings
        `scheduler`, `num_workers`, `blocksize`.

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
    >>> lf.config.get("scheduler")
    'threads'
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
