"""The house's own rules: how far one query walks, how long files are, what a task weighs."""

import pickle
import subprocess
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import lazyframe as lf
from lazyframe.plan.logical.together import Together
from lazyframe.plan.node import graph_of
from lazyframe.plan.passes.optimize import optimize
from tests.conftest import FLIGHTS, OPTIONS

ROOT = Path(__file__).parent.parent
SOURCES = [*ROOT.glob("lazyframe/**/*.py"), *ROOT.glob("executor/**/*.py")]
MOST_FILES = 72
MOST_FUNCTIONS = 335
"""What one query enters today, so that it does not grow unseen. The aim is 36 and 190."""

MOST_CALLS = 3_000
"""Calls of Python functions, pandas' and Arrow's included, that a question asked again makes."""


def test_one_query_walks_through_few_files_and_functions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "distributed", raising=False)  # who has not imported it walks less
    files: set[str] = set()
    functions: set[tuple[str, str]] = set()

    def visit(frame: FrameType, event: str, argument: Any) -> None:
        path = frame.f_code.co_filename
        name = frame.f_code.co_qualname
        if (
            event == "call"
            and not name.endswith(">")
            and path.startswith((str(ROOT / "lazyframe"), str(ROOT / "executor")))
            and not path.endswith("record.py")  # what dataclasses generate
        ):
            files.add(path)
            functions.add((path, name))

    sys.setprofile(visit)
    try:
        df = lf.read_csv(FLIGHTS / "*.csv", dtype={"Cancelled": bool})
        df[~df.Cancelled].groupby("Origin").DepDelay.mean().compute(scheduler="sync")
    finally:
        sys.setprofile(None)
    assert len(functions) > 100  # the walk was seen
    assert len(functions) <= MOST_FUNCTIONS, (len(functions), sorted(functions))
    assert len(files) <= MOST_FILES, sorted(files)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_one_idea_a_file(path: Path) -> None:
    text = path.read_text()
    assert text.count("\n") <= 500
    assert text.startswith('"""'), "every module opens with one sentence that states its idea"


def test_a_task_is_small_however_many_partitions() -> None:
    sizes = []
    for blocksize in ["1MB", "2kB"]:
        df = lf.read_csv(FLIGHTS / "*.csv", parse_dates={"Date": [0, 1, 2]}, blocksize=blocksize, **OPTIONS)
        mean = df[~df.Cancelled].groupby("Origin").DepDelay.mean()
        graph = graph_of(optimize(Together((mean._plan,))))
        sizes.append(max(len(pickle.dumps(task)) for key, task in graph.items() if key[0].startswith("read-")))
    assert len(graph) > 500
    assert max(sizes) < 2_000
    assert sizes[1] < sizes[0] + 50


COUNTED = """
import sys
import lazyframe as lf
df = lf.read_csv("*.csv", dtype={"Cancelled": bool})
calls = 0

def ask():
    df[~df.Cancelled].groupby("Origin").DepDelay.mean().compute(scheduler="sync")

def visit(frame, event, argument):
    global calls
    calls += event == "call"

ask()
sys.setprofile(visit)
ask()
sys.setprofile(None)
print(calls)
"""
"""Runs in a process of its own: what other tests leave behind, such as full caches, is not the question's."""


def test_a_small_question_makes_few_calls(tmp_path: Path) -> None:
    for name in "abc":
        rows = "".join(f"{('EWR', 'LGA')[i % 2]},{i}.0,{i % 3 % 2}\n" for i in range(100))
        (tmp_path / f"{name}.csv").write_text(f"Origin,DepDelay,Cancelled\n{rows}")
    assert 1_000 < int(run_python(COUNTED, tmp_path)) <= MOST_CALLS


def test_importing_imports_nothing_that_is_not_needed(tmp_path: Path) -> None:
    code = "import sys, lazyframe; print([m for m in ('dask', 'polars', 'duckdb', 'hypothesis') if m in sys.modules])"
    assert run_python(code, tmp_path) == "[]\n"


def run_python(code: str, folder: Path) -> str:
    """What a new Python prints."""
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout
