"""The errors for rows of a block that can't be read as planned: each names file, line, column and text, and an edit."""

from collections.abc import Sequence
from typing import Any

from lazyframe.errors import CSVError, CSVTypeError, ReplanRequired
from lazyframe.io.csv.advice import date_edit, edit
from lazyframe.io.csv.block import Block
from lazyframe.io.csv.dates import DateColumn

OTHER_SEPARATORS = (";", "\t", "|", ",")
"""What a header that is taken for one column may have been meant to be split at."""


def wrong_type(
    block: Block, line: int | str, column: str, text: str, expected: Any, instead: str = "str"
) -> CSVTypeError:
    """The error for a text that does not fit its column, empty for a missing value.

    Parameters
    ----------
    block
    line
        The line of the file on which the text first stands, from 1 on, or "unknown".
    column
    text
    expected
        The column's dtype.
    instead
        The dtype that the text would fit.
    """
    found = "a missing value" if text == "" else f"{text!r}"
    place = f"{block.file.path}, line {line}: column {column!r} has {found}, which is not"
    for date in block.dates:
        if column in date.sources:
            return CSVTypeError(f"{place} a date or a part of one. {date_edit({column: text}, date)}")
    why = "inferred from samples of the files" if column in block.inferred else "as asked"
    is_number_wanted = getattr(expected, "kind", "") in "iuf" and text != ""
    how = edit(column, [text], block.format) if is_number_wanted else f"dtype={{{column!r}: {instead!r}}}"
    return CSVTypeError(f"{place} {expected} ({why}). Pass {how}.")


def no_date(block: Block, line: int, date: DateColumn, found: str, texts: dict[str, Any]) -> CSVTypeError:
    """The error for texts, one of each column that a date is made of, that are no date; `found` says what they are."""
    return CSVTypeError(f"{block.file.path}, line {line}: column {date.name!r} has {found}. {date_edit(texts, date)}")


def wrong_number_of_fields(block: Block, line: int, fields: int, text: str, besides: CSVError | None) -> CSVError:
    """The error for a record with too few or too many fields; `besides` is what else is wrong with the file."""
    names = block.format.names
    advice = "Mend the line, or pass on_bad_lines='skip' or 'collect'."
    other = next((sep for sep in OTHER_SEPARATORS if len(names) == 1 and sep in names[0]), "")
    if other and other != block.format.sep:
        advice = f"The header has {other!r} in it: pass sep={other!r} if that separates the fields."
    if besides:
        advice += f" Besides: {besides}"
    return CSVError(
        f"{block.file.path}, line {line}: expected {len(names)} field{'s' * (len(names) > 1)}, found {fields}: "
        f"{text!r}. {advice}"
    )


def not_integers(block: Block, columns: Sequence[str]) -> ReplanRequired:
    """Have the query planned again with some columns as floats."""
    dtypes = dict.fromkeys(columns, "float64")
    return ReplanRequired(
        f"{block.file.path}: columns {columns} have missing values or fractions, and were taken for integers from "
        f"samples of the files. Pass dtype={dtypes}.",
        block.source,
        dtypes,
    )


def not_bools(block: Block, column: str, text: str, dtype: str) -> ReplanRequired:
    """Have the query planned again with a column of another dtype, which has a number that was taken for bools."""
    return ReplanRequired(
        f"{block.about}: column {column!r} has {text!r}, and was taken for bool from samples of the files. Pass "
        f"dtype={{{column!r}: {dtype!r}}}.",
        block.source,
        {column: dtype},
    )


def open_at_the_end(block: Block) -> ReplanRequired:
    """Have the query planned again with fields that hold newlines: one may go on behind the block."""
    return ReplanRequired(
        f"{block.about}: a quoted field may go on past the end of this range. Pass blocksize=None to read each file in "
        "one piece.",
        block.source,
        {},
    )
