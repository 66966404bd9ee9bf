"""A cluster as the default executor: lf.Client(), what is kept there, and what is said when something is wrong."""

import gc
import json
import operator
import os
import signal
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import distributed
import pandas as pd
import pytest

import lazyframe as lf
from lazyframe.session import config
from lazyframe.session.choice import chosen
from tests.assertions import assert_same
from tests.conftest import FLIGHTS


@pytest.fixture
def small() -> Iterator[Any]:
    """A cluster in this process, started by lf.Client()."""
    client = lf.Client(processes=False, n_workers=1, threads_per_worker=2, dashboard_address=":0")
    yield client
    client.close()


def where(part: pd.DataFrame) -> pd.DataFrame:
    """Where this runs, as a column."""
    try:
        place = f"cluster {distributed.get_worker().name}"
    except ValueError:
        place = threading.current_thread().name
    return part.assign(place=place)


def place(**options: Any) -> str:
    df = lf.from_pandas(pd.DataFrame({"x": range(4)}), npartitions=4)
    found = df.map_partitions(where, meta={"x": "int64", "place": "str"}).compute(**options)
    return str(found.place[0]).partition(" ")[0].partition("-")[0]


def test_a_client_is_the_default_until_it_is_closed(small: Any) -> None:
    assert isinstance(small, distributed.Client)
    assert place() == "cluster"
    assert place(scheduler="sync") == "MainThread"
    with lf.config.set(scheduler="sync"):
        assert place() == "MainThread"
    assert place(scheduler="distributed") == "cluster"
    small.close()
    assert place() == "worker"


def test_closing_restores_what_was_before() -> None:
    lf.config.set(scheduler="sync")
    try:
        with lf.Client(processes=False, n_workers=1, dashboard_address=":0") as client:
            assert chosen().client is client
            with lf.Client(client.scheduler.address) as second:
                assert chosen().client is second
            assert chosen().client is client
            with distributed.Client(client.scheduler.address) as other:
                assert chosen().client is other
        assert lf.config.get("scheduler") == "sync"
    finally:
        lf.config.set(scheduler=None)


def test_a_client_that_is_no_default() -> None:
    options: dict[str, Any] = {"processes": False, "n_workers": 1, "dashboard_address": ":0"}
    with lf.Client(**options, set_as_default=False) as client:
        assert place() == "worker"
        assert place(scheduler=client) == "cluster"


def test_a_client_made_without_us_is_picked_up() -> None:
    with distributed.Client(processes=False, n_workers=1, dashboard_address=":0"):
        assert place() == "cluster"
        with lf.config.set(scheduler="threads"):
            assert place() == "worker"
    assert place() == "worker"


def test_the_cluster_and_the_link(small: Any) -> None:
    assert isinstance(small.cluster, distributed.LocalCluster)
    assert small.dashboard_link.endswith("/status")
    assert small.dashboard_link in small._repr_html_()


def test_an_asynchronous_client(lazy_flights: lf.DataFrame) -> None:
    async def ask() -> None:
        async with distributed.Client(processes=False, dashboard_address=":0", asynchronous=True) as client:
            with pytest.raises(RuntimeError, match=r"This client is asynchronous .* or await client.compute"):
                lazy_flights.DepDelay.max().compute(scheduler=client)
            assert await client.compute(lazy_flights.DepDelay.max()) == 1301.0

    import asyncio

    asyncio.run(ask())


def test_tasks_have_names_that_people_understand(lazy_flights: lf.DataFrame, client: Any) -> None:
    flown = lazy_flights[~lazy_flights.Cancelled]
    flown.groupby("Origin").DepDelay.mean().compute(scheduler=client)
    names = client.run_on_scheduler(lambda dask_scheduler: list(dask_scheduler.task_prefixes))
    assert {"read-nycflights", "groupby-mean"} <= set(names)


