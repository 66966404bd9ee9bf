"""A graph of tasks as a picture: an SVG that stands alone, with what each task does under the pointer.

Tasks stand in layers, each below those whose results it takes, in an order with few crossings: K. Sugiyama, S. Tagawa,
M. Toda, "Methods for visual understanding of hierarchical system structures", IEEE Trans. SMC 11 (1981). Of a graph of
many tasks those of one name are drawn as one.
"""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from executor.base import kind_of
from executor.task import Graph, Key, Task

MOST_TASKS, MOST_ARROWS = 300, 150
"""Tasks, and results that go to others, which are drawn one by one; of more, tasks of one name are one box."""

COLOURS = ("#56b4e9", "#e69f00", "#009e73", "#f0e442", "#cc79a7", "#d55e00", "#0072b2", "#999999")
"""Colours that people who see no red or green tell apart: M. Okabe, K. Ito, "Color Universal Design" (2008)."""

WIDTH, HEIGHT, GAP, LAYER = 156, 36, 14, 86
"""Of a box, between boxes, and from a layer to the next."""

MOST_LETTERS = 23
SWEEPS = 4


class Box(NamedTuple):
    """What is drawn as one: a task, or several of one name."""

    kind: str
    number: str
    note: str
    inputs: tuple[Key, ...]

    @property
    def label(self) -> str:
        """The whole text."""
        return f"{self.kind}{self.number}"

    @property
    def short(self) -> str:
        """The text as far as there is room."""
        room = MOST_LETTERS - len(self.number)
        kind = self.kind if len(self.kind) <= room else f"{self.kind[: room - 1]}…"
        return f"{kind}{self.number}"


class Picture:
    """A graph of tasks, which a notebook shows as a picture.

    Parameters
    ----------
    graph
    times
        Seconds that tasks took, by their keys, as ``{one.key: one.end_time - one.start_time for one in
        profiler.results}`` has them.

    Examples
    --------
    >>> from executor import Ref, Task
    >>> graph = {"a": Task(int), "b": Task(int), "c": Task(max, (Ref("a"), Ref("b")))}
    >>> Picture(graph)
    Picture of 3 tasks: a, b, c
    """

    def __init__(self, graph: Graph, times: Mapping[Key, float] | None = None):
        self._count = len(graph)
        known = times or {}
        arrows = sum(len(task.inputs()) for task in graph.values())
        is_small = len(graph) <= MOST_TASKS and arrows <= MOST_ARROWS
        self.boxes = each(graph, known) if is_small else by_name(graph, known)

    def __repr__(self) -> str:
        kinds = ", ".join(dict.fromkeys(box.kind for box in self.boxes.values()))
        return f"Picture of {self._count:,} task{'s' * (self._count != 1)}: {kinds}"

    def _repr_html_(self) -> str:
        return f'<div style="overflow: auto">{self.svg()}</div>'

    def svg(self) -> str:
        """The picture as SVG."""
        layers = ordered(layers_of(self.boxes), self.boxes)
        widest = max(map(len, layers), default=0)
        width = max(widest * (WIDTH + GAP) + GAP, 3 * WIDTH)
        places = {
            key: ((width - len(layer) * (WIDTH + GAP) + GAP) / 2 + i * (WIDTH + GAP), GAP + row * LAYER)
            for row, layer in enumerate(layers)
            for i, key in enumerate(layer)
        }
        kinds = list(dict.fromkeys(box.kind for box in self.boxes.values()))
        colours = {kind: COLOURS[i % len(COLOURS)] for i, kind in enumerate(kinds)}
        height = len(layers) * LAYER - (LAYER - HEIGHT) + 2 * GAP
        parts = [*lines(self.boxes, places), *(drawn(b, places[k], colours[b.kind]) for k, b in self.boxes.items())]
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
            f'height="{height:.0f}" style="max-width: 100%; height: auto; background: white" role="img" '
            f'font-family="system-ui, sans-serif" font-size="12"><title>{escape(repr(self))}</title>'
            f"{''.join(parts)}</svg>"
        )

    def dot(self) -> str:
        """The graph in Graphviz' language."""
        numbers = {key: f"n{i}" for i, key in enumerate(self.boxes)}
        nodes = [f"  {numbers[key]} [label={quoted(box.label)}];" for key, box in self.boxes.items()]
        edges = [f"  {numbers[one]} -> {numbers[key]};" for key, box in self.boxes.items() for one in box.inputs]
        return "\n".join(["digraph tasks {", "  node [shape=box, style=rounded];", *nodes, *edges, "}", ""])

    def save(self, path: Any) -> str:
        """Write a file, as its suffix says: ``.svg``, ``.html`` or ``.dot``; its name.

        Raises
        ------
        ValueError
            For another suffix.
        """
        target = Path(path)
        match target.suffix:
            case ".svg":
                text = self.svg()
            case ".html":
                text = f"<!doctype html><meta charset=utf-8><title>Tasks</title>{self._repr_html_()}"
            case ".dot":
                text = self.dot()
            case _:
                raise ValueError(f"A picture is written to .svg, .html or .dot, not to {target.name!r}.")
        target.write_text(text, encoding="utf-8")
        return str(target)


