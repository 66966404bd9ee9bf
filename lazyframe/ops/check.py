"""A partition that a user's function made, held to what was said of it."""

from typing import Any

import pandas as pd

from lazyframe.errors import AlignmentError


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


def with_index_of(made: Any, given: Any, rows: Any) -> Any:
    """Return what a function made of a partition, with the index of other such rows.

    Matched by label, else by position.

    Parameters
    ----------
    made
        What the function gave.
    given
        What it was given.
    rows
        The same rows, with the index to take.

    Raises
    ------
    AlignmentError
        If the function gave another number of rows, or labels that are neither those of its rows nor 0, 1, 2, ...
    """
    if len(made) != len(given):
        raise AlignmentError(
            f"map_partitions: the function gave {len(made)} rows for a partition of {len(given)}, and the result is "
            "combined with the rows that it was given. Let it give a row for each, or compute both and combine these."
        )
    if not made.index.equals(given.index) and not made.index.equals(pd.RangeIndex(len(made))):
        if not given.index.is_unique or set(made.index) != set(given.index):
            raise AlignmentError(
                "map_partitions: the function gave its rows other labels, and the result is combined with the rows "
                "that it was given. Let it keep the index, or end it with .reset_index(drop=True)."
            )
        made = made.reindex(given.index)
    return made.set_axis(rows.index)
