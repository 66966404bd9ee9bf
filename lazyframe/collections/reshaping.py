"""Lifts of methods that replace values, or make other rows of each row: replace, map, explode, stack, melt, sample."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from lazyframe.collections import merging
from lazyframe.collections.collection import Collection, wrap
from lazyframe.collections.lifts import Given
from lazyframe.collections.method import apply, keeps_dtype, matched
from lazyframe.collections.summaries import is_plain
from lazyframe.ops import elementwise as ops
from lazyframe.ops.op import Elementwise
from lazyframe.ops.whole import CallMethod
from lazyframe.plan.logical.flat_map import FlatMap
from lazyframe.plan.logical.partitions import Concat
from lazyframe.plan.logical.rowwise import Assign, Filter, Project, Rename, Renumber, SameRows

NOTHING = object()


def replace(rows: Any, given: Given) -> Any:
    """`replace` by values that every column can hold, so that dtypes stay whatever is found."""
    if given.keys() - {"to_replace", "value", "regex"} or not isinstance(given.get("regex", False), bool):
        return None
    dtypes = rows._plan.schema.empty.dtypes.to_dict() if rows.kind == "frame" else {rows.name: rows.dtype}
    pairs = list(replacements(given.get("to_replace", NOTHING), given.get("value", NOTHING)))
    names = [column for column, _, _ in pairs if column is not None]
    if not pairs or any(old is NOTHING or new is NOTHING for _, old, new in pairs) or not set(names) <= dtypes.keys():
        return None
    for column, old, new in pairs:
        for name, dtype in dtypes.items():
            is_asked = column is None or column == name
            if is_asked and may_hold(dtype, old) and not is_kept(dtype, new):
                return None
    return apply(Elementwise("replace"), (rows,), given)


def replacements(old: Any, new: Any) -> Iterator[tuple[Any, Any, Any]]:
    """Each replacement that is asked: the column (None for all), the value and what takes its place."""
    is_nested = isinstance(old, dict) and any(isinstance(one, dict) for one in old.values())
    if is_nested:
        for column, own in old.items():
            for one, other in own.items() if isinstance(own, dict) else [(NOTHING, NOTHING)]:
                yield column, one, other
    elif isinstance(old, dict) and new is NOTHING:
        for one, other in old.items():
            yield None, one, other
    elif isinstance(old, dict):
        for column, one in old.items():
            for value in one if isinstance(one, list) else [one]:
                yield column, value, NOTHING if isinstance(new, dict | list) else new
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for one, other in zip(old, new, strict=True):
            yield None, one, other
    elif not isinstance(new, dict | list):
        for one in old if isinstance(old, list) else [old]:
            yield None, one, new


def may_hold(dtype: Any, value: Any) -> bool:
    """Return whether a value may be found among those of a dtype."""
    is_text = isinstance(dtype, pd.StringDtype)
    if not pd.api.types.is_scalar(value) or pd.isna(value):
        return True
    return is_text if isinstance(value, str) else not is_text


def is_kept(dtype: Any, value: Any) -> bool:
    """Return whether a column stays as it is if some of its values are replaced by one."""
    is_known = isinstance(dtype, np.dtype) and dtype.kind in "iufb"
    is_text = isinstance(dtype, pd.StringDtype) and (isinstance(value, str) or value is np.nan)
    return pd.api.types.is_scalar(value) and (is_text or (is_known and value is not None and keeps_dtype(dtype, value)))


def mapped(series: Any, given: Given) -> Any:
    """`map` by a dict or a Series of floats, text or dates: these have a missing value for what is not found."""
    values = given.get("func", given.get("arg"))
    if isinstance(values, Collection):
        return merging.mapped(series, values) if not given.keys() - {"func", "arg"} else None
    if isinstance(values, pd.Series) and values.index.is_unique:
        values = values.to_dict()
    is_given = type(values) is dict and values and not given.keys() - {"func", "arg"}
    if not is_given or not merging.has_plain_values(series):
        return None
    made = pd.Series(values).dtype
    is_steady = isinstance(made, pd.StringDtype) or (isinstance(made, np.dtype) and made.kind in "fM")
    return apply(ops.look_up, (series, values)) if is_steady else None


def explode(rows: Any, given: Given) -> Any:
    """`explode`: the items of each row's lists."""
    column = given.get("column")
    if rows.kind == "frame" and (not pd.api.types.is_hashable(column) or column not in rows._plan.schema.columns):
        return None
    is_renumbered = bool(given.pop("ignore_index", False))
    plan = FlatMap(rows._plan, CallMethod("explode", tuple(given.items())), None if column is None else (column,))
    return wrap(Renumber(plan) if is_renumbered else plan)


