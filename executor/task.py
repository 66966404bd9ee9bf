"""A graph is a mapping of keys to tasks; a task is one call, and other tasks' results stand in it as `Ref`."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

Key = Hashable


@dataclass(frozen=True, slots=True)
class Ref:
    """Stands, among a task's arguments, for another task's result."""

    key: Key


@dataclass(frozen=True, slots=True)
class Task:
    """One call. Its arguments that are a `Ref` are replaced by results; what they contain is not looked into.

    `about` says for people what the task works on, such as a file and a range of bytes; errors carry it.
    `nbytes` is how many bytes it reads from files; bars of progress count them.
    """

    func: Callable[..., Any]
    args: tuple[Any, ...] = ()
    about: str = ""
    nbytes: int = 0

    def inputs(self) -> list[Key]:
        """The keys of the tasks whose results this one takes, each once."""
        return list(dict.fromkeys([arg.key for arg in self.args if type(arg) is Ref]))


Graph = Mapping[Key, Task]


def resolved(args: tuple[Any, ...], results: Mapping[Key, Any]) -> tuple[Any, ...]:
    """Arguments with the results in the place of every `Ref` to one of them; other Refs stay."""
    return tuple([results[a.key] if type(a) is Ref and a.key in results else a for a in args])
