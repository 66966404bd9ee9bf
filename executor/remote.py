"""What runs a task on a worker of a cluster, and in which form the task travels there.

Function and arguments travel as bytes that are read only where errors can be told: a worker that fails to read a
message of its scheduler drops the connection, and its tasks start on the next worker.
"""

from collections.abc import Callable
from time import time
from typing import Any

import cloudpickle

from executor.base import show_task
from executor.events import gathered
from executor.pickled import portable, portable_events
from executor.task import resolved


class Carried(Exception):
    """Carries what is no `Exception`, such as SystemExit, from a worker to the caller: type, arguments and notes."""

    def unpacked(self) -> BaseException:
        """Return what is carried."""
        kind, args, notes = self.args
        error: BaseException = kind(*args)
        for note in notes:
            error.add_note(note)
        return error


def pack_call(func: Callable[..., Any], args: tuple[Any, ...]) -> bytes:
    """A call as bytes; `args` hold a `Ref` to its number for each result of another task."""
    return bytes(cloudpickle.dumps((func, args)))


def run_task(call: bytes, key: Any, about: str, topic: str, *inputs: Any) -> Any:
    """Run a call; errors say which task they come from, and if there is a `topic`, its times and events are logged
    there."""
    begin = time()
    try:
        func, args = cloudpickle.loads(call)
        with gathered() as events:
            result = func(*resolved(args, dict(enumerate(inputs))))
    except BaseException as error:
        raised = explained(error)
        raised.add_note(f"raised in task {show_task(key, about)}")
        if not isinstance(raised, Exception):  # SystemExit would end the worker
            raise Carried(type(raised), raised.args, raised.__notes__) from None
        raise raised from (None if raised is not error else error.__cause__)
    if topic:
        from distributed import get_worker

        told = cloudpickle.dumps(portable_events(events)) if events else b""
        get_worker().log_event(topic, {"key": repr(key), "begin": begin, "end": time(), "events": told})
    return result


def explained(error: BaseException) -> BaseException:
    """The error itself, if it can travel and is understood elsewhere too; else what stands for it."""
    if isinstance(error, FileNotFoundError):
        return FileNotFoundError(
            f"Worker {address()} can't see the file {error.filename or error}. A cluster's workers read files "
            "themselves: the path must exist on each of them, on a shared disk or as a URL."
        ).with_traceback(error.__traceback__)
    return portable(error)[0].with_traceback(error.__traceback__)


def address() -> str:
    """The address of the worker that this runs on."""
    from distributed import get_worker

    return str(get_worker().address)
