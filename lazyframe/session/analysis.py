"""A plan with what its run took beside each line."""

from collections.abc import Sequence
from time import perf_counter

import pandas as pd

from executor import Graph, Key, Task, Watcher
from executor.base import kind_of
from lazyframe.errors import in_words
from lazyframe.plan.logical.together import Together
from lazyframe.plan.node import Node, graph_of
from lazyframe.plan.passes.explain import Explanation
from lazyframe.plan.passes.optimize import PASSES
from lazyframe.session.choice import chosen
from lazyframe.session.describe import explained
from lazyframe.session.guard import guarded
from lazyframe.session.replan import replanning
from lazyframe.session.running import run_on
from lazyframe.session.spilling import Spilling

SLOWEST = 3
"""Tasks that are named."""


def analyzed(plan: Node) -> Explanation:
    """The plan of a query, which is run, with the tasks, seconds, bytes and rows of each of its nodes."""
    return replanning([plan], lambda plans: [run(plans[0])])[0]  # type: ignore[no-any-return]


def run(plan: Node) -> Explanation:
    """The same, of the query as it is planned at first: what it teaches may have it planned anew."""
    runner, ran = chosen(), Ran()
    watchers_of = guarded([plan], runner)
    with Spilling(runner) as spilling:
        made = Explanation(Together((plan,)), list(PASSES)[-1], explained, spilling.passes)
        keys = [(query.key, 0) for query in made.root.children]
        begin = perf_counter()
        run_on(runner, graph_of(made.root), keys, [ran, *watchers_of(made.root)])
        took = perf_counter() - begin
    made.notes = {name: ran.describe(name) for name in ran.seconds}
    made.ran = [
        f"took {took:.3f} s, and {sum(map(sum, ran.seconds.values())):.3f} s in tasks; the slowest:",
        *ran.slowest(),
    ]
    return made


class Ran(Watcher):
    """What the tasks of each node took, read and gave."""

    def __init__(self) -> None:
        self.seconds: dict[Key, list[float]] = {}
        self._tasks: dict[Key, Task] = {}
        self._bytes: dict[Key, int] = {}
        self._rows: dict[Key, int] = {}
        self._each: list[tuple[float, Key]] = []

    def start(self, graph: Graph, keys: Sequence[Key]) -> None:
        """See `Watcher`."""
        self._tasks.update((key, graph[key]) for key in keys)

    def task_done(self, key: Key, begin: float, end: float) -> None:
        """See `Watcher`."""
        self.seconds.setdefault(node_of(key), []).append(end - begin)
        self._bytes[node_of(key)] = self._bytes.get(node_of(key), 0) + self._tasks[key].nbytes
        self._each.append((end - begin, key))

    def result_kept(self, key: Key, result: object) -> None:
        """See `Watcher`."""
        if isinstance(result, pd.DataFrame | pd.Series):
            self._rows[node_of(key)] = self._rows.get(node_of(key), 0) + len(result)

    def describe(self, name: Key) -> str:
        """What the tasks of a node took, read and gave, in a few words."""
        seconds = self.seconds[name]
        found = [f"{len(seconds):,} task{'s' * (len(seconds) != 1)}", f"{sum(seconds):.3f} s"]
        found += [f"read {in_words(self._bytes[name])}"] if self._bytes[name] else []
        found += [f"gave {self._rows[name]:,} rows"] if name in self._rows else []
        return ", ".join(found)

    def slowest(self) -> list[str]:
        """The tasks that took most, with what they worked on."""
        found = sorted(self._each, key=lambda one: -one[0])[:SLOWEST]
        return [f"  {seconds:.3f} s  {kind_of(key)} {self._tasks[key].about}".rstrip() for seconds, key in found]


def node_of(key: Key) -> Key:
    """The key of the node that a task is of."""
    return key[0] if isinstance(key, tuple) else key
