"""Record batches of a CSV text by pyarrow: the general path, and the reference for any other."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pyarrow as pa
from pyarrow import csv

from lazyframe.errors import CSVError
from lazyframe.io.csv.format import Format
from lazyframe.io.csv.values import Misfit

PIECE = 1 << 20
"""Bytes parsed at a time: few calls, and the parsed columns stay near the processor's caches."""

CONVERSION_ERROR = re.compile(r"In CSV column #(\d+):.*CSV conversion error to [^:]+: (?:invalid value '(.*)')?", re.S)
TOO_LONG = "straddl"
"""In Arrow's message where a record is longer than a piece."""


def batches(
    stream: pa.NativeFile,
    form: Format,
    types: Mapping[str, pa.DataType],
    bad_row: Callable[[Any], str],
    piece: int = PIECE,
) -> Iterator[pa.RecordBatch]:
    """The records of a text without a header, in batches of about `piece` bytes of text.

    Parameters
    ----------
    stream
        The text; it starts and ends at records.
    form
    types
        The columns to parse, by name. A column that the text lacks is missing in every row.
    bad_row
        Called with each record (a `pyarrow.csv.InvalidRow`) that has another number of fields: "skip" or "error".
    piece

    Raises
    ------
    Misfit
        For a text that does not fit its type.
    RecordTooLong
        For a record longer than a piece.
    CSVError
        For what Arrow can't read for another reason.
    """
    try:
        yield from csv.open_csv(stream, *arrow_options(form, types, bad_row, piece))
    except pa.ArrowInvalid as error:
        message = str(error)
        if message == "Empty CSV file":
            return
        if TOO_LONG in message:
            raise RecordTooLong from None
        match = CONVERSION_ERROR.search(message)
        if match is None:
            raise CSVError(message) from None
        raise Misfit(form.names[int(match[1])], match[2]) from None


class RecordTooLong(ValueError):
    """A record is longer than the pieces in which the text is parsed."""


def arrow_options(
    form: Format,
    types: Mapping[str, pa.DataType],
    bad_row: Callable[[Any], str],
    piece: int,
) -> tuple[Any, Any, Any]:
    """The options of pyarrow's reader."""
    return (
        csv.ReadOptions(use_threads=False, block_size=piece, column_names=form.names, encoding=form.encoding),
        csv.ParseOptions(
            delimiter=form.sep,
            quote_char=form.quote or False,
            double_quote=form.doublequote,
            escape_char=form.escape or False,
            newlines_in_values=bool(form.quote or form.escape),
            invalid_row_handler=bad_row,
        ),
        csv.ConvertOptions(
            include_columns=list(types),
            include_missing_columns=True,
            column_types=dict(types),
            null_values=form.null_texts,
            true_values=("1", *form.true_texts),
            false_values=("0", *form.false_texts),
            strings_can_be_null=True,
            decimal_point=form.decimal,
        ),
    )
