"""Methods of pandas that come down to columns chosen or named, or to a filter: as plans, where the arguments allow.

A lift takes the collection and the arguments of a call by name, and gives a collection; or None, and then rows are
gathered and pandas does it.
"""

import ast
import datetime
import re
import sys
from collections.abc import Callable
from typing import Any

import pandas as pd

from lazyframe.collections.collection import wrap
from lazyframe.collections.gather import PARAMETERS, gather, looked_at
from lazyframe.collections.like import ELSE_GATHERS, GATHERS, ROW, bound, documented
from lazyframe.collections.method import apply, holds_lazy
from lazyframe.errors import OWN
from lazyframe.ops.calls import Evaluate, Method, RowMethod
from lazyframe.ops.elementwise import evaluate
from lazyframe.ops.op import Elementwise, Whole
from lazyframe.ops.whole import CallMethod
from lazyframe.plan.logical.flat_map import FlatMap
from lazyframe.plan.logical.rowwise import Project, Rename, Renumber, SetIndex
from lazyframe.plan.node import Node
from lazyframe.plan.schema import outcome_of, schema_of

Given = dict[str, Any]

COLUMNS = (1, "columns")
"""What `axis` is called where columns are meant."""


def lifted(
    op: Whole, of: type, lift: Callable[[Any, Given], Any], runs: str = ROW, takes_lazy: bool = False
) -> Callable[..., Any]:
    """A method of the same name and signature as pandas', by a lift, or else in one place.

    Lazy arguments are gathered too, if the lift does not take them.
    """
    like = getattr(of, op.name)

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        given = bound(like, self, args, kwargs)
        result = None if holds_lazy(given) and not takes_lazy else lift(self, given)
        if result is not None:
            return result
        rows = looked_at(self, op, given)
        return gather(op.name, Method(op.name), (rows, *args), kwargs, op.factor, why=PARAMETERS)

    return documented(method, like, runs + ELSE_GATHERS)


def of_users(op: Whole, of: type, lift: Callable[[Any, Given], Any] | None = None) -> Callable[..., Any]:
    """`apply` or `map` of a user's function: in one place, or with ``meta=`` partition by partition, as in Dask.

    `meta` is what it gives, with no rows, as for `map_partitions`; it is for functions of each row or value. A lift is
    for what is no function.
    """
    like = getattr(of, op.name)

    def method(self: Any, *args: Any, meta: Any = None, **kwargs: Any) -> Any:
        given = bound(like, self, args, kwargs)
        is_by_row = op.name == "map" or of is pd.Series or given.get("axis") in COLUMNS
        if meta is not None and is_by_row:
            empty = outcome_of(meta).iloc[:0]
            return self.map_partitions(RowMethod(op.name, empty), *args, meta=empty, **kwargs)
        result = None if lift is None else lift(self, given)
        return gather(op.name, Method(op.name), (self, *args), kwargs, op.factor) if result is None else result

    return documented(method, like, GATHERS + "; row by row with meta=")


def projected(frame: Any, given: Given, name: str) -> Any:
    """Some of a frame's columns: those that pandas' method leaves of the frame with no rows."""
    empty = frame._plan.schema.empty
    try:
        result = getattr(empty, name)(**given)
    except (KeyError, ValueError, TypeError):  # which also labels of rows raise that a frame with no rows has not
        return None
    names = list(result.columns)
    is_part = len(result) == 0 and set(names) <= set(empty.columns) and result.dtypes.equals(empty.dtypes[names])
    return wrap(Project(frame._plan, tuple(names))) if is_part else None


def drop(frame: Any, given: Given) -> Any:
    """`drop` of columns."""
    is_of_columns = "columns" in given or given.get("axis") in COLUMNS
    return projected(frame, given, "drop") if is_of_columns and given.get("index") is None else None


def select_dtypes(frame: Any, given: Given) -> Any:
    """`select_dtypes`."""
    return wrap(Project(frame._plan, tuple(frame._plan.schema.empty.select_dtypes(**given).columns)))


def filter(frame: Any, given: Given) -> Any:
    """`filter` of columns by their names."""
    is_by_name = given.get("axis") in (None, *COLUMNS) and not {"arg", "cond", "na"} & given.keys()
    return projected(frame, given, "filter") if is_by_name else None


