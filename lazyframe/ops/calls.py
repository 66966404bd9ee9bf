"""Calls of pandas as plain, picklable values: of a method, an attribute, an item that is set."""

from copy import copy
from operator import attrgetter
from typing import Any

import pandas as pd

from lazyframe.errors import UnsupportedError
from lazyframe.record import record


@record()
class Method:
    """A method of the first argument, which may be one of an attribute's: "str.upper"."""

    name: str

    def __call__(self, first: Any, *args: Any, **options: Any) -> Any:
        return attrgetter(self.name)(first)(*map(fresh, args), **{key: fresh(value) for key, value in options.items()})


def fresh(value: Any) -> Any:
    """An argument that may be changed: pandas notes in a Grouper what it has grouped."""
    if isinstance(value, list):
        return [fresh(one) for one in value]
    return copy(value) if isinstance(value, pd.Grouper) else value


@record()
class RowMethod:
    """A method that calls a user's function of each row; of no rows it gives `empty`, for pandas asks nobody then."""

    name: str
    empty: Any

    def __call__(self, first: Any, *args: Any, **options: Any) -> Any:
        return getattr(first, self.name)(*args, **options) if len(first) else self.empty.set_axis(first.index)


@record()
class Attribute:
    """An attribute."""

    name: str

    def __call__(self, first: Any) -> Any:
        return getattr(first, self.name)


@record()
class Located:
    """An item of `.loc` or the like."""

    indexer: str

    def __call__(self, first: Any, key: Any) -> Any:
        return getattr(first, self.indexer)[key]


@record()
class WithItem:
    """A copy in which an item is set: of the object itself, or of its `.loc` or the like."""

    indexer: str = ""

    def __call__(self, first: Any, key: Any, value: Any) -> Any:
        new = first.copy()
        (getattr(new, self.indexer) if self.indexer else new)[key] = value
        return new


def without_item(first: Any, key: Any) -> Any:
    """A copy without an item."""
    new = first.copy()
    del new[key]
    return new


@record()
class WithAttribute:
    """A copy in which an attribute is set, such as `columns`."""

    name: str

    def __call__(self, first: Any, value: Any) -> Any:
        new = first.copy()
        setattr(new, self.name, value)
        return new


@record()
class Evaluate:
    """`eval` or `query` of an expression, with the values of the names in it that are no columns."""

    name: str

    def __call__(self, first: Any, expr: str, values: dict[str, Any]) -> Any:
        return getattr(first, self.name)(expr, local_dict=values)


@record()
class Changed:
    """A copy that a method has changed, such as `insert`."""

    name: str

    def __call__(self, first: Any, *args: Any, **options: Any) -> Any:
        new = first.copy()
        getattr(new, self.name)(*args, **options)
        return new


@record()
class SetWithin:
    """A copy of a column with values set by label or place, which has the rows that it had.

    Raises
    ------
    UnsupportedError
        When it runs: where pandas adds a row.
    """

    indexer: str

    def __call__(self, column: pd.Series, rows: Any, value: Any) -> pd.Series:
        new = column.copy()
        getattr(new, self.indexer)[rows] = value
        if len(new) != len(column):
            raise UnsupportedError(
                f".{self.indexer}[{rows!r}] = ... adds a row: to a lazy frame, add it with lf.concat."
            )
        return new


@record()
class NewColumn:
    """A new column that has values in some of the rows of a frame without columns."""

    indexer: str
    name: Any

    def __call__(self, labels: pd.DataFrame, rows: Any, value: Any) -> Any:
        new = labels.copy()
        getattr(new, self.indexer)[rows, self.name] = value
        return new[self.name]
