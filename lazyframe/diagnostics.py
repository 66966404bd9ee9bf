"""What watches computations: a bar, and profilers. Each is a context manager, and has `register` and `unregister`.

Examples
--------
>>> import pandas as pd, lazyframe as lf
>>> total = lf.from_pandas(pd.DataFrame({"x": [1, 2, 6]}), npartitions=2).x.sum()
>>> with lf.diagnostics.Profiler() as profile:
...     total.compute()
np.int64(9)
>>> len(profile.results)
3
>>> profile.summary()["count"].sort_index().to_dict()
{'read-memory': 2, 'sum': 1}
"""

from typing import Any

import pandas as pd

from executor import Key
from executor.base import Watcher, kind_of
from executor.watchers import profile, timeline
from executor.watchers.progress import ProgressBar
from executor.watchers.timeline import visualize

__all__ = ["CacheProfiler", "Profiler", "ProgressBar", "ResourceProfiler", "Watcher", "visualize"]


class Shown(Watcher):
    """What has a page of its own."""

    def visualize(self, filename: Any = None) -> timeline.Page:
        """A page of what was seen, for notebooks and browsers; see `lf.diagnostics.visualize`, which takes several."""
        return visualize([self], filename)


class Profiler(Shown, profile.Profiler):
    __doc__ = profile.Profiler.__doc__

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[str, int] = {}

    def result_kept(self, key: Key, result: Any) -> None:
        """See `Watcher`."""
        if isinstance(result, pd.DataFrame | pd.Series):
            self._rows[kind_of(key)] = self._rows.get(kind_of(key), 0) + len(result)

    def clear(self) -> None:
        """Forget all results."""
        super().clear()
        self._rows.clear()

    def summary(self) -> pd.DataFrame:
        """What each step took.

        Returns
        -------
        pandas.DataFrame
            By step: `count` of tasks, `seconds` in all of them, `rows` of their tables (missing where they give none,
            or on a cluster), `bytes` read from files, and `share` of all seconds; those that took most first.
        """
        tasks = pd.DataFrame(
            {
                "step": [kind_of(one.key) for one in self.results],
                "seconds": [one.end_time - one.start_time for one in self.results],
                "bytes": [one.task.nbytes for one in self.results],
            }
        )
        steps = tasks.groupby("step").agg(count=("bytes", "size"), seconds=("seconds", "sum"), bytes=("bytes", "sum"))
        steps.insert(2, "rows", pd.Series(self._rows, steps.index, dtype="Int64"))
        steps["share"] = steps.seconds / steps.seconds.sum()
        return steps.sort_values("seconds", ascending=False)


class ResourceProfiler(Shown, profile.ResourceProfiler):
    __doc__ = profile.ResourceProfiler.__doc__


class CacheProfiler(Shown, profile.CacheProfiler):
    __doc__ = profile.CacheProfiler.__doc__
