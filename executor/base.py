"""What an executor is, and what may watch it at work."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol, runtime_checkable

from executor.task import Graph, Key, Task


class Watcher:
    """Is told of each event of a run, in the thread that called `run`; override what you need.

    Times are seconds of `time.perf_counter`.

    Examples
    --------
    >>> from executor import SyncExecutor, Task
    >>> class Names(Watcher):
    ...     def task_done(self, key, begin, end):
    ...         print(key)
    >>> SyncExecutor().run({"a": Task(int)}, ["a"], [Names()])
    a
    [0]
    """

    def start(self, graph: Graph) -> None:
        """A run of this graph begins."""

    def task_started(self, key: Key) -> None:
        """A task was handed to a worker."""

    def task_done(self, key: Key, begin: float, end: float) -> None:
        """A task has returned; it ran from `begin` to `end`."""

    def finish(self, error: BaseException | None) -> None:
        """The run is over; `error` is what ended it, if anything did."""


@runtime_checkable
class Executor(Protocol):
    """Runs graphs."""

    def run(self, graph: Graph, outputs: Sequence[Key], watchers: Sequence[Watcher] = ()) -> list[Any]:
        """The results of `outputs`, in their order; tasks that none of them needs do not run.

        The first exception of a task stops new ones, waits for those that run, and is raised as it is,
        with a note that names the task.
        """


@contextmanager
def watching(watchers: Sequence[Watcher], graph: Graph) -> Iterator[None]:
    """Tell the watchers when a run starts, and that it is over however it ends."""
    for watcher in watchers:
        watcher.start(graph)
    error = None
    try:
        yield
    except BaseException as caught:
        error = caught
        raise
    finally:
        for watcher in watchers:
            watcher.finish(error)


def blame(error: BaseException, key: Key, task: Task) -> None:
    """Note on an exception which task raised it, and what that task works on."""
    about = f", {task.about}" if task.about else ""
    error.add_note(f"raised in task {show_key(key)}{about}")


def show_key(key: Key) -> str:
    """A key as people read it: ('mean-1a2b', 3) is mean-1a2b[3]."""
    if isinstance(key, tuple) and len(key) == 2:
        return f"{key[0]}[{key[1]}]"
    return str(key)
