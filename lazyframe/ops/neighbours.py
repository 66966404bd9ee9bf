"""Work on a partition that looks at rows of its neighbours."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from lazyframe.ops.parts import first_rows, last_rows
from lazyframe.ops.reach import Reach, first_of, last_of
from lazyframe.record import record

Rows = pd.DataFrame | pd.Series


@record()
class Edges:
    """The first and the last rows of a partition, so many that its neighbours need them."""

    before: Reach
    after: Reach

    def __call__(self, part: Any) -> tuple[Any, Any]:
        return first_of(part, self.after).copy(), last_of(part, self.before).copy()


@record()
class InFront:
    """The rows in front of a partition, from those in front of the one before it and from that one's edges."""

    before: Reach

    def __call__(self, edges: tuple[Any, Any], front: Any = None) -> Any:
        return last_rows(front, edges[1], self.before)


@record()
class Behind:
    """The rows behind a partition, from those behind the next one and from that one's edges."""

    after: Reach

    def __call__(self, edges: tuple[Any, Any], back: Any = None) -> Any:
        return first_rows(edges[0], back, self.after)


def pair(front: Any, back: Any) -> tuple[Any, Any]:
    """The rows in front of a partition, and those behind it."""
    return front, back


@record()
class Near:
    """A call on a partition with the rows around it, which are cut off its result."""

    call: Callable[[Any], Any]

    def __call__(self, part: Any, around: tuple[Any, Any]) -> Any:
        front, back = around
        parts = [one for one in (front, part, back) if one is not None and len(one)]
        start = 0 if front is None else len(front)
        made = self.call(pd.concat(parts) if len(parts) > 1 else parts[0] if parts else part)
        return made.iloc[start : start + len(part)].set_axis(part.index)


@record()
class Window:
    """A method of rolling windows, of all columns or of some."""

    window: tuple[tuple[str, Any], ...]
    selection: Any
    name: str
    args: tuple[Any, ...]
    options: tuple[tuple[str, Any], ...]

    def __call__(self, rows: Any) -> Any:
        windows = rows.rolling(**dict(self.window))
        if self.selection is not None:
            windows = windows[list(self.selection) if isinstance(self.selection, tuple) else self.selection]
        return getattr(windows, self.name)(*self.args, **dict(self.options))
