"""dask's collection protocol: ``dask.compute(x)``, ``client.compute(x)`` and ``client.persist(df)`` take our objects.

https://docs.dask.org/en/stable/custom-collections.html. Only dask calls these methods, and so has been imported then.
"""

from collections.abc import Callable, Sequence
from typing import Any

from executor.task import Graph, Task
from lazyframe.ops.concat import collect
from lazyframe.plan.logical.partitions import Kept
from lazyframe.plan.logical.sources import same
from lazyframe.plan.node import Node, graph_of
from lazyframe.plan.passes.numbering import numbered
from lazyframe.plan.passes.optimize import optimize
from lazyframe.plan.schema import Schema
from lazyframe.version import __version__


class DaskCollection:
    """An object that holds a query, to dask."""

    _plan: Node
    __dask_optimize__ = None  # what dask gets is optimized already

    def __dask_graph__(self) -> Any:
        """The tasks of all partitions, in dask's terms."""
        from executor.dask_graph import dask_graph

        return dask_graph(tasks_of(self._ready()))

    def __dask_keys__(self) -> list[Any]:
        """The keys of the partitions."""
        query = self._ready()
        return [(query.key, number) for number in range(query.npartitions)]

    def __dask_tokenize__(self) -> str:
        """Return what tells this query from all others."""
        return f"lazyframe-{__version__}-{self._plan.key}"

    def __dask_postcompute__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        """Return what makes an answer of the partitions' results."""
        return joined, (self._plan.schema.kind,)

    def __dask_postpersist__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        """Return what makes a collection of the partitions' futures or results."""
        return type(self)._kept, (self._ready().schema, self.__dask_keys__(), self._plan.label)

    def _ready(self) -> Node:
        """The query with tasks, one a partition; kept here, for dask asks for it several times."""
        query, ready = self.__dict__.get("_planned", (None, None))
        if query is not self._plan:
            ready = optimize(numbered(self._plan))
            self.__dict__["_planned"] = (self._plan, ready)
        return ready  # type: ignore[no-any-return]

    @staticmethod
    def __dask_scheduler__(graph: Any, keys: Any, **options: Any) -> Any:
        """Return what dask runs this on, where nothing else is said: its threads."""
        from dask.threaded import get

        return get(graph, keys, **options)

    @classmethod
    def _kept(cls, results: Any, schema: Schema, keys: Sequence[Any], label: str, rename: Any = None) -> Any:
        """The collection over results that dask keeps; its keys stay unless it renames them."""
        handles = tuple(results[(rename or {}).get(key, key)] for key in keys)
        return cls(Kept(handles, schema, keys[0][0].rpartition("-")[2], label))  # type: ignore[call-arg]


def tasks_of(query: Node) -> Graph:
    """The tasks of a query with tasks; kept partitions have one each here, for dask wants a task for every key."""
    if isinstance(query, Kept):
        return {(query.key, number): Task(same, (handle,)) for number, handle in enumerate(query.handles)}
    return graph_of(query)


def joined(parts: Any, kind: str) -> Any:
    """The answer, from the results of all partitions."""
    return collect(*parts) if kind in ("frame", "series") else parts[0]
