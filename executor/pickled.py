"""How batches and their reports travel to other processes and back: as bytes made by cloudpickle.

Every failure to pickle becomes the error of one task, with the reason, and never that of a whole pool.
"""

import traceback
from collections.abc import Sequence
from typing import Any

import cloudpickle

from executor.base import RemoteError, RemoteTraceback, show_key
from executor.batch import BatchTask, Report, run_batch
from executor.task import Key


def pack(batch: Sequence[BatchTask]) -> bytes:
    """A batch as bytes.

    Raises
    ------
    TypeError
        If a function or an argument doesn't pickle; it says which task's.
    """
    try:
        return bytes(cloudpickle.dumps(list(batch)))
    except Exception as error:
        culprit = next((task for task in batch if reason_not_to_pickle(task)), batch[0])
        raise refusal(culprit.key, error) from error


def refusal(key: Key, error: Exception) -> TypeError:
    """The error for a task that does not pickle."""
    return TypeError(
        f"Task {show_key(key)} can't be sent to another process, for its function or an argument doesn't pickle: "
        f'{error} Run it with scheduler="threads".'
    )


def run_packed(packed: bytes) -> bytes:
    """Run a batch in another process; the report as bytes."""
    try:
        batch = cloudpickle.loads(packed)
    except Exception as error:
        return pack_report(Report(error=error), ())
    return pack_report(run_batch(batch), batch)


def pack_report(report: Report, batch: Sequence[BatchTask]) -> bytes:
    """A report as bytes; a result that does not pickle becomes the error of its task."""
    events = {key: portable_events(emitted) for key, emitted in report.events.items()}
    if report.error is not None:
        return bytes(cloudpickle.dumps((report.times, {}, *portable(report.error), events)))
    try:
        return bytes(cloudpickle.dumps((report.times, report.results, None, "", events)))
    except Exception:
        keys = list(report.results)
        reasons = [reason_not_to_pickle(result) for result in report.results.values()]
        culprit = next((number for number, reason in enumerate(reasons) if reason), 0)
        error = TypeError(
            f"The result of task {show_key(keys[culprit])} can't be sent back from its process, for it doesn't "
            f'pickle: {reasons[culprit]} Run it with scheduler="threads".'
        )
        before = [task.key for task in batch].index(keys[culprit])
        return bytes(cloudpickle.dumps((report.times[:before], {}, error, "", events)))


def unpack_report(data: bytes) -> Report:
    """A report from its bytes; an error has the traceback of its process as its cause."""
    try:
        times, results, error, trace, events = cloudpickle.loads(data)
    except Exception as failure:
        return Report(error=TypeError(f"A result pickles, but what was pickled can't be read again: {failure}"))
    if error is not None and trace:
        error.__cause__ = RemoteTraceback(trace)
    return Report(times, results, error, events)


def portable(error: BaseException) -> tuple[BaseException, str]:
    """An exception that pickles, most often the very one, and its traceback as text."""
    trace = "".join(traceback.format_exception(error))
    try:
        if type(cloudpickle.loads(cloudpickle.dumps(error))) is type(error):
            return error, trace
    except Exception:  # an exception whose arguments do not pickle, or whose type can't be made from them
        pass
    return RemoteError(f"{type(error).__name__}: {error}"), trace


def portable_events(events: Sequence[Any]) -> tuple[Any, ...]:
    """Events that pickle, most often the very ones; else their texts."""
    return tuple(map(str, events)) if reason_not_to_pickle(events) else tuple(events)


def reason_not_to_pickle(value: object) -> str:
    """Return why a value doesn't pickle; empty if it does."""
    try:
        cloudpickle.dumps(value)
    except Exception as error:
        return str(error) or type(error).__name__
    return ""
