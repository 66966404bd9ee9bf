"""parse_dates: which columns are dates, how their texts are read, and dates made of several columns.

pandas 3 dropped `parse_dates={"Date": [0, 1, 2]}` and `[[0, 1, 2]]`; here they work as before: the new column comes
first and its sources are dropped. Year, month and day are joined as numbers, without going through texts.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pandas.tseries.api import guess_datetime_format

from lazyframe.errors import unknown_column
from lazyframe.record import record

ISO = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d{1,6})?)?)?")
"""The texts that Arrow reads as timestamps by itself."""

ISO8601 = re.compile(ISO.pattern + r"\d*(Z|[+-]\d\d(:?\d\d)?)?")
"""The texts that pandas reads as such, of these; a zone may follow."""

ZONED = re.compile(r".*:\d\d(\.\d+)?\s*(Z|UTC|GMT|[+-]\d\d(:?\d\d)?)")
"""The texts of times with a time zone."""

INTEGERS = "integers"
"""A way to read: year, month and day from three columns of whole numbers."""

UNKNOWN = "unknown"
"""No way to read: dates whose format can't be guessed."""

ANY = ("ISO8601", "mixed")
"""What pandas calls dates that are not all written in the same way."""

TIMESTAMP = pa.timestamp("us")
"""pandas 3 reads dates with microseconds."""

UTC = pa.timestamp("us", "UTC")
"""Dates in UTC."""


@record(slots=True)
class DateColumn:
    """A column of dates and where it comes from.

    `how` is "iso", INTEGERS, UNKNOWN, one of ANY, or a strptime format of the sources' texts joined by spaces. Those
    that are `in_utc` have that time zone, whichever they are written in. With `dayfirst` each of "mixed" dates that
    can be read both ways is read day first.
    """

    name: Any
    sources: tuple[Any, ...]
    how: str
    in_utc: bool = False
    dayfirst: bool = False

    @property
    def is_combined(self) -> bool:
        """Return whether it is a new column, in place of its sources."""
        return self.sources != (self.name,)

    @property
    def dtype(self) -> Any:
        """The dtype of the column in pandas."""
        return pd.DatetimeTZDtype("us", "UTC") if self.in_utc else np.dtype("M8[us]")

    @property
    def source_type(self) -> pa.DataType:
        """The type in which the sources are parsed."""
        return {"iso": TIMESTAMP, INTEGERS: pa.int64()}.get(self.how, pa.string())

    def convert(self, batch: pa.RecordBatch) -> pa.Array:
        """The dates of a batch that has the sources in their `source_type`.

        Raises
        ------
        NotADate
            For a text or numbers that are no date.
        """
        columns = [batch[source] for source in self.sources]
        if self.how == "iso":
            return columns[0]
        if self.how == INTEGERS:
            return dates_of_integers(*columns).cast(UTC if self.in_utc else TIMESTAMP)
        texts = columns[0] if len(columns) == 1 else pc.binary_join_element_wise(*columns, " ")
        return self._dates_of_texts(pd.Series(texts.to_pylist(), dtype=object))

    def _dates_of_texts(self, texts: pd.Series) -> pa.Array:
        if self.how in (*ANY, UNKNOWN) and not self.in_utc:  # no other format fits a zone
            refuse(texts, texts.map(has_zone).astype(bool), "which has a time zone")
        if self.how == UNKNOWN:
            refuse(texts, texts.notna(), "for which no date format can be guessed")
        how = None if self.how == UNKNOWN else self.how
        dates = pd.to_datetime(texts, format=how, errors="coerce", utc=self.in_utc, dayfirst=self.dayfirst)
        like = "" if self.how in ANY else f" like {self.how!r}"
        refuse(texts, dates.isna() & texts.notna(), f"which is not a date{like}")
        refuse(texts, dates.notna() & (dates != dates.dt.as_unit("us")), "which is finer than a microsecond")
        return pa.Array.from_pandas(dates).cast(UTC if self.in_utc else TIMESTAMP)


def refuse(texts: pd.Series, is_wrong: pd.Series, why: str) -> None:
    """Refuse the first of some texts that is wrong.

    Raises
    ------
    NotADate
    """
    if is_wrong.any():
        row = int(is_wrong.to_numpy().argmax())
        raise NotADate(row, f"{texts[row]!r}, {why}")


def has_zone(text: Any) -> bool:
    """Return whether a text is a time with a time zone."""
    return isinstance(text, str) and ZONED.fullmatch(text.strip()) is not None


class NotADate(ValueError):
    """A row of a batch (counted from 0) has a text or numbers that are no date."""

    def __init__(self, row: int, found: str):
        super().__init__(row, found)
        self.row = row
        self.found = found


