"""Pass: logical nodes become nodes with tasks: states and trees, row numbers, one result a query."""

from collections.abc import Callable
from functools import partial

from lazyframe.io.reader import PartitionReader, Source
from lazyframe.ops.aggregate import FinalizeStates, MergeStates
from lazyframe.ops.join import JoinInto
from lazyframe.ops.spill import Spill
from lazyframe.plan.logical.aggregate import Aggregate, Length, Summary
from lazyframe.plan.logical.delayed import Call
from lazyframe.plan.logical.flat_map import FlatMap
from lazyframe.plan.logical.gathered import Gathered
from lazyframe.plan.logical.groups import Grouped
from lazyframe.plan.logical.join import Merged, WithWhole
from lazyframe.plan.logical.neighbours import Nearby
from lazyframe.plan.logical.partitions import Concat, Kept, OnePartition, Regrouped, SomePartitions
from lazyframe.plan.logical.rank import Ranked
from lazyframe.plan.logical.rowwise import AssignAligned, MapPartitions, Renumber, SameRows
from lazyframe.plan.logical.sources import Scan
from lazyframe.plan.logical.together import Together
from lazyframe.plan.logical.user import Origins
from lazyframe.plan.logical.whole import Across
from lazyframe.plan.node import Node, transform, walk
from lazyframe.plan.passes.exchanged import exchanged, grouped, merged, ranked, with_neighbours
from lazyframe.plan.passes.numbering import counts_of, numbered
from lazyframe.plan.physical.aggregate import PartitionLengths, States, Tree, Updated, total
from lazyframe.plan.physical.ordered import Collect, Numbered
from lazyframe.record import replace

MOST_ORIGINS = 3
"""Partitions that the error of a call names."""


def nowhere() -> None:
    """What is on its way between tasks stays in memory."""


def lower(root: Node, spill: Callable[[], Spill | None] = nowhere) -> Node:
    """The query with every logical node replaced; `spill` gives where exchanges put what memory does not hold."""
    return transform(root, partial(lowered, spill))


def lowered(spill: Callable[[], Spill | None], node: Node) -> Node:
    """The node with tasks that stands for a logical one."""
    match node:
        case Aggregate(series=series, spec=spec):
            return Tree(States(series, spec), node.label, MergeStates(spec), FinalizeStates(node.finalize), node.schema)
        case Summary(inputs=inputs, op=op):
            return Tree(Updated(inputs, op), op.name, op.merge, op.finalize, node.schema)
        case Length(frame=frame):
            return Tree(PartitionLengths(frame), "len", total, total, node.schema)
        case MapPartitions(frame=frame):  # a user's function looks at the index
            return replace(node, frame=numbered(frame), origins=tuple(map(Origins, source_of(frame))))
        case FlatMap(frame=frame):  # the labels of its rows are made of those of the frame's
            return replace(node, frame=numbered(frame))
        case Merged(left=left, right=right, join=join, whole="right"):
            return WithWhole(left, collected(right), join, "merge", join.left_keys, join.right_keys, node.schema)
        case Merged(left=left, right=right, join=join, whole="left"):
            into = JoinInto(join)
            return WithWhole(right, collected(left), into, "merge", join.right_keys, join.left_keys, node.schema)
        case Merged():
            return merged(node, spill())
        case Nearby():
            return with_neighbours(node)
        case WithWhole(frame=frame, whole=whole):
            return replace(node, frame=frame if node.is_aligned else numbered(frame), whole=collected(whole))
        case SameRows(given=given) if given.is_numbered:
            return replace(node, given=numbered(given))
        case Across():
            return exchanged(node, spill())
        case Ranked():
            return ranked(node, spill())
        case Grouped():
            return grouped(node, spill())
        case Together():
            return node.map_children(collected)
        case Renumber() if node.npartitions > 1:
            return Numbered(node, PartitionLengths(node))
        case AssignAligned(labels=labels) if labels.is_numbered:
            return replace(node, labels=numbered(labels))
        case Concat() | SomePartitions() | Regrouped():
            return node.map_children(numbered)
        case Gathered():
            return node.map_children(collected)
        case Call(inputs=inputs):
            return replace(node, inputs=tuple(map(collected, inputs)), origins=origins_of(inputs))
    return node


def source_of(frame: Node) -> list[Source]:
    """The source whose partitions those of a frame are made of; none, if it is not known."""
    scans = (node for node in walk(frame) if isinstance(node, Scan) and node.npartitions == frame.npartitions)
    return [scan.source for scan in scans][:1]


def origins_of(inputs: tuple[Node, ...]) -> tuple[PartitionReader, ...]:
    """The readers of the partitions that the inputs of a call are or were made of, if they are few."""
    found: dict[int, PartitionReader] = {}
    for one in inputs:
        match one:
            case Call(origins=origins):
                own = origins
            case OnePartition(frame=frame, number=number):
                own = tuple(source.readers[number] for source in source_of(frame))
            case _:
                own = ()
        found |= {id(reader): reader for reader in own}
    return tuple(found.values()) if len(found) <= MOST_ORIGINS else ()


def collected(query: Node) -> Node:
    """A query's answer in one piece."""
    if query.schema.kind not in ("frame", "series"):
        return OnePartition(query, 0) if isinstance(query, Kept) else query  # what is kept has no task of its own
    is_shifted = query.is_numbered and query.npartitions > 1  # the first partition's numbers are right as they are
    return Collect(query, (counts_of(query),) if is_shifted else ())
