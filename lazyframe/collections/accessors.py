""".dt: the parts of a Series of dates, a line each."""

from typing import Any

from pandas.core.indexes.accessors import DatetimeProperties

from lazyframe.collections.method import accessor
from lazyframe.errors import BY_ROW, INSTEAD, refuse_pandas_attribute
from lazyframe.ops import datetimes as ops


class DatetimeAccessor:
    """The parts of dates, as pandas' `Series.dt`."""

    def __init__(self, series: Any):
        self._series = series

    def __repr__(self) -> str:
        return f"lazyframe.DatetimeAccessor of {self._series!r}"

    def __getattr__(self, name: str) -> Any:
        refuse_pandas_attribute(
            DatetimeProperties, name, INSTEAD if name in ("freq", "tz", "unit") else BY_ROW, "Series.dt"
        )
        raise AttributeError(f"A lazy DatetimeAccessor has no attribute {name!r}.")

    year = accessor(ops.year)
    month = accessor(ops.month)
    day = accessor(ops.day)
    hour = accessor(ops.hour)
    minute = accessor(ops.minute)
    second = accessor(ops.second)
    microsecond = accessor(ops.microsecond)
    nanosecond = accessor(ops.nanosecond)
    quarter = accessor(ops.quarter)
    day_of_week = dayofweek = weekday = accessor(ops.day_of_week)
    day_of_year = dayofyear = accessor(ops.day_of_year)
    days_in_month = daysinmonth = accessor(ops.days_in_month)
    is_leap_year = accessor(ops.is_leap_year)
    is_month_start = accessor(ops.is_month_start)
    is_month_end = accessor(ops.is_month_end)
    is_quarter_start = accessor(ops.is_quarter_start)
    is_quarter_end = accessor(ops.is_quarter_end)
    is_year_start = accessor(ops.is_year_start)
    is_year_end = accessor(ops.is_year_end)
    date = accessor(ops.date)
    time = accessor(ops.time)
