"""Pass: row numbers that nobody looks at are not counted through, as the rows of a join or behind `reset_index`."""

from lazyframe.plan.logical.aggregate import Aggregate, Length
from lazyframe.plan.logical.rowwise import Apply, Assign, Filter, Project, Rename, Renumber, Take
from lazyframe.plan.node import Node, transform


def unlabel(root: Node) -> Node:
    """The query in which aggregates are of rows that are not renumbered."""
    return transform(root, Unlabelled())


class Unlabelled:
    """A rule; what is below several aggregates stays one node."""

    def __init__(self) -> None:
        self.done: dict[
            int, tuple[Node, Node]
        ] = {}  # with the node, whose identity is no other's as long as it is here

    def __call__(self, node: Node) -> Node:
        """The node, of rows without numbers if it looks at none."""
        return node.map_children(self._values) if isinstance(node, Aggregate | Length) else node

    def _values(self, node: Node) -> Node:
        """A node with the same values in the same order."""
        if id(node) not in self.done:
            match node:
                case Renumber(frame=frame):
                    found = self._values(frame)
                case Take() | Project() | Rename() | Apply() | Assign() | Filter():
                    found = node.map_children(self._values)
                case _:
                    found = node
            self.done[id(node)] = node, found
        return self.done[id(node)][1]
