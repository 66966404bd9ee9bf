"""Pass: what a scan can do by itself, the scan does: filters, counts and aggregates, as plain values."""

from collections.abc import Callable
from functools import cache, partial
from typing import Any

from lazyframe.accumulators import SCANNED, Accumulator
from lazyframe.io.scan import Call, Column, Expression, Literal, Reduce, both
from lazyframe.ops.aggregate import FinalizeScanned, MergeScanned
from lazyframe.ops.op import Needs
from lazyframe.plan.logical.aggregate import Aggregate, Length
from lazyframe.plan.logical.rowwise import Apply, Filter, Rename, SetIndex, Take
from lazyframe.plan.logical.sources import CountRows, ReduceRows, Scan
from lazyframe.plan.node import Node, transform, walk
from lazyframe.plan.physical.aggregate import Tree, total
from lazyframe.plan.schema import kind_letter, kind_letter_of_value
from lazyframe.record import replace


def push(root: Node) -> Node:
    """The query with each rule applied once, from the sources up."""
    return transform(root, partial(into_scan, cache(filtering)))


def into_scan(filtering: "Filtering", node: Node) -> Node:
    """The node done by the scan below it, if it can do it."""
    match node:
        case Filter(frame=frame, test=test):
            scan = scan_below(frame)
            predicate = None if scan is None else expression_of(test, scan)
            return node if scan is None or predicate is None else filtered(frame, scan, filtering(scan, predicate))
        case Length(frame=frame):
            scan = scan_below(frame)
            if scan is None or scan.limit is not None:
                return node
            return Tree(CountRows(scan.source, scan.predicate), "len", total, total, node.schema)
        case Aggregate():
            return reduced_by_scan(node)
    return node


def scan_below(node: Node) -> Scan | None:
    """The one computing scan that a node's rows come from row by row; None where there is anything else."""
    scans = []
    for below in rowwise_below(node):
        if isinstance(below, Scan) and below.source.can_compute:
            scans.append(below)
        elif not is_rowwise(below) and below.schema.kind != "scalar":
            return None
    return scans[0] if len(scans) == 1 else None


def is_rowwise(node: Node) -> bool:
    """Return whether a node gives a row for each row, made of that row alone."""
    return node.needs is Needs.ROW and node.keeps_rows


def rowwise_below(node: Node) -> list[Node]:
    """A node and what it is made of row by row, children first; what is below a mean, say, is of other rows."""
    return walk(node, is_rowwise)


def filtering(scan: Scan, predicate: Expression) -> Scan:
    """A scan of fewer rows; within one pass it is asked once, so that equal scans stay one node."""
    return replace(scan, predicate=both(scan.predicate, predicate))


Filtering = Callable[[Scan, Expression], Scan]


def filtered(frame: Node, scan: Scan, kept: Scan) -> Node:
    """A frame over another scan of its rows; a mean that the frame is combined with stays that of all rows."""
    done: dict[int, Node] = {}
    for node in rowwise_below(frame):
        if node is scan:
            done[id(node)] = kept
        else:
            done[id(node)] = node.map_children(lambda child: done[id(child)]) if is_rowwise(node) else node
    return done[id(frame)]


def expression_of(node: Any, scan: Scan) -> Expression | None:
    """A Series of the scan's rows as an expression of the scan's columns; None where a scan can't compute it."""
    match node:
        case Take(frame=frame, column=column) if frame is scan:
            return Column(str(column)) if letter(node) != "?" else None
        case Take(frame=SetIndex(frame=frame), column=column):  # labels are no part of values
            return expression_of(Take(frame, column), scan)
        case Apply(op=op, operands=operands, options=()) if fits(op.scan, operands):
            args = [expression_of(operand, scan) for operand in operands]
            return None if None in args else Call(op.name, tuple(args))  # type: ignore[arg-type]
        case Rename(data=series) if series.schema.kind == "series":
            return expression_of(series, scan)
        case Node():
            return None
    return Literal(node)


def fits(patterns: tuple[str, ...], operands: tuple[Any, ...]) -> bool:
    """Return whether a scan computes an op for operands of these kinds."""
    kinds = [letter(operand) for operand in operands]
    return "?" not in kinds and any(
        len(pattern) == len(kinds) and all(p in ("*", kind) for p, kind in zip(pattern, kinds, strict=True))
        for pattern in patterns
    )


def letter(operand: Any) -> str:
    """The kind of a Series or of a constant."""
    if not isinstance(operand, Node):
        return kind_letter_of_value(operand)
    return kind_letter(operand.schema.empty.dtype) if operand.schema.kind == "series" else "?"


def is_scanned(one: Accumulator, series: tuple[Node, ...]) -> bool:
    """Return whether a scan computes an accumulator of such values."""
    kinds = SCANNED.get(one.function, "")
    return kinds == "*" or letter(series[one.value]) in kinds


def reduced_by_scan(node: Aggregate) -> Node:
    """An aggregate whose states the scan computes, if it can; nothing of a row reaches pandas then."""
    scans = [scan_below(series) for series in node.series]
    scan = scans[0]
    if scan is None or scan.limit is not None or any(other is not scan for other in scans):
        return node
    spec, expressions = node.spec, [expression_of(series, scan) for series in node.series]
    if None in expressions or not all(is_scanned(one, node.series) for one in spec.accumulators):
        return node
    count = len(expressions) - spec.keys
    values, by = tuple(expressions[:count]), tuple(expressions[count:])
    request = Reduce(values, by, spec.accumulators, scan.predicate, spec.dropna, spec.distinct)  # type: ignore[arg-type]
    dtypes = [dtype_of(*one) for one in zip(expressions, node.series, strict=True)]
    finalize = FinalizeScanned(node.finalize, tuple(dtypes[:count]), tuple(dtypes[count:]))
    return Tree(ReduceRows(scan.source, request), node.label, MergeScanned(spec), finalize, node.schema)


def dtype_of(expression: Expression | None, series: Node) -> Any:
    """The dtype of a plain column; that of other expressions follows from their values."""
    return series.schema.empty.dtype if isinstance(expression, Column) else None
