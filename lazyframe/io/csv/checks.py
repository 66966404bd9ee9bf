"""A check of each read_csv option's value, which also gives it its one form."""

import codecs
import csv
import inspect
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
from pandas.api.types import pandas_dtype

from lazyframe.errors import UnsupportedError
from lazyframe.io.csv.format import is_expression
from lazyframe.io.csv.skipping import SkipRows
from lazyframe.types import arrow_type

UNITS = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KIB": 2**10, "MIB": 2**20, "GIB": 2**30}

PANDAS = {
    name: parameter.default
    for name, parameter in inspect.signature(pd.read_csv).parameters.items()
    if name != "filepath_or_buffer"
}
"""pandas' options and their defaults."""


def check_sep(sep: Any) -> str:
    if sep is PANDAS["sep"]:
        return ","
    if sep is None:
        raise UnsupportedError("read_csv(sep=None): the separator is not guessed; give it, such as sep=';'.")
    if not isinstance(sep, str) or sep in ("", "\n", "\r"):
        raise ValueError(f"read_csv(sep={sep!r}): sep must be a character, or a regular expression such as r'\\s+'.")
    try:
        re.compile(sep if is_expression(sep) else "")
    except re.error as error:
        raise ValueError(f"read_csv(sep={sep!r}): it is no regular expression: {error}.") from None
    return sep


def mark(name: str) -> Callable[[Any], str]:
    """A check of an option that is one character, or None."""

    def check(value: Any) -> str:
        if value is None and name != "quotechar":
            return ""
        if not isinstance(value, str) or len(value.encode()) != 1:
            raise ValueError(f"read_csv({name}={value!r}): {name} must be one ASCII character.")
        return value

    return check


def flag(name: str) -> Callable[[Any], bool]:
    """A check of an option that is True or False."""

    def check(value: Any) -> bool:
        if not isinstance(value, bool | np.bool_):
            raise ValueError(f"read_csv({name}={value!r}): {name} must be True or False.")
        return bool(value)

    return check


def whole_number(name: str) -> Callable[[Any], int]:
    """A check of an option that is a number from 0 on."""

    def check(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 0:
            raise UnsupportedError(f"read_csv({name}={value!r}): {name} must be a whole number from 0 on.")
        return int(value)

    return check


def one_of(name: str, *known: str) -> Callable[[Any], str]:
    """A check of an option that is one of some words."""

    def check(value: Any) -> str:
        if value not in known:
            raise ValueError(f"read_csv({name}={value!r}): {name} must be one of {', '.join(map(repr, known))}.")
        return str(value)

    return check


def check_index_col(index_col: Any) -> Literal[False] | tuple[Any, ...] | None:
    if index_col is None or index_col is False:
        return index_col
    columns = tuple(index_col) if isinstance(index_col, list | tuple | np.ndarray) else (index_col,)
    if not all(isinstance(one, str | int | np.integer) and one is not True for one in columns):
        raise ValueError(f"read_csv(index_col={index_col!r}): give a column's name or number, or a list of such.")
    if len(set(columns)) < len(columns):
        raise ValueError(f"read_csv(index_col={index_col!r}): columns must differ.")
    return tuple(int(one) if isinstance(one, np.integer) else one for one in columns)


def check_quoting(quoting: Any) -> int:
    if quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONE):
        return int(quoting)
    raise UnsupportedError(
        f"read_csv(quoting={quoting!r}): known are csv.QUOTE_MINIMAL, QUOTE_ALL and QUOTE_NONE; give dtype=."
    )


def check_converters(converters: Any) -> dict[Any, Callable[[str], Any]] | None:
    if not isinstance(converters, dict) or not all(map(callable, converters.values())):
        raise TypeError(f"read_csv(converters={converters!r}): give a dict of columns and functions.")
    return converters or None


def check_on_bad_lines(value: Any) -> str:
    if callable(value):
        raise UnsupportedError("read_csv(on_bad_lines=function): use 'collect', and df.bad_lines().")
    return one_of("on_bad_lines", "error", "skip", "warn", "collect")(value).replace("warn", "skip")


def check_path_column(value: Any) -> str:
    return {True: "path", False: ""}[value] if isinstance(value, bool) else str(value)


def check_sample(value: Any) -> int | None:
    return parse_bytes(value, "sample")


def check_header(header: Any) -> int | None:
    if header == "infer":
        return 0
    if header is None or (isinstance(header, int) and not isinstance(header, bool) and header >= 0):
        return header
    raise UnsupportedError(f"read_csv(header={header!r}): header must be a line's number from 0 on, or None.")


def check_skiprows(rows: Any) -> SkipRows:
    if rows is None or callable(rows):
        return rows or 0
    if isinstance(rows, bool | int | np.integer):
        return whole_number("skiprows")(rows)
    is_fine = isinstance(rows, Iterable) and not isinstance(rows, str | bytes | dict)
    numbers = list(rows) if is_fine else [None]
    if not all(isinstance(one, int | float | np.number) and one == int(one) for one in numbers):
        raise ValueError(
            f"read_csv(skiprows={rows!r}): skiprows must be a number of lines, a list of lines' numbers, or a function."
        )
    return tuple(sorted(set(map(int, numbers))))  # type: ignore[arg-type]


def check_usecols(usecols: Any) -> Any:
    if isinstance(usecols, str):
        raise ValueError(f"read_csv(usecols={usecols!r}): usecols must be a list or a function.")
    return usecols if usecols is None or callable(usecols) else tuple(usecols)