def test_what_is_kept_stays_on_the_workers(lazy_flights: lf.DataFrame, flights: pd.DataFrame, client: Any) -> None:
    kept = lazy_flights[lazy_flights.DepDelay > 60].persist(scheduler=client)
    futures = kept._plan.handles
    assert len(futures) == lazy_flights.npartitions
    assert all(isinstance(future, distributed.Future) for future in futures)
    expected = flights[flights.DepDelay > 60]
    assert_same(kept.compute(scheduler=client), expected)
    assert_same(kept.DepDelay.mean().compute(scheduler=client), expected.DepDelay.mean())
    assert_same(kept.DepDelay.mean().compute(scheduler="threads"), expected.DepDelay.mean())  # fetched
    keys = {future.key for future in futures}
    del kept, futures
    deadline = time.monotonic() + 10
    while keys & set(client.run_on_scheduler(lambda dask_scheduler: list(dask_scheduler.tasks))):
        assert time.monotonic() < deadline, "the cluster still holds what nobody does"
        time.sleep(0.02)


def slowly(part: pd.DataFrame) -> pd.DataFrame:
    time.sleep(1)
    return part


def test_keeping_returns_at_once(client: Any) -> None:
    df = lf.from_pandas(pd.DataFrame({"x": [1, 2]}), npartitions=2)
    begin = time.monotonic()
    kept = df.map_partitions(slowly, meta={"x": "int64"}).persist(scheduler=client)
    assert time.monotonic() - begin < 0.9
    assert kept.x.sum().compute(scheduler=client) == 3


def test_equal_queries_share_results_while_they_are_held(client: Any) -> None:
    """A second query takes what a first one keeps; nothing is read again."""
    df = lf.read_csv(FLIGHTS / "*.csv", usecols=["Origin", "DepDelay"])
    kept = df.persist(scheduler=client)
    client.gather(list(kept._plan.handles))
    ran = lf.diagnostics.Profiler()
    again = lf.read_csv(FLIGHTS / "*.csv", usecols=["Origin", "DepDelay"]).persist(scheduler=client)
    with ran:
        assert_same(again.compute(scheduler=client), kept.compute(scheduler=client))
    assert [future.key for future in again._plan.handles] == [future.key for future in kept._plan.handles]


def test_a_changed_file_is_not_answered_from_an_old_result(tmp_path: Path, client: Any) -> None:
    path = tmp_path / "x.csv"
    path.write_text("x\n1\n2\n")
    kept = lf.read_csv(path).persist(scheduler=client)
    assert kept.x.sum().compute(scheduler=client) == 3
    path.write_text("x\n1\n5\n")
    os.utime(path, ns=(1, 1))
    assert lf.read_csv(path).x.sum().compute(scheduler=client) == 6
    assert kept.x.sum().compute(scheduler=client) == 3


def test_a_file_that_a_worker_cannot_see(tmp_path: Path, client: Any) -> None:
    path = tmp_path / "x.csv"
    path.write_text("x\n1\n2\n")
    df = lf.read_csv(path)
    path.unlink()
    expected = (
        rf"Worker tcp://127.0.0.1:\d+ can't see the file {path}. A cluster's workers read files themselves: the path "
        "must exist on each of them, on a shared disk or as a URL."
    )
    with pytest.raises(FileNotFoundError, match=expected):
        df.x.sum().compute(scheduler=client)


LONE_WORKER = """
import asyncio, sys
from distributed import Worker
{before}
async def work():
    async with Worker(sys.argv[1], nthreads=1, name="lone") as worker:
        await worker.finished()
asyncio.run(work())
"""


