"""What every lazy object is: it holds a query, and can run, keep or explain it."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from executor import Watcher
from executor.picture import Picture
from lazyframe.collections.interop import DaskCollection
from lazyframe.io.memory import MemorySource
from lazyframe.plan.logical.delayed import Slot, replaced
from lazyframe.plan.logical.rowwise import Take
from lazyframe.plan.logical.sources import Scan
from lazyframe.plan.logical.together import Together
from lazyframe.plan.node import Node, graph_of
from lazyframe.plan.passes.explain import Explanation
from lazyframe.plan.passes.optimize import PASSES, optimize
from lazyframe.plan.schema import Kind
from lazyframe.plan.token import token
from lazyframe.session.analysis import analyzed
from lazyframe.session.choice import chosen
from lazyframe.session.describe import explained
from lazyframe.session.running import compute_plans
from lazyframe.session.spilling import Spilling

Options = tuple[tuple[str, Any], ...]


class Collection(DaskCollection):
    """A query whose answer is a pandas object. Nothing runs before `compute` or its like is called."""

    __pandas_priority__ = 5000  # above that of pandas' own: its operators leave a lazy operand to us
    kind: ClassVar[Kind]
    _kinds: ClassVar[dict[str, type["Collection"]]] = {}

    def __init_subclass__(cls, abstract: bool = False) -> None:
        if not abstract:
            Collection._kinds[cls.kind] = cls

    def __init__(self, plan: Any = None, *args: Any, **kwargs: Any):
        if not isinstance(plan, Node) or args or kwargs:
            raise TypeError(
                f"A lazy {type(self).__name__} is not made of values: a reduction such as df.x.sum() gives one."
            )
        self._plan = plan

    @property
    def npartitions(self) -> int:
        """The number of partitions."""
        return self._plan.npartitions

    def compute(
        self,
        scheduler: Any = None,
        num_workers: int | None = None,
        watchers: Sequence[Watcher] = (),
    ) -> Any:
        """Run the query and give its answer as pandas gives it.

        Parameters
        ----------
        scheduler
            "threads", "processes", "sync", "distributed" or another name of `executor.NAMES`; an executor; a
            `concurrent.futures.Executor`; a `distributed.Client`; a function ``(graph, keys)``. By default that of
            `lf.config`, else an active client of a cluster, else threads.
        num_workers
            How many tasks run at once; by default as many as there are processors.
        watchers
            Told of every event of the run; see `lf.diagnostics`.

        Examples
        --------
        >>> import pandas as pd, lazyframe as lf
        >>> lf.from_pandas(pd.DataFrame({"x": [1, 2, 3]}), npartitions=2).x.sum().compute()
        np.int64(6)
        """
        return compute_plans([self._plan], scheduler, num_workers, watchers)[0]

    def explain(self, stage: str | None = None, analyze: bool = False) -> Explanation:
        """The plan as text: what is read, what each task does, how results come together.

        Parameters
        ----------
        stage
            "query" for the query as written, or the name of a pass of `lazyframe.plan.passes.optimize.PASSES` for the
            query after it; by default after the last, and then the last line says what will run it.
        analyze
            Whether to run the query too, and say what each line of the last stage took: its tasks, their seconds, the
            bytes read and the rows given (not on a cluster, where results stay), and which tasks took most.
        """
        if analyze:
            return analyzed(self._plan)
        root, last = Together((self._plan,)), explained if stage is None else None
        with Spilling(chosen()) as spilling:
            return Explanation(root, stage or list(PASSES)[-1], last, spilling.passes)

    def visualize(self, filename: Any = None, profiler: Any = None) -> Picture:
        """The graph of tasks as a picture, which a notebook shows; above 300 tasks, those of one name are one box.

        Parameters
        ----------
        filename
            Where to write it besides: ``"plan.svg"``, ``"plan.html"`` or ``"plan.dot"``.
        profiler
            A `lf.diagnostics.Profiler` of a run: then who points at a box sees how long it took.

        Examples
        --------
        >>> import pandas as pd, lazyframe as lf
        >>> lf.from_pandas(pd.DataFrame({"x": [1, 2, 3]}), npartitions=2).x.sum().visualize()
        Picture of 3 tasks: read-memory, sum
        """
        return picture_of(self._plan, filename, profiler)


def picture_of(plan: Node, filename: Any, profiler: Any) -> Picture:
    """See `Collection.visualize`."""
    with Spilling(chosen()) as spilling:
        graph = graph_of(optimize(Together((plan,)), spilling.passes))
    times = {one.key: one.end_time - one.start_time for one in profiler.results} if profiler is not None else {}
    picture = Picture(graph, times)
    if filename is not None:
        picture.save(filename)
    return picture


def with_slots(args: Sequence[Any], options: dict[str, Any]) -> tuple[tuple[Any, ...], Options, tuple[Node, ...]]:
    """Arguments with a `Slot` in the place of each collection, at any depth of containers, and the collections' plans.

    Returns
    -------
    args, options, inputs
        `options` as pairs; equal plans are one input.
    """
    inputs: dict[str, Node] = {}
    slots: dict[str, Slot] = {}

    def slot(value: Any) -> Any:
        if not isinstance(value, Collection):
            return value
        inputs[value._plan.key] = value._plan
        return slots.setdefault(value._plan.key, Slot(len(slots)))

    places = tuple(replaced(arg, slot) for arg in args)
    named = tuple((key, replaced(value, slot)) for key, value in options.items())
    return places, named, tuple(inputs.values())


def wrap(plan: Node) -> Any:
    """The collection that a query's kind asks for."""
    return Collection._kinds[plan.schema.kind](plan)


def in_memory(parts: tuple[pd.DataFrame, ...], name: str = "memory") -> Scan:
    """A query over frames that are there already."""
    source = MemorySource(parts, token(*parts), name)
    return Scan(source, tuple(parts[0].columns))


def rows_in_memory(data: pd.DataFrame | pd.Series, npartitions: int = 1) -> Node:
    """A query over a pandas object, in partitions of about equal length.

    Raises
    ------
    ValueError
        If columns have the same name.
    """
    frame = data.to_frame(data.name) if isinstance(data, pd.Series) else data
    if not frame.columns.is_unique:
        raise ValueError("The columns must have different names.")
    bounds = np.linspace(0, len(frame), npartitions + 1).astype(int)
    scan = in_memory(tuple(frame.iloc[start:stop] for start, stop in pairwise(bounds)))
    return scan if data is frame else Take(scan, frame.columns[0])


def table_of(made_by: type, data: Any, args: tuple[Any, ...], options: dict[str, Any]) -> Node:
    """The query for a frame or Series that is made of values as pandas makes it.

    Raises
    ------
    TypeError
        For values that are lazy.
    """
    if isinstance(data, Collection) and not args and not options:
        return data._plan
    _, _, lazy = with_slots((data, *args), options)
    if lazy:
        raise TypeError(
            f"A lazy {made_by.__name__} is not made of lazy values: choose columns with df[[...]], or set them with "
            "df.assign(...)."
        )
    return rows_in_memory(made_by(data, *args, **options))
