"""What a task costs the executors: 10,000 trivial tasks, microseconds a task, median of 5.

python -m benchmarks.tasks
"""

import operator
import statistics
from time import perf_counter
from typing import Any

import executor
from executor import Ref, Task

COUNT = 10_000


def independent() -> tuple[Any, Any]:
    """Tasks that do not depend on one another."""
    return {i: Task(operator.neg, (i,)) for i in range(COUNT)}, list(range(COUNT))


def tree() -> tuple[Any, Any]:
    """A tree of additions."""
    graph: dict[Any, Task] = {(0, i): Task(int) for i in range(COUNT // 2)}
    level, width = 0, COUNT // 2
    while width > 1:
        for i in range(width // 2):
            graph[level + 1, i] = Task(operator.add, (Ref((level, 2 * i)), Ref((level, 2 * i + 1))))
        level, width = level + 1, width // 2
    return graph, [(level, 0)]


def chain() -> tuple[Any, Any]:
    """Each task takes the result of the one before."""
    graph = {0: Task(int)} | {i: Task(operator.neg, (Ref(i - 1),)) for i in range(1, COUNT)}
    return graph, [COUNT - 1]


def main() -> None:
    for name in ("sync", "threads"):
        for shape in (independent, tree, chain):
            graph, outputs = shape()
            seconds = []
            for _ in range(5):
                begin = perf_counter()
                executor.find(name, 2).run(graph, outputs)
                seconds.append(perf_counter() - begin)
            print(f"{name:8} {shape.__name__:12} {statistics.median(seconds) / len(graph) * 1e6:6.1f} us a task")


if __name__ == "__main__":
    main()