@pytest.mark.parametrize(
    ("before", "message"),
    [
        (
            """
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("lazyframe", "executor"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Blocked())
import distributed.versions
distributed.versions._version_cached = {"lazyframe": None}.get
""",
            r"Worker tcp://127.0.0.1:\d+ has no package 'lazyframe'. Install version {own} on every machine of the "
            r"cluster: pip install lazyframe=={own}.",
        ),
        (
            "import distributed.versions; distributed.versions._version_cached = {'lazyframe': '0.0.7'}.get",
            r"Worker tcp://127.0.0.1:\d+ has lazyframe 0.0.7, and this process {own}. Install the same version on "
            r"both: pip install lazyframe=={own}.",
        ),
    ],
    ids=["without lazyframe", "another version"],
)
def test_a_worker_that_lacks_what_tasks_are_made_of(before: str, message: str, tmp_path: Path) -> None:
    with distributed.LocalCluster(n_workers=0, dashboard_address=":0") as cluster:
        code = LONE_WORKER.format(before=before)
        worker = subprocess.Popen(
            [sys.executable, "-c", code, cluster.scheduler_address], cwd=tmp_path, stderr=subprocess.DEVNULL
        )
        try:
            with distributed.Client(cluster, set_as_default=False) as client:
                client.wait_for_workers(1)
                with pytest.raises(RuntimeError, match=message.format(own=lf.__version__)):
                    lf.delayed(operator.add)(1, 2).compute(scheduler=client)
                total = lf.from_pandas(pd.DataFrame({"x": [1, 2]}), npartitions=2).x.sum()
                with pytest.raises(RuntimeError, match=message.format(own=lf.__version__)):
                    total.compute(scheduler=client)
        finally:
            worker.kill()
            worker.wait()


def test_a_module_that_workers_lack(tmp_path: Path, client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "only_here.py").write_text("def double(part):\n    return part * 2\n")
    monkeypatch.syspath_prepend(tmp_path)
    import only_here  # type: ignore[import-not-found]

    df = lf.from_pandas(pd.DataFrame({"x": [1, 2]}), npartitions=2)
    with pytest.raises(
        ModuleNotFoundError, match=r"The cluster has no module 'only_here'. .* install it on every work"
    ):
        df.map_partitions(only_here.double).compute(scheduler=client)


INTERRUPTED = """
import os, signal, time
import pandas as pd
import lazyframe as lf
signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job starts with it ignored

def work(part):
    os.write(1, b"at work\\n")
    time.sleep(30)
    return part

client = lf.Client(n_workers=2, threads_per_worker=1, dashboard_address=":0")
df = lf.from_pandas(pd.DataFrame({"x": range(4)}), npartitions=4)
try:
    df.map_partitions(work, meta={"x": "int64"}).compute()
except KeyboardInterrupt:
    begin = time.monotonic()
    processing = client.processing()
    print("interrupted", sum(map(len, processing.values())), flush=True)
    client.restart(wait_for_workers=False)
    print(df.x.sum().compute(), flush=True)
    client.close()
"""


def test_ctrl_c_releases_what_runs_on_the_cluster() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    with process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "at work\n"
            begin = time.monotonic()
            process.send_signal(signal.SIGINT)
            while (line := process.stdout.readline()) == "at work\n":  # the other worker's
                pass
            assert line.startswith("interrupted")
            assert time.monotonic() - begin < 2
            rest, _ = process.communicate(timeout=30)
        finally:
            process.kill()
    assert rest.splitlines()[-1] == "6"
    assert process.returncode == 0