def dates_of_integers(years: pa.Array, months: pa.Array, days: pa.Array) -> pa.Array:
    """Dates of numbers, missing where one of the three is; the days before a month come from a table of months."""
    is_missing = np.logical_or.reduce([part.is_null().to_numpy(zero_copy_only=False) for part in (years, months, days)])
    year, month, day = (pc.fill_null(part, 1).to_numpy() for part in (years, months, days))
    if len(year) == 0:
        return pa.array([], TIMESTAMP)
    first = max(int(year.min()), -9999)
    last = min(int(year.max()), 9999)
    starts = month_starts(first, last)
    index = (year - first) * 12 + month - 1
    is_right = (year >= first) & (year <= last) & (month >= 1) & (month <= 12) & (day >= 1)
    index = np.where(is_right, index, 0)
    is_right &= day <= starts[index + 1] - starts[index]
    if not is_right.all():
        wrong = int(np.argmin(is_right))
        raise NotADate(wrong, f"year {year[wrong]}, month {month[wrong]}, day {day[wrong]}, which is not a date")
    microseconds = (starts[index] + day - 1) * 86_400_000_000
    return pa.array(microseconds, pa.int64(), mask=is_missing).cast(TIMESTAMP)


def month_starts(first: int, last: int) -> np.ndarray:
    """The day (since 1970) on which each month of the years starts, one more month at the end."""
    months = np.arange((first - 1970) * 12, (last + 1 - 1970) * 12 + 1).astype("M8[M]")
    return months.astype("M8[D]").astype(np.int64)


def wanted(parse_dates: Any, names: Sequence[Any]) -> list[tuple[Any, tuple[Any, ...]]]:
    """The name and the sources of each date column that `parse_dates` asks for.

    Raises
    ------
    UnknownColumnError
        For a column that is not in `names`.
    """
    if parse_dates is None or isinstance(parse_dates, bool):  # True means the index, as in pandas: row numbers
        return []
    if isinstance(parse_dates, dict):
        return [(name, resolve(sources, names)) for name, sources in parse_dates.items()]
    if not isinstance(parse_dates, Iterable) or isinstance(parse_dates, str):
        raise TypeError(f"parse_dates={parse_dates!r}: give a list of columns, a list of lists, or a dict.")
    columns = []
    for entry in parse_dates:
        sources = resolve(entry, names)
        is_group = isinstance(entry, list | tuple)
        columns.append(("_".join(map(str, sources)) if is_group else sources[0], sources))
    return columns


def resolve(entry: Any, names: Sequence[Any]) -> tuple[Any, ...]:
    """The names of the columns that a name, a position, or a list of these means."""
    found = []
    known = set(names)
    for column in entry if isinstance(entry, list | tuple) else [entry]:
        if column in known:
            found.append(column)
        elif isinstance(column, int) and 0 <= column < len(names):
            found.append(names[column])
        else:
            raise unknown_column(column, names)
    return tuple(found)


def how_to_read(
    name: Any,
    sources: Sequence[Any],
    texts: Sequence[tuple[str, ...]],
    date_format: Any,
    dayfirst: bool = False,
    in_utc: bool = False,
) -> str:
    """Return how the dates of a column are written, from the distinct texts of its sources in a sample."""
    if isinstance(date_format, dict):
        date_format = date_format.get(name)
    if date_format is not None:
        return date_format  # type: ignore[no-any-return]
    if dayfirst:  # a text such as 2020-01-02 is the first of February then, as in pandas
        return guessed(" ".join(texts[0]), in_utc, dayfirst) if texts else "%d/%m/%Y"
    if in_utc and len(sources) == 1 and all(ISO.match(text) for (text,) in texts):
        return "ISO8601" if all(ISO8601.fullmatch(text) for (text,) in texts) else "mixed"
    if not texts:
        return "iso" if len(sources) == 1 else INTEGERS if len(sources) == 3 else "%Y-%m-%d %H:%M:%S"
    if len(sources) == 1 and all(ISO.fullmatch(text) for (text,) in texts):
        return "iso"
    if len(sources) == 3 and is_year_month_day(texts):
        return INTEGERS
    return guessed(" ".join(texts[0]), in_utc)


def guessed(first: str, in_utc: bool, dayfirst: bool = False) -> str:
    """The format of a date, as pandas guesses it; where it can only be read the other way, pandas warns of that."""
    if has_zone(first) and not in_utc:
        return UNKNOWN
    return guess_datetime_format(first, dayfirst=dayfirst) or UNKNOWN


def is_year_month_day(texts: Sequence[tuple[str, ...]]) -> bool:
    """Return whether all are whole numbers that can be a year of four digits, a month and a day."""
    parts = [set(part) for part in zip(*texts, strict=True)]
    if not all(text.isascii() and text.isdigit() and len(text) <= 4 for part in parts for text in part):
        return False
    years, months, days = ([int(text) for text in part] for part in parts)
    return min(years) >= 1000 and 1 <= min(months) <= max(months) <= 12 and 1 <= min(days) <= max(days) <= 31
