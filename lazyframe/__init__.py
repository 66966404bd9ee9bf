"""Pandas answers from folders of CSVs, lazily: larger than memory, never silently wrong.

The layers, each of which knows only those below it:

- `lazyframe.collections`: what users hold: thin objects that hold a plan.
- `lazyframe.session`: what holds for a process: settings, which executor runs, what runs have taught, clusters.
- `lazyframe.plan`: the query as a tree of nodes, the passes that make it cheaper, and the tasks that it becomes.
- `lazyframe.ops`, `lazyframe.io`: work on one partition, with pandas; reading one, with a kernel in C++ or pyarrow.
- `executor`: runs graphs of tasks; knows nothing of the above.
"""

import executor

if not hasattr(executor, "ELSEWHERE"):
    raise ImportError(
        f"lazyframe needs its own package 'executor', and Python found another in its place: {executor.__file__}. "
        "Rename that one, or start Python where it is not on the path."
    )

from lazyframe import diagnostics, errors
from lazyframe.collections.deferred import Deferred
from lazyframe.collections.delayed import Delayed, delayed, from_delayed
from lazyframe.collections.frame import DataFrame
from lazyframe.collections.functions import (
    concat,
    crosstab,
    cut,
    date_range,
    factorize,
    get_dummies,
    isna,
    isnull,
    melt,
    merge,
    merge_asof,
    merge_ordered,
    notna,
    notnull,
    pivot,
    pivot_table,
    qcut,
    to_datetime,
    to_numeric,
    to_timedelta,
    unique,
    wide_to_long,
)
from lazyframe.collections.scalar import Scalar
from lazyframe.collections.series import Series
from lazyframe.collections.toplevel import (
    compute,
    from_arrow,
    from_dict,
    from_map,
    from_pandas,
    read_csv,
    read_fwf,
    read_json,
    read_parquet,
    read_table,
)
from lazyframe.ops.parts import Aggregation
from lazyframe.session import config
from lazyframe.session.cluster import Client
from lazyframe.session.versions import show_versions
from lazyframe.version import __version__

__all__ = [
    "Aggregation",
    "Client",
    "DataFrame",
    "Deferred",
    "Delayed",
    "Scalar",
    "Series",
    "__version__",
    "compute",
    "concat",
    "config",
    "crosstab",
    "cut",
    "date_range",
    "delayed",
    "diagnostics",
    "errors",
    "factorize",
    "from_arrow",
    "from_delayed",
    "from_dict",
    "from_map",
    "from_pandas",
    "get_dummies",
    "isna",
    "isnull",
    "melt",
    "merge",
    "merge_asof",
    "merge_ordered",
    "notna",
    "notnull",
    "pivot",
    "pivot_table",
    "qcut",
    "read_csv",
    "read_fwf",
    "read_json",
    "read_parquet",
    "read_table",
    "show_versions",
    "to_datetime",
    "to_numeric",
    "to_timedelta",
    "unique",
    "wide_to_long",
]
