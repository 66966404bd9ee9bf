"""A page of what profilers saw: tasks as bars on a line of time, memory, processors and kept results below."""

import html
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from executor.base import Watcher, kind_of
from executor.watchers.profile import CacheProfiler, Profiler, ResourceProfiler, TaskData

COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#999999")
"""Colours that the colour-blind tell apart (Okabe and Ito), for kinds of tasks; the last is for all others."""


class Page:
    """A page of HTML that works offline; in notebooks it shows itself."""

    def __init__(self, text: str):
        self.text = text

    def save(self, path: Any) -> str:
        """Write the page to a file; its name."""
        Path(path).write_text(self.text, encoding="utf-8")
        return str(path)

    def _repr_html_(self) -> str:
        """A frame with the page in it, which has styles and scripts of its own."""
        style = "width:100%;height:620px;border:0"
        return f'<iframe srcdoc="{html.escape(self.text, quote=True)}" style="{style}" title="Profile"></iframe>'

    def __repr__(self) -> str:
        return "A page for notebooks and browsers: .save('profile.html') writes it."


def visualize(profilers: Sequence[Watcher], filename: Any = None) -> Page:
    """A page of what profilers saw of the same runs.

    Parameters
    ----------
    profilers
        `Profiler`, `ResourceProfiler` and `CacheProfiler`, any of them.
    filename
        Where the page is written too.

    Raises
    ------
    ImportError
        Without bokeh.
    ValueError
        If they saw nothing.
    """
    try:
        from bokeh.embed import file_html
        from bokeh.layouts import column
        from bokeh.resources import INLINE
    except ImportError:
        raise ImportError("A page of profiles needs bokeh: pip install bokeh") from None
    seen = [one for one in profilers if getattr(one, "results", None)]
    if not seen:
        raise ValueError("There is nothing to show: the profilers have seen no run yet.")
    begin = min(first_of(one) for one in seen)
    figures: list[Any] = []
    for one in seen:
        shared = figures[0].x_range if figures else None
        if isinstance(one, Profiler):
            figures.append(tasks_figure(one.results, begin, shared))
        elif isinstance(one, ResourceProfiler):
            figures += resource_figures(one, begin, shared)
        elif isinstance(one, CacheProfiler):
            figures.append(kept_figure(one, begin, shared))
    page = Page(file_html(column(*figures, sizing_mode="stretch_width"), INLINE, "Profile"))
    if filename is not None:
        page.save(filename)
    return page


def first_of(profiler: Any) -> float:
    """When the first thing happened that a profiler saw."""
    names = {Profiler: "start_time", ResourceProfiler: "time", CacheProfiler: "cache_time"}
    name = next(name for kind, name in names.items() if isinstance(profiler, kind))
    return float(min(getattr(result, name) for result in profiler.results))


def figure(title: str, height: int, shared: Any) -> Any:
    """An empty figure over seconds, which moves with the others on the page."""
    from bokeh.plotting import figure

    ranges = {} if shared is None else {"x_range": shared}
    tools = "xpan,xwheel_zoom,box_zoom,reset,save"
    return figure(
        title=title, height=height, sizing_mode="stretch_width", tools=tools, toolbar_location="above", **ranges
    )


def tasks_figure(results: Sequence[TaskData], begin: float, shared: Any) -> Any:
    """Tasks as bars, those that ran at a time one above another."""
    from bokeh.models import ColumnDataSource, HoverTool

    lanes = lanes_of(results)
    colours = colours_of(results)
    count, last = max(lanes) + 1, max(one.end_time for one in results)
    title = f"{len(results):,} tasks in {last - begin:.3g} s, up to {count} at a time"
    made = figure(title, 120 + 28 * min(count, 24), shared)
    for kind, colour in colours.items():
        own = [(one, lane) for one, lane in zip(results, lanes, strict=True) if kind_in(colours, one) == kind]
        values: dict[str, Any] = {
            "left": [one.start_time - begin for one, _ in own],
            "right": [one.end_time - begin for one, _ in own],
            "bottom": [lane + 0.1 for _, lane in own],
            "top": [lane + 0.9 for _, lane in own],
            "step": [kind_of(one.key) for one, _ in own],
            "about": [one.task.about for one, _ in own],
            "took": [f"{one.end_time - one.start_time:.4f} s" for one, _ in own],
        }
        made.quad(source=ColumnDataSource(values), color=colour, line_color="white", legend_label=kind)
    made.add_tools(HoverTool(tooltips=[("step", "@step"), ("on", "@about"), ("took", "@took")]))
    made.yaxis.visible = False
    made.ygrid.visible = False
    made.xaxis.axis_label = "seconds since the start"
    made.add_layout(made.legend[0], "right")
    return made


def lanes_of(results: Sequence[TaskData]) -> list[int]:
    """A lane for each task, so that those in one do not run at a time."""
    ends: list[float] = []
    found = [0] * len(results)
    for number in sorted(range(len(results)), key=lambda number: results[number].start_time):
        one = results[number]
        lane = next((lane for lane, end in enumerate(ends) if end <= one.start_time), len(ends))
        ends[lane : lane + 1] = [one.end_time]
        found[number] = lane
    return found


def colours_of(results: Sequence[TaskData]) -> dict[str, str]:
    """The colours of kinds of tasks: of those that took most, each its own."""
    seconds: dict[str, float] = {}
    for one in results:
        seconds[kind_of(one.key)] = seconds.get(kind_of(one.key), 0.0) + one.end_time - one.start_time
    kinds = sorted(seconds, key=lambda kind: -seconds[kind])
    shown = kinds if len(kinds) <= len(COLOURS) else [*kinds[: len(COLOURS) - 1], "others"]
    return dict(zip(shown, COLOURS, strict=False))


def kind_in(colours: dict[str, str], one: TaskData) -> str:
    """The kind under which a task is shown."""
    kind = kind_of(one.key)
    return kind if kind in colours else "others"


def resource_figures(profiler: ResourceProfiler, begin: float, shared: Any) -> list[Any]:
    """Memory and processors over time."""
    times = [one.time - begin for one in profiler.results]
    memory = figure("Memory of this process and its children", 170, shared)
    memory.line(times, [one.mem for one in profiler.results], line_width=2, color=COLOURS[0])
    memory.yaxis.axis_label = "MB"
    cpu = figure("Processors", 170, memory.x_range)
    cpu.line(times, [one.cpu for one in profiler.results], line_width=2, color=COLOURS[5])
    cpu.yaxis.axis_label = "percent of one"
    cpu.xaxis.axis_label = memory.xaxis.axis_label = "seconds since the start"
    return [memory, cpu]


def kept_figure(profiler: CacheProfiler, begin: float, shared: Any) -> Any:
    """The sum of the results that were kept, over time."""
    changes = [(one.cache_time - begin, one.metric) for one in profiler.results]
    changes += [(one.free_time - begin, -one.metric) for one in profiler.results]
    times, sums, total = [0.0], [0.0], 0.0
    for moment, change in sorted(changes):
        total += change
        times.append(moment)
        sums.append(total)
    made = figure("Results kept for other tasks", 170, shared)
    made.step(times, sums, mode="after", line_width=2, color=COLOURS[2])
    made.yaxis.axis_label = "sum of the metric"
    made.xaxis.axis_label = "seconds since the start"
    return made
