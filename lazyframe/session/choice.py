"""Which executor runs."""

from typing import Any

import executor
from executor import Executor
from lazyframe.io.csv.checks import parse_bytes
from lazyframe.session import config


def chosen(scheduler: Any = None, num_workers: int | None = None) -> Executor:
    """The executor that the arguments or the settings say."""
    return executor.find(
        config.get("scheduler") if scheduler is None else scheduler,
        config.get("num_workers") if num_workers is None else num_workers,
        config.get("pool"),
        parse_bytes(config.get("memory_limit"), "memory_limit"),
    )


def is_cluster(runner: Executor) -> bool:
    """Return whether an executor keeps results where they were computed."""
    return hasattr(runner, "persist")
