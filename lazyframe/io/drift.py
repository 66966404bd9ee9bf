"""A warning of columns that are numbers in some files and text in others: they are text in all, where pandas mixes."""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from lazyframe.errors import MixedColumnsWarning
from lazyframe.io.infer import Sample

MOST_SHOWN = 5
"""Columns that a warning describes."""

MOST_TEXTS = 3
"""Distinct texts up to which they may stand for missing values."""


def warn_of_drift(drifting: Mapping[Any, tuple[Sequence[Sample], Sequence[Sample]]]) -> None:
    """Warn of some columns: where they are numbers, and which texts they have elsewhere."""
    shown, texts = [], []
    for name, (numbers, others) in drifting.items():
        odd = [(text, sample.path) for sample in others for text in odd_texts(sample, name)]
        texts += [text for text, _ in odd]
        if odd:
            shown.append(f"{name!r} ({odd[0][0]!r} in {odd[0][1]}, but numbers in {numbers[0].path})")
    if shown:
        one, distinct = next(iter(drifting)), list(dict.fromkeys(texts))
        is_meant = f"dtype={{{one!r}: 'str'}} if text is meant"
        if len(distinct) <= MOST_TEXTS:
            is_meant = f"na_values={distinct!r} if that is a missing value, or {is_meant}"
        more = f" and {len(shown) - MOST_SHOWN} more" if len(shown) > MOST_SHOWN else ""
        warnings.warn(
            "Columns that are numbers in some files and text in others are text in all, and a sum would join texts: "
            f"{', '.join(shown[:MOST_SHOWN])}{more}. Pass {is_meant}; df.schema_report() shows all files.",
            MixedColumnsWarning,
            stacklevel=4,
        )


def odd_texts(sample: Sample, name: Any) -> list[str]:
    """The distinct texts of a column that are no numbers."""
    values = pd.Series([text for (text,) in sample.texts([name])], dtype="str")
    return list(values[pd.to_numeric(values, errors="coerce").isna()])
