"""Several queries run as one."""

from executor.task import Graph
from lazyframe.plan.node import Columns, Node
from lazyframe.record import record


@record(eq=False)
class Together(Node):
    """Several queries run as one; it has no result of its own."""

    queries: tuple[Node, ...]

    @property
    def npartitions(self) -> int:
        return 0

    def columns_needed(self, columns: Columns) -> list[Columns]:
        return [
            frozenset(query.schema.columns) if query.schema.kind == "frame" else frozenset() for query in self.queries
        ]

    def tasks(self) -> Graph:
        return {}
