"""The last resort: a call of pandas on whole tables, in one place."""

from collections.abc import Callable
from typing import Any, ClassVar

from lazyframe.ops.op import FACTOR, Needs
from lazyframe.plan.logical.delayed import Filled
from lazyframe.plan.logical.rowwise import Pick
from lazyframe.plan.node import Called, Foretold, Node, Partitionwise
from lazyframe.plan.schema import INNER, Schema
from lazyframe.record import field, record

DEFERRED = Schema("deferred", INNER.empty)
"""Nothing is known of a result before it is there."""


@record(eq=False)
class Gathered(Called, Foretold, Partitionwise):
    """One call, for which its inputs are gathered in one place; chains of such calls are one task.

    `args` and `options` hold a `Slot` where an input goes. `factor` is how many times the inputs' size is needed at
    most, the inputs themselves included. `why` says why rows are gathered.
    """

    needs: ClassVar[Needs] = Needs.ALL

    name: str
    func: Callable[..., Any]
    args: tuple[Any, ...]
    options: tuple[tuple[str, Any], ...]
    inputs: tuple[Node, ...]
    factor: float = FACTOR
    outcome: Schema = field(default=DEFERRED, repr=False, derived=True)
    why: str = field(default="", repr=False, derived=True)

    @property
    def kernel(self) -> Callable[..., Any]:
        return Filled(self.func, self.args, self.options)

    @property
    def npartitions(self) -> int:
        return 1

    @property
    def rows(self) -> str | None:
        return None if self.outcome.kind == "scalar" else self.key

    @property
    def is_numbered(self) -> bool:
        return False

    @property
    def is_answer(self) -> bool:
        return True

    @property
    def gathered(self) -> list[Node]:
        """The inputs that are gathered: not those that are in one place already, or few rows of each partition."""
        frames = [one for one in self.inputs if one.schema.kind in ("frame", "series")]
        return [one for one in frames if not one.is_answer and not isinstance(one, Pick)]

    def describe(self) -> str:
        return f"{self.name}(...)"
