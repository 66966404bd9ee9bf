"""Write docs/api.md: every public name of pandas' objects, and how it runs here. `make docs` runs this."""

import inspect
from pathlib import Path
from typing import Any

import pandas as pd
from pandas.api.typing import (
    DataFrameGroupBy,
    Expanding,
    ExponentialMovingWindow,
    Resampler,
    Rolling,
    SeriesGroupBy,
)

import lazyframe as lf
from lazyframe.collections import expanding, resampling, windows
from lazyframe.collections.accessors import CategoricalAccessor, DatetimeAccessor, StringAccessor
from lazyframe.collections.gather import unsupported
from lazyframe.collections.groupby import GroupBy
from lazyframe.collections.like import GATHERS

INTRODUCTION = """# What of pandas is there

Every public name of pandas {version}, and how it runs. Written by `make docs` from the classes themselves.

- *row by row*, *the rows before*, *all rows of its keys*, *the rows of its range*: partition by partition, in parallel.
  What has to meet in memory is said by `explain()`.
- *a state of each partition*: small states are merged in a tree.
- *gathers*: pandas does it, on the columns that it looks at, gathered in one place under the guard of `gather_limit`;
  the result is a `Deferred`. Of an answer (a reduction, groups) nothing is gathered: it is in one place already.
- *by hand*: the structure of a frame, or what computes at once; `help()` says what it does.

{count} names; {working} work ({share:.1%}); {lifted} of them gather nothing with their usual parameters.
"""

KINDS: list[tuple[str, type, Any]] = [
    ("DataFrame", pd.DataFrame, lf.DataFrame),
    ("Series", pd.Series, lf.Series),
    ("DataFrame.groupby", DataFrameGroupBy, GroupBy),
    ("Series.groupby", SeriesGroupBy, GroupBy),
    ("rolling", Rolling, windows.Rolling),
    ("expanding", Expanding, expanding.Expanding),
    ("ewm", ExponentialMovingWindow, lf.Deferred),
    ("resample", Resampler, resampling.Resampler),
    ("Series.str", pd.Series.str, StringAccessor),
    ("Series.dt", pd.Series.dt, DatetimeAccessor),
    ("Series.cat", pd.Series.cat, CategoricalAccessor),
]


def public(kind: type) -> list[str]:
    """The public names of a class of pandas."""
    return [name for name in dir(kind) if not name.startswith("_")]


def runs(own: Any, name: str) -> str:
    """How a name runs, in a few words."""
    found = inspect.getattr_static(own, name, None)
    if found is None:  # looked up in pandas, when it is asked for
        return GATHERS
    if isinstance(found, unsupported):
        return found.message.split(". ", 1)[-1]
    return str(getattr(found, "runs", None) or getattr(getattr(found, "fget", None), "runs", "by hand"))


def page() -> str:
    """The page."""
    rows = {title: [(name, runs(own, name)) for name in public(kind)] for title, kind, own in KINDS}
    hows = [how for names in rows.values() for _, how in names]
    refused = [
        how
        for title, kind, own in KINDS
        for name, how in rows[title]
        if isinstance(inspect.getattr_static(own, name, None), unsupported)
    ]
    working = len(hows) - len(refused)
    lifted = working - hows.count(GATHERS)
    version = ".".join(pd.__version__.split(".")[:2])
    text = INTRODUCTION.format(
        version=version, count=len(hows), working=working, share=working / len(hows), lifted=lifted
    )
    for title, names in rows.items():
        text += f"\n## {title}\n\n| name | how it runs |\n|---|---|\n"
        text += "".join(f"| `{name}` | {how} |\n" for name, how in names)
    return text


if __name__ == "__main__":
    (Path(__file__).parent / "api.md").write_text(page())
