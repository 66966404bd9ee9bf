""".str, .dt and .cat: what a Series of texts, dates or categories has, a line each."""

from typing import Any

import pandas as pd

from lazyframe.collections.gather import gather
from lazyframe.collections.method import accessor, accessor_method
from lazyframe.ops import categories, datetimes, strings
from lazyframe.ops.calls import Attribute


def namespace(name: str, kind: Any = None) -> property:
    """An attribute of a Series that holds methods of values of some dtypes: a class of ours, or pandas' own."""

    def found(self: Any) -> Any:
        getattr(self._plan.schema.empty, name)  # an AttributeError for other dtypes: then __getattr__ is asked
        return getattr(self._deferred(), name) if kind is None else kind(self)

    return property(found, doc=f"As pandas' `Series.{name}`, lazily.")


class SeriesAccessor:
    """What an attribute such as `.str` gives."""

    def __init__(self, series: Any):
        self._series = series

    def __repr__(self) -> str:
        return f"lazyframe.{type(self).__name__} of {self._series!r}"


class StringAccessor(SeriesAccessor):
    """The texts, as pandas' `Series.str`."""

    def __getitem__(self, key: Any) -> Any:
        return self.slice(key.start, key.stop, key.step) if isinstance(key, slice) else self.get(key)

    capitalize = accessor_method(strings.capitalize)
    casefold = accessor_method(strings.casefold)
    cat = accessor_method(strings.cat)
    center = accessor_method(strings.center)
    contains = accessor_method(strings.contains)
    count = accessor_method(strings.count)
    decode = accessor_method(strings.decode)
    encode = accessor_method(strings.encode)
    endswith = accessor_method(strings.endswith)
    extract = accessor_method(strings.extract)
    extractall = accessor_method(strings.extractall)
    find = accessor_method(strings.find)
    findall = accessor_method(strings.findall)
    fullmatch = accessor_method(strings.fullmatch)
    get = accessor_method(strings.get)
    get_dummies = accessor_method(strings.get_dummies)
    index = accessor_method(strings.index)
    isalnum = accessor_method(strings.isalnum)
    isalpha = accessor_method(strings.isalpha)
    isascii = accessor_method(strings.isascii)
    isdecimal = accessor_method(strings.isdecimal)
    isdigit = accessor_method(strings.isdigit)
    islower = accessor_method(strings.islower)
    isnumeric = accessor_method(strings.isnumeric)
    isspace = accessor_method(strings.isspace)
    istitle = accessor_method(strings.istitle)
    isupper = accessor_method(strings.isupper)
    join = accessor_method(strings.join)
    len = accessor_method(strings.len)
    ljust = accessor_method(strings.ljust)
    lower = accessor_method(strings.lower)
    lstrip = accessor_method(strings.lstrip)
    match = accessor_method(strings.match)
    normalize = accessor_method(strings.normalize)
    pad = accessor_method(strings.pad)
    partition = accessor_method(strings.partition)
    removeprefix = accessor_method(strings.removeprefix)
    removesuffix = accessor_method(strings.removesuffix)
    repeat = accessor_method(strings.repeat)
    replace = accessor_method(strings.replace)
    rfind = accessor_method(strings.rfind)
    rindex = accessor_method(strings.rindex)
    rjust = accessor_method(strings.rjust)
    rpartition = accessor_method(strings.rpartition)
    rsplit = accessor_method(strings.rsplit)
    rstrip = accessor_method(strings.rstrip)
    slice = accessor_method(strings.slice)
    slice_replace = accessor_method(strings.slice_replace)
    split = accessor_method(strings.split)
    startswith = accessor_method(strings.startswith)
    strip = accessor_method(strings.strip)
    swapcase = accessor_method(strings.swapcase)
    title = accessor_method(strings.title)
    translate = accessor_method(strings.translate)
    upper = accessor_method(strings.upper)
    wrap = accessor_method(strings.wrap)
    zfill = accessor_method(strings.zfill)


