"""Pandas answers from folders of CSVs, lazily: larger than memory, never silently wrong.

The layers, each of which knows only those below it:

- `lazyframe.*`: what users hold. `frame`, `series`, `scalar`, `groupby` are thin objects that hold a query.
- `lazyframe.expr`: the query as a tree of steps, the passes that make it cheaper, and the tasks that it becomes.
- `lazyframe.ops`, `lazyframe.io`: work on one partition, with pandas; reading one, with a kernel in C++ or pyarrow.
- `executor`: runs graphs of tasks; knows nothing of the above.
"""

from lazyframe import config, diagnostics, errors
from lazyframe.cluster import Client
from lazyframe.delayed import Delayed, delayed, from_delayed
from lazyframe.frame import DataFrame
from lazyframe.scalar import Scalar
from lazyframe.series import Series
from lazyframe.toplevel import compute, from_pandas, read_csv, read_parquet
from lazyframe.version import __version__
from lazyframe.versions import show_versions

__all__ = [
    "Client",
    "DataFrame",
    "Delayed",
    "Scalar",
    "Series",
    "__version__",
    "compute",
    "config",
    "delayed",
    "diagnostics",
    "errors",
    "from_delayed",
    "from_pandas",
    "read_csv",
    "read_parquet",
    "show_versions",
]
