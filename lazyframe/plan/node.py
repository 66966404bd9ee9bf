"""What a node of a query is. Nodes are frozen; a rewrite makes new ones, and equal nodes have equal keys.

Within a query nodes are told apart by identity; a key is computed where it leaves the process, or to find equal nodes.
"""

from collections.abc import Callable
from functools import cached_property
from operator import is_
from typing import Any, ClassVar

from executor.task import Graph, Key, Ref
from lazyframe.ops.op import Needs
from lazyframe.plan.partitioning import Partitioning
from lazyframe.plan.schema import INNER, Schema
from lazyframe.plan.token import token
from lazyframe.record import Field, record, replace

Columns = frozenset[Any]


@record(eq=False)
class Node:
    """A node. Its fields are its children (alone or in tuples) and plain values."""

    __match_args__: ClassVar[tuple[str, ...]]
    __record__: ClassVar[dict[str, Field]]
    __values__: ClassVar[Any]
    needs: ClassVar[Needs] = Needs.ALL
    keeps_rows: ClassVar[bool] = False

    @cached_property
    def children(self) -> tuple["Node", ...]:
        """The nodes that this one takes, in the order of its fields."""
        found: list[Node] = []
        for value in self.__values__(self):
            if isinstance(value, Node):
                found.append(value)
            elif isinstance(value, tuple):
                found += [item for item in value if isinstance(item, Node)]
        return tuple(found)

    @cached_property
    def key(self) -> str:
        """A name and a token of the fields that follow from no others; the same for equal nodes, in every process."""
        own = []
        for name, known in self.__record__.items():
            if not known.derived:
                value = getattr(self, name)
                own.append(as_keys(value) if isinstance(value, Node | tuple) else value)
        return f"{self.label}-{token(type(self).__qualname__, own)}"

    @property
    def label(self) -> str:
        """Return what people call the node."""
        return type(self).__name__.lower()

    @property
    def schema(self) -> Schema:
        """Kind, columns and dtypes of the result; that of a node within a query is of no use to anyone."""
        return INNER

    @property
    def npartitions(self) -> int:
        """The number of partitions of the result."""
        raise NotImplementedError

    @property
    def rows(self) -> str | None:
        """A name for the set of rows that the result has; two results with the same can be combined row by row.

        None for a scalar, which goes with any rows.
        """
        return self.key

    @property
    def is_numbered(self) -> bool:
        """Return whether the partitions' indexes are row numbers counted from each partition's own start."""
        return False

    @property
    def order(self) -> tuple[Any, ...]:
        """The columns by which the result is sorted across partitions, the first one first; none if it is not."""
        return ()

    @property
    def partitioning(self) -> Partitioning:
        """What is known of the partitions of the result before it runs."""
        return Partitioning(self.npartitions, self.rows, "numbered" if self.is_numbered else "labelled", self.order)

    @property
    def is_answer(self) -> bool:
        """Return whether the result is an answer for the whole table, labelled as in pandas, such as groups."""
        return False

    def columns_needed(self, columns: Columns) -> list[Columns]:
        """Return which columns of each child (that is a frame) are needed to give these columns."""
        return [frozenset(child.schema.columns) for child in self.children]

    def result(self, number: int) -> Any:
        """The i-th partition as another task's argument."""
        return Ref((self.key, number))

    def tasks(self) -> Graph:
        """The tasks of this node alone; the result's i-th partition has the key (self.key, i)."""
        raise NotImplementedError(f"{type(self).__name__} must be lowered first")

    def describe(self) -> str:
        """The node and its plain values in one line, for `explain`."""
        shown = [f"{name}={getattr(self, name)!r}" for name in self.__match_args__ if not has_node(getattr(self, name))]
        return f"{type(self).__name__}({', '.join(shown)})" if shown else type(self).__name__

    def map_children(self, function: "Callable[[Node], Node]") -> "Node":
        """The node with other children; itself if they are the same."""
        new = dict(zip(map(id, self.children), map(function, self.children), strict=True))
        if all(map(is_, new.values(), self.children)):
            return self
        changed: dict[str, Any] = {}
        for name, value in zip(self.__match_args__, self.__values__(self), strict=True):
            if isinstance(value, Node):
                changed[name] = new[id(value)]
            elif has_node(value):
                changed[name] = tuple([new.get(id(item), item) for item in value])
        return replace(self, **changed)


@record(eq=False)
class Partitionwise(Node):
    """A node whose i-th partition is a function of the i-th partitions of its children.

    A child with one partition goes with every one.
    """

    needs: ClassVar[Needs] = Needs.ROW

    @property
    def kernel(self) -> Callable[..., Any]:
        """The function, called with the children's partitions in their order. It holds no Node."""
        raise NotImplementedError

    @cached_property
    def npartitions(self) -> int:
        return max(child.npartitions for child in self.children)

    @property
    def rows(self) -> str | None:
        names = {child.rows for child in self.children} - {None}
        return self.key if len(names) > 1 else next(iter(names), None)  # several: answers, which pandas aligns

    @property
    def is_numbered(self) -> bool:
        return any(child.is_numbered for child in self.children)

    @property
    def is_answer(self) -> bool:
        return {child.is_answer for child in self.children if child.rows is not None} == {True}


class Foretold:
    """What a node has whose field `outcome` is the schema of its result."""

    outcome: Schema

    @property
    def schema(self) -> Schema:
        """See `Node`."""
        return self.outcome


class Called:
    """What a node has whose field `name` is what people call it."""

    name: str

    @property
    def label(self) -> str:
        """See `Node`."""
        return self.name


class NodeKey(str):
    """The key of a node in the place of the node, which no text of a user is equal to."""


def as_keys(value: Any) -> Any:
    """A field's value with every node replaced by its key."""
    if isinstance(value, Node):
        return NodeKey(value.key)
    return tuple(map(as_keys, value)) if isinstance(value, tuple) and has_node(value) else value


def has_node(value: Any) -> bool:
    """Return whether a field's value is or contains a node."""
    if isinstance(value, tuple):
        for item in value:
            if isinstance(item, Node):
                return True
    return isinstance(value, Node)


def partition(node: Node, number: int) -> Any:
    """A node's i-th partition as another task's argument; the only one, if it has only one."""
    return node.result(0 if node.npartitions == 1 else number)


def walk(root: Node, is_entered: Callable[[Node], bool] | None = None) -> list[Node]:
    """Every node once, children before parents; nothing that is only below nodes that are not entered."""
    order: list[Node] = []
    seen: set[int] = set()
    stack = [(root, False)]
    while stack:
        node, is_leaving = stack.pop()
        if is_leaving:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            if is_entered is None or is_entered(node):
                for child in reversed(node.children):
                    stack.append((child, False))
    return order


def transform(root: Node, rule: Callable[[Node], Node]) -> Node:
    """The query with a rule applied to every node once, children first."""
    done: dict[int, Node] = {}
    for node in walk(root):
        done[id(node)] = rule(node.map_children(lambda child: done[id(child)]))
    return done[id(root)]


def graph_of(root: Node) -> dict[Key, Any]:
    """The tasks of all nodes."""
    graph: dict[Key, Any] = {}
    for node in walk(root):
        graph.update(node.tasks())
    return graph
