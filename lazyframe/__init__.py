"""Pandas answers from folders of CSVs, lazily: larger than memory, never silently wrong.

The layers, each of which knows only those below it:

- `lazyframe.*`: what users hold. `frame`, `series`, `scalar`, `groupby` are thin objects that hold a query.
- `lazyframe.plan`: the query as a tree of nodes, the passes that make it cheaper, and the tasks that it becomes.
- `lazyframe.ops`, `lazyframe.io`: work on one partition, with pandas; reading one, with a kernel in C++ or pyarrow.
- `executor`: runs graphs of tasks; knows nothing of the above.
"""

from lazyframe import diagnostics, errors
from lazyframe.collections.delayed import Delayed, delayed, from_delayed
from lazyframe.collections.frame import DataFrame
from lazyframe.collections.scalar import Scalar
from lazyframe.collections.series import Series
from lazyframe.collections.toplevel import compute, from_pandas, read_csv, read_parquet
from lazyframe.session import config
from lazyframe.session.cluster import Client
from lazyframe.session.versions import show_versions
from lazyframe.version import __version__

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
