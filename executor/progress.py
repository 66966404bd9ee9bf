"""A watcher that shows how far a run is: bytes read, how many a second, how long it will take still."""

import warnings
from collections.abc import Sequence
from typing import Any

from executor.base import Watcher
from executor.task import Graph, Key


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
        self._options = {"delay": delay, "dynamic_ncols": True} | options
        self._sizes: dict[Key, int] = {}
        self._bar: Any = None

    def start(self, graph: Graph, keys: Sequence[Key]) -> None:
        """See `Watcher`."""
        self._sizes = {key: graph[key].nbytes for key in keys}
        unit: dict[str, Any] = {"unit": "B", "unit_scale": True}
        if not any(self._sizes.values()):
            self._sizes = dict.fromkeys(keys, 1)
            unit = {"unit": " tasks"}
        self._bar = self._tqdm(total=sum(self._sizes.values()), **(unit | self._options))

    def task_done(self, key: Key, begin: float, end: float) -> None:
        """See `Watcher`."""
        if self._sizes[key]:
            self._bar.update(self._sizes[key])

    def finish(self, error: BaseException | None) -> None:
        """See `Watcher`."""
        if error is None:
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
