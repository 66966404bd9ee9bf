"""Whether values only go up, or only down: of each partition, and from its last value to the next one's first."""

from typing import Any, NamedTuple

import pandas as pd

from lazyframe.ops.op import Partial
from lazyframe.record import record


class Ends(NamedTuple):
    """The first and the last value of some rows, and whether all of them go one way."""

    values: pd.Series
    is_monotonic: bool


@record()
class Update:
    """A partition's state, for an attribute of pandas' Series."""

    name: str

    def __call__(self, part: pd.Series) -> Ends:
        return Ends(part.iloc[[0, -1]] if len(part) else part, bool(getattr(part, self.name)))


@record()
class Merge:
    """The state of several partitions that follow one another."""

    name: str

    def __call__(self, *states: Ends) -> Ends:
        ends = pd.concat([state.values for state in states if len(state.values)] or [states[0].values])
        own = Update(self.name)(ends)
        return own._replace(is_monotonic=own.is_monotonic and all(state.is_monotonic for state in states))


@record()
class Finalize:
    """The answer, of all partitions."""

    name: str

    def __call__(self, *states: Ends) -> Any:
        return Merge(self.name)(*states).is_monotonic


def monotonic(name: str) -> Partial:
    """The op for `is_monotonic_increasing` or `is_monotonic_decreasing`."""
    return Partial(name, Update(name), Merge(name), Finalize(name))
