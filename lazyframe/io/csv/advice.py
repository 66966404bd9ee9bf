"""Which edit of a `read_csv` mends a column that has texts where numbers or dates were expected."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from lazyframe.io.csv.dates import ISO, DateColumn, has_zone
from lazyframe.io.csv.format import Format
from lazyframe.io.csv.infer import BOOL_TEXTS

LONGEST = 20
"""Characters of a text that may stand for a missing value."""

MOST = 3
"""Distinct texts of a column that may stand for missing values."""


FINE = re.compile(r"\.\d{6}\d*[1-9]")
"""In a time: parts of a microsecond."""

THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
"""A number with commas between thousands."""

EPOCH = re.compile(r"\d{9,}")
"""Seconds, or parts of them, since 1970."""


def edit(column: Any, texts: Sequence[str], form: Format) -> str:
    """The edit for a column with such texts, to stand behind "pass"."""
    is_meant = f"dtype={{{column!r}: 'str'}} if text is meant"
    if set(texts) <= set(BOOL_TEXTS):
        return f"dtype={{{column!r}: 'bool'}} if its numbers are 0 and 1, or {is_meant}"
    if all(is_number(text, form) for text in texts):
        return f"dtype={{{column!r}: 'float64'}}"
    if not form.thousands and form.decimal != "," and all(THOUSANDS.fullmatch(text) for text in texts):
        return f"thousands=',' if the commas separate thousands, or {is_meant}"
    is_value = any(text in BOOL_TEXTS or any(map(str.isdigit, text)) for text in texts)
    if is_value or len(texts) > MOST or len(max(texts, key=len)) > LONGEST:
        return is_meant
    return f"na_values={{{column!r}: {sorted(texts)!r}}} if that is a missing value, or {is_meant}"


def date_edit(texts: Mapping[str, Any], date: DateColumn) -> str:
    """Return what to do about a date that can't be read, from the text or number of each column that it is made of."""
    out = "leave the column out of parse_dates"
    if not all(isinstance(text, str) for text in texts.values()):
        return f"Mend the line, or {out}."
    if any(FINE.search(text) for text in texts.values()):
        return f"{out.capitalize()}."
    if all(EPOCH.fullmatch(text) for text in texts.values()):
        return f"{out.capitalize()}; of an answer, pd.to_datetime(answer, unit='s') makes dates, if these are seconds."
    is_zoned = any(has_zone(text) for text in texts.values())
    if is_zoned and not date.in_utc:
        return f"Pass utc=True to read all dates of the folder in UTC, or {out}."
    if nothing := {column: [text] for column, text in texts.items() if is_no_day(text)}:
        return f"Pass na_values={nothing!r} if that is a missing value, date_format= if it is a date, or {out}."
    if is_zoned or date.how == "mixed":
        return f"Mend the line, or {out}."
    if is_other_way_round(" ".join(texts.values()), date.how):
        way = "dayfirst=True" if date.how.index("%m") < date.how.index("%d") else "dayfirst=False"
        return f"Pass {way} if day and month stand that way in all files, else date_format=, or {out}."
    return f"Pass date_format= as the dates are written, 'mixed' if in several ways, or {out}."


def is_other_way_round(text: str, how: str) -> bool:
    """Return whether a text is a date if the day and the month of a format change places."""
    if "%d" not in how or "%m" not in how:
        return False
    turned = how.replace("%d", "%%").replace("%m", "%d").replace("%%", "%m")
    return not pd.isna(pd.to_datetime(text, format=turned, errors="coerce"))


def is_no_day(text: str) -> bool:
    """Return whether a text looks like a date and is none: 00/00/0000, 2021-02-29."""
    return not re.search("[1-9]", text) or (
        ISO.fullmatch(text) is not None and pd.isna(pd.to_datetime(text, errors="coerce"))
    )


def is_number(text: str, form: Format) -> bool:
    """Return whether a text is a number as it is written in a format."""
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
