"""Keeps workers busy with what is ready, whatever kind of workers they are."""

from collections.abc import Sequence
from typing import Any, Protocol

from executor.base import Watcher, blame
from executor.batch import Report, Step
from executor.schedule import Schedule

LOOK_UP = 0.2
"""Seconds after which the driving thread looks up from its waiting: a signal does not always interrupt that."""


class Crew(Protocol):
    """The workers of one run."""

    size: int

    def put(self, steps: Sequence[Step]) -> None:
        """Have a worker run a batch."""

    def next_report(self) -> tuple[Sequence[Step], Report]:
        """Wait for a batch to be over; what became of it."""

    def interrupt(self) -> None:
        """End what is running, as soon as may be, and run nothing more."""

    def dismiss(self) -> None:
        """The run is over."""


def drive(schedule: Schedule, crew: Crew, watchers: Sequence[Watcher]) -> list[Any]:
    """Run all tasks of a schedule; the answers.

    No more batches are in flight than there are workers, so that no more partitions are in memory than are worked at.
    When a task has failed, no more are started, and what runs is waited for.
    """
    in_flight = 0
    failed: BaseException | None = None
    steps: Sequence[Step]
    try:
        while True:
            while failed is None and in_flight < crew.size and (steps := schedule.batch(crew.size, not in_flight)):
                for watcher in watchers:
                    for step in steps:
                        watcher.task_started(step.key)
                crew.put(steps)
                in_flight += 1
            if not in_flight:
                break
            steps, report = crew.next_report()
            in_flight -= 1
            dropped = schedule.reported(steps, report)
            tell(watchers, steps, report, dropped)
            if report.error is not None and failed is None:
                failed = report.error
                culprit = steps[len(report.times)].key
                blame(failed, culprit, schedule.graph[culprit])
            del steps, report  # or this frame would keep results that the schedule has dropped
    except KeyboardInterrupt:
        crew.interrupt()
        raise
    except BaseException:  # of a watcher: what runs is waited for
        for _ in range(in_flight):
            crew.next_report()
        raise
    finally:
        crew.dismiss()
    if failed is not None:
        schedule.results.clear()  # or whoever holds the error holds them
        try:
            raise failed
        finally:
            del failed
    return schedule.answers()


def tell(watchers: Sequence[Watcher], steps: Sequence[Step], report: Report, dropped: Sequence[Any]) -> None:
    """Tell the watchers what became of a batch."""
    for watcher in watchers:
        for step, (begin, end) in zip(steps, report.times, strict=False):
            for event in report.events.get(step.key, ()):
                watcher.task_emitted(step.key, event)
            watcher.task_done(step.key, begin, end)
            if step.key in report.results:
                watcher.result_kept(step.key, report.results[step.key])
        for key in dropped:
            watcher.result_dropped(key)