def stack(frame: Any, given: Given) -> Any:
    """`stack` of all columns."""
    return None if given or not frame._plan.schema.columns else wrap(FlatMap(frame._plan, CallMethod("stack", ())))


def melt(frame: Any, given: Given) -> Any:
    """`melt`: the rows once for each column of values, one after another."""
    known = frame._plan.schema.columns
    if given.keys() - {"id_vars", "value_vars", "var_name", "value_name"} or not all(isinstance(n, str) for n in known):
        return None
    kept = as_names(given.get("id_vars"), [])
    names = as_names(given.get("value_vars"), [name for name in known if name not in kept])
    variable, value = given.get("var_name") or "variable", given.get("value_name", "value")
    if not names or not {*kept, *names} <= set(known) or {variable, value} & {*kept} or len({*names}) < len(names):
        return None
    dtypes = [frame.dtypes[name] for name in names]
    if len(set(dtypes)) > 1 and not all(map(is_plain, dtypes)):
        return None
    dtype = frame._plan.schema.empty[names].melt().value.dtype
    parts = []
    for name in names:
        own = Assign(Project(frame._plan, (*kept, name)), name, operand_of(frame[name], dtype))
        renamed = Rename(own, ((name, value),))
        parts.append(Project(Assign(renamed, variable, name), (*kept, variable, value)))
    return wrap(Renumber(Concat(tuple(parts)) if len(parts) > 1 else parts[0]))


def as_names(value: Any, default: list[Any]) -> list[Any]:
    """Names of columns as a list."""
    return default if value is None else list(value) if isinstance(value, list | tuple) else [value]


def operand_of(series: Any, dtype: Any) -> Any:
    """The plan of a Series in a dtype."""
    return series._plan if series.dtype == dtype else apply(ops.astype, (series,), {"dtype": dtype})._plan


def combine_first(rows: Any, given: Given) -> Any:
    """`combine_first` with another of the same rows, columns and dtypes."""
    other = given["other"]
    if not isinstance(other, Collection) or other.kind != rows.kind or rows.kind not in ("frame", "series"):
        return None
    first, second = rows._plan, other._plan
    if matched(first, second) is None or not (first.is_numbered and second.is_numbered):
        return None
    own, new = first.schema.empty, second.schema.empty
    is_alike = own.dtype == new.dtype if rows.kind == "series" else sorted_dtypes(own) == sorted_dtypes(new)
    return apply(Elementwise("combine_first"), (rows, other)) if is_alike else None


def sorted_dtypes(frame: pd.DataFrame) -> Any:
    """A frame's columns in their order if that is an alphabet's, in which pandas puts them, with their dtypes."""
    names = list(frame.columns)
    is_sorted = all(isinstance(name, str) for name in names) and names == sorted(names)
    return list(frame.dtypes.items()) if is_sorted else object()


def convert_dtypes(rows: Any, given: Given) -> Any:
    """`convert_dtypes` of integers, bools, text and dates, which become the same whatever their values."""
    is_steady = all(
        isinstance(dtype, pd.StringDtype) or (isinstance(dtype, np.dtype) and dtype.kind in "iubM")
        for dtype in rows._value_dtypes()
    )
    return apply(Elementwise("convert_dtypes"), (rows,), given) if is_steady else None


def sample(rows: Any, given: Given) -> Any:
    """`sample` of a share of the rows: those of which a hash of the number is below it, whatever the partitions."""
    share, seed = given.get("frac"), given.get("random_state")
    if (
        not isinstance(share, float | int)
        or not 0 <= share <= 1
        or given.keys() - {"frac", "random_state"}
        or rows._plan.is_answer
    ):
        return None
    if isinstance(seed, np.random.RandomState | np.random.Generator):
        draw = seed.randint if isinstance(seed, np.random.RandomState) else seed.integers
        seed = int(draw(2**32, dtype=np.uint32))
    labels = Project(rows._plan, ()) if rows.kind == "frame" else rows._plan
    labels = labels if labels.is_numbered else Renumber(labels)
    made = FlatMap(labels, ops.Sampled(float(share), int(seed or 0)))
    return wrap(Filter(rows._plan, SameRows(made, labels, rows._plan)))
