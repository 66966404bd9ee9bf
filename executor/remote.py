"""What runs a task on a worker of a cluster; it travels there with the task's own function."""

from collections.abc import Callable
from time import time
from typing import Any

from executor.base import show_key


def run_task(func: Callable[..., Any], key: Any, about: str, topic: str, *args: Any) -> Any:
    """Call a function; errors say which task they come from, and if there is a `topic`, its times are logged there."""
    begin = time()
    try:
        result = func(*args)
    except FileNotFoundError as error:
        missing = FileNotFoundError(
            f"Worker {address()} can't see the file {error.filename or error}. A cluster's workers read files "
            "themselves: the path must exist on each of them, on a shared disk or as a URL."
        )
        missing.add_note(f"raised in task {described(key, about)}")
        raise missing from error
    except BaseException as error:
        error.add_note(f"raised in task {described(key, about)}")
        raise
    if topic:
        from distributed import get_worker

        get_worker().log_event(topic, {"key": repr(key), "begin": begin, "end": time()})
    return result


def described(key: Any, about: str) -> str:
    """A task as people read it."""
    return f"{show_key(key)}, {about}" if about else show_key(key)


def address() -> str:
    """The address of the worker that this runs on."""
    from distributed import get_worker

    return str(get_worker().address)
