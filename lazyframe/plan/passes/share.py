"""Pass: equal nodes become one object, so that later passes tell nodes apart by identity."""

from lazyframe.plan.node import Node, transform


def share(root: Node) -> Node:
    """The query in which nodes with equal keys are the same node."""
    known: dict[str, Node] = {}
    return transform(root, lambda node: known.setdefault(node.key, node))
