"""dtypes from samples of many files, and how dtypes join: nothing < bool < int64 < float64, anything else is text.

pandas itself types each sample, so that a column has the dtype that pandas would give it.
"""

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from lazyframe.errors import CSVError, CSVTypeError
from lazyframe.io.format import Format
from lazyframe.io.types import TEXT

MOST_FILES = 100
"""Files sampled, spread evenly over the folder."""
ALL_SAMPLES = 1 << 20
"""Bytes looked at in all files together: about 20 ms."""
ONE_SAMPLE = (1 << 14, 1 << 18)
"""Bytes looked at in one file: at least, at most."""

BOOL_TEXTS = ("True", "TRUE", "true", "False", "FALSE", "false")

LADDER = ["bool", "int64", "float64"]
"""The names of the dtypes each of which holds the values of those before it."""


def spread(count: int, most: int = MOST_FILES) -> list[int]:
    """At most so many of the numbers below `count`, evenly spread, the first and the last among them."""
    return sorted(set(np.linspace(0, count - 1, min(count, most)).round().astype(int).tolist()))


def sample_size(count: int) -> int:
    """Bytes to look at in each of so many files."""
    least, most = ONE_SAMPLE
    return min(most, max(least, ALL_SAMPLES // count))


def read_sample(path: str, data: bytes, names: Sequence[Any], form: Format, as_text: Sequence[Any]) -> pd.DataFrame:
    """Whole records (no header) as pandas types them; the columns `as_text` stay texts."""
    if not data.strip(b" \t\r\n"):
        return pd.DataFrame({name: pd.Series(dtype=object) for name in names})
    options = form.for_pandas()
    texts = [str(name) for name in as_text if str(name) not in options.get("converters", {})]
    try:
        sample = pd.read_csv(
            io.BytesIO(data),
            header=None,
            names=list(form.names),
            index_col=False,
            dtype=dict.fromkeys(texts, object),
            **options,
        )
    except UnicodeDecodeError as error:
        raise CSVError(f"{path}: {error}. Pass the right encoding=.") from None
    return sample.iloc[:, : len(names)].set_axis(pd.Index(names), axis=1)  # one field more is that of index_col=False


def dtype_of(path: str, values: pd.Series) -> Any:
    """The dtype that a sample speaks for: None, one of LADDER, an unsigned or a text dtype."""
    if values.isna().all():
        return None
    if not isinstance(values.dtype, pd.StringDtype) and values.dtype != np.dtype(object):
        return values.dtype
    is_bool = values.isin(BOOL_TEXTS)
    if not isinstance(values.dtype, pd.StringDtype):
        is_bool |= values.map(type).eq(bool)
    if is_bool.any() and values[~is_bool].isna().all():
        raise CSVTypeError(
            f"{path}: column {values.name!r} has true and false and missing values. "
            f"Pass dtype={{{values.name!r}: 'boolean'}}."
        )
    return TEXT


def join(first: Any, second: Any) -> Any:
    """The dtype that holds both; None is that of a column without values (numpy takes it for float64: ask by `is`)."""
    if first is None or second is None:
        return second if first is None else first
    if first == second:
        return first
    names = str(first), str(second)
    if all(name in LADDER for name in names):
        return np.dtype(max(names, key=LADDER.index))
    return TEXT


def dtype_seen(values: pd.Series) -> str:
    """The dtype that a sample of one file shows, for people."""
    if values.isna().all():
        return "nothing"
    return str(values.dtype) if not isinstance(values.dtype, pd.StringDtype) else str(TEXT)
