"""How rows meet that an op needs together: which work is done apart, which in buckets, and how many these are."""

from collections.abc import Callable
from functools import partial
from typing import Any

from lazyframe.ops import rank
from lazyframe.ops.exchange import KeepSome, Places, SameRows, SplitByHash, first_of, in_place
from lazyframe.ops.groups import FilteredGroups, InOrderOfKeys, OfGroups, ResultOfRows, answers
from lazyframe.ops.join import JoinBucket, JoinInOrder
from lazyframe.ops.neighbours import Edges
from lazyframe.ops.op import Needs
from lazyframe.ops.sort import Bounds, SampleRows, SortBucket, Sorted, Sorting, SplitByRange, joined
from lazyframe.ops.spill import Spill
from lazyframe.ops.whole import keys_of
from lazyframe.plan.logical.groups import Grouped
from lazyframe.plan.logical.join import Merged
from lazyframe.plan.logical.neighbours import Nearby
from lazyframe.plan.logical.rank import Ranked
from lazyframe.plan.logical.rowwise import Pick, Project
from lazyframe.plan.logical.whole import Across
from lazyframe.plan.node import Node
from lazyframe.plan.passes.numbering import counts_of, numbered
from lazyframe.plan.passes.prune import prune
from lazyframe.plan.physical.aggregate import Tree, total
from lazyframe.plan.physical.exchange import Alone, Apart, Exchange, Numbers, Prefix, RunningTotal
from lazyframe.plan.physical.neighbours import Around, Surroundings
from lazyframe.plan.schema import INNER


def exchanged(node: Across, spill: Spill | None) -> Node:
    """The node in which the rows meet that an op needs."""
    keys = keys_of(node.op, node.options)
    if node.op.needs is Needs.BEFORE:
        return Prefix(node.frame, node.call, node.schema, node.op.is_backwards)
    if node.frame.npartitions == 1:
        return Alone(node.frame, alone(node, keys), node.op.name, node.schema)
    if node.op.needs is Needs.GROUP:
        return met_by_key(node, keys, spill)
    if node.op.needs is Needs.SORTED:
        return sorted_by_range(node, Sorting(node.call, keys), spill)
    raise NotImplementedError(f"{node.op.name}: there is no physical form yet for what needs {node.op.needs.value}.")


def alone(node: Across, keys: tuple[Any, ...]) -> Callable[[Any], Any]:
    """The work on all rows at once."""
    return Sorted(Sorting(node.call, keys)) if node.op.needs is Needs.SORTED else node.call


def exchange(
    sides: tuple[Node, ...], work: Callable[..., Any], count: int, name: str, how: str, spill: Spill | None, **more: Any
) -> Exchange:
    """Work on buckets; `more` are other fields of an `Exchange`. Where nothing is spilled buckets travel one by one."""
    fields: dict[str, Any] = {"counts": None, "outcome": INNER} | more
    return Exchange(sides=sides, work=work, count=count, name=name, how=how, is_apart=spill is None, **fields)


def returned(pieces: Node, frame: Node, name: str, spill: Spill | None, **more: Any) -> Exchange:
    """Rows back in the partitions of a frame, in the order in which they stood."""
    back = frame.npartitions
    return exchange((pieces,), in_place, back, name, f"back to {back} partitions", spill, **more)


def by_hash(keys: tuple[Any, ...], count: int) -> str:
    """An exchange by keys in words."""
    return f"an exchange by hash of {named(keys)} over {count} buckets"


def met_by_key(node: Across, keys: tuple[Any, ...], spill: Spill | None) -> Node:
    """Rows with equal keys meet, some are kept, or each has a result, and these go back to where they stood."""
    frame, name, back = node.frame, node.op.name, node.frame.npartitions
    count = node.buckets
    work: Callable[..., Any]
    if node.op.keeps_rows:
        split, work = SplitByHash(keys, count, spill), SameRows(node.call, node.schema.empty, back, spill)
    else:
        split, work = SplitByHash(keys, count, spill, first_of(node.call)), KeepSome(Places(node.call), back, spill)
    pieces = Apart((frame,), split, f"split for {name}")
    made = exchange((pieces,), work, count, name, by_hash(keys, count), spill)
    return returned(made, frame, name, spill, outcome=node.schema, keeps_numbers=node.is_numbered)