def test_ctrl_c_of_a_terminal_leaves_the_workers() -> None:
    """A terminal interrupts all processes of its group; the workers leave that to the one that computes."""
    code = INTERRUPTED.replace("    client.restart(wait_for_workers=False)\n", "").replace(
        "time.sleep(30)", "time.sleep(2)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    with process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "at work\n"
            os.killpg(process.pid, signal.SIGINT)
            rest, _ = process.communicate(timeout=30)
        finally:
            process.kill()
    assert rest.splitlines()[-1] == "6"
    assert process.returncode == 0


HEARTBEATS = """
import logging
import lazyframe as lf
import pandas as pd

def say():
    for line in ["Failed to communicate with scheduler during heartbeat.", "A worker's own words"]:
        logging.getLogger("distributed.worker").error(line)

with lf.Client(n_workers=1, threads_per_worker=1, dashboard_address=":0") as client:
    client.run(say)
    left, right = (lf.from_pandas(pd.DataFrame({"k": keys, "n": keys}), npartitions=2) for keys in ([1, 2, 3], [1, 2]))
    assert left.merge(right, on="k", how="left").n_y.compute().tolist()[:2] == [1, 2]
"""


def test_a_cluster_does_not_speak_of_what_is_no_error() -> None:
    """A heartbeat may meet the scheduler as it goes, and a query be planned anew: distributed shows that as errors."""
    done = subprocess.run([sys.executable, "-c", HEARTBEATS], capture_output=True, text=True, timeout=60, check=True)
    assert "heartbeat" not in done.stderr
    assert "ReplanRequired" not in done.stderr
    assert "A worker's own words" in done.stderr


@pytest.mark.parametrize("watcher", [lf.diagnostics.Profiler, lf.diagnostics.CacheProfiler, lf.diagnostics.ProgressBar])
def test_watchers_where_results_are_there_already(watcher: Any, lazy_flights: lf.DataFrame, client: Any) -> None:
    late = lazy_flights.DepDelay + 1
    kept = late.persist(scheduler=client)
    client.gather(list(kept._plan.handles))
    with watcher():
        assert_same(late.compute(scheduler=client), kept.compute(scheduler=client))
        assert late.max().compute(scheduler=client) == 1302.0


def test_what_was_kept_on_a_cluster_that_is_gone() -> None:
    with lf.Client(processes=False, n_workers=1, dashboard_address=":0"):
        kept = lf.from_pandas(pd.DataFrame({"x": [1, 2]}), npartitions=2).persist()
        assert kept.x.sum().compute() == 3
    for ask in (kept.compute, kept.head, kept.x.sum().compute):
        with pytest.raises(
            RuntimeError, match=r"kept on a cluster whose client is closed. Keep it again, with persist"
        ):
            ask()


def test_a_closed_client_is_let_go() -> None:
    client = lf.Client(processes=False, n_workers=1, dashboard_address=":0")
    alive = weakref.ref(client)
    client.close()
    lf.config.get("scheduler")
    del client
    deadline = time.monotonic() + 5
    while alive() is not None and time.monotonic() < deadline:
        gc.collect()
        time.sleep(0.05)
    assert alive() is None


def test_exit_in_a_task_comes_back(client: Any) -> None:
    with pytest.raises(SystemExit) as caught:
        lf.delayed(sys.exit)(3).compute(scheduler=client)
    assert caught.value.code == 3


def test_processes_within_a_clusters_task(client: Any) -> None:
    df = lf.from_pandas(pd.DataFrame({"x": [1, 2]}), npartitions=2)
    inner = lf.delayed(lambda: df.x.sum().compute(scheduler="processes"))()
    assert inner.compute(scheduler=client) == 3
    assert inner.compute(scheduler="processes") == 3


def test_an_address_and_a_scheduler_file(client: Any, tmp_path: Path) -> None:
    path = str(tmp_path / "scheduler.json")
    Path(path).write_text(json.dumps({"address": client.scheduler.address}))
    for options in ({"address": client.scheduler.address}, {"scheduler_file": path}):
        with lf.Client(**options) as other:
            assert other.scheduler.address == client.scheduler.address
            assert place() == "cluster"
    with pytest.raises(OSError, match="Timed out"):
        lf.Client("tcp://127.0.0.1:1", timeout=0.5)
    assert place() == "worker"


def test_settings_reach_a_local_cluster(tmp_path: Path) -> None:
    with (
        lf.config.set(temporary_directory=str(tmp_path), num_workers=1),
        lf.Client(processes=False, dashboard_address=":0") as client,
    ):
        assert len(client.nthreads()) == 1
        (folder,) = client.run(lambda dask_worker: dask_worker.local_directory).values()
        assert folder.startswith(str(tmp_path))
    assert config.get("temporary_directory") is None


def test_without_distributed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(
        ImportError, match=r'A cluster needs dask.distributed: pip install "distributed>=2026.8" "bokeh'
    ):
        lf.Client()
