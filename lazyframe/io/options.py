"""Every read_csv option, checked: what is supported, and what to do about the rest."""

import codecs
import csv
import inspect
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
from pandas.api.types import pandas_dtype

from lazyframe.deferred import close_matches
from lazyframe.errors import UnsupportedError
from lazyframe.io.format import Format
from lazyframe.io.types import arrow_type

UNITS = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KIB": 2**10, "MIB": 2**20, "GIB": 2**30}

NULL_TEXTS = (
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA",
    "NULL", "NaN", "None", "n/a", "nan", "null",
)  # fmt: skip
"""What pandas takes for a missing value by default."""

REFUSED = {
    "iterator": "use df.to_delayed() or df.head() instead",
    "chunksize": "use blocksize= instead",
    "engine": "lazyframe chooses the reader of each block, and explain() says which",
    "skip_blank_lines": "blank lines are always skipped",
    "encoding_errors": "a text that can't be decoded is an error; give the right encoding=",
    "dialect": "give sep=, quotechar=, escapechar= and so on",
    "float_precision": "numbers are always read correctly rounded, as with 'round_trip'",
    "dtype_backend": "give dtype= for the columns",
}
"""Options of pandas' that are not supported, and why or what to do instead; each may be given its default."""

NO_EFFECT = ("low_memory", "memory_map", "cache_dates")
"""Options of pandas' that change no answer."""

OURS = ("columns", "include_path_column", "assume_missing", "sample", "keep_date_col", "utc")
"""Options that pandas' read_csv does not have (or has no more)."""

PANDAS = {
    name: parameter.default
    for name, parameter in inspect.signature(pd.read_csv).parameters.items()
    if name != "filepath_or_buffer"
}
"""pandas' options and their defaults."""


@dataclass(frozen=True)
class Options:
    """What read_csv was asked, checked. The fields are pandas' options of the same names, then those of `OURS`."""

    sep: str = ","
    header: int | None = 0
    names: tuple[Any, ...] | None = None
    index_col: Literal[False] | None = None
    usecols: Callable[[Any], bool] | tuple[Any, ...] | None = None
    dtype: Any = None
    converters: dict[Any, Callable[[str], Any]] | None = None
    true_values: tuple[str, ...] = ()
    false_values: tuple[str, ...] = ()
    skipinitialspace: bool = False
    skiprows: int = 0
    skipfooter: int = 0
    nrows: int | None = None
    na_values: tuple[str, ...] | dict[Any, tuple[str, ...]] = ()
    keep_default_na: bool = True
    na_filter: bool = True
    parse_dates: Any = None
    date_format: Any = None
    dayfirst: bool = False
    compression: str | None = "infer"
    thousands: str = ""
    decimal: str = "."
    lineterminator: str = ""
    quotechar: str = '"'
    quoting: int = csv.QUOTE_MINIMAL
    doublequote: bool = True
    escapechar: str = ""
    comment: str = ""
    encoding: str = "utf-8"
    on_bad_lines: str = "error"
    storage_options: Any = field(default=None, repr=False)
    columns: str = "union"
    include_path_column: str = ""
    assume_missing: bool = False
    sample: int | None = None
    keep_date_col: bool = False
    utc: bool = False

    @property
    def quote(self) -> str:
        """The quote; empty if a quote is a character like any other."""
        return "" if self.quoting == csv.QUOTE_NONE else self.quotechar

    @property
    def text_encoding(self) -> str:
        """The encoding of what readers see."""
        return "utf-8" if self.recode else self.encoding

    @property
    def recode(self) -> str | None:
        """The encoding, if bytes below 128 do not stand for themselves in it: then the text is made UTF-8 first."""
        return None if is_ascii_plain(self.encoding) else self.encoding

    @cached_property
    def nameless(self) -> Format:
        """How text is read before its columns are known."""
        return self.format(())

    def format(self, names: tuple[str, ...]) -> Format:
        """How readers are to read text with these columns."""
        own = () if isinstance(self.na_values, dict) else self.na_values
        null_texts = {*(NULL_TEXTS if self.keep_default_na else ()), *own} if self.na_filter else set()
        by_pandas = {"converters": self.converters, "na_values": self.na_values}
        return Format(
            names,
            self.sep,
            self.quote,
            self.doublequote,
            self.escapechar,
            self.comment,
            self.lineterminator,
            self.skipinitialspace,
            self.decimal,
            self.thousands,
            self.text_encoding,
            tuple(sorted(null_texts)),
            null_numbers(own) if self.na_filter else (),
            ("true", "True", "TRUE", *self.true_values),
            ("false", "False", "FALSE", *self.false_values),
            self.on_bad_lines,
            tuple((name, tuple(value.items())) for name, value in by_pandas.items() if isinstance(value, dict)),
        )


