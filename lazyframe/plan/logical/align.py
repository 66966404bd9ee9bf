"""Which steps can be combined row by row: those of the same rows, if need be after a look at what a function gave."""

from collections.abc import Sequence

from lazyframe.plan.logical.rowwise import MapPartitions, SameRows
from lazyframe.plan.node import Expr, transform, walk


def aligned(steps: Sequence[Expr]) -> tuple[Expr, ...] | None:
    """The steps with the same rows, where that is so or can be checked when they run; None where it can't be.

    What a user's function made of each partition has rows of its own. Combined with what it was made of, its rows are
    checked to be the same, partition by partition.
    """
    lineages = [lineage(step) for step in steps]
    common = next((rows for rows in lineages[0] if all(rows in other for other in lineages[1:])), None)
    return None if common is None else tuple(with_rows(step, common) for step in steps)


def lineage(step: Expr) -> list[str | None]:
    """The rows that a step has, then those that they were made of by a user's function, and so on."""
    found = [step.rows]
    while (mapped := mapped_of(step)) is not None:
        step = mapped.frame
        found.append(step.rows)
    return found


def mapped_of(step: Expr) -> MapPartitions | None:
    """The user's function of each partition that gave a step its rows, if one did."""
    return next((one for one in walk(step) if isinstance(one, MapPartitions) and one.key == step.rows), None)


def with_rows(step: Expr, rows: str | None) -> Expr:
    """A step in which what functions gave is checked to have the rows that it was made of, until it has `rows`."""
    while step.rows != rows:
        mapped = mapped_of(step)
        assert mapped is not None, "these rows are of the step's lineage"
        checked = SameRows(mapped, mapped.frame, mapped.frame)
        step = transform(step, lambda one, key=mapped.key, new=checked: new if one.key == key else one)  # type: ignore[misc]
    return step