def each(graph: Graph, times: Mapping[Key, float]) -> dict[Key, Box]:
    """A box a task."""
    found = {}
    for key, task in graph.items():
        number = f" {key[-1]}" if isinstance(key, tuple) and len(key) > 1 else ""
        kind = kind_of(key)
        found[key] = Box(kind, number, note_of(task, times.get(key)), known(task.inputs(), graph))
    return found


def by_name(graph: Graph, times: Mapping[Key, float]) -> dict[Key, Box]:
    """A box for the tasks of one name."""
    members: dict[Key, list[Key]] = {}
    for key in graph:
        members.setdefault(name_of(key), []).append(key)
    found: dict[Key, Box] = {}
    for name, keys in members.items():
        kind, seconds = kind_of(keys[0]), [times[key] for key in keys if key in times]
        inputs = {name_of(one): None for key in keys for one in known(graph[key].inputs(), graph)}
        note = note_of(graph[keys[0]], sum(seconds) if seconds else None)
        note = f"{len(keys):,} tasks, the first: {note}" if len(keys) > 1 else note
        found[name] = Box(
            kind, f" x {len(keys):,}" if len(keys) > 1 else "", note, tuple(one for one in inputs if one != name)
        )
    return found


def name_of(key: Key) -> Key:
    """What tasks of one node share."""
    return key[0] if isinstance(key, tuple) and key else key


def known(inputs: Iterable[Key], graph: Graph) -> tuple[Key, ...]:
    """The inputs that are tasks of the graph."""
    return tuple(one for one in inputs if one in graph)


def note_of(task: Task, seconds: float | None) -> str:
    """What a task does, of what, and how long it took."""
    function = getattr(task.func, "__qualname__", type(task.func).__qualname__)
    took = "" if seconds is None else f"{seconds:.3f} s"
    return ", ".join(part for part in (function, task.about, took) if part)


def layers_of(boxes: Mapping[Key, Box]) -> list[list[Key]]:
    """The boxes layer by layer: each below all that it takes."""
    depth: dict[Key, int] = {}
    stack = list(boxes)
    while stack:
        key = stack[-1]
        missing = [one for one in boxes[key].inputs if one not in depth]
        if not missing:
            depth[stack.pop()] = 1 + max((depth[one] for one in boxes[key].inputs), default=-1)
        stack.extend(missing)
    layers: list[list[Key]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for key in boxes:
        layers[depth[key]].append(key)
    return layers


def ordered(layers: Sequence[Sequence[Key]], boxes: Mapping[Key, Box]) -> list[list[Key]]:
    """The layers, each in the order of the means of its neighbours' places: up and down, a few times."""
    users: dict[Key, list[Key]] = {key: [] for key in boxes}
    for key, box in boxes.items():
        for one in box.inputs:
            users[one].append(key)
    found = [list(layer) for layer in layers]
    place = {key: i - len(layer) / 2 for layer in found for i, key in enumerate(layer)}
    for sweep in range(SWEEPS):
        for layer in found if sweep % 2 == 0 else reversed(found):
            near = {key: boxes[key].inputs if sweep % 2 == 0 else users[key] for key in layer}
            layer.sort(
                key=lambda key: sum(place[one] for one in near[key]) / len(near[key]) if near[key] else place[key]
            )
            place.update((key, i - len(layer) / 2) for i, key in enumerate(layer))
    return found


def lines(boxes: Mapping[Key, Box], places: Mapping[Key, tuple[float, float]]) -> Iterable[str]:
    """The arrows from results to those that take them."""
    for key, box in boxes.items():
        x, y = places[key]
        for one in box.inputs:
            left, top = places[one]
            begin, end, middle = (left + WIDTH / 2, top + HEIGHT), (x + WIDTH / 2, y), (top + HEIGHT + y) / 2
            curve = f"M{begin[0]:.0f},{begin[1]:.0f} C{begin[0]:.0f},{middle:.0f} {end[0]:.0f},{middle:.0f}"
            yield f'<path d="{curve} {end[0]:.0f},{end[1]:.0f}" fill="none" stroke="#888"/>'


def drawn(box: Box, place: tuple[float, float], colour: str) -> str:
    """A box with its label, and its note for who points at it."""
    x, y = place
    return (
        f"<g><title>{escape(f'{box.label}: {box.note}')}</title>"
        f'<rect x="{x:.0f}" y="{y:.0f}" width="{WIDTH}" height="{HEIGHT}" rx="8" fill="{paler(colour)}" '
        f'stroke="{colour}"/><text x="{x + WIDTH / 2:.0f}" y="{y + HEIGHT / 2 + 4:.0f}" text-anchor="middle" '
        f'fill="#111">{escape(box.short)}</text></g>'
    )


def paler(colour: str) -> str:
    """A colour with two thirds of white."""
    parts = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return "#" + "".join(f"{(part + 2 * 255) // 3:02x}" for part in parts)


def quoted(text: str) -> str:
    """A text in Graphviz' language."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
