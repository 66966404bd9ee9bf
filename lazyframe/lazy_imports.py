"""Modules that are imported at their first use: most queries need none of them, and each costs as much as a query.

Milliseconds beyond what pandas imports (`python -X importtime`): pyarrow.parquet 16, importlib.metadata 11,
pyarrow.dataset 7, difflib 6.
"""

from collections.abc import Iterable
from types import ModuleType


def close_matches(name: str, known: Iterable[str], cutoff: float = 0.6) -> list[str]:
    """Return those of some names that look like another, the most similar first."""
    from difflib import get_close_matches

    return get_close_matches(name, list(known), cutoff=cutoff)


def metadata() -> ModuleType:
    """importlib.metadata."""
    from importlib import metadata

    return metadata


def parquet() -> ModuleType:
    """pyarrow.parquet."""
    from pyarrow import parquet

    return parquet  # type: ignore[no-any-return]


def dataset() -> ModuleType:
    """pyarrow.dataset."""
    from pyarrow import dataset

    return dataset  # type: ignore[no-any-return]
