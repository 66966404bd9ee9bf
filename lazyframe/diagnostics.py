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
"""

from executor.base import Watcher
from executor.watchers.profile import CacheProfiler, Profiler, ResourceProfiler
from executor.watchers.progress import ProgressBar

__all__ = ["CacheProfiler", "Profiler", "ProgressBar", "ResourceProfiler", "Watcher"]
