"""Shapes of work: a tree, and a running total."""

import operator
from collections.abc import Callable, Sequence
from typing import Any

from executor.task import Graph, Key, Ref, Task

FAN_IN = 16
"""How many results one merge takes: few levels, and few results held at a time."""


def tree(name: str, leaves: Sequence[Ref], merge: Callable[..., Any], finalize: Callable[..., Any]) -> Graph:
    """Neighbouring results merged level by level; the last call, (name, 0), is `finalize`, which merges too."""
    tasks: dict[Key, Task] = {}
    level = 0
    while len(leaves) > FAN_IN:
        level += 1
        merged = []
        for number, start in enumerate(range(0, len(leaves), FAN_IN)):
            key = (f"{name}-merge{level}", number)
            tasks[key] = Task(merge, tuple(leaves[start : start + FAN_IN]))
            merged.append(Ref(key))
        leaves = merged
    tasks[name, 0] = Task(finalize, tuple(leaves))
    return tasks


def prefix(name: str, counts: Sequence[Ref]) -> Graph:
    """The sums of the numbers before each: (name, i) is the sum of the first i."""
    tasks: dict[Key, Task] = {(name, 0): Task(int)}
    for number, count in enumerate(counts[:-1], start=1):
        tasks[name, number] = Task(operator.add, (Ref((name, number - 1)), count))
    return tasks
