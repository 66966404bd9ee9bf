"""Keeps workers busy with what is ready, whatever kind of workers they are."""

from collections.abc import Sequence
from typing import Any, Protocol

from executor.base import Watcher, blame
from executor.batch import BatchTask, Report
from executor.schedule import Schedule

LOOK_UP = 0.2
"""Seconds after which the driving thread looks up from its waiting: a signal does not always interrupt that."""


class WorkerPool(Protocol):
    """The workers of one run."""

    size: int

    def put(self, batch: Sequence[BatchTask]) -> None:
        """Have a worker run a batch."""

    def next_report(self) -> tuple[Sequence[BatchTask], Report]:
        """Wait for a batch to be over; what became of it."""

    def interrupt(self) -> None:
        """End what is running, as soon as may be, and run nothing more."""

    def close(self) -> None:
        """The run is over."""


def drive(schedule: Schedule, workers: WorkerPool, watchers: Sequence[Watcher]) -> list[Any]:
    """Run all tasks of a schedule; the answers.

    No more batches are in flight than there are workers, so that no more partitions are in memory than are worked at.
    When a task has failed, no more are started, and what runs is waited for.
    """
    in_flight = 0
    failed: BaseException | None = None
    batch: Sequence[BatchTask]
    try:
        while True:
            while (
                failed is None and in_flight < workers.size and (batch := schedule.batch(workers.size, not in_flight))
            ):
                for watcher in watchers:
                    for task in batch:
                        watcher.task_started(task.key)
                workers.put(batch)
                in_flight += 1
            if not in_flight:
                break
            batch, report = workers.next_report()
            in_flight -= 1
            dropped = schedule.reported(batch, report)
            tell(watchers, batch, report, dropped)
            if report.error is not None and failed is None:
                failed = report.error
                culprit = batch[len(report.times)].key
                blame(failed, culprit, schedule.graph[culprit])
            del batch, report  # or this frame would keep results that the schedule has dropped
    except KeyboardInterrupt:
        workers.interrupt()
        raise
    except BaseException:  # of a watcher: what runs is waited for
        for _ in range(in_flight):
            workers.next_report()
        raise
    finally:
        workers.close()
    if failed is not None:
        schedule.results.clear()  # or whoever holds the error holds them
        try:
            raise failed
        finally:
            del failed
    return schedule.answers()


def tell(watchers: Sequence[Watcher], batch: Sequence[BatchTask], report: Report, dropped: Sequence[Any]) -> None:
    """Tell the watchers what became of a batch."""
    for watcher in watchers:
        for task, (begin, end) in zip(batch, report.times, strict=False):
            for event in report.events.get(task.key, ()):
                watcher.task_emitted(task.key, event)
            watcher.task_done(task.key, begin, end)
            if task.key in report.results:
                watcher.result_kept(task.key, report.results[task.key])
        for key in dropped:
            watcher.result_dropped(key)