def grouped(node: Grouped, spill: Spill | None) -> Node:
    """All rows of a group meet in one bucket, and pandas works on the groups of each bucket."""
    is_filter = node.call.name == "filter"  # of which the user's function sees the labels
    frame, name, back = numbered(node.frame) if is_filter else node.frame, node.label, node.frame.npartitions
    count = node.buckets
    how = by_hash(tuple(own for _, own, _ in node.call.keys), count)
    first = node.call if node.gives == "some rows" and node.call.keeps_its_own else None
    pieces = Apart((frame,), SplitByHash(node.keys, count, spill, first), f"split for {name}")
    empty = node.outcome.empty
    if node.gives == "groups":
        counts = counts_of(frame) if frame.is_numbered else None
        made = exchange((pieces,), OfGroups(node.call), count, name, how, spill, counts=counts)
        of_nothing = partial(node.call, frame.schema.empty)
        return Tree(made, name, answers, InOrderOfKeys(len(node.keys), node.as_index, of_nothing), node.schema)
    work: Callable[..., Any]
    if node.gives == "each row":
        work = SameRows(ResultOfRows(node.call, empty), empty, back, spill)
    else:
        places = FilteredGroups(node.call) if is_filter else Places(node.call)
        work = KeepSome(places, back, spill, tuple(empty.columns))
    found = exchange((pieces,), work, count, name, how, spill)
    return returned(found, frame, name, spill, outcome=node.schema, keeps_numbers=frame.is_numbered)


def merged(node: Merged, spill: Spill | None) -> Node:
    """Rows of two tables with equal keys meet; what becomes of them goes back to where those of one of them stood."""
    join, count = node.join, node.buckets
    sides = tuple(
        Apart((table,), SplitByHash(keys, count, spill), "split for merge")
        for table, keys in ((node.left, join.left_keys), (node.right, join.right_keys))
    )
    how = by_hash(join.left_keys, count)
    if not node.is_in_order:
        return exchange(sides, JoinBucket(join), count, "merge", how, spill, outcome=node.schema)
    in_turn = (1 if join.how == "right" else 0) if join.validate is None else None  # else all keys are looked at
    work = JoinInOrder(join, node.base.npartitions, spill)
    found = exchange(sides, work, count, "merge", how, spill, in_turn=in_turn)
    return returned(found, node.base, "merge", spill, outcome=node.schema)


def with_neighbours(node: Nearby) -> Node:
    """Each partition works with the rows around it, which are those of the edges of its neighbours."""
    if node.npartitions == 1:
        return Alone(node.frame, node.call, node.name, node.schema)
    edges = Apart((node.frame,), Edges(node.before, node.after), f"edges for {node.name}")
    around = Surroundings(edges, node.before, node.after)
    return Around(node.frame, around, node.call, node.name, node.schema)


def sorted_by_range(node: Across, sorting: Sorting, spill: Spill | None) -> Node:
    """Rows of one range meet, and are sorted; the ranges are chosen from samples."""
    is_by_label = sorting.call.name == "sort_index"
    if node.is_in_order:
        return numbered(node.frame)
    frame = numbered(node.frame) if is_by_label else node.frame
    count = node.buckets
    numbers = Numbers(frame.npartitions)
    thin = frame.frame if isinstance(frame, Pick) else frame  # which rows are picked is not worth finding twice
    if frame.schema.kind == "frame":  # of which the samples need no others
        thin = prune(Project(thin, tuple(dict.fromkeys(sorting.keys))))
    samples = Apart((thin, numbers), SampleRows(sorting), "samples of the keys")
    bounds = Tree(samples, "bounds", joined, Bounds(sorting, count), INNER)
    pieces = Apart((frame, bounds, numbers), SplitByRange(sorting, count, spill), "split by range")
    what = "the labels" if is_by_label else named(sorting.keys)
    how = f"an exchange by range of {what} over {count} buckets"
    counts = counts_of(frame) if frame.is_numbered else None
    more = {"counts": counts, "outcome": node.schema, "sorted_by": sorting.keys[:1]}
    return exchange((pieces,), SortBucket(sorting), count, sorting.call.name, how, spill, **more)


def ranked(node: Ranked, spill: Spill | None) -> Node:
    """Values of one range meet; their ranks in it, and how many stand below it, go back to where they stood."""
    values, ranking, back = node.values, node.ranking, node.npartitions
    if back == 1:
        return Alone(values, ranking.whole, "rank", node.schema)
    count = node.buckets
    bounds = Tree(
        Apart((values,), rank.sampled, "samples of the values"), "bounds", rank.together, rank.Bounds(count), INNER
    )
    pieces = Apart((values, bounds), rank.SplitByValue(count, spill), "split by range")
    how = f"an exchange by range of the values over {count} buckets"
    weights = exchange((pieces,), rank.Weigh(ranking), count, "sizes of the ranges", how, spill)
    beside = RunningTotal(weights), Tree(weights, "total", total, total, INNER)
    found = exchange((pieces,), rank.RankBucket(ranking, back, spill), count, "rank", how, spill, beside=beside)
    return returned(found, values, "rank", spill, outcome=node.schema, keeps_numbers=node.is_numbered)


def named(keys: tuple[object, ...]) -> str:
    """Keys for people; none means all that there is."""
    return ", ".join(map(str, keys)) or "all values"
