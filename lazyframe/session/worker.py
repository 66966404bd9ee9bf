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
    """Whether a line of a worker's log is one to show.

    A heartbeat that meets a cluster as it closes is none: the scheduler of a local cluster lives in the process that
    closes it, and is gone before the last of its workers. Nor is a task that found that its plan was wrong: the query
    is planned anew.
    """
    text = record.getMessage()
    is_heartbeat = "Failed to communicate with scheduler during heartbeat" in text
    return not is_heartbeat and not ("Compute Failed" in text and "ReplanRequired" in text)
