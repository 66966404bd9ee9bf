"""Text and HTML of a collection: where the rows come from, the columns with their dtypes, and the first rows."""

import re
from collections.abc import Sequence
from html import escape
from shutil import get_terminal_size
from typing import Any

import pandas as pd

from lazyframe.errors import printable
from lazyframe.plan.logical.sources import Reading
from lazyframe.plan.node import Node, walk
from lazyframe.plan.passes.explain import counted
from lazyframe.session.preview import preview

MOST_COLUMNS = 40
"""Columns shown as text; of more, the first and the last."""

MOST_BESIDE = 24
"""Columns shown side by side."""

MOST_LETTERS = 40
"""Letters of a value that are shown."""

FOLD = "..."
"""What stands for columns that are not shown."""

SMALL = "font-weight: normal; opacity: 0.6"


def rows_text(title: str, plan: Node) -> str:
    """A DataFrame or Series as text: a line a column, with its first values as far as there is room."""
    columns = folded(columns_of(plan), MOST_COLUMNS)
    width = max((len(name) for name, _, _ in columns), default=0)
    dtypes = max((len(dtype) for _, dtype, _ in columns), default=0)
    room = max(get_terminal_size().columns, 40)
    found = [headline(title, plan)]
    for name, dtype, values in columns:
        line = f"  {name:{width}}  {dtype:{dtypes if values else 0}}"
        shown = f"{line}  {', '.join(values)}" if values else line
        found.append((shown if len(shown) <= room or not values else f"{shown[: room - 3]}...").rstrip())
    return "\n".join(found)


def rows_html(title: str, plan: Node) -> str:
    """A DataFrame or Series as HTML, for notebooks: the first rows, below the names and dtypes."""
    columns = folded(columns_of(plan), MOST_BESIDE)
    head = f"<div><strong>{escape(headline(title, plan))}</strong>"
    if not any(values for _, _, values in columns):
        cells = "".join(f"<tr><th>{escape(name)}</th><td>{escape(dtype)}</td></tr>" for name, dtype, _ in columns)
        return f"{head}<table>{cells}</table></div>"
    names = "".join(
        f'<th>{escape(name)}<br><span style="{SMALL}">{escape(dtype)}</span></th>' for name, dtype, _ in columns
    )
    count = max(len(values) for _, _, values in columns)
    rows = "".join(
        f"<tr>{''.join(f'<td>{escape(values[i] if values else FOLD)}</td>' for _, _, values in columns)}</tr>"
        for i in range(count)
    )
    return f"{head}<table><thead><tr>{names}</tr></thead><tbody>{rows}</tbody></table></div>"


def scalar_text(plan: Node) -> str:
    """A Scalar as text."""
    return f"lazyframe.Scalar {plan.label}, {plan.schema.empty.dtype}{origin(plan)}"


def headline(title: str, plan: Node) -> str:
    """Return what, how many partitions, and from where; of the answer for groups, what it is of."""
    if plan.is_answer:
        keys = [one_line(name) for name in plan.schema.empty.index.names if name is not None]
        return f"lazyframe.{title}, {plan.label}{' by ' if keys else ''}{', '.join(keys)}{origin(plan)}"
    return f"lazyframe.{title}, {counted(plan.npartitions)}{origin(plan)}"


def origin(plan: Node) -> str:
    """Return where the rows come from; of an answer, not how many there were."""
    sources = {node.source.identity: node.source for node in walk(plan) if isinstance(node, Reading)}
    found = "".join(f", from {source.describe()}" for source in sources.values())
    return found if plan.schema.kind in ("frame", "series") and not plan.is_answer else ROWS.sub("", found)


ROWS = re.compile(r", about [\d,]+ rows")


def one_line(name: Any) -> str:
    """A name as it is shown in a line."""
    return printable(str(name)).replace("\n", "\\n").replace("\t", "\\t")


def columns_of(plan: Node) -> list[tuple[str, str, list[str]]]:
    """The names, dtypes and first values of the columns."""
    empty: Any = plan.schema.empty
    rows = preview(plan)
    if plan.schema.kind != "frame":
        empty, rows = empty.to_frame(0), None if rows is None else rows.to_frame(0)
    names = empty.columns if plan.schema.kind == "frame" else [plan.schema.empty.name]
    shown = ["" if name is None else one_line(name) for name in names]
    values = [[] if rows is None else values_of(rows.iloc[:, i]) for i in range(len(shown))]
    return list(zip(shown, map(str, empty.dtypes), values, strict=True))


def values_of(column: pd.Series) -> list[str]:
    """The values of a column as pandas shows them, each in a line and no longer than a few words."""
    if column.dtype.kind == "O" or isinstance(column.dtype, pd.StringDtype):
        found = ["NaN" if value is None or value is pd.NA or value != value else one_line(value) for value in column]
    else:
        found = [one_line(line.strip()) for line in column.to_string(index=False, header=False).split("\n")]
    return [
        value if len(value) <= MOST_LETTERS else f"{value[: MOST_LETTERS - 3]}..." for value in found[: len(column)]
    ]


def folded(columns: Sequence[tuple[str, str, list[str]]], most: int) -> Sequence[tuple[str, str, list[str]]]:
    """The columns, the middle left out where there are too many."""
    if len(columns) <= most:
        return columns
    half = most // 2
    left = len(columns) - 2 * half
    return [*columns[:half], (FOLD, f"{left} more column{'s' * (left != 1)}", []), *columns[-half:]]
