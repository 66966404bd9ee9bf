"""A partition that a user's function made, held to what was said of it."""

from typing import Any

import pandas as pd


def check_part(empty: Any, part: Any) -> Any:
    """The partition, if it has the kind, names and dtypes of `empty`.

    Raises
    ------
    TypeError
        If it has not; it says which differ.
    """
    if type(part) is not type(empty):
        raise TypeError(f"A partition is a {type(part).__name__}; {type(empty).__name__} was expected.")
    expected, found = layout(empty), layout(part)
    if list(expected.items()) != list(found.items()):
        differing = [name for name in dict.fromkeys([*expected, *found]) if expected.get(name) != found.get(name)]
        shown = "; ".join(f"{n!r}: {found.get(n, 'absent')} instead of {expected.get(n, 'absent')}" for n in differing)
        raise TypeError(
            f"A partition has other columns than the others: {shown or 'their order differs'}. "
            "Give every partition the same, or say with meta= what they have."
        )
    return part


def layout(data: Any) -> dict[Any, str]:
    """Names and dtypes."""
    frame = data.to_frame(data.name) if isinstance(data, pd.Series) else data
    return {name: str(dtype) for name, dtype in zip(frame.columns, frame.dtypes, strict=True)}
