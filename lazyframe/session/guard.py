"""The guard of what is gathered in one place: its size is known before it is read, and watched while it grows."""

import sys
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from executor import Executor, Key, Watcher
from lazyframe.errors import GatherError, GatherWarning, in_words, warn
from lazyframe.io.csv.checks import parse_bytes
from lazyframe.plan.logical.gathered import Gathered
from lazyframe.plan.node import Node, walk
from lazyframe.plan.physical.fused import Fused
from lazyframe.plan.physical.ordered import Collect
from lazyframe.session import config
from lazyframe.session.estimate import rows_of, size_of
from lazyframe.session.memory import available

SILENT = 100_000_000
"""Bytes below which nobody is told of what is gathered."""

MOST = 5
"""Columns that are named."""

OPENING = frozenset(["groupby", "rolling", "expanding", "ewm", "resample", "getitem", "str", "dt"])
"""Calls whose result holds rows for others to work on."""

KEYS_ASIDE = 0.7
"""What a call on groups needs of its factor: the keys are gathered too, and are not worked on."""

WAYS = (
    "Choose fewer columns or filter rows first; or raise it with lf.config.set(gather_limit=...); or run it on a "
    "cluster whose workers have the memory."
)
"""What to do where too much would be gathered."""


class Gathering(NamedTuple):
    """What a call gathers: about how many rows, of how many bytes, and what it needs at its peak."""

    node: Gathered
    name: str
    factor: float
    columns: tuple[Any, ...]
    rows: float
    nbytes: float

    @property
    def peak(self) -> float:
        """Return the bytes that the call needs, its input included."""
        return self.nbytes * self.factor

    def describe(self) -> str:
        """What is gathered, in words."""
        shown = ", ".join(map(repr, self.columns[:MOST])) + (", ..." if len(self.columns) > MOST else "")
        count = len(self.columns)
        return (
            f"{self.name} gathers {count} column{'s' * (count != 1)} ({shown}) of about {rounded(self.rows):,} "
            f"rows in one place: about {in_words(self.nbytes)}, {in_words(self.peak)} at its peak"
        )


def gatherings(plans: Sequence[Node]) -> list[Gathering]:
    """What the calls of some queries gather, each with what it is of."""
    calls = list({id(node): node for plan in plans for node in walk(plan) if isinstance(node, Gathered)}.values())
    found = []
    for node in calls:
        if frames := node.gathered:
            name, factor = hungriest(node, calls)
            columns = tuple(dict.fromkeys(name for frame in frames for name in frame.schema.columns))
            rows, nbytes = max(map(rows_of, frames)), sum(map(size_of, frames))
            found.append(Gathering(node, name, factor, columns, rows, nbytes))
    return found


def hungriest(node: Gathered, calls: Sequence[Gathered]) -> tuple[str, float]:
    """The name and factor of a call; of one that only says what is worked on, those of what does the work."""
    if node.name not in OPENING:
        return node.name, node.factor
    users = [hungriest(call, calls) for call in calls if any(one is node for one in call.inputs)]
    name, factor = max(users, key=lambda one: one[1], default=(node.name, node.factor))
    return name, max(factor * (KEYS_ASIDE if node.name == "groupby" else 1), node.factor)


def guarded(plans: Sequence[Node], runner: Executor) -> Callable[[Node], list[Watcher]]:
    """Refuse what would not fit in the memory of one place, before anything of it is read.

    Returns
    -------
    function
        Gives, for the lowered query, the watchers that end its run should it gather more than was thought.

    Raises
    ------
    GatherError
    """
    found = gatherings(plans)
    for gathering in found:
        check(gathering, runner)
    limit = limit_of(runner)[0] if found else None
    return lambda root: [] if limit is None else [GatherWatcher(root, limit)]


def check(gathering: Gathering, runner: Executor) -> None:
    """See `guarded`."""
    if gathering.nbytes < SILENT and config.get("gather_limit") is None:
        return
    limit, origin = limit_of(runner)
    if limit is not None and gathering.peak > limit:
        raise GatherError(f"{gathering.describe()}, and the limit is {in_words(limit)} ({origin}). {WAYS}")
    if config.get("on_gather") == "error" and gathering.nbytes >= SILENT:
        raise GatherError(f"{gathering.describe()}, and on_gather is 'error'. {WAYS}")
    if config.get("on_gather") == "warn" and gathering.nbytes >= SILENT:
        warn(f"{gathering.describe()}.", GatherWarning)


def limit_of(runner: Executor) -> tuple[float | None, str]:
    """Return how many bytes may be gathered, and who says so."""
    setting, origin = config.found("gather_limit")
    if setting is not None:
        return parse_bytes(setting, "gather_limit"), f"gather_limit, {origin}"
    if hasattr(runner, "client"):
        workers = runner.client.scheduler_info()["workers"].values()
        limits = [worker["memory_limit"] for worker in workers if worker.get("memory_limit")]
        return (min(limits) / 2, "half of a worker's memory") if limits else (None, "")
    free = available()
    return (None, "") if free is None else (free / 2, "half of the memory that is available")


class GatherWatcher(Watcher):
    """Ends a run in which more is gathered than may be, should an estimate be wrong."""

    def __init__(self, root: Node, limit: float):
        self._limit = limit
        self._factors: dict[Any, tuple[str, float]] = {}
        for fused in [node for node in walk(root) if isinstance(node, Fused)]:
            calls = [node for node in fused.nodes if isinstance(node, Gathered)]
            for child in fused.children if calls else ():
                if isinstance(child, Collect):
                    most = max(calls, key=lambda call: call.factor)
                    self._factors[child.frame.key] = most.name, most.factor
        self._sizes = dict.fromkeys(self._factors, 0)

    def result_kept(self, key: Key, result: Any) -> None:
        """See `Watcher`."""
        name = key[0] if isinstance(key, tuple) else key
        if name not in self._factors:
            return
        call, factor = self._factors[name]
        self._sizes[name] += sys.getsizeof(result)
        if self._sizes[name] * factor > self._limit:
            raise GatherError(
                f"{call} has gathered {in_words(self._sizes[name])} so far, and needs {factor:g} times as much at its "
                f"peak; the limit is {in_words(self._limit)}. {WAYS}"
            )


def rounded(number: float) -> int:
    """A number with two digits that count."""
    return int(float(f"{number:.2g}"))
