"""Modules that are imported at their first use: most queries need none of them, and each costs as much as a query.

Milliseconds beyond what pandas imports (`python -X importtime`): pyarrow.parquet 16, pyarrow.dataset 7.
"""

from types import ModuleType


def parquet() -> ModuleType:
    """pyarrow.parquet."""
    from pyarrow import parquet

    return parquet


def dataset() -> ModuleType:
    """pyarrow.dataset."""
    from pyarrow import dataset

    return dataset
