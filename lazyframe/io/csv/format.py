"""How the text of a file is to be read."""

import csv
from collections.abc import Callable
from typing import Any

from lazyframe.errors import function_error, name_of, what_raised
from lazyframe.record import record

BLANKS = r"\s+"
"""The separator that stands for runs of spaces and tabs; those at a line's start and end separate nothing."""


def is_expression(sep: str) -> bool:
    """Return whether a separator is a regular expression."""
    return len(sep) > 1 and sep != BLANKS


@record(slots=True)
class Format:
    """The dialect of a file's text. An empty text stands for "none"; a `terminator` for LF, CRLF and CR.

    A `sep` of several characters other than `BLANKS` is a regular expression; then quotes mean nothing, as in pandas.
    `names` are the columns' labels as texts. `null_numbers` are the numbers that mean a missing value in a column of
    floats, however they are written, as in pandas. `pandas` holds options of pandas' read_csv that no other reader has,
    each with its items, by column.
    """

    names: tuple[str, ...]
    sep: str = ","
    quote: str = '"'
    doublequote: bool = True
    escape: str = ""
    comment: str = ""
    terminator: str = ""
    skip_spaces: bool = False
    decimal: str = "."
    thousands: str = ""
    encoding: str = "utf-8"
    null_texts: tuple[str, ...] = ("",)
    null_numbers: tuple[float, ...] = ()
    true_texts: tuple[str, ...] = ()
    false_texts: tuple[str, ...] = ()
    on_bad_lines: str = "error"
    pandas: tuple[tuple[str, tuple[tuple[Any, Any], ...]], ...] = ()

    @property
    def is_plain(self) -> bool:
        """Return whether fields are separated by one ASCII character."""
        return len(self.sep.encode()) == 1

    @property
    def separators(self) -> bytes:
        """The bytes each of which separates fields; none, where separators may be longer."""
        return b" \t" if self.sep == BLANKS else self.sep.encode() if self.is_plain else b""

    @property
    def blanks(self) -> bytes:
        """Return what a line may consist of that is no record: spaces and tabs, unless they separate fields."""
        return b" \t".replace(self.sep.encode(), b"")

    @property
    def why_pandas(self) -> str:
        """The options for which pandas must read the text, because pyarrow can't; empty if it can."""
        asked = {
            "sep": not self.is_plain,
            "comment": self.comment,
            "lineterminator": self.terminator,
            "skipinitialspace": self.skip_spaces,
            "thousands": self.thousands,
        }
        return ", ".join([*(name for name, value in asked.items() if value), *(name for name, _ in self.pandas)])

    def for_pandas(self) -> dict[str, Any]:
        """The options with which pandas reads the text.

        A column's own texts for missing values join those of all columns.
        """
        by_column: dict[str, Any] = {option: {str(name): one for name, one in items} for option, items in self.pandas}
        if own := by_column.get("na_values"):
            by_column["na_values"] = {name: [*self.null_texts, *own.get(name, ())] for name in self.names}
        if functions := by_column.get("converters"):
            by_column["converters"] = {name: Converter(name, function) for name, function in functions.items()}
        is_by_python = not self.is_plain and self.sep != BLANKS  # said, for else pandas warns
        return {
            "sep": self.sep,
            "engine": "python" if is_by_python else "c",
            "quotechar": self.quote or '"',
            "quoting": csv.QUOTE_MINIMAL if self.quote else csv.QUOTE_NONE,
            "doublequote": self.doublequote,
            "escapechar": self.escape or None,
            "comment": self.comment or None,
            "lineterminator": self.terminator or None,
            "skipinitialspace": self.skip_spaces,
            "thousands": self.thousands or None,
            "decimal": self.decimal,
            "encoding": self.encoding,
            "keep_default_na": False,
            "na_values": list(self.null_texts),
            "true_values": list(self.true_texts),
            "false_values": list(self.false_texts),
            **by_column,
        }


@record(slots=True)
class Converter:
    """A user's function of the texts of a column, whose errors say of which text.

    Raises
    ------
    FunctionError
        When called: for what the function raises; it is of that type too.
    """

    column: str
    function: Callable[[str], Any]

    def __call__(self, text: str) -> Any:
        try:
            return self.function(text)
        except Exception as error:
            raise function_error(
                f"{name_of(self.function)}() of converters= failed on {text!r} in column {self.column!r}: "
                f"{what_raised(error)}.",
                error,
            ) from error