def reindex(frame: Any, given: Given) -> Any:
    """`reindex` with columns that are there."""
    return projected(frame, given, "reindex") if given.keys() == {"columns"} else None


def get(frame: Any, given: Given) -> Any:
    """`get` of a column, or columns."""
    try:
        return frame[given["key"]]
    except KeyError:
        return given.get("default")


def named(frame: Any, names: list[Any]) -> Any:
    """A frame with other names for its columns; None if two are the same, as in pandas they may be."""
    old = frame._plan.schema.columns
    if len(set(map(str, names))) < len(names):
        return None
    return wrap(Rename(frame._plan, tuple((one, new) for one, new in zip(old, names, strict=True) if one is not new)))


def rename(frame: Any, given: Given) -> Any:
    """`rename` of columns."""
    is_of_columns = "columns" in given or given.get("axis") in COLUMNS
    if not is_of_columns or given.get("index") is not None:
        return None
    return named(frame, list(frame._plan.schema.empty.rename(**given).columns))


def rename_series(series: Any, given: Given) -> Any:
    """`rename` of a Series to a name."""
    name = given.get("index")
    if given.keys() != {"index"} or callable(name) or not pd.api.types.is_hashable(name):
        return None
    return wrap(Rename(series._plan, ((series.name, name),)))


def add_affix(name: str) -> Callable[[Any, Given], Any]:
    """`add_prefix` and `add_suffix`, of columns."""

    def lift(frame: Any, given: Given) -> Any:
        if given.get("axis") not in (None, *COLUMNS):
            return None
        return named(frame, list(getattr(frame._plan.schema.empty, name)(**given).columns))

    return lift


def set_axis(frame: Any, given: Given) -> Any:
    """`set_axis` of columns."""
    if given.get("axis") not in COLUMNS:
        return None
    return named(frame, list(frame._plan.schema.empty.set_axis(**given).columns))


def set_index(frame: Any, given: Given) -> Any:
    """`set_index` to columns, which are columns no more; nothing is sorted."""
    keys = given["keys"]
    names = keys if isinstance(keys, list) else [keys]
    known = frame._plan.schema.columns
    is_plain = given.keys() == {"keys"} and all(isinstance(name, str) and name in known for name in names)
    if not is_plain or len(set(names)) < len(names) or len(names) == len(known):
        return None
    return wrap(SetIndex(frame._plan, tuple((name, name) for name in names)))


def to_frame(series: Any, given: Given) -> Any:
    """`to_frame`."""
    return apply(Elementwise("to_frame"), (series,), given)


def dropna(rows: Any, given: Given) -> Any:
    """`dropna` of rows: a filter."""
    if given.keys() - {"how", "thresh", "subset", "axis"} or given.get("axis", 0) not in (0, "index"):
        return None
    if rows.kind == "series":
        return rows[rows.notna()]
    subset = given.get("subset")
    names = rows._plan.schema.columns if subset is None else subset if isinstance(subset, list) else [subset]
    if not names or not set(names) <= set(rows._plan.schema.columns) or {"how", "thresh"} <= given.keys():
        return None
    if "thresh" in given or given.get("how") not in (None, "any", "all"):
        return None
    test = rows[names[0]].notna()
    for name in names[1:]:
        test = test | rows[name].notna() if given.get("how") == "all" else test & rows[name].notna()
    return rows[test]


def query(frame: Any, given: Given) -> Any:
    """`query` by an expression of the row's own columns: a filter; with the values of Python's names it mentions."""
    test = evaluated(frame, given, "query")
    if test is None or test.kind == "deferred":
        return test
    if test.kind == "series" and test.dtype.kind == "b":
        return frame[test]
    return gather("query", Evaluate("query"), (frame, given["expr"], python_values(given["expr"])))


def eval(frame: Any, given: Given) -> Any:
    """`eval` of an expression of the row's own columns."""
    return evaluated(frame, given, "eval")


