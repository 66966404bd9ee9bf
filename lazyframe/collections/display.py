"""Text and HTML of a collection: columns, dtypes, where the rows come from, partitions. Nothing is read for it."""

from collections.abc import Sequence
from html import escape
from typing import Any

from lazyframe.errors import printable
from lazyframe.plan.logical.sources import Reading
from lazyframe.plan.node import Node, walk
from lazyframe.plan.passes.explain import counted

MOST_COLUMNS = 40
"""Columns shown; of more, the first and the last."""


def rows_text(title: str, plan: Node) -> str:
    """A DataFrame or Series as text."""
    columns = columns_of(plan)
    width = max((len(name) for name, _ in columns), default=0)
    return "\n".join([headline(title, plan), *(f"  {name:{width}}  {dtype}".rstrip() for name, dtype in columns)])


def rows_html(title: str, plan: Node) -> str:
    """A DataFrame or Series as HTML, for notebooks."""
    columns = columns_of(plan)
    cells = "".join(f"<tr><th>{escape(name)}</th><td>{escape(dtype)}</td></tr>" for name, dtype in columns)
    return f"<div><strong>{escape(headline(title, plan))}</strong><table>{cells}</table></div>"


def scalar_text(plan: Node) -> str:
    """A Scalar as text."""
    return f"lazyframe.Scalar {plan.label}, {plan.schema.empty.dtype}{origin(plan)}"


def headline(title: str, plan: Node) -> str:
    """Return what, how many partitions, and from where."""
    return f"lazyframe.{title}, {counted(plan.npartitions)}{origin(plan)}"


def origin(plan: Node) -> str:
    """Return where the rows come from."""
    sources = {node.source.identity: node.source for node in walk(plan) if isinstance(node, Reading)}
    return "".join(f", from {source.describe()}" for source in sources.values())


def one_line(name: Any) -> str:
    """A name as it is shown in a line."""
    return printable(str(name)).replace("\n", "\\n").replace("\t", "\\t")


def columns_of(plan: Node) -> Sequence[tuple[str, str]]:
    """The names and dtypes of the columns, the middle left out where there are too many."""
    empty: Any = plan.schema.empty
    dtypes = empty.dtypes.items() if plan.schema.kind == "frame" else [(empty.name, empty.dtype)]
    shown = [("" if name is None else one_line(name), str(dtype)) for name, dtype in dtypes]
    if len(shown) <= MOST_COLUMNS:
        return shown
    half = MOST_COLUMNS // 2
    return [*shown[:half], ("...", f"{len(shown) - 2 * half} more columns"), *shown[-half:]]
