"""Columns of a frame set: to what has its rows, to constants, to values that pandas matches with the rows."""

from typing import Any

import numpy as np
import pandas as pd

from lazyframe.collections.collection import Collection
from lazyframe.collections.gather import gather
from lazyframe.collections.method import matched
from lazyframe.errors import UnsupportedError
from lazyframe.plan.logical.partitions import Held
from lazyframe.plan.logical.rowwise import Assign, AssignAligned, Project, Renumber
from lazyframe.plan.logical.sources import same
from lazyframe.plan.node import Node


def with_columns(frame: Any, names: list[Any], value: Any) -> Node:
    """A frame with several columns set: each to a column of a table, or one of as many values, or all to one value.

    Raises
    ------
    ValueError
        If there are not as many columns as names.
    """
    if isinstance(value, Collection) and value.kind == "deferred":
        value = value._value()  # type: ignore[attr-defined]
    is_frame = isinstance(value, pd.DataFrame) or getattr(value, "kind", "") == "frame"
    if is_frame:
        each = [value[column] for column in value.columns]
    elif isinstance(value, np.ndarray) and value.ndim == 2:
        each = list(value.T)
    elif pd.api.types.is_scalar(value) or getattr(value, "kind", "") == "scalar":
        each = [value] * len(names)
    else:
        each = list(value) if isinstance(value, list | tuple | np.ndarray) else []
    if len(each) != len(names):
        raise ValueError("Columns must be same length as key")
    result = frame.copy()
    for name, one in zip(names, each, strict=True):
        result._plan = with_column(result, name, one)
    plan: Node = result._plan
    return plan


def masked(frame: Any, test: Collection, value: Any) -> Node:
    """A frame with a value where a test of its rows, or of each of its values, is true.

    Raises
    ------
    UnsupportedError
        Where a column's dtype would depend on what is found.
    """
    if test.kind == "frame":
        found: dict[Any, Any] = {None: frame.mask(test, value)}
    else:
        found = {name: frame[name].mask(test, value) for name in frame.columns}
    if any(one.kind == "deferred" for one in found.values()):
        raise UnsupportedError(
            f"df[test] = {value!r} would change the dtype of a column, or match rows by their labels: write "
            "df = df.mask(test, ...)."
        )
    plan: Node = found[None]._plan if test.kind == "frame" else frame.assign(**found)._plan
    return plan


def with_column(frame: Any, name: Any, value: Any) -> Node:
    """A frame with a column set to what has its rows, to a constant, or to values that pandas matches with them."""
    if isinstance(value, Collection) and value.kind == "frame":
        if len(value.columns) > 1:  # type: ignore[attr-defined]
            raise ValueError(f"Cannot set a DataFrame with multiple columns to the single column {name}")
        value = value[value.columns[0]]  # type: ignore[index, attr-defined]
    if isinstance(value, Collection) and value.kind != "deferred":
        nodes = matched(frame._plan, value._plan)
        if nodes is not None:
            return Assign(nodes[0], name, nodes[1])
        value = gather("setitem", same, (value,))
    if isinstance(value, Collection):
        value = value._value()  # type: ignore[attr-defined]
    if pd.api.types.is_scalar(value):
        return Assign(frame._plan, name, value)
    return aligned_column(frame, name, value)


def aligned_column(frame: Any, name: Any, value: Any) -> Node:
    """A frame with a column set to values that are there already: by label of a Series, else by position.

    The rows are counted for it, and for a Series their labels computed.

    Raises
    ------
    ValueError
        If there are not as many values as rows, or several of one label.
    """
    labels: Node = Project(frame._plan, ())
    if isinstance(value, pd.Series) and not value.index.equals(own := frame.index._value()):
        return AssignAligned(frame._plan, labels, Held(value), name, value.reindex(own).dtype)
    values = value if hasattr(value, "dtype") else list(value)
    if not isinstance(value, pd.Series) and len(values) != len(frame):
        raise ValueError(f"Length of values ({len(values)}) does not match length of index ({len(frame)})")
    held = pd.Series(values).reset_index(drop=True)
    return AssignAligned(frame._plan, Renumber(labels), Held(held), name, held.dtype)
