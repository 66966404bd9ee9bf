"""What is imported at its first use: loky, which takes 11 ms (`python -X importtime`), and is for processes only."""

from typing import Any


def process_pool(*args: Any, **options: Any) -> Any:
    """loky's ProcessPoolExecutor."""
    from loky.process_executor import ProcessPoolExecutor

    return ProcessPoolExecutor(*args, **options)
