"""Pass: logical steps become steps with tasks: states and trees, row numbers, one result a query."""

from dataclasses import replace

from lazyframe.expr.delayed import Call
from lazyframe.expr.node import Expr, transform, walk
from lazyframe.expr.ordered import Collect, Numbered, Together
from lazyframe.expr.parts import Kept, OnePartition
from lazyframe.expr.reduce import Aggregate, Length, PartitionLengths, States, Tree, total
from lazyframe.expr.rowwise import MapPartitions, SameRows
from lazyframe.expr.sources import BadRecords, CountRows, Scan
from lazyframe.ops.groupby import MergeStates


def lower(root: Expr) -> Expr:
    """The query with every logical step replaced."""
    return transform(root, lowered)


def lowered(step: Expr) -> Expr:
    """The step with tasks that stands for a logical one."""
    match step:
        case Aggregate(series=series, plan=plan):
            return Tree(States(series, plan), step.label, MergeStates(plan), step.finish, step.schema)
        case Length(frame=frame):
            return Tree(PartitionLengths(frame), "len", total, total, step.schema)
        case MapPartitions(frame=frame) if frame.is_numbered:  # a user's function looks at the index
            return step.map_children(numbered)
        case SameRows(given=given) if given.is_numbered:
            return replace(step, given=numbered(given))
        case Together() | Call():
            return step.map_children(collected)
    return step


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
