"""Every read_csv option, checked: what is supported, and what to do about the rest."""

import codecs
import inspect
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pandas.api.types import pandas_dtype

from lazyframe.errors import UnsupportedError
from lazyframe.io.types import arrow_type

UNITS = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KIB": 2**10, "MIB": 2**20, "GIB": 2**30}

NULL_TEXTS = (
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA",
    "NULL", "NaN", "None", "n/a", "nan", "null",
)  # fmt: skip
"""What pandas takes for a missing value by default."""

NOT_YET = "it is not supported yet"
REFUSED = {
    "iterator": "use df.partitions or df.head() instead",
    "chunksize": "use blocksize= instead",
    "index_col": "use df.compute().set_index(...) on a result",
}
"""Options with a reason of their own; any other of pandas' options that is not supported is NOT_YET."""

PANDAS = {
    name: parameter.default
    for name, parameter in inspect.signature(pd.read_csv).parameters.items()
    if name != "filepath_or_buffer"
}
"""pandas' options and their defaults."""


@dataclass(frozen=True)
class Options:
    """What read_csv was asked, checked. The fields are pandas' options of the same names."""

    sep: str = ","
    header: int | None = 0
    names: tuple[Any, ...] | None = None
    usecols: Callable[[Any], bool] | tuple[Any, ...] | None = None
    dtype: Any = None
    na_values: tuple[str, ...] = ()
    keep_default_na: bool = True
    parse_dates: Any = None
    date_format: Any = None
    encoding: str = "utf-8"
    quotechar: str = '"'
    true_values: tuple[str, ...] = ()
    false_values: tuple[str, ...] = ()
    nrows: int | None = None
    compression: str | None = "infer"

    def for_pandas(self) -> dict[str, Any]:
        """The options that decide how pandas itself types a sample."""
        return {
            "sep": self.sep,
            "quotechar": self.quotechar,
            "na_values": list(self.na_values),
            "keep_default_na": self.keep_default_na,
            "true_values": list(self.true_values) or None,
            "false_values": list(self.false_values) or None,
        }


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
        elif name == "delimiter" and value is not None:
            given["sep"] = value
        elif name not in PANDAS:
            near = get_close_matches(name, PANDAS, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise TypeError(f"read_csv has no option {name!r}.{hint}")
        elif not is_same(value, PANDAS[name]):
            raise UnsupportedError(f"read_csv({name}={value!r}): {REFUSED.get(name, NOT_YET)}.")
    return Options(**{name: CHECKS.get(name, lambda value: value)(value) for name, value in given.items()})


def is_same(value: Any, default: Any) -> bool:
    """Whether an option was given its default."""
    return value is default or (type(value) is type(default) and value == default)


def check_sep(sep: Any) -> str:
    if not isinstance(sep, str) or len(sep.encode()) != 1:
        raise UnsupportedError(f"read_csv(sep={sep!r}): sep must be one ASCII character.")
    return sep


def check_quotechar(quotechar: Any) -> str:
    if not isinstance(quotechar, str) or len(quotechar.encode()) != 1:
        raise ValueError(f"read_csv(quotechar={quotechar!r}): quotechar must be one ASCII character.")
    return quotechar


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


def check_na_values(values: Any) -> tuple[str, ...]:
    if values is None:
        return ()
    if isinstance(values, dict):
        raise UnsupportedError("read_csv(na_values={...}): values per column are not supported yet; give one list.")
    return tuple(text for value in ([values] if np.isscalar(values) else values) for text in null_forms(value))


def null_forms(value: Any) -> list[str]:
    """The texts of a missing value: of a whole number also with a fraction of 0, since pandas compares numbers."""
    try:
        number = float(value)
    except ValueError:
        return [str(value)]
    return [str(value), *([str(int(number)), f"{int(number)}.0"] if number.is_integer() else [])]


def check_dtype(dtype: Any) -> Any:
    if dtype is None:
        return None
    if not isinstance(dtype, dict):
        return check_column_dtype(dtype)
    return {column: check_column_dtype(one) for column, one in dtype.items()}


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
            f"read_csv(dtype={dtype!r}): {NOT_YET}; read the column as text or numbers and convert a result."
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
    encoding = "utf-8" if encoding is None else codecs.lookup(encoding).name
    ascii_texts = bytes(range(128))
    if ascii_texts.decode(encoding, errors="replace") != ascii_texts.decode("ascii"):
        raise UnsupportedError(f"read_csv(encoding={encoding!r}): {NOT_YET}; convert the files to UTF-8.")
    return "utf-8" if encoding == "utf-8-sig" else encoding


def check_compression(compression: Any) -> str | None:
    known = ("infer", None, "gzip", "bz2", "zstd", "lz4")
    if compression not in known:
        raise UnsupportedError(f"read_csv(compression={compression!r}): {NOT_YET}; known are {known}.")
    return compression


CHECKS: dict[str, Callable[[Any], Any]] = {
    "sep": lambda sep: "," if sep is PANDAS["sep"] else check_sep(sep),
    "header": check_header,
    "names": check_names,
    "usecols": check_usecols,
    "dtype": check_dtype,
    "na_values": check_na_values,
    "quotechar": check_quotechar,
    "true_values": check_texts,
    "false_values": check_texts,
    "nrows": check_nrows,
    "encoding": check_encoding,
    "compression": check_compression,
}


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


def null_texts(options: Options) -> Sequence[str]:
    """The texts that stand for a missing value."""
    return sorted({*(NULL_TEXTS if options.keep_default_na else ()), *options.na_values})
