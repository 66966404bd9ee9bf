"""Queries that are run and kept: in memory, on a cluster's workers, or on disk."""

import uuid
import weakref
from collections.abc import Sequence
from typing import Any

from executor.task import Graph, Task
from lazyframe.ops.spill import Store
from lazyframe.plan.logical.partitions import Kept, Stored
from lazyframe.plan.node import Node, graph_of, partition
from lazyframe.plan.passes.numbering import numbered
from lazyframe.plan.passes.optimize import optimize
from lazyframe.session.choice import chosen
from lazyframe.session.replan import replanning
from lazyframe.session.running import start
from lazyframe.session.spilling import Spilling, spill_of


class Place:
    """What the files of a kept query are removed with."""


def kept(plan: Node, scheduler: Any, num_workers: int | None, storage: str) -> Node:
    """The query's partitions, computed.

    Raises
    ------
    ValueError
        For a storage that there is not.
    """
    if storage not in ("memory", "disk"):
        raise ValueError(f"storage={storage!r}: there are 'memory' and 'disk'.")
    runner = chosen(scheduler, num_workers)

    def run(plans: Sequence[Node]) -> Node:
        with Spilling(runner) as spilling:
            ready = optimize(numbered(plans[0]), spilling.passes)
            spill = spill_of(runner) if storage == "disk" else None
            if isinstance(ready, Kept if spill is None else Stored):
                return plan
            graph = graph_of(ready)
            keys = [partition(ready, number).key for number in range(ready.npartitions)]
            if spill is None:
                handles = tuple(start(graph, keys, scheduler, num_workers))
                return Kept(handles, ready.schema, uuid.uuid4().hex, plan.label)
            place, name = Place(), f"store-{uuid.uuid4().hex}"
            weakref.finalize(place, spill.remove)
            stored: Graph = {(name, i): Task(Store(spill), (partition(ready, i),)) for i in range(len(keys))}
            handles = tuple(start({**graph, **stored}, list(stored), scheduler, num_workers))
            return Stored(handles, ready.schema, uuid.uuid4().hex, plan.label, place)

    return replanning([plan], run)  # type: ignore[no-any-return]
