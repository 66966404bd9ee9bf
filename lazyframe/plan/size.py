"""About how much there is of a query's rows before it runs: how many, and how wide they are."""

from typing import Any

import pandas as pd

from lazyframe.ops.spill import InFile
from lazyframe.plan.logical.delayed import Call
from lazyframe.plan.logical.flat_map import FlatMap
from lazyframe.plan.logical.gathered import Gathered
from lazyframe.plan.logical.join import Merged, WithWhole
from lazyframe.plan.logical.partitions import Concat, FromDelayed, Persisted
from lazyframe.plan.logical.rowwise import MapPartitions
from lazyframe.plan.logical.sources import Scan
from lazyframe.plan.node import Node, walk

TEXT = 60
"""Bytes of a text in a column, with what pandas needs besides, where nothing is known of it."""


def rows_of(frame: Node) -> float | None:
    """About how many rows a query has at most; None where that depends on what it finds, as in a join."""
    known: dict[int, float | None] = {}
    for node in walk(frame):
        known[id(node)] = rows_given(node, [known[id(child)] for child in node.children])
    return known[id(frame)]


def rows_given(node: Node, below: list[float | None]) -> float | None:
    """About how many rows a node has at most, given those of its children."""
    match node:
        case Scan(source=source, limit=limit):
            return source.about_rows if limit is None else min(source.about_rows, limit * node.npartitions)
        case Persisted(handles=handles):
            lengths = [length_of(handle) for handle in handles]
            return None if None in lengths else sum(length or 0 for length in lengths)
        case Merged() | FlatMap() | MapPartitions() | FromDelayed() | Call() | Gathered():
            return None
        case WithWhole(is_aligned=False):
            return None
    if not below or None in below:
        return None
    rows = [count or 0 for count in below]
    return sum(rows) if isinstance(node, Concat) else max(rows)


def length_of(handle: Any) -> int | None:
    """How many rows a kept partition has; None if that is not known here, as of one on a cluster."""
    if isinstance(handle, InFile):
        return int(handle.offsets[-1])
    return len(handle) if isinstance(handle, pd.DataFrame | pd.Series) else None


def width_of(frame: Node) -> int:
    """About how many bytes a row of a query takes, by the dtypes of its columns."""
    empty: Any = frame.schema.empty
    return sum(map(bytes_of, empty.dtypes if frame.schema.kind == "frame" else [empty.dtype]))


def bytes_of(dtype: Any) -> int:
    """About how many bytes a value takes."""
    return TEXT if dtype.kind == "O" else int(getattr(dtype, "itemsize", TEXT))
