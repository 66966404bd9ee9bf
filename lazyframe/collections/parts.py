"""Partitions as such, as Dask's users know them: chosen, made more or fewer, reduced, seen with their neighbours."""

from collections.abc import Callable, Sequence
from typing import Any, Self

import numpy as np

from lazyframe.collections.collection import wrap
from lazyframe.collections.delayed import delayed, from_delayed, partitions
from lazyframe.collections.gather import gather
from lazyframe.collections.operators import Operators
from lazyframe.io.csv.checks import parse_bytes
from lazyframe.ops.parts import Overlapping, Reduced, first_rows, last_rows
from lazyframe.plan.logical.partitions import Regrouped, SomePartitions
from lazyframe.plan.passes.numbering import numbered
from lazyframe.session.estimate import size_of


class Parts(Operators, abstract=True):
    """What is done with partitions."""

    @property
    def partitions(self) -> "PartitionIndexer":
        """Some of the partitions, by their numbers: ``df.partitions[0]``, ``df.partitions[2:5]``.

        Examples
        --------
        >>> import pandas as pd, lazyframe as lf
        >>> df = lf.from_pandas(pd.DataFrame({"x": [1, 2, 3]}), npartitions=3)
        >>> df.partitions[1:].x.sum().compute()
        np.int64(5)
        """
        return PartitionIndexer(self)

    def get_partition(self, n: int) -> Self:
        """One partition, by its number."""
        found: Self = self.partitions[n]
        return found

    @property
    def divisions(self) -> tuple[None, ...]:
        """None for the bounds of each partition: rows are numbered or labelled as in pandas, and not cut by labels."""
        return (None,) * (self.npartitions + 1)

    @property
    def known_divisions(self) -> bool:
        """False: see `divisions`."""
        return False

    def clear_divisions(self) -> Self:
        """The collection as it is: see `divisions`."""
        return self

    @property
    def dask(self) -> Any:
        """The tasks in dask's terms."""
        return self.__dask_graph__()

    def repartition(self, npartitions: int | None = None, partition_size: int | str | None = None) -> Self:
        """The same rows in more or fewer partitions.

        Parameters
        ----------
        npartitions
            How many. Of fewer, neighbours are joined; of more, each is cut in parts of equal length.
        partition_size
            About how many bytes a partition has in memory, such as "100MB", in the place of `npartitions`.

        Examples
        --------
        >>> import pandas as pd, lazyframe as lf
        >>> lf.from_pandas(pd.Series(range(10)), npartitions=5).repartition(npartitions=2).npartitions
        2
        """
        if (npartitions is None) == (partition_size is None):
            raise TypeError("repartition: pass npartitions=, or partition_size=.")
        if npartitions is None:
            npartitions = max(round(size_of(self._plan) / (parse_bytes(partition_size, "partition_size") or 1)), 1)
        if npartitions < 1:
            raise ValueError(f"npartitions must be at least 1, not {npartitions}.")
        found: Self = wrap(Regrouped(self._plan, npartitions))
        return found

    def reduction(
        self,
        chunk: Callable[..., Any],
        aggregate: Callable[..., Any] | None = None,
        combine: Callable[..., Any] | None = None,
        meta: Any = None,
        chunk_kwargs: dict[str, Any] | None = None,
        aggregate_kwargs: dict[str, Any] | None = None,
    ) -> Any:
        """One value of many by functions of yours, as Dask's `reduction`.

        Parameters
        ----------
        chunk
            Called with each partition; gives a value, a Series or a DataFrame.
        aggregate
            Called with what `chunk` gave of all partitions: values as a Series, Series as the rows of a DataFrame,
            frames below each other. By default `chunk`.
        combine, meta
            Taken for Dask's sake; all results are aggregated at once.
        chunk_kwargs, aggregate_kwargs
            More arguments for the functions.

        Returns
        -------
        Deferred

        Examples
        --------
        >>> import pandas as pd, lazyframe as lf
        >>> x = lf.from_pandas(pd.Series([1, 5, 2, 4]), npartitions=3)
        >>> int(x.reduction(lambda part: part.max(), lambda found: found.max()).compute())
        5
        """
        made = delayed(chunk, pure=True)
        found = [made(part, **(chunk_kwargs or {})) for part in partitions(numbered(self._plan))]
        return gather("reduction", Reduced(aggregate or chunk), (found,), aggregate_kwargs or {})

    def map_overlap(
        self, func: Callable[..., Any], before: int, after: int, *args: Any, meta: Any = None, **kwargs: Any
    ) -> Any:
        """A function of each partition with rows of its neighbours, which are cut off its result.

        Parameters
        ----------
        func
            Called with a partition, the last `before` rows in front of it and the first `after` rows behind it; gives
            a row for each.
        before, after
            How many rows, of as many partitions as it takes.
        meta
            As for `map_partitions`.

        Examples
        --------
        >>> import pandas as pd, lazyframe as lf
        >>> x = lf.from_pandas(pd.Series([1.0, 2.0, 4.0, 8.0]), npartitions=2)
        >>> x.map_overlap(lambda part: part.diff(), 1, 0).compute().tolist()[1:]
        [1.0, 2.0, 4.0]
        """
        parts = partitions(numbered(self._plan))
        fronts: list[Any] = [None]
        backs: list[Any] = [None]
        for part, later in zip(parts[:-1], parts[:0:-1], strict=True):
            fronts.append(delayed(last_rows, pure=True)(fronts[-1], part, before))
            backs.append(delayed(first_rows, pure=True)(later, backs[-1], after))
        made = delayed(Overlapping(func, args, tuple(kwargs.items())), pure=True)
        return from_delayed([made(*one) for one in zip(fronts, parts, backs[::-1], strict=True)], meta)


class PartitionIndexer:
    """What `df.partitions` is."""

    def __init__(self, rows: Parts):
        self._rows = rows

    def __repr__(self) -> str:
        return f"the {self._rows.npartitions} partitions of {self._rows!r}"

    def __getitem__(self, key: int | slice | Sequence[int]) -> Any:
        count = self._rows.npartitions
        numbers = np.arange(count)[[key] if isinstance(key, int | np.integer) else key]
        return wrap(SomePartitions(self._rows._plan, tuple(int(number) for number in numbers)))

    def __len__(self) -> int:
        return self._rows.npartitions
