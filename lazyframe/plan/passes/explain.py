"""The plan at any stage, as text."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from executor.task import Key
from lazyframe.errors import printable
from lazyframe.io.scan import columns_needed, shown
from lazyframe.plan.logical.delayed import Call
from lazyframe.plan.logical.rowwise import MapPartitions
from lazyframe.plan.logical.sources import Reading, Scan
from lazyframe.plan.logical.together import Together
from lazyframe.plan.logical.user import Origins
from lazyframe.plan.node import Node, Partitionwise, graph_of, walk
from lazyframe.plan.passes.optimize import PASSES, Pass, stages
from lazyframe.plan.physical.aggregate import Tree
from lazyframe.plan.physical.fused import Fused, OneOf
from lazyframe.plan.physical.ordered import Collect


class Explanation:
    """A plan that prints itself.

    Parameters
    ----------
    root
        The query as written.
    stage
        "query", or the name of a pass.
    explained
        Gives the last lines, from the query as written and at this stage.
    passes
        Those that the query runs with.

    Attributes
    ----------
    seconds
        What each pass took.
    notes
        What is to be said of nodes, by their keys, such as what they took.
    ran
        Lines about a run, if there was one.

    Raises
    ------
    ValueError
        For a stage that there is not.
    """

    def __init__(
        self,
        root: Node,
        stage: str,
        explained: Callable[[Node, Node], list[str]] | None = None,
        passes: dict[str, Pass] = PASSES,
    ):
        planned = stages(root, passes)
        found = {name: node for name, node, _ in planned}
        self.seconds = {name: seconds for name, _, seconds in planned}
        if stage not in found:
            raise ValueError(f"There is no stage {stage!r}; there are {', '.join(map(repr, found))}.")
        self.root = found[stage]
        self._first = asked(root) if explained else []
        self._last = explained(root, self.root) if explained else []
        self.notes: dict[Key, str] = {}
        self.ran: list[str] = []

    def __repr__(self) -> str:
        plan = [*reads(self.root), *lines(self.root, self.notes), *tasks(self.root)]
        return printable("\n".join([*self._first, *plan, *self._last, *self.ran]))


def asked(root: Node) -> list[str]:
    """A line a query of the logical nodes from its top down to a source, of several operands the first."""
    found = []
    for top in root.children if isinstance(root, Together) else (root,):
        path = [top]
        while path[-1].children:
            path.append(path[-1].children[0])
        found.append("asks  " + " of ".join(short(node) for node in path))
    return found


def short(node: Node) -> str:
    """A logical node in few words."""
    return f"Scan({node.source.name})" if isinstance(node, Scan) else node.describe()


def reads(root: Node) -> Iterator[str]:
    """A line a source: what it is, and which of its columns are parsed."""
    readings = [node for top in walk(root) for node in all_nodes(top) if isinstance(node, Reading)]
    for source in {reading.source.identity: reading.source for reading in readings}.values():
        requests = [reading.request for reading in readings if reading.source.identity == source.identity]
        parsed, count = source.parsed(set().union(*map(columns_needed, requests)))
        names = f": {shown(parsed)}" if parsed else ""
        yield f"reads {source.describe()} in {counted(len(source.readers))}"
        way = f", by {source.how_read()}" if source.how_read() else ""
        yield f"      {len(parsed)} of {count} columns{names}{way}"


def counted(partitions: int) -> str:
    """A number of partitions, for people."""
    return f"{partitions:,} partition{'s' * (partitions != 1)}"


def all_nodes(node: Node) -> list[Node]:
    """A node, with those that are fused in it."""
    return [*node.nodes] if isinstance(node, Fused) else [node]


def lines(root: Node, notes: Mapping[Key, str]) -> Iterator[str]:
    """The nodes as a tree, users above what they use; a node that stands above already is only named."""
    seen: set[str] = set()
    stack = [(child, 0) for child in reversed(root.children if isinstance(root, Together) else (root,))]
    while stack:
        node, depth = stack.pop()
        indent = "  " * depth
        if isinstance(node, OneOf):
            yield f"{indent}result {node.number + 1} of"
            stack.append((node.fused, depth + 1))
        elif node.key in seen:
            yield f"{indent}{headline(node)} (as above)"
        else:
            seen.add(node.key)
            yield f"{indent}{headline(node)}{f'  [{notes[node.key]}]' if node.key in notes else ''}"
            if isinstance(node, Fused):
                yield from (f"{indent}  | {inner.describe()}" for inner in node.nodes)
            shown = [child for child in node.children if not isinstance(child, Origins)]
            stack.extend((child, depth + 1) for child in reversed(shown))


def headline(node: Node) -> str:
    """A node in one line."""
    if isinstance(node, Tree):
        return f"{node.name}: a tree of merges over {counted(node.parts.npartitions)}"
    if isinstance(node, Fused):
        return f"{node.label}: one task a partition, {node.npartitions} in all"
    return node.describe()


def tasks(root: Node) -> Iterator[str]:
    """The number of tasks, once there are tasks."""
    if any(isinstance(node, Fused) for node in walk(root)):
        yield f"{len(graph_of(root)):,} tasks"


class Work(NamedTuple):
    """What a query's tasks are made of: a user's Python, whether pandas works or reads, whether rows are given."""

    python: str
    pandas: bool
    pandas_reads: bool
    gives_rows: bool


def shape_of_work(root: Node) -> Work:
    """Return what the tasks of a lowered query are made of."""
    nodes = [node for top in walk(root) for node in all_nodes(top)]
    python = next((node.label for node in nodes if isinstance(node, MapPartitions | Call)), "")
    pandas = any(isinstance(node, Partitionwise) and not isinstance(node, Reading) for node in nodes)
    pandas_reads = any(isinstance(node, Reading) and node.source.how_read().startswith("pandas") for node in nodes)
    gives_rows = any(isinstance(node, Collect) and node.frame.npartitions > 1 for node in nodes)
    return Work(python, pandas, pandas_reads, gives_rows)
