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
    """The rows with labels from one to another, both included; None is no end."""

    first: Any
    last: Any

    def __call__(self, part: Any) -> Any:
        labels = part.index
        is_behind = labels >= self.first if self.first is not None else labels == labels
        return part[is_behind & (labels <= self.last) if self.last is not None else is_behind]
