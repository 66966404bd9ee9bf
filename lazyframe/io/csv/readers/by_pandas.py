"""Record batches of a CSV text by pandas, for the options that pyarrow lacks: slower, with the GIL, the same answer."""

import io
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from lazyframe.io.csv.advice import plain_number
from lazyframe.io.csv.format import Format
from lazyframe.io.csv.values import HEXADECIMAL, HEXADECIMAL_NUMBER, Misfit, kind_is_number

ROWS = 50_000
"""Records converted at a time."""

PLUS_OF_NUMBER = re.compile(r"^\+(?=\d)")
"""A sign that Arrow does not read before integers."""

LARGEST_EXACT = 2.0**53
"""Integers below it are exact as float64."""


def batches(data: bytes, form: Format, types: Mapping[str, pa.DataType]) -> Iterator[pa.RecordBatch]:
    """The records of a text without a header, in batches; as `arrow.batches` gives them, but without bad records.

    Raises
    ------
    Misfit
        For a text that does not fit its type.
    """
    own = set(form.names)
    present = [name for name in types if name in own]
    dtypes = {name: object for name in present if is_text(types[name])}
    dtypes |= {name: np.float64 for name in present if pa.types.is_floating(types[name])}
    refuse_other_texts(data, form, [name for name in present if kind_is_number(types[name])])
    first = 0
    for table in tables(data, form, present or [form.names[0]], dtypes):
        for name in present:
            if pa.types.is_integer(types[name]) and (is_inexact(table[name]) or is_unconverted(table[name])):
                texts = texts_of_numbers(data, form, name).iloc[first : first + len(table)]
                if is_inexact(table[name]) or pd.isna(first_misfit(texts, types[name], form)):
                    table[name] = texts
        first += len(table)
        try:
            columns = {
                name: arrow_column(table, name, kind, form) if name in own else pa.nulls(len(table), kind)
                for name, kind in types.items()
            }
        except Misfit as misfit:
            raise Misfit(misfit.column, as_written(data, form, misfit, types[misfit.column])) from None
        yield pa.RecordBatch.from_pydict(columns)


def tables(data: bytes, form: Format, columns: list[str], dtypes: Mapping[str, Any]) -> Iterator[pd.DataFrame]:
    """Some columns of the records in turn, in some dtypes, or as pandas infers them, as it does where it can't else."""
    converted = form.for_pandas().get("converters", {})
    done = 0

    def parsed(dtypes: Mapping[str, Any]) -> Iterator[pd.DataFrame]:
        return pd.read_csv(
            io.BytesIO(data),
            header=None,
            names=list(form.names),
            index_col=False,
            usecols=columns,
            dtype={name: dtype for name, dtype in dtypes.items() if name not in converted},
            chunksize=ROWS,
            **form.for_pandas(),
        )

    try:
        for table in parsed(dtypes):
            yield table
            done += 1
    except ValueError:
        if np.float64 not in dtypes.values():
            raise
        inferred = {name: dtype for name, dtype in dtypes.items() if dtype is not np.float64}
        yield from islice(parsed(inferred), done, None)


def is_inexact(values: pd.Series) -> bool:
    """Return whether pandas has read integers as floats, for values are missing, that floats can't hold."""
    return values.dtype.kind == "f" and bool((values.abs() >= LARGEST_EXACT).any())


def is_unconverted(values: pd.Series) -> bool:
    """Return whether pandas has left texts as they are written.

    One is no number, or some are missing and one is uint64.
    """
    return not pd.api.types.is_numeric_dtype(values.dtype)


def refuse_other_texts(data: bytes, form: Format, names: list[str]) -> None:
    """Refuse what passes for a number and is none to pandas: true and false, if all are, and 0x1F, to Arrow."""
    words = (*form.true_texts, *form.false_texts)
    if HEXADECIMAL.search(data) or any(word.encode(form.encoding) in data for word in words):
        for name in names:
            for table in tables(data, form, [name], {name: object}):
                texts = table[name].astype(object)
                is_other = texts.isin(words) | texts.str.contains(HEXADECIMAL_NUMBER).eq(True)
                if is_other.any():
                    raise Misfit(name, texts[is_other].iloc[0])


def texts_of_numbers(data: bytes, form: Format, name: str) -> pd.Series:
    """The texts of a column of integers, as Arrow reads them."""
    texts = pd.concat(table[name] for table in tables(data, form, [name], {name: object}))
    return texts.map(lambda text: plain_integer(text, form), na_action="ignore")  # type: ignore[no-any-return]


def as_written(data: bytes, form: Format, misfit: Misfit, kind: pa.DataType) -> str | None:
    """The text of a misfit; pandas may have made a number of it, or of all beside it, that is written otherwise."""
    if not kind_is_number(kind):
        return misfit.text
    for table in tables(data, form, [misfit.column], {misfit.column: object}):
        text = first_misfit(table[misfit.column], kind, form)
        if not pd.isna(text):
            return str(text)
    return misfit.text


def plain_integer(text: str, form: Format) -> str:
    """An integer without what separates thousands and without a plus."""
    return PLUS_OF_NUMBER.sub("", plain_number(text, form))


def is_text(kind: pa.DataType) -> bool:
    """Return whether pandas must leave a column's texts as they are."""
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
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError):
        raise Misfit(name, str(first_misfit(values, kind, form))) from None


def bools(values: pd.Series, form: Format) -> pd.Series:
    """True and false from words and from 0 and 1; anything else is left as it is."""
    meanings = dict.fromkeys(form.true_texts, True) | dict.fromkeys(form.false_texts, False)
    meanings |= {"1": True, "0": False, 1: True, 0: False}  # type: ignore[dict-item]
    return values.map(lambda value: meanings.get(value, value)).astype(object)


def first_misfit(values: pd.Series, kind: pa.DataType, form: Format) -> Any:
    """The first value that does not fit a type; beside a text that is no number, all numbers are texts as written."""
    for value in values.dropna():
        if isinstance(value, str) and not is_text(kind):
            plain = plain_integer(value, form) if pa.types.is_integer(kind) else plain_number(value, form)
        else:
            plain = value
        try:
            pa.array([plain]).cast(kind)
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError):
            return value
    return np.nan
