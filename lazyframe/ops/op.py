"""The kinds of op. An op is a plain, picklable value; the optimizer looks at its kind and never at its name."""

from collections.abc import Callable
from enum import Enum
from typing import Any

from lazyframe.record import record


class Needs(Enum):
    """What a partition of the result needs of the operands' partitions, which decides the physical form."""

    ROW = "the same rows"
    BEFORE = "the rows before"
    NEAR = "the rows around"
    PARTIAL = "an accumulator of each partition"
    GROUP = "all rows of its keys"
    SORTED = "the rows of its range"
    ALL = "all rows"


@record()
class Elementwise:
    """Computes each row from that row alone: a pandas method of the first operand, or a function of all operands.

    `params` are the parameters of pandas' method that are supported. `scan` lists the kinds of operands for which a
    scan can compute the op by itself, as `io.expression` does, a letter an operand: n int64 or float64 (or a number),
    i int32, b bool, t text, d date, * any of these.
    """

    name: str
    function: Callable[..., Any] | None = None
    params: tuple[str, ...] = ()
    scan: tuple[str, ...] = ()

    def __call__(self, first: Any, *others: Any, **options: Any) -> Any:
        if self.function is not None:
            return self.function(first, *others, **options)
        return getattr(first, self.name)(*others, **options)


@record()
class Accessor:
    """An attribute of an accessor of a Series, such as `.dt.year`; row by row too."""

    name: str
    accessor: str
    attribute: str
    scan: tuple[str, ...] = ()

    def __call__(self, values: Any) -> Any:
        return getattr(getattr(values, self.accessor), self.attribute)


@record()
class AccessorMethod:
    """A method of an accessor of a Series, such as `.str.upper`.

    It is row by row, unless `needs` says that pandas has to see all rows: for what has columns that depend on them.
    Then `factor` is how many times the size of the texts it needs, with a list and an object for each.
    """

    name: str
    accessor: str
    needs: Needs = Needs.ROW
    scan: tuple[str, ...] = ()
    factor: float = 20.0

    def __call__(self, values: Any, *args: Any, **options: Any) -> Any:
        return getattr(getattr(values, self.accessor), self.name)(*args, **options)


def unknown(dtype: Any) -> None:
    """The rule of results whose dtype is known after a run on no rows only."""


FACTOR = 1.6
"""How many times the size of its input a call needs of which nothing else was measured: see `benchmarks/gathers.py`."""


@record()
class Whole:
    """A method of pandas for whose result a partition's own rows are not enough.

    `params` are the parameters that are supported in the form that `needs` says; with others, the rows are gathered.
    `keys` is the one that names the columns by which rows meet. An op that keeps rows gives one for each row, in the
    same order and with the same label. One that needs the rows before needs no more of them than its last result, as
    sums do; of one that `is_backwards` it is the rows behind.

    Of one that gathers all rows: `columns` are the parameters that name the columns that it looks at, of which it looks
    at no others if all are given; `factor` is how many times the size of its input it needs at most, the input itself
    included; `is_known` says that pandas tells the result's dtypes from no rows; `is_eager` that it is computed at
    once: its result is for others than pandas.
    """

    name: str
    needs: Needs = Needs.ALL
    params: tuple[str, ...] = ()
    keys: str = ""
    keeps_rows: bool = False
    columns: tuple[str, ...] = ()
    factor: float = FACTOR
    is_known: bool = False
    is_eager: bool = False
    is_backwards: bool = False


@record()
class Reduction:
    """One value of many: accumulators of each partition, merged, and finalized.

    `accumulators` are names of `accumulators.KINDS`, `moments.MOMENTS`, or "distinct"; `finalize` computes the result
    from them (as Series with a row a group), and takes the `params` of pandas' method that are supported. `dtype` gives
    the dtype of the result for values of a dtype, or None where only a run on no rows tells.
    """

    name: str
    accumulators: tuple[str, ...]
    finalize: Callable[..., Any] | None = None
    params: tuple[str, ...] = ()
    dtype: Callable[[Any], Any] = unknown


@record()
class Partial:
    """A method of pandas whose answer is made of a state of each partition, none of them larger than a few rows.

    `update` is called with a partition (of each input), `merge` with states of partitions that follow one another, and
    `finalize` with such states too: it merges the last of them.
    """

    name: str
    update: Callable[..., Any]
    merge: Callable[..., Any]
    finalize: Callable[..., Any]
