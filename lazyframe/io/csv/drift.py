"""A warning of columns that are numbers in some files and text in others: they are text in all, where pandas mixes."""

from collections.abc import Mapping, Sequence
from typing import Any

from lazyframe.errors import MixedColumnsWarning, warn
from lazyframe.io.csv.advice import edit, is_number
from lazyframe.io.csv.infer import Sample

MOST_SHOWN = 5
"""Columns that a warning describes."""

LONGEST = 40
"""Characters of a text that are shown."""


def warn_of_drift(drifting: Mapping[Any, tuple[Sequence[Sample], Sequence[Sample]]]) -> None:
    """Warn of some columns: where they are numbers, and which texts they have elsewhere."""
    shown = []
    for name, (numbers, others) in drifting.items():
        odd = {text: sample.path for sample in reversed(others) for text in odd_texts(sample, name)}
        if odd:
            text, path = next(reversed(odd.items()))
            how = edit(name, [*odd], numbers[0].form)
            shown.append(f"{name!r} has {cut(text)!r} in {path}, but numbers in {numbers[0].path}: pass {how}")
    if shown:
        more = f"; and {len(shown) - MOST_SHOWN} more" if len(shown) > MOST_SHOWN else ""
        warn(
            "Columns that are numbers in some files and text in others are text in all, and a sum would join texts. "
            f"{'; '.join(shown[:MOST_SHOWN])}{more}. df.schema_report() shows all files.",
            MixedColumnsWarning,
        )


def odd_texts(sample: Sample, name: Any) -> list[str]:
    """The distinct texts of a column that are no numbers."""
    texts = [text for (text,) in sample.texts([name])]
    return [text for text in texts if not is_number(text, sample.form)]


def cut(text: str) -> str:
    """The start of a text."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
