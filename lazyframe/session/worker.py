"""What a worker process of a local cluster does first: it leaves Ctrl-C to the process that started it.

A terminal or a notebook interrupts all processes of a session; a worker that takes it for itself is gone.
"""

import signal
from typing import Any


def dask_setup(worker: Any) -> None:
    """Called by distributed in every new worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
