"""Which edit of a `read_csv` mends a column that has texts where numbers were expected."""

from collections.abc import Sequence
from typing import Any

from lazyframe.io.format import Format
from lazyframe.io.infer import BOOL_TEXTS

LONGEST = 20
"""Characters of a text that may stand for a missing value."""

MOST = 3
"""Distinct texts of a column that may stand for missing values."""


def edit(column: Any, texts: Sequence[str], form: Format) -> str:
    """The edit for a column with such texts, to stand behind "pass"."""
    is_meant = f"dtype={{{column!r}: 'str'}} if text is meant"
    if set(texts) <= set(BOOL_TEXTS):
        return f"dtype={{{column!r}: 'bool'}} if its numbers are 0 and 1, or {is_meant}"
    if all(is_number(text, form) for text in texts):
        return f"dtype={{{column!r}: 'float64'}}"
    is_value = any(text in BOOL_TEXTS or any(map(str.isdigit, text)) for text in texts)
    if is_value or len(texts) > MOST or len(max(texts, key=len)) > LONGEST:
        return is_meant
    return f"na_values={{{column!r}: {sorted(texts)!r}}} if that is a missing value, or {is_meant}"


def is_number(text: str, form: Format) -> bool:
    """Whether a text is a number as it is written in a format."""
    plain = plain_number(text, form)
    try:
        float(plain)
    except ValueError:
        return False
    return "_" not in plain


def plain_number(text: str, form: Format) -> str:
    """A number as it is written elsewhere: without what separates thousands, with a decimal point."""
    plain = text.replace(form.thousands, "") if form.thousands else text
    return plain.replace(form.decimal, ".").strip()
