"""Where the exchanges of a run put what memory does not hold, and that it is gone afterwards."""

import atexit
import os
import tempfile
from contextlib import AbstractContextManager
from functools import partial

from executor import Executor, FuturesExecutor, ProcessExecutor, SyncExecutor, ThreadExecutor
from lazyframe.io.csv.checks import parse_bytes
from lazyframe.ops.spill import Spill, name_of_folder
from lazyframe.plan.passes.lower import lower
from lazyframe.plan.passes.optimize import PASSES
from lazyframe.session import config
from lazyframe.session.memory import available

SHARE = 4
"""By default the pieces of exchanges take up to this part of the memory that is available."""


class Spilling(AbstractContextManager["Spilling"]):
    """Plans queries whose exchanges spill to a folder of their own, which is removed at the end, however that comes.

    A context manager; `passes` are the passes to plan with. On a cluster nothing is spilled here: its workers do that
    by themselves.
    """

    def __init__(self, runner: Executor):
        self._runner = runner
        self._spill: Spill | None = None
        self.passes = PASSES | {"lower": partial(lower, spill=self._spilled)}

    def _spilled(self) -> Spill | None:
        """Where exchanges spill; asked for only where there are some."""
        if self._spill is None:
            self._spill = spill_of(self._runner)
            if self._spill is not None:
                atexit.register(self._spill.remove)
        return self._spill

    def __exit__(self, *error: object) -> None:
        if self._spill is not None:
            self._spill.remove()
            atexit.unregister(self._spill.remove)


def spill_of(runner: Executor) -> Spill | None:
    """Return where an executor's tasks spill, and from when on; None for a cluster, and for others than ours.

    Processes exchange by files always: what they hand on otherwise goes through this process.
    """
    if not isinstance(runner, SyncExecutor | ThreadExecutor | ProcessExecutor | FuturesExecutor):
        return None
    parent = config.get("temporary_directory") or tempfile.gettempdir()
    folder = os.path.join(os.path.abspath(os.fspath(parent)), name_of_folder())
    limit = parse_bytes(config.get("spill_limit"), "spill_limit")
    if limit is None:
        limit = (available() or 1 << 32) // SHARE
    return Spill(folder, limit if isinstance(runner, SyncExecutor | ThreadExecutor) else 0)
