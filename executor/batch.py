"""What a worker is handed and what it reports: some tasks to run one after another, most often just one.

Short tasks travel together, because handing one over costs more than running it: 20 microseconds to a thread, 400 to a
process. A result that only tasks of the same batch need stays with the worker.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, NamedTuple

from executor.events import gathered
from executor.task import Key, resolved

LONG = 0.001
"""Seconds: tasks are put together up to about this, and a batch that has taken longer is broken off."""

MOST = 64
"""Tasks of a batch, at most."""


class BatchTask(NamedTuple):
    """One task of a batch: its call, where a `Ref` stands for the result of an earlier task, and which of the
    batch's results nobody needs afterwards."""

    key: Key
    func: Callable[..., Any]
    args: tuple[Any, ...]
    drop: tuple[Key, ...] = ()


@dataclass(slots=True)
class Report:
    """What became of a batch.

    `times` has the begin and end of each task that returned; if there are fewer than tasks, the next one raised
    `error`, or the batch was broken off. `results` are those that were not dropped; `events` what tasks had to say.
    """

    times: list[tuple[float, float]] = field(default_factory=list)
    results: dict[Key, Any] = field(default_factory=dict)
    error: BaseException | None = None
    events: dict[Key, tuple[Any, ...]] = field(default_factory=dict)


def run_batch(batch: Sequence[BatchTask]) -> Report:
    """Run tasks in their order, until one raises or time is up."""
    report = Report()
    results = report.results
    begin = started = perf_counter()
    with gathered() as events:
        for key, func, args, drop in batch:
            if begin - started > LONG:
                break
            try:
                results[key] = func(*resolved(args, results))
            except BaseException as error:
                report.error = error
                break
            end = perf_counter()
            report.times.append((begin, end))
            if events:
                report.events[key] = tuple(events)
                events.clear()
            for needless in drop:
                del results[needless]
            begin = end
    return report
