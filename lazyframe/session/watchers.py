"""Who watches a run unasked: a bar, where one is wanted, and who hears of fallbacks in other processes."""

import os
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

import executor
from executor import Executor, Key, SyncExecutor, ThreadExecutor, Watcher
from executor.watchers.notebook import in_notebook
from executor.watchers.progress import ProgressBar
from lazyframe.io.csv.fallbacks import Fallback, remember
from lazyframe.session import config

BAR_AFTER = 0.5
"""Seconds that a computation takes before a bar is shown for it."""


def unasked(runner: Executor, watchers: Sequence[Watcher]) -> list[Watcher]:
    """The watchers of a run beside those that the user has."""
    bars = [ProgressBar(delay=BAR_AFTER, leave=False)] if wants_bar(watchers) else []
    listeners = [] if isinstance(runner, SyncExecutor | ThreadExecutor) else [FallbackWatcher()]
    return [*bars, *listeners]


def wants_bar(watchers: Sequence[Watcher]) -> bool:
    """Return whether the settings ask for a bar, and nobody shows one already."""
    setting = config.get("progress")
    if any(isinstance(watcher, ProgressBar) for watcher in (*watchers, *executor.listening())):
        return False
    return setting is True or (setting == "notebook" and in_notebook() and find_spec("tqdm") is not None)


class FallbackWatcher(Watcher):
    """Hears where other processes have read without the kernel, so that plans can tell."""

    def task_emitted(self, key: Key, event: Any) -> None:
        """See `Watcher`."""
        if isinstance(event, Fallback) and event.process != os.getpid():
            remember(event)
