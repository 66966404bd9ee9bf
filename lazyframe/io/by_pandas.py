"""Record batches of a CSV text by pandas, for the options that pyarrow lacks: slower, with the GIL, the same answer."""

import io
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from lazyframe.io.advice import plain_number
from lazyframe.io.arrow import Misfit
from lazyframe.io.format import Format

ROWS = 50_000
"""Records converted at a time."""

LARGEST_EXACT = 2.0**53
"""Integers below it are exact as float64."""


def batches(data: bytes, form: Format, types: Mapping[str, pa.DataType]) -> Iterator[pa.RecordBatch]:
    """The records of a text without a header, in batches; as `lazyframe.io.arrow.batches`, but without bad records.

    Raises
    ------
    Misfit
        For a text that does not fit its type.
    """
    own = set(form.names)
    present = [name for name in types if name in own]
    as_text = [name for name in present if is_text(types[name])]
    first = 0
    for table in tables(data, form, present or [form.names[0]], as_text):
        for name in present:
            if pa.types.is_integer(types[name]) and is_inexact(table[name]):
                table[name] = texts_of_numbers(data, form, name).iloc[first : first + len(table)]
        first += len(table)
        columns = {
            name: arrow_column(table, name, kind, form) if name in own else pa.nulls(len(table), kind)
            for name, kind in types.items()
        }
        yield pa.RecordBatch.from_pydict(columns)


def tables(data: bytes, form: Format, columns: list[str], as_text: list[str]) -> Iterator[pd.DataFrame]:
    """Some columns of the records in turn, as pandas reads them, or as texts."""
    converted = form.for_pandas().get("converters", {})
    yield from pd.read_csv(
        io.BytesIO(data),
        header=None,
        names=list(form.names),
        index_col=False,
        usecols=columns,
        dtype={name: object for name in as_text if name not in converted},
        chunksize=ROWS,
        **form.for_pandas(),
    )


def is_inexact(values: pd.Series) -> bool:
    """Whether pandas has read integers as floats, for values are missing, that floats can't hold."""
    return values.dtype.kind == "f" and bool((values.abs() >= LARGEST_EXACT).any())


def texts_of_numbers(data: bytes, form: Format, name: str) -> pd.Series:
    """The texts of a column, without what separates thousands."""
    texts = pd.concat(table[name] for table in tables(data, form, [name], [name]))
    return texts.str.replace(form.thousands, "", regex=False) if form.thousands else texts


def is_text(kind: pa.DataType) -> bool:
    """Whether pandas must leave a column's texts as they are."""
    return bool(pa.types.is_string(kind) or pa.types.is_timestamp(kind))


def arrow_column(table: pd.DataFrame, name: str, kind: pa.DataType, form: Format) -> pa.Array:
    """A column as pandas read it, in the type that it is to have."""
    values = table[name]
    if pa.types.is_boolean(kind) and values.dtype != bool:
        values = bools(values, form)
    elif pa.types.is_integer(kind) and values.dtype.kind == "f":
        fractions = values[values % 1 != 0].dropna()
        if len(fractions) or values.notna().all():  # "1.0", if nothing else
            raise Misfit(name, repr(float([*fractions, *values][0])))
    try:
        return pa.Array.from_pandas(values).cast(kind)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        raise Misfit(name, str(first_misfit(values, kind, form))) from None


def bools(values: pd.Series, form: Format) -> pd.Series:
    """True and false from words and from 0 and 1; anything else is left as it is."""
    meanings = dict.fromkeys(form.true_texts, True) | dict.fromkeys(form.false_texts, False)
    meanings |= {"1": True, "0": False, 1: True, 0: False}
    return values.map(lambda value: meanings.get(value, value)).astype(object)


def first_misfit(values: pd.Series, kind: pa.DataType, form: Format) -> Any:
    """The first value that does not fit a type; beside a text that is no number, all numbers are texts as written."""
    for value in values.dropna():
        if isinstance(value, str) and not is_text(kind):
            plain = plain_number(value, form)
            plain = plain.removeprefix("+") if pa.types.is_integer(kind) else plain  # Arrow takes it for floats
        else:
            plain = value
        try:
            pa.array([plain]).cast(kind)
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
            return value
    return np.nan
