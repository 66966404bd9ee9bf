"""Rows of a partition that are all an op needs of it, and what is made of counts: for answers of few rows of many."""

from typing import Any

import numpy as np
import pandas as pd

from lazyframe.record import record


@record()
class Largest:
    """The rows that `nlargest` or `nsmallest` choose of a partition, in their order, and one more.

    With it there are more rows than are asked for if there were: pandas orders ties in another way where there are not.
    """

    name: str
    options: tuple[tuple[str, Any], ...]

    def __call__(self, part: Any) -> Any:
        options: dict[str, Any] = {
            key: list(value) if isinstance(value, tuple) else value for key, value in self.options
        }
        options["n"] = options.get("n", 5) + 1
        chosen = getattr(part.set_axis(np.arange(len(part))), self.name)(**options)
        return part.iloc[np.sort(chosen.index.to_numpy())]

    def __repr__(self) -> str:
        return f"{self.name} of each partition"


@record()
class Extremes:
    """The first row with the largest or smallest value of each column of a partition, and its first row.

    The first is there so that a column without values looks like one.
    """

    name: str

    def __call__(self, part: Any) -> Any:
        columns = [part.iloc[:, i] for i in range(part.shape[1])] if isinstance(part, pd.DataFrame) else [part]
        places = {0} if len(part) else set()
        for column in columns:
            values = column.set_axis(np.arange(len(part))).dropna()
            if len(values):
                places.add(int(getattr(values, self.name)()))
        return part.iloc[sorted(places)]

    def __repr__(self) -> str:
        return f"{self.name} of each partition"


@record()
class Counted:
    """`value_counts`, of the number of rows of each value in the order of first appearance."""

    is_listed: bool
    normalize: bool = False
    sort: bool = True
    ascending: bool = False

    def __call__(self, counts: pd.Series) -> pd.Series:
        counts = counts.rename("proportion" if self.normalize else "count")
        if self.sort:
            counts = counts.sort_values(ascending=self.ascending, kind="stable")
        if self.normalize:
            counts = counts / counts.sum()
        if self.is_listed and counts.index.nlevels == 1:
            counts.index = pd.MultiIndex.from_arrays([counts.index], names=[counts.index.name])
        return counts


@record()
class Distinct:
    """`unique`, of the number of rows of each value."""

    def __call__(self, counts: pd.Series) -> Any:
        return counts.index.to_series().unique()


@record()
class Commonest:
    """`mode`, of the number of rows of each value."""

    name: Any
    dropna: bool

    def __call__(self, counts: pd.Series) -> pd.Series:
        return pd.Series(counts.index[counts == counts.max()], name=self.name).mode(dropna=self.dropna)


@record()
class Tabled:
    """Values by their labels, as a Series; or Series by their labels, as a frame."""

    name: Any
    is_frame: bool = False

    def __call__(self, values: dict[Any, Any]) -> Any:
        if self.is_frame:
            return pd.DataFrame(values)
        return pd.Series(list(values.values()), index=list(values), name=self.name)


def tables_of(columns: dict[Any, dict[str, Any]]) -> Any:
    """The values of each column by their labels, as a frame; missing where a column has none."""
    made = [Tabled(name)(values) for name, values in columns.items()]
    return pd.concat(made, axis=1) if len(made) > 1 else made[0].to_frame()