def evaluated(frame: Any, given: Given, name: str) -> Any:
    """An expression of columns, row by row; in one place, if it looks at more than a row."""
    expr = given["expr"]
    if given.keys() != {"expr"} or not isinstance(expr, str):
        return None
    values = python_values(expr)
    columns = columns_of(expr, frame._plan.schema.columns)
    if columns is None or any(holds_lazy(value) or pd.api.types.is_list_like(value) for value in values.values()):
        return gather(name, Evaluate(name), (frame, expr, values))
    return apply(evaluate, (frame[columns],), {"expr": expr, "values": tuple(values.items())})


def python_values(expr: str) -> Given:
    """The values of Python's names that an expression mentions with an @, from where the user's code calls us."""
    names = set(re.findall(r"@([A-Za-z_]\w*)", expr))
    caller = sys._getframe()
    while caller.f_back is not None and caller.f_code.co_filename.startswith(OWN):
        caller = caller.f_back
    known = {**caller.f_globals, **caller.f_locals}
    return {name: known[name] for name in names if name in known}


def is_among_rows(node: ast.AST, expr: str) -> bool:
    """Return whether a node asks if a value is among those of a column, or equal to one of a list of them."""
    if not isinstance(node, ast.Compare):
        return False
    lists = [one for one in (node.left, *node.comparators) if isinstance(one, ast.List | ast.Tuple)]
    names = [one for found in lists for one in found.elts]
    for operator, other in zip(node.ops, node.comparators, strict=True):
        if isinstance(operator, ast.In | ast.NotIn) and not isinstance(other, ast.List | ast.Tuple):
            names.append(other)
    return any(isinstance(one, ast.Name) and f"@{one.id}" not in expr for one in names)


def columns_of(expr: str, known: list[Any]) -> list[Any] | None:
    """The columns that an expression of rows mentions; None if it may look at more than one row, or sets a column."""
    try:
        tree = ast.parse(re.sub(r"`[^`]*`", "_", expr).replace("@", "").strip(), mode="eval")
    except SyntaxError:
        return None
    if any(isinstance(node, ast.Call | ast.Attribute | ast.Subscript | ast.Lambda) for node in ast.walk(tree)):
        return None
    if any(is_among_rows(node, expr) for node in ast.walk(tree)):
        return None
    plain = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - {"_"}
    quoted = set(re.findall(r"`([^`]*)`", expr))
    if "index" in plain or not quoted <= set(known):
        return None
    columns = [name for name in known if name in plain | quoted]
    return columns or None


def reset_index(rows: Any, given: Given) -> Any:
    """`reset_index`: rows are numbered through, and the labels become columns unless they are dropped."""
    if given.get("drop") is True and given.keys() == {"drop"}:
        return wrap(Renumber(rows._plan))
    like = rows._plan.schema.empty.reset_index(**given)
    if rows._plan.is_answer:
        return gather("reset_index", Method("reset_index"), (rows,), given, outcome=schema_of(like))
    if given.keys() - {"names", "drop"} or given.get("drop") or (rows.kind == "series" and rows.name is None):
        return None
    frame = rows.to_frame() if rows.kind == "series" else rows
    names = like.columns[: like.shape[1] - frame._plan.schema.empty.shape[1]]
    return wrap(Renumber(labels_as_columns(frame._plan, *names)))


def labels_as_columns(frame: Node, *names: Any) -> Node:
    """A frame whose labels are columns of these names, the first ones."""
    return FlatMap(frame, CallMethod("reset_index", (("names", names),)), ())


def by_labels(name: str, *params: str, needed: str | None = None) -> Callable[[Any, Given], Any]:
    """A method that looks at each row's label alone, with some of its parameters, of which one may have to be given."""

    def lift(rows: Any, given: Given) -> Any:
        is_known = not given.keys() - set(params) and (needed is None or given.get(needed) is not None)
        if not is_known or not all(pd.api.types.is_scalar(value) or is_offset(value) for value in given.values()):
            return None
        plan = FlatMap(rows._plan, CallMethod(name, tuple(given.items())), ())
        _ = plan.schema  # pandas' own errors show now
        return wrap(plan)

    return lift


def is_offset(value: Any) -> bool:
    """Return whether a value is a time, a time zone or an offset."""
    return isinstance(value, datetime.time | datetime.tzinfo | pd.offsets.BaseOffset)
