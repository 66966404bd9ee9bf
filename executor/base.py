"""What an executor is, and what may watch it at work."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import Any, Protocol, Self, runtime_checkable

from executor.task import Graph, Key, Task

TOKEN = re.compile(r"-[0-9a-f]{32}(-\w+)?$")
"""How the name of a key ends that stands for what it computes, and so may be shared between runs and clients."""

_of_this_block: ContextVar[tuple["Watcher", ...]] = ContextVar("executor_watchers", default=())
_registered: list["Watcher"] = []
_is_within_a_run: ContextVar[bool] = ContextVar("executor_is_within_a_run", default=False)


class Watcher:
    """Is told of each event of a run, in the thread that called `run`; override what you need.

    Hand it to `run`; or use it as a context manager, and it watches the runs of its block; or `register` it, and it
    watches every run until `unregister`. Runs that a task itself starts are not watched. Times are seconds of
    `time.perf_counter`.

    Examples
    --------
    >>> from executor import SyncExecutor, Task
    >>> class Names(Watcher):
    ...     def task_done(self, key, begin, end):
    ...         print(key)
    >>> with Names():
    ...     SyncExecutor().run({"a": Task(int)}, ["a"])
    a
    [0]
    """

    def start(self, graph: Graph, keys: Sequence[Key]) -> None:
        """A run begins: of this graph, the tasks with these keys."""

    def task_started(self, key: Key) -> None:
        """A task was handed to a worker, or to a cluster's scheduler."""

    def task_emitted(self, key: Key, event: Any) -> None:
        """A task that has returned emitted something on its run, see `executor.events`; told before `task_done`."""

    def task_done(self, key: Key, begin: float, end: float) -> None:
        """A task has returned; it ran from `begin` to `end`."""

    def result_kept(self, key: Key, result: Any) -> None:
        """A task's result is kept for the tasks that need it; `ELSEWHERE` stands for one that is in no reach."""

    def result_dropped(self, key: Key) -> None:
        """A result was dropped: its last user has run."""

    def finish(self, error: BaseException | None) -> None:
        """The run is over; `error` is what ended it, if anything did."""

    def register(self) -> None:
        """Watch every run from now on."""
        if self not in _registered:
            _registered.append(self)

    def unregister(self) -> None:
        """Watch no more runs than those that it is handed to."""
        if self in _registered:
            _registered.remove(self)

    def __enter__(self) -> Self:
        _of_this_block.set((*_of_this_block.get(), self))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _of_this_block.set(tuple(watcher for watcher in _of_this_block.get() if watcher is not self))


class Elsewhere:
    """Stands for a result that stays on a cluster."""


ELSEWHERE = Elsewhere()


@runtime_checkable
class Executor(Protocol):
    """Runs graphs."""

    def run(self, graph: Graph, outputs: Sequence[Key], watchers: Sequence[Watcher] = ()) -> list[Any]:
        """The results of `outputs`, in their order; tasks that none of them needs do not run.

        The first exception of a task stops new ones, waits for those that run, and is raised as it is,
        with a note that names the task.
        """


class WorkerDiedError(RuntimeError):
    """A process that worked at a task is gone."""


class RemoteError(RuntimeError):
    """Stands for an exception of another process that does not pickle; the message has its type and text."""


class RemoteTraceback(Exception):
    """The traceback of another process, as text: the cause of an exception that came from there."""

    def __str__(self) -> str:
        return f"\n\n{self.args[0]}"


@contextmanager
def watching(watchers: Sequence[Watcher], graph: Graph, keys: Sequence[Key]) -> Iterator[Sequence[Watcher]]:
    """Tell the watchers when a run starts, and that it is over however it ends; gives all who watch."""
    everyone = tuple(dict.fromkeys((*watchers, *listening())))
    within = _is_within_a_run.set(True)
    started: list[Watcher] = []
    ended: BaseException | None = None
    try:
        for watcher in everyone:
            watcher.start(graph, keys)
            started.append(watcher)
        yield everyone
    except BaseException as error:
        ended = error
        raise
    finally:
        _is_within_a_run.reset(within)
        try:
            finish(started, ended)
        finally:
            del ended  # the error's traceback holds this frame


def finish(watchers: Sequence[Watcher], error: BaseException | None) -> None:
    """Tell all watchers that a run is over; what one of them raises does not hide what ended the run."""
    own: list[BaseException] = []
    for watcher in watchers:
        try:
            watcher.finish(error)
        except BaseException as wrong:
            own.append(wrong)
    if own and error is None:
        raise own[0]


def listening() -> Sequence[Watcher]:
    """Return those who watch what runs here.

    Of this block, and registered; nobody watches the run that a task starts.
    """
    return () if _is_within_a_run.get() else (*_of_this_block.get(), *_registered)


def blame(error: BaseException, key: Key, task: Task) -> None:
    """Note on an exception which task raised it, and what that task works on."""
    error.add_note(f"raised in task {show_task(key, task.about)}")


def show_task(key: Key, about: str) -> str:
    """A task as people read it: its key, and what it works on."""
    return f"{show_key(key)}, {about}" if about else show_key(key)


def show_key(key: Key) -> str:
    """A key as people read it: ('mean-1a2b', 3) is mean-1a2b[3]."""
    if isinstance(key, tuple) and len(key) == 2:
        return f"{key[0]}[{key[1]}]"
    return str(key)


def kind_of(key: Key) -> str:
    """Return what tasks of a kind share in their keys: ('mean-1a2b', 3) and ('mean-3c4d', 0) are of the kind mean."""
    return TOKEN.sub("", str(key[0] if isinstance(key, tuple) and key else key))


def count(kind: str, workers: int) -> str:
    """A kind and a number of workers, for people."""
    return f"{kind}, {workers} worker{'s' * (workers != 1)}"
