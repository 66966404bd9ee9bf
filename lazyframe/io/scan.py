"""What a scan does by itself, as plain values: choose columns, keep rows, count, reduce.

A query's nodes are translated to these values and travel to the worker in their place. A `Expression` says how a column
is computed from a row's columns; a request says what is wanted of a partition's rows.
"""

import math
from collections.abc import Iterable
from typing import Any

from lazyframe.accumulators import Accumulator
from lazyframe.record import record


@record(slots=True)
class Column:
    """A column of the source, by its label as text (files without a header have the labels 0, 1, ...)."""

    name: str

    def __str__(self) -> str:
        return self.name


@record(slots=True, eq=False)
class Literal:
    """A constant: a number, a bool, a text, a date, or a tuple of such for `isin`.

    Two are equal if their values have the same types and signs too: ``1 == 1.0 == True`` and ``0.0 == -0.0`` in Python.
    """

    value: Any

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Literal) and exact(self.value) == exact(other.value)

    def __hash__(self) -> int:
        return hash(self.value)

    def __str__(self) -> str:
        return repr(self.value)


def exact(value: Any) -> Any:
    """Return what tells a constant from those that only compare equal to it."""
    if isinstance(value, tuple):
        return tuple(map(exact, value))
    return type(value), value, math.copysign(1.0, value) if isinstance(value, float) else 0


@record(slots=True)
class Call:
    """A function of `io.expression` on other expressions."""

    function: str
    args: tuple["Expression", ...]

    def __str__(self) -> str:
        return f"{self.function}({', '.join(map(str, self.args))})"


Expression = Column | Literal | Call


@record(slots=True)
class Rows:
    """Wanted: rows as a DataFrame. Its index is the rows' local numbers, counted from the partition's first record.

    With a `limit`, the first so many kept rows are enough.
    """

    columns: tuple[Any, ...]
    predicate: Expression | None = None
    limit: int | None = None

    def __str__(self) -> str:
        most = "" if self.limit is None else f"the first {self.limit} "
        return f"{most}rows of {len(self.columns)} columns ({shown(self.columns)}){where(self.predicate)}"


@record(slots=True)
class Count:
    """Wanted: the number of rows kept."""

    predicate: Expression | None = None

    def __str__(self) -> str:
        return f"number of rows{where(self.predicate)}"


@record(slots=True)
class Reduce:
    """Wanted: a `State` of Arrow tables, with the groups in the order of their first rows.

    With no keys it has one row, or none where no row is kept.
    """

    values: tuple[Expression, ...]
    by: tuple[Expression, ...]
    accumulators: tuple[Accumulator, ...]
    predicate: Expression | None = None
    dropna: bool = True
    distinct: tuple[int, ...] = ()

    def __str__(self) -> str:
        values = [
            p.function if p.function == "size" else f"{p.function}({self.values[p.value]})" for p in self.accumulators
        ]
        values += [f"distinct({self.values[value]})" for value in self.distinct]
        by = f" by {shown(self.by)}" if self.by else ""
        return f"{shown(values)}{by}{where(self.predicate)}"


@record(slots=True)
class BadLines:
    """Wanted: the records that were left out, as a DataFrame of file, line, text and reason."""

    def __str__(self) -> str:
        return "bad lines"


Request = Rows | Count | Reduce | BadLines


def where(predicate: Expression | None) -> str:
    """A filter for people to read."""
    return "" if predicate is None else f" where {predicate}"


def shown(items: Iterable[Any]) -> str:
    """Things for people to read, with commas; of many, the first few."""
    texts = [str(item) for item in items]
    return ", ".join(texts if len(texts) <= 8 else [*texts[:7], "..."])


def columns_of(expression: Expression | None) -> set[str]:
    """The names of the columns in an expression."""
    match expression:
        case Column(name):
            return {name}
        case Call(_, args):
            return set().union(*map(columns_of, args))
        case _:
            return set()


def columns_needed(request: Request) -> set[str]:
    """The columns that a request makes a reader parse."""
    if isinstance(request, BadLines):
        return set()
    needed = columns_of(request.predicate)
    match request:
        case Rows(columns=columns):
            needed |= set(map(str, columns))
        case Reduce(values=values, by=by):
            needed = needed.union(*map(columns_of, values + by))
    return needed


def columns_typed(request: Request) -> set[str]:
    """The columns whose dtype shows in the answer.

    A count, and a sum as a float, are the same of integers and of floats that are equal to them.
    """
    if not isinstance(request, Reduce):
        return columns_needed(request)
    plain = {value for value, expression in enumerate(request.values) if isinstance(expression, Column)}
    plain -= {one.value for one in request.accumulators if one.function not in ("size", "count", "total")}
    plain -= set(request.distinct)
    typed = [value for number, value in enumerate(request.values) if number not in plain]
    return columns_of(request.predicate).union(*map(columns_of, (*typed, *request.by)))


def both(first: Expression | None, second: Expression) -> Expression:
    """Keep rows that pass both tests."""
    return second if first is None else Call("and", (first, second))
