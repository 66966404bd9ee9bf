"""What a run taught of its sources and joins: plans are made again with it, and later ones begin with it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, Self

from lazyframe.cache import Cache
from lazyframe.errors import ReplanRequired
from lazyframe.io.reader import Part
from lazyframe.plan.logical.join import Merged
from lazyframe.plan.logical.sources import Reading
from lazyframe.plan.node import Node, transform, walk
from lazyframe.record import replace


class Assumption(Protocol):
    """A source, or a join: what plans are made with may turn out to be wrong."""

    @property
    def identity(self) -> str:
        """A name for it, with what is known of it."""

    def replanned(self, dtypes: Mapping[str, str]) -> Self:
        """It as plans are to be made with, after a `ReplanRequired`; itself if that is no news."""


_replanned: Cache[str, Any] = Cache(size=1 << 10)
"""What stands for a source or a join, by its identity, since a run found that plans made with it are wrong."""


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
    """Remember what an error says of what the queries were planned with; whether that is news."""
    for node in [node for plan in plans for node in walk(plan)]:
        match node:
            case Reading(source=Part(whole=assumed)) | Reading(source=assumed) | Merged(join=assumed):
                if assumed.identity == required.source:
                    replanned = assumed.replanned(required.dtypes)
                    _replanned.put(assumed.identity, replanned)
                    return replanned is not assumed
    return False


def with_known_sources(plan: Node) -> Node:
    """A query over sources and joins as they are known now."""

    def rule(node: Node) -> Node:
        match node:
            case Reading(source=source) if (known := as_known(source)) is not source:
                return replace(node, source=known)
            case Merged(join=join) if (known := as_known(join)) is not join:
                return replace(node, join=known)
        return node

    return transform(plan, rule) if len(_replanned) else plan


def as_known(assumed: Any) -> Any:
    """A source or a join with what runs have taught of it."""
    if isinstance(assumed, Part):
        whole = as_known(assumed.whole)
        return assumed if whole is assumed.whole else replace(assumed, whole=whole)
    while (known := _replanned.get(assumed.identity)) is not None:
        assumed = known
    return assumed
