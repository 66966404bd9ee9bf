"""What a task has to say of its own run besides its result: notes, which watchers are told."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_notes: ContextVar[list[Any] | None] = ContextVar("executor_notes", default=None)


def note(what: Any) -> None:
    """Note something on the run of the task that calls this; outside of tasks nobody hears it.

    Parameters
    ----------
    what
        Anything that pickles and that people can read as text.

    Examples
    --------
    >>> from executor import SyncExecutor, Task
    >>> from executor.watchers.profile import Profiler
    >>> with Profiler() as profile:
    ...     SyncExecutor().run({"a": Task(note, ("slow disk",))}, ["a"])
    [None]
    >>> profile.results[0].notes
    ('slow disk',)
    """
    notes = _notes.get()
    if notes is not None:
        notes.append(what)


@contextmanager
def noting() -> Iterator[list[Any]]:
    """Gather what is noted in this block."""
    notes: list[Any] = []
    outer = _notes.set(notes)
    try:
        yield notes
    finally:
        _notes.reset(outer)
