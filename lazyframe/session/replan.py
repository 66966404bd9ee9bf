"""What a run taught of its sources: plans are made again with it, and later ones begin with it."""

from collections.abc import Callable, Sequence
from typing import Any

from lazyframe.cache import Cache
from lazyframe.errors import ReplanRequired
from lazyframe.io.reader import Part, Source
from lazyframe.plan.logical.sources import Reading
from lazyframe.plan.node import Node, transform, walk
from lazyframe.record import replace

_replanned: Cache[str, Source] = Cache(size=1 << 10)
"""What stands for a source, by its identity, since a reader found that plans made with it are wrong."""


def replanning(plans: Sequence[Node], run: Callable[[Sequence[Node]], Any]) -> Any:
    """Run some queries; where a reader finds that the plan was wrong, plan them again with what is known then."""
    while True:
        known = [with_known_sources(plan) for plan in plans]
        try:
            return run(known)
        except ReplanRequired as required:
            if not replan(known, required):
                raise


def replan(plans: Sequence[Node], required: ReplanRequired) -> bool:
    """Remember what an error says of the queries' sources; whether that is news."""
    for node in [node for plan in plans for node in walk(plan) if isinstance(node, Reading)]:
        source = node.source.whole if isinstance(node.source, Part) else node.source
        if source.identity == required.source:
            replanned = source.replanned(required.dtypes)
            _replanned.put(source.identity, replanned)
            return replanned is not source
    return False


def with_known_sources(plan: Node) -> Node:
    """A query over the sources as they are known now."""

    def rule(node: Node) -> Node:
        if not isinstance(node, Reading):
            return node
        source = as_known(node.source)
        return node if source is node.source else replace(node, source=source)

    return transform(plan, rule) if len(_replanned) else plan


def as_known(source: Source) -> Source:
    """A source with what runs have taught of it."""
    if isinstance(source, Part):
        whole = as_known(source.whole)
        return source if whole is source.whole else replace(source, whole=whole)
    while (known := _replanned.get(source.identity)) is not None:
        source = known
    return source
