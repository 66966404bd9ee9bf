"""Modules that are imported at their first use: most runs need none of them.

Milliseconds (`python -X importtime`): loky 11, multiprocessing 7, difflib 6.
"""

from collections.abc import Iterable
from types import ModuleType
from typing import Any


def close_matches(name: str, known: Iterable[str]) -> list[str]:
    """Return those of some names that look like another."""
    from difflib import get_close_matches

    return get_close_matches(name, list(known))


def multiprocessing() -> ModuleType:
    """multiprocessing, with its `util`."""
    import multiprocessing
    import multiprocessing.util

    return multiprocessing


def process_pool(*args: Any, **options: Any) -> Any:
    """loky's ProcessPoolExecutor."""
    from loky.process_executor import ProcessPoolExecutor

    return ProcessPoolExecutor(*args, **options)
