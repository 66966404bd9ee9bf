"""The plan at any stage, as text."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from lazyframe.errors import printable
from lazyframe.io.scan import columns_needed, shown
from lazyframe.plan.logical.delayed import Call
from lazyframe.plan.logical.rowwise import MapPartitions
from lazyframe.plan.logical.sources import Reading
from lazyframe.plan.logical.together import Together
from lazyframe.plan.logical.user import Origins
from lazyframe.plan.node import Expr, Partitionwise, graph_of, walk
from lazyframe.plan.passes.optimize import stages
from lazyframe.plan.physical.aggregate import Tree
from lazyframe.plan.physical.fused import Fused, OneOf
from lazyframe.plan.physical.ordered import Collect


class Plan:
    """A plan that prints itself.

    Parameters
    ----------
    root
        The query as written.
    stage
        "query", or the name of a pass.
    explained
        Gives the last line, from the query at this stage.

    Attributes
    ----------
    seconds
        What each pass took.

    Raises
    ------
    ValueError
        For a stage that there is not.
    """

    def __init__(self, root: Expr, stage: str, explained: Callable[[Expr], str] | None = None):
        planned = stages(root)
        found = {name: step for name, step, _ in planned}
        self.seconds = {name: seconds for name, _, seconds in planned}
        if stage not in found:
            raise ValueError(f"There is no stage {stage!r}; there are {', '.join(map(repr, found))}.")
        self.root = found[stage]
        self._last = [explained(self.root)] if explained else []

    def __repr__(self) -> str:
        return printable("\n".join([*reads(self.root), *lines(self.root), *tasks(self.root), *self._last]))


def reads(root: Expr) -> Iterator[str]:
    """A line a source: what it is, and which of its columns are parsed."""
    readings = [step for top in walk(root) for step in all_steps(top) if isinstance(step, Reading)]
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


def all_steps(step: Expr) -> list[Expr]:
    """A step, with those that are fused in it."""
    return [*step.steps] if isinstance(step, Fused) else [step]


def lines(root: Expr) -> Iterator[str]:
    """The steps as a tree, users above what they use; a step that stands above already is only named."""
    seen: set[str] = set()
    stack = [(child, 0) for child in reversed(root.children if isinstance(root, Together) else (root,))]
    while stack:
        step, depth = stack.pop()
        indent = "  " * depth
        if isinstance(step, OneOf):
            yield f"{indent}result {step.number + 1} of"
            stack.append((step.fused, depth + 1))
        elif step.key in seen:
            yield f"{indent}{headline(step)} (as above)"
        else:
            seen.add(step.key)
            yield f"{indent}{headline(step)}"
            if isinstance(step, Fused):
                yield from (f"{indent}  | {inner.describe()}" for inner in step.steps)
            shown = [child for child in step.children if not isinstance(child, Origins)]
            stack.extend((child, depth + 1) for child in reversed(shown))


def headline(step: Expr) -> str:
    """A step in one line."""
    if isinstance(step, Tree):
        return f"{step.name}: a tree of merges over {counted(step.parts.npartitions)}"
    if isinstance(step, Fused):
        return f"{step.label}: one task a partition, {step.npartitions} in all"
    return step.describe()


def tasks(root: Expr) -> Iterator[str]:
    """The number of tasks, once there are tasks."""
    if any(isinstance(step, Fused) for step in walk(root)):
        yield f"{len(graph_of(root)):,} tasks"


class Work(NamedTuple):
    """What a query's tasks are made of: a user's Python, whether pandas works or reads, whether rows are given."""

    python: str
    pandas: bool
    pandas_reads: bool
    gives_rows: bool


def shape_of_work(root: Expr) -> Work:
    """What the tasks of a lowered query are made of."""
    steps = [step for top in walk(root) for step in all_steps(top)]
    python = next((step.label for step in steps if isinstance(step, MapPartitions | Call)), "")
    pandas = any(isinstance(step, Partitionwise) and not isinstance(step, Reading) for step in steps)
    pandas_reads = any(isinstance(step, Reading) and step.source.how_read().startswith("pandas") for step in steps)
    gives_rows = any(isinstance(step, Collect) and step.frame.npartitions > 1 for step in steps)
    return Work(python, pandas, pandas_reads, gives_rows)