class CategoricalAccessor(SeriesAccessor):
    """The categories, as pandas' `Series.cat`."""

    codes = accessor(categories.codes)
    add_categories = accessor_method(categories.add_categories)
    as_ordered = accessor_method(categories.as_ordered)
    as_unordered = accessor_method(categories.as_unordered)
    remove_categories = accessor_method(categories.remove_categories)
    rename_categories = accessor_method(categories.rename_categories)
    reorder_categories = accessor_method(categories.reorder_categories)
    set_categories = accessor_method(categories.set_categories)
    remove_unused_categories = accessor_method(categories.remove_unused_categories)

    @property
    def categories(self) -> pd.Index:
        """The categories."""
        return self._series.dtype.categories  # type: ignore[no-any-return]

    @property
    def ordered(self) -> bool:
        """Whether they are in an order."""
        return bool(self._series.dtype.ordered)


class DatetimeAccessor(SeriesAccessor):
    """The parts of dates, periods and differences of dates, as pandas' `Series.dt`."""

    @property
    def tz(self) -> Any:
        """The time zone, or None."""
        return getattr(self._series.dtype, "tz", None)

    @property
    def unit(self) -> str:
        """The unit, such as "us"."""
        return str(self._series._plan.schema.empty.dt.unit)

    @property
    def freq(self) -> Any:
        """The frequency, which depends on all dates."""
        return gather("freq", Attribute("freq"), (gather("dt", Attribute("dt"), (self._series,)),)).compute()

    year = accessor(datetimes.year)
    month = accessor(datetimes.month)
    day = accessor(datetimes.day)
    hour = accessor(datetimes.hour)
    minute = accessor(datetimes.minute)
    second = accessor(datetimes.second)
    microsecond = accessor(datetimes.microsecond)
    nanosecond = accessor(datetimes.nanosecond)
    quarter = accessor(datetimes.quarter)
    day_of_week = dayofweek = weekday = accessor(datetimes.day_of_week)
    day_of_year = dayofyear = accessor(datetimes.day_of_year)
    days_in_month = daysinmonth = accessor(datetimes.days_in_month)
    is_leap_year = accessor(datetimes.is_leap_year)
    is_month_start = accessor(datetimes.is_month_start)
    is_month_end = accessor(datetimes.is_month_end)
    is_quarter_start = accessor(datetimes.is_quarter_start)
    is_quarter_end = accessor(datetimes.is_quarter_end)
    is_year_start = accessor(datetimes.is_year_start)
    is_year_end = accessor(datetimes.is_year_end)
    date = accessor(datetimes.date)
    time = accessor(datetimes.time)
    timetz = accessor(datetimes.timetz)
    days = accessor(datetimes.days)
    seconds = accessor(datetimes.seconds)
    microseconds = accessor(datetimes.microseconds)
    nanoseconds = accessor(datetimes.nanoseconds)
    components = accessor(datetimes.components)
    end_time = accessor(datetimes.end_time)
    start_time = accessor(datetimes.start_time)
    qyear = accessor(datetimes.qyear)
    week = accessor(datetimes.week)
    weekofyear = accessor(datetimes.weekofyear)
    as_unit = accessor_method(datetimes.as_unit)
    asfreq = accessor_method(datetimes.asfreq)
    ceil = accessor_method(datetimes.ceil)
    day_name = accessor_method(datetimes.day_name)
    floor = accessor_method(datetimes.floor)
    isocalendar = accessor_method(datetimes.isocalendar)
    month_name = accessor_method(datetimes.month_name)
    normalize = accessor_method(datetimes.normalize)
    round = accessor_method(datetimes.round)
    strftime = accessor_method(datetimes.strftime)
    to_period = accessor_method(datetimes.to_period)
    to_timestamp = accessor_method(datetimes.to_timestamp)
    total_seconds = accessor_method(datetimes.total_seconds)
    tz_convert = accessor_method(datetimes.tz_convert)
    tz_localize = accessor_method(datetimes.tz_localize)
    to_pydatetime = accessor_method(datetimes.to_pydatetime)
    to_pytimedelta = accessor_method(datetimes.to_pytimedelta)
