"""Methods for whose result a partition's own rows are not enough, a line each."""

from collections.abc import Sequence
from typing import Any

from lazyframe.ops.op import Needs, Whole
from lazyframe.record import record

cumsum = Whole("cumsum", Needs.BEFORE, params=("skipna",), keeps_rows=True)
cumprod = Whole("cumprod", Needs.BEFORE, params=("skipna",), keeps_rows=True)
cummax = Whole("cummax", Needs.BEFORE, params=("skipna",), keeps_rows=True)
cummin = Whole("cummin", Needs.BEFORE, params=("skipna",), keeps_rows=True)
drop_duplicates = Whole("drop_duplicates", Needs.GROUP, params=("subset", "keep"), keys="subset")
sort_values = Whole("sort_values", Needs.SORTED, params=("by", "ascending", "na_position", "kind"), keys="by")
interpolate = Whole("interpolate", Needs.ALL, params=("method", "limit", "limit_direction", "limit_area"))


@record()
class CallMethod:
    """A call of a method of pandas with options, in which lists are tuples."""

    name: str
    options: tuple[tuple[str, Any], ...]

    def __call__(self, part: Any) -> Any:
        options = {name: list(value) if isinstance(value, tuple) else value for name, value in self.options}
        return getattr(part, self.name)(**options)


def keys_of(op: Whole, options: Sequence[tuple[str, Any]]) -> tuple[Any, ...]:
    """Return the columns by which rows meet; none where there is but one, or all count."""
    given = dict(options).get(op.keys)
    return tuple(given) if isinstance(given, list | tuple) else () if given is None else (given,)
