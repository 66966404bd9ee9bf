"""What a task has to say of its own run besides its result: events, which watchers are told."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_events: ContextVar[list[Any] | None] = ContextVar("executor_events", default=None)


def emit(what: Any) -> None:
    """Emit something on the run of the task that calls this; outside of tasks nobody hears it.

    Parameters
    ----------
    what
        Anything that pickles and that people can read as text.

    Examples
    --------
    >>> from executor import SyncExecutor, Task
    >>> from executor.watchers.profile import Profiler
    >>> with Profiler() as profile:
    ...     SyncExecutor().run({"a": Task(emit, ("slow disk",))}, ["a"])
    [None]
    >>> profile.results[0].events
    ('slow disk',)
    """
    events = _events.get()
    if events is not None:
        events.append(what)


@contextmanager
def gathered() -> Iterator[list[Any]]:
    """Gather what is emitted in this block."""
    events: list[Any] = []
    outer = _events.set(events)
    try:
        yield events
    finally:
        _events.reset(outer)