@lru_cache
def is_ascii_plain(encoding: str) -> bool:
    """Whether bytes below 128 always stand for themselves in an encoding.

    Not in UTF-16, and not where they are also the second bytes of letters: "|" and "\\" in Shift-JIS, GBK and Big5.
    """
    ascii_texts = bytes(range(128))
    letters = "".join(map(chr, range(128, 1 << 16))).encode(encoding, errors="ignore")
    return (
        ascii_texts.decode(encoding, errors="replace") == ascii_texts.decode("ascii")
        and min(letters, default=128) >= 128
    )


def check(options: dict[str, Any]) -> Options:
    """Options as a user gave them, checked.

    Raises
    ------
    TypeError
        For an option that pandas does not know either.
    UnsupportedError
        For an option of pandas' that lazyframe has not.
    ValueError
        For a value that an option can't have.
    """
    given = {}
    if options.get("names") is not None and "header" not in options:
        options = options | {"header": None}  # as in pandas: names given, so the first line is data
    for name, value in options.items():
        if name in Options.__dataclass_fields__:
            given[name] = value
        elif name == "delimiter":
            given |= {} if value is None else {"sep": value}
        elif name not in PANDAS:
            near = close_matches(name, [*PANDAS, *OURS, "blocksize"])
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise TypeError(f"read_csv has no option {name!r}.{hint}")
        elif name not in NO_EFFECT and not is_same(value, PANDAS[name]) and (name, value) not in SAME:
            raise UnsupportedError(f"read_csv({name}={value!r}): {REFUSED[name]}.")
    checked = Options(**{name: CHECKS[name](value) for name, value in given.items() if not is_default(name, value)})
    check_marks(checked)
    return checked


SAME = (("float_precision", "round_trip"), ("engine", "c"), ("engine", "python"), ("engine", "pyarrow"))
"""Values of refused options that ask for what is done anyway; answers do not depend on the engine."""


def is_default(name: str, value: Any) -> bool:
    """Whether an option was given pandas' default, whatever that stands for."""
    return name in PANDAS and is_same(value, PANDAS[name]) and name not in ("header", "quotechar", "decimal")


def check_marks(options: Options) -> None:
    """The characters that mean something must differ."""
    marks = {
        "sep": options.sep,
        "quotechar": options.quote,
        "escapechar": options.escapechar,
        "comment": options.comment,
        "lineterminator": options.lineterminator,
    }
    seen: dict[str, str] = {}
    for name, mark in marks.items():
        if mark and mark in seen:
            raise ValueError(f"read_csv: {seen[mark]} and {name} are both {mark!r}; they must differ.")
        seen[mark] = name
    formats = options.date_format.values() if isinstance(options.date_format, dict) else [options.date_format]
    if not options.utc and any("%z" in str(one).lower() for one in formats):
        raise UnsupportedError(
            f"read_csv(date_format={options.date_format!r}): pass utc=True too, dates with a time zone are read in UTC."
        )
    if options.skipfooter and options.nrows is not None:
        raise ValueError("read_csv: skipfooter does not go with nrows.")


def is_same(value: Any, default: Any) -> bool:
    """Whether an option was given its default."""
    return value is default or (type(value) is type(default) and value == default)


def check_sep(sep: Any) -> str:
    if sep is PANDAS["sep"]:
        return ","
    if not isinstance(sep, str) or len(sep.encode()) != 1:
        raise UnsupportedError(f"read_csv(sep={sep!r}): sep must be one ASCII character.")
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


def check_index_col(index_col: Any) -> Literal[False] | None:
    if index_col is None or index_col is False:
        return index_col
    raise UnsupportedError(f"read_csv(index_col={index_col!r}): use df.compute().set_index(...) on a result.")


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
        own = check_column_dtype(dtype.default_factory())
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
    return names


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
    return compression


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
    "skiprows": lambda rows: 0 if rows is None else whole_number("skiprows")(rows),
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
