"""A watcher that shows how far a run is: bytes read, how many a second, how long it will take still."""

import threading
import time
import warnings
from collections.abc import Sequence
from typing import Any

from executor.base import Watcher
from executor.task import Graph, Key
from executor.watchers.notebook import WIDTH, DisplayFile, in_notebook


class ProgressBar(Watcher):
    """A bar in the terminal or the notebook, by tqdm: of bytes read from files, or of tasks where nothing is read.

    Parameters
    ----------
    delay
        Seconds before a bar appears; what is done earlier has none.
    **options
        For `tqdm`, such as ``desc="flights"``, ``file=sys.stdout``, ``leave=False``.

    Raises
    ------
    ImportError
        Without tqdm.

    Examples
    --------
    >>> from executor import SyncExecutor, Task
    >>> with ProgressBar(desc="two tasks"):
    ...     SyncExecutor().run({"a": Task(int), "b": Task(int)}, ["a", "b"])
    [0, 0]
    """

    def __init__(self, delay: float = 0.0, **options: Any):
        self._tqdm = import_tqdm()
        self._options = {"delay": delay} | options
        self._sizes: dict[Key, int] = {}
        self._bar: Any = None
        self._runs = 0
        self._lock = threading.Lock()

    def start(self, graph: Graph, keys: Sequence[Key]) -> None:
        """See `Watcher`; runs at the same time share one bar."""
        sizes = {key: graph[key].nbytes for key in keys}
        unit: dict[str, Any] = {"unit": "B", "unit_scale": True}
        if not any(sizes.values()):
            sizes, unit = dict.fromkeys(keys, 1), {"unit": " tasks"}
        with self._lock:
            self._runs += 1
            if self._runs == 1:
                self._sizes = sizes
                self._bar = self._tqdm(total=sum(sizes.values()), **(unit | self._where() | self._options))
            else:
                self._sizes |= sizes
                self._bar.total += sum(sizes.values())

    def _where(self) -> dict[str, Any]:
        """Return where the bar is shown, and how wide it is."""
        has_widgets = any(base.__module__ == "tqdm.notebook" for base in self._tqdm.__mro__)
        if has_widgets or not in_notebook():
            return {"dynamic_ncols": True}
        return {"file": DisplayFile(), "ncols": WIDTH}

    def task_done(self, key: Key, begin: float, end: float) -> None:
        """See `Watcher`."""
        size = self._sizes.get(key, 0)
        with self._lock:
            if size:
                self._bar.update(size)

    def finish(self, error: BaseException | None) -> None:
        """See `Watcher`; tasks whose results a cluster had already are not told of, and are done all the same."""
        with self._lock:
            self._runs -= 1
            if self._runs:
                return
            if error is None:
                self._bar.update(self._bar.total - self._bar.n)
                if time.time() >= self._bar.start_t + self._bar.delay:  # else nothing is shown, nor taken away
                    self._bar.refresh()
            self._bar.close()


def import_tqdm() -> Any:
    """tqdm for where this runs: a widget in a notebook that shows widgets, else text."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that there are no widgets is no news for who sees the text
            from tqdm.auto import tqdm
    except ImportError:
        raise ImportError("A progress bar needs tqdm: pip install tqdm") from None
    return tqdm
