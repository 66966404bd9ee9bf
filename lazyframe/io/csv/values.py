"""What the parsed values of a block mean: words that are true and false, numbers that stand for missing values."""

import re
from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from lazyframe.io.csv.format import Format

HEXADECIMAL = re.compile(rb"0[xX]")
"""What a text has in it, if there is a hexadecimal number in it."""

HEXADECIMAL_NUMBER = r"^\s*[+-]?0[xX]"
"""How one begins: Arrow takes it for a number, pandas does not."""


class Misfit(ValueError):
    """A column has a text that does not fit its type; `text` is None if it can't be decoded."""

    def __init__(self, column: str, text: str | None):
        super().__init__(column, text)
        self.column = column
        self.text = text


def widest_floats(types: Mapping[str, pa.DataType]) -> dict[str, pa.DataType]:
    """The types with float64 for all floats: numbers are compared with those that mean missing, and then rounded."""
    return {name: pa.float64() if pa.types.is_floating(kind) else kind for name, kind in types.items()}


def rounded(batch: pa.RecordBatch, types: Mapping[str, pa.DataType]) -> pa.RecordBatch:
    """The batch with the floats of these types, which `widest_floats` made float64."""
    for place, name in enumerate(batch.schema.names):
        if name in types and pa.types.is_floating(types[name]) and batch[name].type != types[name]:
            batch = batch.set_column(place, name, batch[name].cast(types[name], safe=False))
    return batch


def without_null_numbers(batch: pa.RecordBatch, form: Format) -> pa.RecordBatch:
    """The batch with the floats missing that mean a missing value, however they are written."""
    for place, name in enumerate(batch.schema.names) if form.null_numbers else ():
        kind = batch[name].type
        if pa.types.is_floating(kind):
            zero = pa.scalar(0.0, kind)  # adding it makes -0.0 what it is equal to
            numbers = pc.add(pa.array(form.null_numbers).cast(kind, safe=False), zero)
            is_missing = pc.is_in(pc.add(batch[name], zero), value_set=numbers)
            batch = batch.set_column(place, name, pc.if_else(is_missing, pa.scalar(None, kind), batch[name]))
    return batch


def refuse_hexadecimals(batch: pa.RecordBatch) -> None:
    """Refuse texts that are hexadecimal numbers.

    Raises
    ------
    Misfit
        For one.
    """
    for name in batch.schema.names:
        found = batch[name].filter(pc.match_substring_regex(batch[name], HEXADECIMAL_NUMBER))
        if len(found):
            raise Misfit(name, found[0].as_py())


def bools_of(texts: pa.Array, name: str, form: Format) -> pa.Array:
    """True and false of their words.

    Raises
    ------
    Misfit
        For another text.
    """
    trues = pc.is_in(texts, value_set=pa.array(form.true_texts, pa.string()))
    is_odd = pc.invert(pc.or_(trues, pc.is_in(texts, value_set=pa.array(form.false_texts, pa.string()))))
    odd = texts.filter(pc.and_(is_odd, texts.is_valid()))
    if len(odd):
        raise Misfit(name, odd[0].as_py())
    return pc.if_else(texts.is_valid(), trues, pa.scalar(None, pa.bool_()))


def kind_is_number(kind: pa.DataType | None) -> bool:
    """Return whether a type is one of numbers."""
    return kind is not None and (pa.types.is_integer(kind) or pa.types.is_floating(kind))
