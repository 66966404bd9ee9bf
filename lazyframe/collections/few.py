"""Lifts of methods whose answers are few rows of many: counts, extremes, aggregates by name."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from lazyframe.collections.collection import wrap
from lazyframe.collections.gather import gather
from lazyframe.collections.lifts import Given
from lazyframe.collections.method import as_value
from lazyframe.ops import reductions
from lazyframe.ops.calls import Method
from lazyframe.ops.pick import Commonest, Counted, Distinct, Extremes, Largest, Tabled, tables_of
from lazyframe.plan.logical.rowwise import Assign, Filter, Pick, Project, Take
from lazyframe.plan.logical.sources import Scan
from lazyframe.plan.node import Node
from lazyframe.plan.schema import schema_of


def is_countable(series: Any) -> bool:
    """Return whether values of a dtype are counted as groups are: not objects, which may be equal and differ."""
    dtype = series.dtype
    is_text = isinstance(dtype, pd.StringDtype) and dtype.na_value is np.nan
    return is_text or (isinstance(dtype, np.dtype) and dtype.kind in "iufbmM")


def are_keys(series: Any) -> bool:
    """Return whether rows may meet by values: those that are counted, and texts of dtype object."""
    return is_countable(series) or is_text_of_files(series._plan)


def is_text_of_files(key: Node) -> bool:
    """Return whether a Series is a column of files, of dtype object: then its objects are texts."""
    name = key.schema.empty.name
    while not isinstance(key, Scan):
        match key:
            case Take(frame=frame) | Project(frame=frame) | Filter(frame=frame):
                key = frame
            case Assign(frame=frame, name=other) if other != name:
                key = frame
            case _:
                return False
    return bool(key.source.how_read()) and key.source.schema[name].dtype == np.dtype(object)


def counts_of(series: Any, dropna: bool) -> Any:
    """The number of rows of each value of a Series, in the order of first appearance."""
    return series.groupby(series, sort=False, dropna=dropna).size()


def value_counts(series: Any, given: Given) -> Any:
    """`value_counts` of a Series: the sizes of groups."""
    if "bins" in given or not is_countable(series):
        return None
    own = {name: bool(value) for name, value in given.items() if name != "dropna"}
    counts = counts_of(series, bool(given.get("dropna", True)))
    outcome = schema_of(series._plan.schema.empty.value_counts(**given))
    return gather("value_counts", Counted(False, **own), (counts,), outcome=outcome)


def value_counts_of_rows(frame: Any, given: Given) -> Any:
    """`value_counts` of a frame's rows: the sizes of groups."""
    subset = given.get("subset")
    names = frame._plan.schema.columns if subset is None else subset if isinstance(subset, list) else [subset]
    if not names or not set(names) <= set(frame._plan.schema.columns) or not all(is_countable(frame[n]) for n in names):
        return None
    own = {name: bool(value) for name, value in given.items() if name not in ("dropna", "subset")}
    counts = frame.groupby(names, sort=False, dropna=bool(given.get("dropna", True))).size()
    is_listed = subset is None or isinstance(subset, list)
    return gather("value_counts", Counted(is_listed, **own), (counts,))


def unique(series: Any, given: Given) -> Any:
    """`unique`: the labels of groups."""
    return gather("unique", Distinct(), (counts_of(series, False),)) if is_countable(series) else None


def mode(series: Any, given: Given) -> Any:
    """`mode` of a Series: the labels of the largest groups."""
    if not is_countable(series):
        return None
    dropna = bool(given.get("dropna", True))
    return gather("mode", Commonest(series.name, dropna), (counts_of(series, dropna),))


def largest(name: str) -> Callable[[Any, Given], Any]:
    """`nlargest` and `nsmallest`: of the rows that each partition's own gives."""

    def lift(rows: Any, given: Given) -> Any:
        outcome = schema_of(getattr(rows._plan.schema.empty, name)(**given))
        picks = Largest(name, tuple((key, as_value(value)) for key, value in given.items()))
        return gather(name, Method(name), (wrap(Pick(rows._plan, picks)),), given, outcome=outcome)

    return lift


def extreme(name: str) -> Callable[[Any, Given], Any]:
    """`idxmax` and `idxmin`: of the rows that each partition's own gives."""

    def lift(rows: Any, given: Given) -> Any:
        if given:
            return None
        return gather(name, Method(name), (wrap(Pick(rows._plan, Extremes(name))),))

    return lift


def position(name: str) -> Callable[[Any, Given], Any]:
    """`argmax` and `argmin`: the label of an extreme of rows that are numbered through."""

    def lift(series: Any, given: Given) -> Any:
        return None if given else getattr(series.reset_index(drop=True), name)()

    return lift


REDUCTIONS = frozenset(name for name in reductions.BY_NAME if callable(getattr(pd.Series, name, None)))
"""What `agg` of a Series calls the reductions that have a state of each partition."""


def agg(rows: Any, given: Given) -> Any:
    """`agg` by names: reductions, whose answers are put together as pandas does."""
    func = given.get("func")
    if given.keys() != {"func"}:
        return None
    if isinstance(func, str):
        return getattr(rows, func)() if func in REDUCTIONS else None
    if rows.kind == "series":
        return gather("agg", Tabled(rows.name), (scalars(rows, func),)) if are_reductions(rows, func) else None
    asked: dict[Any, Any] = func if isinstance(func, dict) else dict.fromkeys(rows._plan.schema.columns, func)
    if not asked or not set(asked) <= set(rows._plan.schema.columns):
        return None
    if all(are_reductions(rows[name], [one]) for name, one in asked.items()):
        return gather("agg", Tabled(None), ({name: getattr(rows[name], one)() for name, one in asked.items()},))
    if all(are_reductions(rows[name], ops) for name, ops in asked.items()):
        return gather("agg", tables_of, ({name: scalars(rows[name], ops) for name, ops in asked.items()},))
    return None


def are_reductions(series: Any, func: Any) -> bool:
    """Return whether reductions of a Series are asked for by name, each once."""
    is_listed = isinstance(func, list) and bool(func) and all(isinstance(one, str) for one in func)
    return is_listed and set(func) <= REDUCTIONS and len(set(func)) == len(func) and is_countable(series)


def scalars(series: Any, names: Any) -> dict[str, Any]:
    """Some reductions of a Series."""
    return {name: getattr(series, name)() for name in names}
