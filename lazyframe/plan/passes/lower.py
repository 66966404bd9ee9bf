"""Pass: logical steps become steps with tasks: states and trees, row numbers, one result a query."""

from lazyframe.io.reader import PartitionReader, Source
from lazyframe.ops.aggregate import FinalizeStates, MergeStates
from lazyframe.plan.logical.aggregate import Aggregate, Length
from lazyframe.plan.logical.delayed import Call
from lazyframe.plan.logical.partitions import Kept, OnePartition
from lazyframe.plan.logical.rowwise import MapPartitions, SameRows
from lazyframe.plan.logical.sources import BadRecords, CountRows, Scan
from lazyframe.plan.logical.together import Together
from lazyframe.plan.logical.user import Origins
from lazyframe.plan.node import Expr, transform, walk
from lazyframe.plan.physical.aggregate import PartitionLengths, States, Tree, total
from lazyframe.plan.physical.ordered import Collect, Numbered
from lazyframe.record import replace

MOST_ORIGINS = 3
"""Partitions that the error of a call names."""


def lower(root: Expr) -> Expr:
    """The query with every logical step replaced."""
    return transform(root, lowered)


def lowered(step: Expr) -> Expr:
    """The step with tasks that stands for a logical one."""
    match step:
        case Aggregate(series=series, spec=spec):
            return Tree(States(series, spec), step.label, MergeStates(spec), FinalizeStates(step.finalize), step.schema)
        case Length(frame=frame):
            return Tree(PartitionLengths(frame), "len", total, total, step.schema)
        case MapPartitions(frame=frame):  # a user's function looks at the index
            return replace(step, frame=numbered(frame), origins=tuple(map(Origins, source_of(frame))))
        case SameRows(given=given) if given.is_numbered:
            return replace(step, given=numbered(given))
        case Together():
            return step.map_children(collected)
        case Call(inputs=inputs):
            return replace(step, inputs=tuple(map(collected, inputs)), origins=origins_of(inputs))
    return step


def source_of(frame: Expr) -> list[Source]:
    """The source whose partitions those of a frame are made of; none, if it is not known."""
    scans = (step for step in walk(frame) if isinstance(step, Scan) and step.npartitions == frame.npartitions)
    return [scan.source for scan in scans][:1]


def origins_of(inputs: tuple[Expr, ...]) -> tuple[PartitionReader, ...]:
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


def collected(query: Expr) -> Expr:
    """A query's answer in one piece."""
    if query.schema.kind not in ("frame", "series"):
        return OnePartition(query, 0) if isinstance(query, Kept) else query  # what is kept has no task of its own
    is_shifted = query.is_numbered and query.npartitions > 1  # the first partition's numbers are right as they are
    return Collect(query, (counts_of(query),) if is_shifted else ())


def numbered(query: Expr) -> Expr:
    """A query whose partitions have the row numbers of the whole table."""
    return Numbered(query, counts_of(query)) if query.is_numbered and query.npartitions > 1 else query


def counts_of(step: Expr) -> Expr:
    """The number of rows in each partition of what a step's rows are numbered by."""
    for below in walk(step):
        if isinstance(below, Scan) and below.is_numbered:
            return CountRows(below.source)
        if isinstance(below, BadRecords):
            return PartitionLengths(below)
    raise TypeError(f"The rows of {step.describe()} are not numbered.")
