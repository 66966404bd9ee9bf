"""Pass: nodes that work partition by partition become one task a partition, and readings of one source one reading.

A *pipeline* is a partitionwise node that some other kind of node takes, with all that is partitionwise below it. Its
*stage* is how many trees, totals and the like must have run before it can. Pipelines of one stage that read the same
source, or share a node, are run by one task a partition, which gives the result of each: the files are read once for
all. Pipelines of different stages read for themselves: a column is read twice rather than kept until a mean of it is
known, so that memory stays flat. To change what is run together, change `grouped`.
"""

from collections.abc import Sequence
from typing import Any

from lazyframe.plan.logical.sources import Reading
from lazyframe.plan.node import Node, Partitionwise, walk
from lazyframe.plan.passes.share import share
from lazyframe.plan.physical.fused import Fused, OneOf, inputs_of, partitionwise_below


def fuse(root: Node) -> Node:
    """The query with every pipeline run by fused tasks."""
    pipelines = pipelines_of(root)
    if len(pipelines) > 1 or not all(isinstance(pipeline, Reading) for pipeline in pipelines):
        pipelines = pipelines_of(root := share(root))
    groups = grouped(pipelines) if len(pipelines) > 1 else [pipelines]
    return Fusion({id(pipeline): group for group in groups for pipeline in group}).rebuilt(root)


def pipelines_of(root: Node) -> list[Partitionwise]:
    """The partitionwise nodes whose results others take, or the user."""
    pipelines = {
        id(child): child
        for node in walk(root)
        if not isinstance(node, Partitionwise)
        for child in node.children
        if isinstance(child, Partitionwise)
    }
    if isinstance(root, Partitionwise):
        pipelines[id(root)] = root
    return list(pipelines.values())


class Fusion:
    """A query's groups of pipelines, and what has been rebuilt so far."""

    def __init__(self, groups: dict[int, list[Partitionwise]]):
        self.groups = groups
        self.done: dict[int, Node] = {}

    def rebuilt(self, root: Node) -> Node:
        """A node with fused pipelines below it; a stack of our own, for chains of calls are longer than Python's."""
        stack = [root]
        while stack:
            node = stack[-1]
            missing = [needed for needed in self._needed(node) if id(needed) not in self.done]
            stack.extend(missing)
            if not missing:
                self.done[id(stack.pop())] = self._fused(node)
        return self.done[id(root)]

    def _needed(self, node: Node) -> Sequence[Node]:
        """The nodes to rebuild before this one."""
        return inputs_of(self.groups[id(node)]) if isinstance(node, Partitionwise) else node.children

    def _fused(self, node: Node) -> Node:
        """A node whose inputs are rebuilt already."""
        if not isinstance(node, Partitionwise):
            return node.map_children(lambda child: self.done[id(child)])
        group = tuple(self.groups[id(node)])
        fused = Fused(group, tuple(self.done[id(needed)] for needed in self._needed(node)))
        return fused if len(group) == 1 else OneOf(fused, group.index(node))


def grouped(pipelines: list[Partitionwise]) -> list[list[Partitionwise]]:
    """The pipelines that run together: of one stage and width, linked by a source or a node that they share."""
    stages = stages_of(pipelines)
    owner: dict[Any, list[Partitionwise]] = {}
    groups: dict[int, list[Partitionwise]] = {}
    for pipeline in pipelines:
        group = [pipeline]
        place = (stages[id(pipeline)], pipeline.npartitions)
        for link in links_of(pipeline):
            linked = owner.get((place, link))
            if linked is not None and linked is not group:
                linked.extend(group)
                groups.pop(id(group), None)
                for other in group:
                    owner.update(((place, own), linked) for own in links_of(other))
                group = linked
            owner[place, link] = group
        groups[id(group)] = group
    return list(groups.values())


def links_of(pipeline: Partitionwise) -> set[Any]:
    """Return what a pipeline may share with another: its nodes, and the sources that it reads."""
    nodes = partitionwise_below(pipeline)
    return {id(node) for node in nodes} | {node.source.identity for node in nodes if isinstance(node, Reading)}


def stages_of(pipelines: list[Partitionwise]) -> dict[int, int]:
    """For each pipeline, by its identity, how many rounds of other pipelines must have run before it."""
    stages: dict[int, int] = {}
    below = {id(p): {id(s) for node in inputs_of((p,)) for s in walk(node) if s is not p} for p in pipelines}
    for pipeline in sorted(pipelines, key=lambda p: len(below[id(p)])):
        earlier = [stages[one] for one in below[id(pipeline)] if one in stages]
        stages[id(pipeline)] = 1 + max(earlier, default=-1)
    return stages
