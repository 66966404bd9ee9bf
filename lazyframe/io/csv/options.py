"""Every read_csv option, checked: what is supported, and what to do about the rest."""

import csv
from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import Any, Literal

from lazyframe.errors import UnsupportedError
from lazyframe.io.csv.checks import CHECKS, PANDAS, null_numbers
from lazyframe.io.csv.format import Format, is_expression
from lazyframe.io.csv.skipping import SkipRows
from lazyframe.lazy_imports import close_matches
from lazyframe.record import field, record

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
    "float_precision": "numbers are read correctly rounded, as with 'round_trip'; with thousands=, by pandas' parser",
    "dtype_backend": "give dtype= for the columns",
}
"""Options of pandas' that are not supported, and why or what to do instead; each may be given its default."""

NO_EFFECT = ("low_memory", "memory_map", "cache_dates")
"""Options of pandas' that change no answer."""

OURS = ("columns", "include_path_column", "assume_missing", "sample", "keep_date_col", "utc")
"""Options that pandas' read_csv does not have (or has no more)."""


@record()
class Options:
    """What read_csv was asked, checked. The fields are pandas' options of the same names, then those of `OURS`."""

    sep: str = ","
    header: int | None = 0
    names: tuple[Any, ...] | None = None
    index_col: Literal[False] | tuple[Any, ...] | None = None
    usecols: Callable[[Any], bool] | tuple[Any, ...] | None = None
    dtype: Any = None
    converters: dict[Any, Callable[[str], Any]] | None = None
    true_values: tuple[str, ...] = ()
    false_values: tuple[str, ...] = ()
    skipinitialspace: bool = False
    skiprows: SkipRows = 0
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
        return "" if self.quoting == csv.QUOTE_NONE or is_expression(self.sep) else self.quotechar

    @property
    def text_encoding(self) -> str:
        """The encoding of what readers see."""
        return "utf-8" if self.recode else self.encoding

    @property
    def recode(self) -> str | None:
        """The encoding, if bytes below 128 do not stand for themselves in it: then the text is made UTF-8 first.

        So it is where a separator is no ASCII character.
        """
        is_fine = is_ascii_plain(self.encoding) and (self.sep.isascii() or self.encoding == "utf-8")
        return None if is_fine else self.encoding

    @cached_property
    def nameless(self) -> Format:
        """Return how text is read before its columns are known."""
        return self.format(())

    def format(self, names: tuple[str, ...]) -> Format:
        """Return how readers are to read text with these columns."""
        own = () if isinstance(self.na_values, dict) else self.na_values
        null_texts = {*(NULL_TEXTS if self.keep_default_na else ()), *own} if self.na_filter else set()
        by_pandas = {"converters": self.converters, "na_values": self.na_values}
        return Format(
            names,
            self.sep,
            self.quote,
            self.doublequote,
            "" if is_expression(self.sep) else self.escapechar,
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
    """Return whether bytes below 128 always stand for themselves in an encoding.

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
        if name in Options.__match_args__:
            given[name] = value
        elif name == "delimiter":
            given |= {} if value is None else {"sep": value}
        elif name not in PANDAS:
            near = close_matches(name, [*PANDAS, *OURS, "blocksize", "separator"])
            near = ["sep" if one == "separator" else one for one in near]
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
    """Return whether an option was given pandas' default, whatever that stands for."""
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
    if options.lineterminator and is_expression(options.sep):
        raise ValueError("read_csv: lineterminator goes with a sep of one character.")
    if options.skipfooter and options.nrows is not None:
        raise ValueError("read_csv: skipfooter does not go with nrows.")


def is_same(value: Any, default: Any) -> bool:
    """Return whether an option was given its default."""
    return value is default or (type(value) is type(default) and value == default)
