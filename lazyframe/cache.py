"""What a process remembers of files and queries: bounded, safe in threads, forgotten by `lf.config.clear_caches()`."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any, Generic, TypeVar, overload

Key = TypeVar("Key")
Value = TypeVar("Value")
Other = TypeVar("Other")

_all: list["Cache[Any, Any]"] = []


class Cache(Generic[Key, Value]):
    """A mapping that holds a number of entries at most; the one that was not used for longest is forgotten first.

    Parameters
    ----------
    size
        How many entries it holds.

    Examples
    --------
    >>> lines = Cache(size=2)
    >>> lines.get_or_make("a.csv", lambda: 10)
    10
    >>> lines.put("b.csv", 20)
    >>> lines.put("c.csv", 30)
    >>> lines.get("a.csv"), len(lines)
    (None, 2)
    """

    def __init__(self, size: int):
        self.size = size
        self._entries: OrderedDict[Key, Value] = OrderedDict()
        self._lock = Lock()
        _all.append(self)

    def __len__(self) -> int:
        """The number of entries."""
        return len(self._entries)

    @overload
    def get(self, key: Key) -> Value | None: ...
    @overload
    def get(self, key: Key, default: Other) -> Value | Other: ...
    def get(self, key: Key, default: Any = None) -> Any:
        """Return an entry's value, or another."""
        with self._lock:
            if key not in self._entries:
                return default
            self._entries.move_to_end(key)
            return self._entries[key]

    def put(self, key: Key, value: Value) -> None:
        """Set an entry's value."""
        with self._lock:
            self._entries[key] = value
            self._entries.move_to_end(key)
            self._trim()

    def get_or_make(self, key: Key, make: Callable[[], Value]) -> Value:
        """Return an entry's value, which is made if there is none; all threads get the one that was made first."""
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
                return self._entries[key]
        made = make()
        with self._lock:
            value = self._entries.setdefault(key, made)
            self._trim()
        return value

    def _trim(self) -> None:
        """Forget the entries that were used longest ago."""
        while len(self._entries) > self.size:
            self._entries.popitem(last=False)

    def clear(self) -> None:
        """Forget all entries."""
        with self._lock:
            self._entries.clear()


def clear_caches() -> None:
    """Forget what this process remembers of files and queries; nothing but time is lost.

    Examples
    --------
    >>> import lazyframe as lf
    >>> lf.config.clear_caches()
    """
    for cache in _all:
        cache.clear()
