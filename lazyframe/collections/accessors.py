""".str, .dt and .cat: what a Series of texts, dates or categories has, a line each."""

import inspect
from collections.abc import Callable
from typing import Any

import pandas as pd

from lazyframe.collections.gather import bound, documented, gather
from lazyframe.collections.method import accessor, apply, holds_lazy
from lazyframe.ops import categories, datetimes, strings
from lazyframe.ops.calls import Attribute, Method
from lazyframe.ops.op import AccessorMethod, Needs


def method(op: AccessorMethod) -> Callable[..., Any]:
    """A method of an accessor: row by row, or by pandas in one place."""
    like = getattr(getattr(pd.Series, op.accessor), op.name)
    signature = inspect.signature(like)

    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        given = bound(op.name, signature, self, args, kwargs)
        options = dict(list(given.items())[1:])
        if op.needs is Needs.ROW and not {"args", "kwargs"} & options.keys() and not holds_lazy(options):
            return apply(op, (self._series,), options)
        return gather(op.name, Method(f"{op.accessor}.{op.name}"), (self._series, *args), kwargs)

    return documented(call, like, signature)


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

    capitalize = method(strings.capitalize)
    casefold = method(strings.casefold)
    cat = method(strings.cat)
    center = method(strings.center)
    contains = method(strings.contains)
    count = method(strings.count)
    decode = method(strings.decode)
    encode = method(strings.encode)
    endswith = method(strings.endswith)
    extract = method(strings.extract)
    extractall = method(strings.extractall)
    find = method(strings.find)
    findall = method(strings.findall)
    fullmatch = method(strings.fullmatch)
    get = method(strings.get)
    get_dummies = method(strings.get_dummies)
    index = method(strings.index)
    isalnum = method(strings.isalnum)
    isalpha = method(strings.isalpha)
    isascii = method(strings.isascii)
    isdecimal = method(strings.isdecimal)
    isdigit = method(strings.isdigit)
    islower = method(strings.islower)
    isnumeric = method(strings.isnumeric)
    isspace = method(strings.isspace)
    istitle = method(strings.istitle)
    isupper = method(strings.isupper)
    join = method(strings.join)
    len = method(strings.len)
    ljust = method(strings.ljust)
    lower = method(strings.lower)
    lstrip = method(strings.lstrip)
    match = method(strings.match)
    normalize = method(strings.normalize)
    pad = method(strings.pad)
    partition = method(strings.partition)
    removeprefix = method(strings.removeprefix)
    removesuffix = method(strings.removesuffix)
    repeat = method(strings.repeat)
    replace = method(strings.replace)
    rfind = method(strings.rfind)
    rindex = method(strings.rindex)
    rjust = method(strings.rjust)
    rpartition = method(strings.rpartition)
    rsplit = method(strings.rsplit)
    rstrip = method(strings.rstrip)
    slice = method(strings.slice)
    slice_replace = method(strings.slice_replace)
    split = method(strings.split)
    startswith = method(strings.startswith)
    strip = method(strings.strip)
    swapcase = method(strings.swapcase)
    title = method(strings.title)
    translate = method(strings.translate)
    upper = method(strings.upper)
    wrap = method(strings.wrap)
    zfill = method(strings.zfill)


class CategoricalAccessor(SeriesAccessor):
    """The categories, as pandas' `Series.cat`."""

    codes = accessor(categories.codes)
    add_categories = method(categories.add_categories)
    as_ordered = method(categories.as_ordered)
    as_unordered = method(categories.as_unordered)
    remove_categories = method(categories.remove_categories)
    rename_categories = method(categories.rename_categories)
    reorder_categories = method(categories.reorder_categories)
    set_categories = method(categories.set_categories)
    remove_unused_categories = method(categories.remove_unused_categories)

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
    as_unit = method(datetimes.as_unit)
    asfreq = method(datetimes.asfreq)
    ceil = method(datetimes.ceil)
    day_name = method(datetimes.day_name)
    floor = method(datetimes.floor)
    isocalendar = method(datetimes.isocalendar)
    month_name = method(datetimes.month_name)
    normalize = method(datetimes.normalize)
    round = method(datetimes.round)
    strftime = method(datetimes.strftime)
    to_period = method(datetimes.to_period)
    to_timestamp = method(datetimes.to_timestamp)
    total_seconds = method(datetimes.total_seconds)
    tz_convert = method(datetimes.tz_convert)
    tz_localize = method(datetimes.tz_localize)
    to_pydatetime = method(datetimes.to_pydatetime)
    to_pytimedelta = method(datetimes.to_pytimedelta)
