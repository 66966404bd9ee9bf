"""What a worker process of a local cluster does first: it leaves its end to the process that started it."""

import logging
import signal
from typing import Any


def dask_setup(worker: Any) -> None:
    """Called by distributed in every new worker.

    A terminal or a notebook interrupts all processes of a session: a worker that takes Ctrl-C for itself is gone.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.getLogger("distributed.worker").addFilter(is_news)


def is_news(record: logging.LogRecord) -> bool:
    """Whether a line of a worker's log is one to show: a heartbeat that meets a cluster as it closes is none.

    The scheduler of a local cluster lives in the process that closes it, and is gone before the last of its workers.
    """
    return "Failed to communicate with scheduler during heartbeat" not in record.getMessage()
