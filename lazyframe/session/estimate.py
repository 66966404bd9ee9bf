"""About how many bytes the rows of a query take in memory, before it runs.

An estimate is what some rows of the source, from places spread over it, take as the query gives them, times how many
there are. Queries through which rows can't be sampled are estimated from the dtypes of their results.
"""

import sys
from collections.abc import Sequence
from typing import Any

import pandas as pd

from executor import SyncExecutor
from lazyframe.cache import Cache
from lazyframe.io.memory import MemorySource
from lazyframe.io.reader import Part
from lazyframe.plan import size
from lazyframe.plan.logical.delayed import Call
from lazyframe.plan.logical.gathered import Gathered
from lazyframe.plan.logical.partitions import FromDelayed, Persisted
from lazyframe.plan.logical.rowwise import MapPartitions
from lazyframe.plan.logical.sources import Reading, Scan
from lazyframe.plan.logical.together import Together
from lazyframe.plan.node import Node, graph_of, transform, walk
from lazyframe.plan.passes.optimize import optimize
from lazyframe.plan.passes.prune import prune
from lazyframe.record import replace

SMALL = 10_000_000
"""Bytes below which an estimate need not be good."""

PLACES = 8
"""Partitions of which rows are sampled."""

SAMPLED = 500
"""Rows sampled of each."""

_sizes: Cache[str, float] = Cache(size=1 << 8)
"""Bytes that queries were estimated to give."""


def size_of(frame: Node) -> float:
    """About how many bytes a query's rows are as pandas has them."""
    rough = rows_of(frame) * size.width_of(frame)
    if not is_sampled(frame) or rough < SMALL:
        return rough
    try:
        return _sizes.get_or_make(frame.key, lambda: sampled_size(frame))
    except OSError:  # the files may be in reach of a cluster's workers alone
        return rough


def rows_of(frame: Node) -> float:
    """About how many rows a query has; where that depends on what it finds, those of its largest source."""
    if (known := size.rows_of(frame)) is not None:
        return known
    return max((node.source.about_rows for node in walk(frame) if isinstance(node, Scan)), default=0)


def is_sampled(frame: Node) -> bool:
    """Return whether the query can be asked of a few rows: no user's function sees them, and they are read."""
    nodes = walk(frame)
    others = MapPartitions | FromDelayed | Persisted | Call | Gathered
    return not any(
        isinstance(node, others) or (isinstance(node, Reading) and not isinstance(node, Scan)) for node in nodes
    )


def sampled_size(frame: Node) -> float:
    """The bytes of a query of some rows, times how many there are."""
    frame = prune(frame)  # or samples of columns would be read that nothing looks at
    scans: dict[str, list[Scan]] = {}
    for node in walk(frame):
        if isinstance(node, Scan):
            scans.setdefault(node.source.identity, []).append(node)
    samples = {identity: sample(own) for identity, own in scans.items()}

    def rule(node: Node) -> Node:
        return replace(node, source=samples[node.source.identity]) if isinstance(node, Scan) else node

    answer = answers([transform(frame, rule)])[0]
    shares = [len(samples[name].frames[0]) / max(own[0].source.about_rows, 1) for name, own in scans.items()]
    return float(sys.getsizeof(answer)) / max(min(shares), 1e-12) if min(shares) else 0.0


def sample(scans: Sequence[Scan]) -> MemorySource:
    """Some rows of the source of some scans, with their columns, from partitions spread over it, as a source."""
    source = scans[0].source
    columns = tuple(dict.fromkeys(name for scan in scans for name in scan.columns))
    count = len(source.readers)
    numbers = sorted({count * place // PLACES for place in range(PLACES)})
    parts = answers([Scan(Part(source, number, number + 1), columns, limit=SAMPLED) for number in numbers])
    rows = pd.concat(parts, ignore_index=True).astype(source.schema[list(columns)].dtypes)
    return MemorySource((rows,), f"sample of {source.identity}", source.name)


def answers(plans: Sequence[Node]) -> list[Any]:
    """The answers of some small queries, computed here."""
    root = optimize(Together(tuple(plans)))
    return list(SyncExecutor().run(graph_of(root), [(query.key, 0) for query in root.children]))
