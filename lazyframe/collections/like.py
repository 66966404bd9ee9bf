"""What a method takes over from pandas': its name, documentation, signature and ways of being called."""

import inspect
from collections.abc import Callable
from functools import cache
from typing import Any

from lazyframe.errors import UnsupportedError

ROW = "row by row"
PARTIAL = "a state of each partition"
GATHERS = "gathers"
ELSE_GATHERS = "; gathers with other parameters"

IN_PLACE = frozenset(
    ["bfill", "clip", "drop", "drop_duplicates", "dropna", "eval", "ffill", "fillna", "interpolate", "mask", "query",
     "rename", "rename_axis", "replace", "reset_index", "set_index", "sort_index", "sort_values", "where"]
)  # fmt: skip
"""pandas' methods that take `inplace`."""


@cache
def signature_of(like: Any) -> inspect.Signature:
    """A function's signature, at its first use: those of all pandas' methods would be a third of the import."""
    return inspect.signature(like)


def bound(like: Any, self: Any, args: Any, kwargs: Any) -> dict[str, Any]:
    """The arguments of a method's call by name, without the object's own.

    Raises
    ------
    TypeError
        Where pandas' method does not take them.
    """
    try:
        given = signature_of(like).bind(self, *args, **kwargs).arguments
    except TypeError as error:
        raise TypeError(f"{like.__name__}() {error}") from None
    return dict(list(given.items())[1:])


def documented(method: Callable[..., Any], like: Any, runs: str) -> Callable[..., Any]:
    """The method with the name, signature and documentation of pandas'; with ``inplace=True`` where pandas has that.

    `runs` says in a few words how it is computed.
    """
    if like.__name__ in IN_PLACE:
        method = with_in_place(method, like.__name__)
    method.__name__ = method.__qualname__ = like.__name__
    method.__doc__ = f"As pandas' `{like.__qualname__}`, lazily.\n{like.__doc__ or ''}"  # which `help` dedents
    method.runs = runs  # type: ignore[attr-defined]
    method.__wrapped__ = like  # type: ignore[attr-defined]  # of which `inspect` and `help` take the signature
    return method


def handed_on(like: Any, runs: str) -> Callable[..., Any]:
    """A method of the same name as pandas' that hands its call on to the object's `_called`."""

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        return self._called(like.__name__, args, kwargs)

    return documented(method, like, runs)


def with_in_place(method: Callable[..., Any], name: str) -> Callable[..., Any]:
    """A method that with ``inplace=True`` makes the object stand for its result, and gives nothing.

    Raises
    ------
    UnsupportedError
        If the result is of another kind: a frame can't become a `Deferred`.
    """

    def call(self: Any, *args: Any, inplace: Any = False, **kwargs: Any) -> Any:
        result = method(self, *args, **kwargs)
        if inplace is not True:
            return result
        if type(result) is not type(self):
            raise UnsupportedError(
                f"{name}(inplace=True): rows are gathered for it, and what it gives is a {type(result).__name__}, not "
                f"a {type(self).__name__}. Write df = df.{name}(...)."
            )
        self._plan = result._plan
        return None

    return call
