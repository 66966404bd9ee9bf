"""Pictures of graphs: every task is in it once, below those that it takes, and no text of a user's is markup."""

import operator
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import lazyframe as lf
from executor import Ref, Task
from executor.picture import MOST_TASKS, Picture

SVG = "{http://www.w3.org/2000/svg}"


def boxes(picture: Picture) -> dict[str, tuple[float, float]]:
    """The notes of the boxes, and where they stand."""
    found = {}
    for group in ET.fromstring(picture.svg()).iter(f"{SVG}g"):
        title, rect = group.find(f"{SVG}title"), group.find(f"{SVG}rect")
        assert title is not None and rect is not None
        found[str(title.text)] = float(rect.get("x", "")), float(rect.get("y", ""))
    return found


def a_tree(leaves: int) -> dict[Any, Task]:
    """Tasks whose results are summed up."""
    graph: dict[Any, Task] = {("leaf", i): Task(operator.neg, (i,), about=f"part {i}") for i in range(leaves)}
    return graph | {"sum": Task(max, tuple(Ref(("leaf", i)) for i in range(leaves)))}


def test_each_task_stands_below_those_that_it_takes() -> None:
    found = boxes(Picture(a_tree(5), {"sum": 0.25}))
    assert set(found) == {*(f"leaf {i}: neg, part {i}" for i in range(5)), "sum: max, 0.250 s"}
    assert all(found[f"leaf {i}: neg, part {i}"][1] < found["sum: max, 0.250 s"][1] for i in range(5))
    places = list(found.values())
    assert len(set(places)) == len(places)


def test_tasks_of_one_name_are_one_box_where_there_are_many() -> None:
    picture = Picture(a_tree(MOST_TASKS))
    assert set(boxes(picture)) == {"leaf x 300: 300 tasks, the first: neg, part 0", "sum: max"}
    assert repr(picture) == "Picture of 301 tasks: leaf, sum"


def test_texts_are_no_markup(tmp_path: Path) -> None:
    graph = {'<script>"x"</script>': Task(int, about="<b> & 'c'")}
    picture = Picture(graph)
    assert "<script>" not in picture.svg() and "<b>" not in picture.svg()
    ET.fromstring(picture.svg())
    assert '[label="<script>\\"x\\"</script>"]' in picture.dot()


@pytest.mark.parametrize("suffix", ["svg", "html", "dot"])
def test_files(suffix: str, tmp_path: Path) -> None:
    lazy = lf.from_pandas(pd.DataFrame({"x": [1, 2, 3], "k": [1, 1, 2]}), npartitions=3).groupby("k").x.sum()
    with lf.diagnostics.Profiler() as profiler:
        lazy.compute(scheduler="sync")
    path = tmp_path / f"plan.{suffix}"
    picture = lazy.visualize(path, profiler=profiler)
    text = path.read_text(encoding="utf-8")
    assert all(f"read-memory {i}" in text for i in range(3)) and "groupby-sum" in text
    assert suffix == "dot" or len(re.findall(r"\d\.\d{3} s", text)) == len(picture.boxes)


def test_another_suffix_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"written to \.svg, \.html or \.dot, not to 'plan\.png'"):
        lf.from_pandas(pd.Series([1], name="x")).sum().visualize("plan.png")


def test_delayed_objects_have_pictures() -> None:
    assert repr(lf.delayed(sum)([lf.delayed(len)("ab"), 1]).visualize()) == "Picture of 2 tasks: len, sum"
    assert Picture({}).svg().startswith("<svg")
