"""What a task costs: trivial tasks on our executors and on Dask's schedulers, the same graphs, interleaved in one run.

python -m benchmarks.tasks [COUNT]

Microseconds a task, medians of 5. Our pool of processes is warm after its first run; Dask starts one a run, as it
always does. The last column is the ratio of the first contestant to the second.
"""

import operator
import statistics
import sys
from collections.abc import Callable
from functools import partial
from itertools import count
from time import perf_counter
from typing import Any

import dask
import dask.local
import dask.multiprocessing
import dask.threaded
import distributed

import executor
import lazyframe as lf
from executor import Ref, Task
from executor.dask_graph import dask_graph

ROUNDS = 5
WORKERS = 2


def independent(tasks: int) -> tuple[Any, Any]:
    """Tasks that do not depend on one another."""
    return {("neg", i): Task(operator.neg, (i,)) for i in range(tasks)}, [("neg", i) for i in range(tasks)]


def tree(tasks: int) -> tuple[Any, Any]:
    """A tree of additions."""
    graph: dict[Any, Task] = {("add0", i): Task(operator.pos, (i,)) for i in range(tasks // 2)}
    level, width = 0, tasks // 2
    while width > 1:
        for i in range(width // 2):
            pair = Ref((f"add{level}", 2 * i)), Ref((f"add{level}", 2 * i + 1))
            graph[f"add{level + 1}", i] = Task(operator.add, pair)
        level, width = level + 1, width // 2
    return graph, [(f"add{level}", 0)]


def chain(tasks: int) -> tuple[Any, Any]:
    """Each task takes the result of the one before."""
    graph = {("neg", i): Task(operator.neg, (Ref(("neg", i - 1)),)) for i in range(1, tasks)}
    return {("neg", 0): Task(int, (1,))} | graph, [("neg", tasks - 1)]


class Ours:
    """One of our executors."""

    def __init__(self, name: str):
        self.run = executor.find(name, WORKERS).run

    def prepared(self, graph: Any, outputs: Any) -> tuple[Any, Any]:
        """The graph as this contestant takes it; not timed."""
        return graph, outputs


class Dasks:
    """One of Dask's schedulers. Its cluster never sees the same keys twice: they are global there."""

    def __init__(self, get: Callable[..., Any], **options: Any):
        self.run = partial(get, **options)
        self.numbers = count()

    def prepared(self, graph: Any, outputs: Any) -> tuple[Any, Any]:
        """The graph as this contestant takes it; not timed."""
        mark = f"-r{next(self.numbers)}"
        new = {(key[0] + mark, key[1]): Task(task.func, marked(task.args, mark)) for key, task in graph.items()}
        return dask_graph(new), [(key[0] + mark, key[1]) for key in outputs]


def marked(args: tuple[Any, ...], mark: str) -> tuple[Any, ...]:
    """Arguments that refer to the keys of one run."""
    return tuple(Ref((arg.key[0] + mark, arg.key[1])) if isinstance(arg, Ref) else arg for arg in args)


class Submitted(Ours):
    """The same tasks, each handed to the cluster by `client.submit`."""

    def __init__(self, client: distributed.Client):
        self.client = client

    def run(self, graph: Any, outputs: Any) -> Any:
        """Submit, and gather."""
        futures: dict[Any, Any] = {}
        for key, task in graph.items():
            args = [futures[arg.key] if isinstance(arg, Ref) else arg for arg in task.args]
            futures[key] = self.client.submit(task.func, *args, pure=False)
        return self.client.gather([futures[key] for key in outputs])


def seconds(contestant: Any, graph: Any, outputs: Any, expected: Any) -> float:
    """How long one run takes; its answer is checked."""
    prepared = contestant.prepared(graph, outputs)
    begin = perf_counter()
    answer = contestant.run(*prepared)
    took = perf_counter() - begin
    assert list(answer) == expected
    return took


def compared(contestants: dict[str, Any], tasks: int) -> None:
    """A row a shape: microseconds a task of each contestant, and the ratio of the first to the second."""
    for shape in (independent, tree, chain):
        graph, outputs = shape(tasks)
        expected = executor.SyncExecutor().run(graph, outputs)
        times: dict[str, list[float]] = {name: [] for name in contestants}
        for _ in range(ROUNDS):
            for name, contestant in contestants.items():
                times[name].append(seconds(contestant, graph, outputs, expected))
        cost = {name: statistics.median(found) / len(graph) * 1e6 for name, found in times.items()}
        first, second = list(cost.values())[:2]
        cells = " | ".join(f"{name} {microseconds:.1f}" for name, microseconds in cost.items())
        print(f"| {shape.__name__} | {cells} | {first / second:.2f} |", flush=True)


def main() -> None:
    tasks = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    compared({"sync": Ours("sync"), "Dask sync": Dasks(dask.local.get_sync)}, tasks)
    compared({"threads": Ours("threads"), "Dask threads": Dasks(dask.threaded.get, num_workers=WORKERS)}, tasks)
    processes = Dasks(dask.multiprocessing.get, num_workers=WORKERS)
    compared({"processes": Ours("processes"), "Dask processes": processes}, tasks // 5)
    with lf.Client(n_workers=WORKERS, threads_per_worker=1, dashboard_address=":0") as client:
        cluster = {"distributed": Ours("distributed"), "client.submit": Submitted(client), "Dask": Dasks(client.get)}
        compared(cluster, tasks // 10)


if __name__ == "__main__":
    main()
