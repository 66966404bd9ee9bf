"""Work on whole partitions: what users' functions make of several, and partitions cut and joined."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from lazyframe.ops.reach import Reach, first_of, last_of
from lazyframe.record import record


@record()
class Reduced:
    """A function of what another gave of each partition: values as a Series, Series as rows, frames one by one."""

    func: Callable[..., Any]

    def __call__(self, found: Sequence[Any], **options: Any) -> Any:
        if all(isinstance(one, pd.Series) for one in found):
            return self.func(pd.DataFrame(list(found)), **options)
        if all(isinstance(one, pd.DataFrame) for one in found):
            return self.func(pd.concat(found), **options)
        return self.func(pd.Series(list(found)), **options)


def last_rows(front: Any, part: Any, reach: Reach) -> Any:
    """The last rows of a partition with those in front of it, if there are any such."""
    return last_of(part if front is None else pd.concat([front, part]), reach)


def first_rows(part: Any, back: Any, reach: Reach) -> Any:
    """The first rows of a partition with those behind it, if there are any such."""
    own = first_of(part, reach)
    return own if back is None else first_of(pd.concat([own, back]), reach)


@record()
class Overlapping:
    """A function of a partition with rows in front of it and behind it, which are cut off its result."""

    func: Callable[..., Any]
    args: tuple[Any, ...]
    options: tuple[tuple[str, Any], ...]

    def __call__(self, front: Any, part: Any, back: Any) -> Any:
        given = pd.concat([one for one in (front, part, back) if one is not None])
        made = self.func(given, *self.args, **dict(self.options))
        if len(made) != len(given):
            raise ValueError(
                f"map_overlap: the function gave {len(made)} rows for {len(given)}. Let it give a row for each."
            )
        start = 0 if front is None else len(front)
        return made.iloc[start : start + len(part)]


@record()
class SetAligned:
    """A partition with a column set to those of some values that have the labels of its rows."""

    name: Any
    dtype: Any

    def __call__(self, part: pd.DataFrame, labels: pd.DataFrame, values: pd.Series) -> pd.DataFrame:
        part = part.copy(deep=False)
        part[self.name] = values.reindex(labels.index).astype(self.dtype).set_axis(part.index)
        return part


def cut(part: Any, number: int, count: int) -> Any:
    """One of several parts of equal length of a partition."""
    return part.iloc[len(part) * number // count : len(part) * (number + 1) // count]


@record()
class Aggregation:
    """An aggregate of groups by functions of yours, as Dask's `Aggregation`; all rows are gathered for it.

    Parameters
    ----------
    name
        What people call it.
    chunk
        Called with pandas' groupby of a column; gives a Series, or a tuple of them.
    agg
        Called with what `chunk` gave, each grouped by the keys; gives a Series, or a tuple of them.
    finalize
        Called with what `agg` gave.

    Examples
    --------
    >>> import pandas as pd, lazyframe as lf
    >>> df = lf.from_pandas(pd.DataFrame({"k": ["a", "b", "a"], "x": [1, 2, 3]}), npartitions=2)
    >>> ends = lambda g: (g.max(), g.min())
    >>> spread = lf.Aggregation("spread", ends, lambda high, low: (high.max(), low.min()), lambda high, low: high - low)
    >>> df.groupby("k").x.agg(spread).compute().to_dict()
    {'a': 2, 'b': 0}
    """

    name: str
    chunk: Callable[..., Any]
    agg: Callable[..., Any]
    finalize: Callable[..., Any] | None = None

    def __call__(self, groups: Any) -> Any:
        found = as_tuple(self.chunk(groups))
        levels = list(range(found[0].index.nlevels))
        results = as_tuple(self.agg(*[one.groupby(level=levels) for one in found]))
        return results[0] if self.finalize is None else self.finalize(*results)


def as_tuple(value: Any) -> tuple[Any, ...]:
    """One value or several, as a tuple."""
    return value if isinstance(value, tuple) else (value,)