def check_na_values(values: Any) -> Any:
    if values is None:
        return ()
    if isinstance(values, dict):
        return {column: check_na_values(own) for column, own in values.items()}
    return tuple(text for value in ([values] if np.isscalar(values) else values) for text in null_forms(value))


def null_forms(value: Any) -> list[str]:
    """The texts of a missing value: of a whole number also with a fraction of 0, since pandas compares numbers."""
    try:
        number = float(value)
    except ValueError:
        return [str(value)]
    return [str(value), *([str(int(number)), f"{int(number)}.0"] if number.is_integer() else [])]


def null_numbers(texts: Iterable[str]) -> tuple[float, ...]:
    """The numbers among the texts of a missing value."""
    found = set()
    for text in texts:
        with suppress(ValueError):
            found.add(float(text))
    return tuple(sorted(number for number in found if number == number))


def check_dtype(dtype: Any) -> Any:
    if dtype is None:
        return None
    if not isinstance(dtype, dict):
        return check_column_dtype(dtype)
    checked = {column: check_column_dtype(one) for column, one in dtype.items()}
    if isinstance(dtype, defaultdict):  # as in pandas: the dtype of all other columns
        own = check_column_dtype(dtype.default_factory())  # type: ignore[misc]
        return defaultdict(lambda: own, checked)
    return checked


def check_column_dtype(dtype: Any) -> Any:
    """A dtype as pandas understands it, if a column can be read as it."""
    checked = pd.StringDtype(na_value=np.nan) if dtype is str or dtype == "str" else pandas_dtype(dtype)
    if checked.kind in "mM" and not isinstance(checked, pd.ArrowDtype):
        raise TypeError(f"read_csv(dtype={dtype!r}): use parse_dates for dates.")
    try:
        if arrow_type(checked) == pa.float16():
            raise TypeError("pyarrow does not read float16")
    except (TypeError, NotImplementedError):
        raise UnsupportedError(
            f"read_csv(dtype={dtype!r}): it is not supported; read the column as text or numbers and convert a result."
        ) from None
    return checked


def check_names(names: Any) -> tuple[Any, ...] | None:
    if names is None or names is PANDAS["names"]:
        return None
    names = tuple(names)
    if len(set(names)) < len(names):
        raise ValueError(f"read_csv(names={list(names)}): names must differ.")
    return names  # type: ignore[no-any-return]


def check_texts(values: Any) -> tuple[str, ...]:
    return tuple(values or ())


def check_nrows(nrows: Any) -> int | None:
    if nrows is not None and (isinstance(nrows, bool) or nrows != int(nrows) or nrows < 0):
        raise ValueError(f"read_csv(nrows={nrows!r}): nrows must be a whole number from 0 on.")
    return None if nrows is None else int(nrows)


def check_encoding(encoding: Any) -> str:
    try:
        encoding = "utf-8" if encoding is None else codecs.lookup(encoding).name
    except LookupError:
        raise ValueError(f"read_csv(encoding={encoding!r}): there is no such encoding.") from None
    return "utf-8" if encoding == "utf-8-sig" else encoding


def check_compression(compression: Any) -> str | None:
    known = ("infer", None, "gzip", "bz2", "xz", "zstd", "lz4", "zip")
    if compression not in known:
        raise UnsupportedError(f"read_csv(compression={compression!r}): known are {', '.join(map(repr, known))}.")
    return compression  # type: ignore[no-any-return]


CHECKS: dict[str, Callable[[Any], Any]] = {
    "sep": check_sep,
    "header": check_header,
    "names": check_names,
    "index_col": check_index_col,
    "usecols": check_usecols,
    "dtype": check_dtype,
    "converters": check_converters,
    "true_values": check_texts,
    "false_values": check_texts,
    "skipinitialspace": flag("skipinitialspace"),
    "skiprows": check_skiprows,
    "skipfooter": whole_number("skipfooter"),
    "nrows": check_nrows,
    "na_values": check_na_values,
    "keep_default_na": flag("keep_default_na"),
    "na_filter": flag("na_filter"),
    "parse_dates": lambda wanted: wanted,
    "date_format": lambda form: form,
    "dayfirst": flag("dayfirst"),
    "compression": check_compression,
    "thousands": mark("thousands"),
    "decimal": mark("decimal"),
    "lineterminator": mark("lineterminator"),
    "quotechar": mark("quotechar"),
    "quoting": check_quoting,
    "doublequote": flag("doublequote"),
    "escapechar": mark("escapechar"),
    "comment": mark("comment"),
    "encoding": check_encoding,
    "on_bad_lines": check_on_bad_lines,
    "storage_options": lambda options: options,
    "columns": one_of("columns", "union", "first", "strict"),
    "include_path_column": check_path_column,
    "assume_missing": flag("assume_missing"),
    "sample": check_sample,
    "keep_date_col": flag("keep_date_col"),
    "utc": flag("utc"),
}
"""A check for every option that is supported."""


def parse_bytes(size: int | str | None, name: str = "blocksize") -> int | None:
    """A number of bytes from 64, "64", "32MB" (10**6) or "64MiB" (2**20); None stays None.

    Examples
    --------
    >>> parse_bytes("32MB")
    32000000
    """
    if size is None:
        return None
    match = re.fullmatch(r"\s*([0-9]*\.?[0-9]+)\s*([A-Za-z]*)\s*", str(size))
    if not match or match[2].upper() not in UNITS or float(match[1]) * UNITS[match[2].upper()] < 1:
        raise ValueError(f"{name}={size!r} is no number of bytes; write 64_000_000, '64MB', '64MiB' or None.")
    return int(float(match[1]) * UNITS[match[2].upper()])
