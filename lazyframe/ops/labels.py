"""Rows chosen by their labels."""

from typing import Any

from lazyframe.record import record


@record()
class Labelled:
    """The rows that have one of some labels."""

    labels: tuple[Any, ...]

    def __call__(self, part: Any) -> Any:
        return part[part.index.isin(list(self.labels))]


@record()
class Between:
    """The rows with labels from one to another, both included, and those with missing ones; None is no end."""

    first: Any
    last: Any

    def __call__(self, part: Any) -> Any:
        if self.first is not None:
            part = part[~(part.index < self.first)]
        return part if self.last is None else part[~(part.index > self.last)]
