"""The same lines on every executor, from a script without a main guard, from stdin and from a notebook.

Afterwards nothing is left: no process, no temporary file.
"""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest
from nbclient import NotebookClient

from executor import NAMES
from tests.conftest import FLIGHTS

LINES = f"""
import lazyframe as lf

def late(part, by):
    return part.assign(late=part.DepDelay > by)

df = lf.read_csv({str(FLIGHTS / "*.csv")!r}, parse_dates={{"Date": [0, 1, 2]}},
                 dtype={{"TailNum": object, "CRSElapsedTime": float, "Cancelled": bool}})
flown = df[~df.Cancelled]
largest_delay = flown.DepDelay.max()
questions = [
    largest_delay,
    flown.groupby("Origin").Origin.count(),
    flown.groupby("Origin").DepDelay.mean(),
    df.groupby(df.Date.dt.dayofweek).DepDelay.mean(),
    df.map_partitions(late, by=60).late.sum(),
    df.DepDelay.map_partitions(lambda part: part * 2).max(),
]
expected = [str(answer) for answer in lf.compute(*questions, scheduler="sync")]

def check(scheduler):
    assert [str(answer) for answer in lf.compute(*questions, scheduler=scheduler)] == expected, scheduler

largest_delay.compute(scheduler="single-threaded")
with lf.config.set(scheduler="processes"):
    largest_delay.compute()
for sch in ["threading", "processes", "sync"]:
    check(sch)
for sch in {[name for name, kind in NAMES.items() if kind != "distributed"]!r}:
    check(sch)
client = lf.Client(n_workers=2, threads_per_worker=1, dashboard_address=":0")
for sch in [None, "distributed", "dask.distributed", client]:
    check(sch)
total = lf.delayed(lambda x, y: x + y)(lf.delayed(lambda x: x + 1)(1), lf.delayed(lambda x: x - 1)(2))
assert [total.compute(scheduler=sch) for sch in ["sync", "threads", "processes", "distributed"]] == [3] * 4
client.close()
lf.config.set(scheduler="processes")
check(None)
lf.config.set(scheduler=None)
print("all right")
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment whose processes can be told, and whose temporary files too."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    return os.environ | {"TMPDIR": str(temporary), "LAZYFRAME_TEST_OF": str(tmp_path), "PYTHONWARNINGS": "error"}


def assert_nothing_left(environment: dict[str, str]) -> None:
    deadline = time.monotonic() + 10
    while found := left(environment):
        assert time.monotonic() < deadline, found
        time.sleep(0.1)


def left(environment: dict[str, str]) -> list[Any]:
    """The processes that have this environment, and the temporary files but two locks that distributed leaves."""
    files = [path for path in Path(environment["TMPDIR"]).rglob("*") if path.is_file()]
    files = [path for path in files if path.name not in ("purge.lock", "global.lock")]
    return [*processes_of(environment["LAZYFRAME_TEST_OF"]), *files]


def processes_of(mark: str) -> list[str]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("LAZYFRAME_TEST_OF") == mark:
                found.append(" ".join(process.cmdline()))
        except psutil.Error:
            continue
    return found


def test_a_script_without_a_main_guard(tmp_path: Path, environment: dict[str, str]) -> None:
    script = tmp_path / "script.py"
    script.write_text(LINES)
    done = subprocess.run([sys.executable, str(script)], env=environment, capture_output=True, text=True, timeout=120)
    assert (done.stdout, done.returncode) == ("all right\n", 0), done.stderr
    assert "Error" not in done.stderr
    assert_nothing_left(environment)


def test_standard_input(environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-"], input=LINES, env=environment, capture_output=True, text=True, timeout=120
    )
    assert (done.stdout, done.returncode) == ("all right\n", 0), done.stderr
    assert_nothing_left(environment)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the notebook's own machinery
def test_a_notebook(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (environment | {"PYTHONWARNINGS": "default"}).items():
        monkeypatch.setenv(name, value)
    cells = [
        LINES,
        "client = lf.Client(processes=False, dashboard_address=':0')\nclient",
        "largest_delay.compute()",
        "client.close()",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    lines, client, answer, _ = (cell.outputs for cell in notebook.cells)
    assert "all right\n" in [output.get("text") for output in lines]
    assert "Dashboard" in client[0].data["text/html"]
    assert "/status" in client[0].data["text/html"]
    assert "1301.0" in answer[-1].data["text/plain"]
    monkeypatch.undo()
    assert_nothing_left(environment)


FAULTS = """
import os, signal, sys, threading, time
import lazyframe as lf
import pandas as pd

def fail(part):
    raise ZeroDivisionError("on purpose")

def die(part):
    os.kill(os.getpid(), signal.SIGKILL)

df = lf.from_pandas(pd.DataFrame({"x": range(8)}), npartitions=8)
for bad in [fail, die, lambda part: threading.Lock()]:
    try:
        df.map_partitions(bad, meta={"x": "int64"}).compute(scheduler="processes")
    except Exception as error:
        print(type(error).__name__)
    else:
        print("no error")
    assert df.x.sum().compute(scheduler="processes") == 28
"""


def test_nothing_is_left_after_faults(environment: dict[str, str]) -> None:
    done = subprocess.run([sys.executable, "-c", FAULTS], env=environment, capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.returncode) == ("ZeroDivisionError\nWorkerDiedError\nTypeError\n", 0), done.stderr
    assert_nothing_left(environment)
