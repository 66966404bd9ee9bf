"""Graphs in dask's terms; needs dask, and no more of it than what a task is.

`dask._task_spec` has a private name, yet is the one form of tasks that dask has besides tuples, in which a text that is
the same as a key is taken for that key.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from dask._task_spec import Task as DaskTask
from dask._task_spec import TaskRef

from executor.task import Graph, Key, Ref


def dask_graph(graph: Graph) -> dict[Any, DaskTask]:
    """A graph in dask's terms, for dask's own schedulers."""
    names = {key: key for key in graph}
    return {key: DaskTask(key, task.func, *dask_args(task.args, names)) for key, task in graph.items()}


def dask_args(args: Iterable[Any], names: Mapping[Key, Any]) -> list[Any]:
    """Arguments in dask's terms; `names` has the names of keys there."""
    return [TaskRef(names[arg.key]) if type(arg) is Ref else arg for arg in args]
