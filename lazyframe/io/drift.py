"""A warning of columns that are numbers in some files and text in others: they are text in all, where pandas mixes."""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

from lazyframe.errors import MixedColumnsWarning
from lazyframe.io.format import Format
from lazyframe.io.infer import BOOL_TEXTS, Sample

MOST_SHOWN = 5
"""Columns that a warning describes."""

LONGEST = 40
"""Characters of a text that are shown."""

MOST_TEXTS = 3
"""Distinct texts up to which they may stand for missing values."""


def warn_of_drift(drifting: Mapping[Any, tuple[Sequence[Sample], Sequence[Sample]]]) -> None:
    """Warn of some columns: where they are numbers, and which texts they have elsewhere."""
    shown = []
    for name, (numbers, others) in drifting.items():
        odd = {text: sample.path for sample in reversed(others) for text in odd_texts(sample, name)}
        if odd:
            text, path = next(reversed(odd.items()))
            shown.append(
                f"{name!r} has {cut(text)!r} in {path}, but numbers in {numbers[0].path}: {advice(name, [*odd])}"
            )
    if shown:
        more = f"; and {len(shown) - MOST_SHOWN} more" if len(shown) > MOST_SHOWN else ""
        warnings.warn(
            "Columns that are numbers in some files and text in others are text in all, and a sum would join texts. "
            f"{'; '.join(shown[:MOST_SHOWN])}{more}. df.schema_report() shows all files.",
            MixedColumnsWarning,
            stacklevel=4,
        )


def advice(name: Any, texts: Sequence[str]) -> str:
    """Which edit mends a column with such texts."""
    if set(texts) <= set(BOOL_TEXTS):
        return f"pass dtype={{{name!r}: 'bool'}}"
    is_meant = f"dtype={{{name!r}: 'str'}} if text is meant"
    is_value = any(text in BOOL_TEXTS or any(map(str.isdigit, text)) for text in texts)
    if len(texts) > MOST_TEXTS or is_value or len(max(texts, key=len)) > LONGEST:
        return f"pass {is_meant}"
    return f"pass na_values={{{name!r}: {sorted(texts)!r}}} if that is a missing value, or {is_meant}"


def odd_texts(sample: Sample, name: Any) -> list[str]:
    """The distinct texts of a column that are no numbers."""
    texts = [text for (text,) in sample.texts([name])]
    return [text for text in texts if not is_number(text, sample.form)]


def is_number(text: str, form: Format) -> bool:
    """Whether a text is a number as it is written in a format."""
    plain = text.replace(form.thousands, "") if form.thousands else text
    try:
        float(plain.replace(form.decimal, "."))
    except ValueError:
        return False
    return "_" not in plain


def cut(text: str) -> str:
    """The start of a text."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
