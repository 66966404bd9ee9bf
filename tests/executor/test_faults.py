"""What goes wrong with tasks, workers and clients, on the four executors; afterwards the next run is right."""

import gc
import multiprocessing
import os
import signal
import threading
import time
import traceback
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import distributed
import psutil
import pytest

import executor
from executor import Executor, ProcessExecutor, Ref, RemoteError, Task, WorkerDiedError

OUTPUT = {"a": Task(abs, (-3,)), "b": Task(pow, (Ref("a"), 2))}


@pytest.fixture(autouse=True)
def nothing_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No thread that works for a run is left."""
    yield
    deadline = time.monotonic() + 5
    while workers() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert workers() == []


def workers() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("worker-")]


def assert_next_is_right(four: Executor) -> None:
    assert four.run(OUTPUT, ["b"]) == [9]


class Unforeseen(Exception):
    """An exception that no executor knows."""


class Stubborn(Exception):
    """An exception that doesn't pickle."""

    def __init__(self, message: str):
        super().__init__(message)
        self.lock = threading.Lock()


class Twofold(Exception):
    """An exception that pickles, but can't be made again from what was pickled."""

    def __init__(self, one: str, two: str):
        super().__init__(f"{one} and {two}")


def fail(kind: Any, *args: Any) -> None:
    raise kind(*args)


def test_a_task_raises(four: Executor) -> None:
    graph = {"a": Task(fail, (Unforeseen, "what happened"), "x.csv bytes 10-20"), "b": Task(abs, (Ref("a"),))}
    with pytest.raises(Unforeseen, match="what happened") as caught:
        four.run(graph, ["b"])
    assert caught.value.__notes__ == ["raised in task a, x.csv bytes 10-20"]
    assert "in fail" in "".join(traceback.format_exception(caught.value))
    assert_next_is_right(four)


@pytest.mark.parametrize(("kind", "args"), [(Stubborn, ("what happened",)), (Twofold, ("what", "happened"))])
def test_an_exception_that_does_not_pickle(four: Executor, kind: Any, args: Any) -> None:
    with pytest.raises(Exception, match=r"what( and)? happened") as caught:
        four.run({"a": Task(fail, (kind, *args))}, ["a"])
    if isinstance(four, ProcessExecutor):
        assert isinstance(caught.value, RemoteError)
        assert str(caught.value).startswith(f"{kind.__name__}: what")
        assert "in fail" in str(caught.value.__cause__)
    assert_next_is_right(four)


def test_a_result_that_does_not_pickle(four: Executor) -> None:
    graph = {"a": Task(threading.Lock)}
    if four.describe().startswith(("sync", "threads")):  # type: ignore[attr-defined]
        four.run(graph, ["a"])
    else:
        with pytest.raises(TypeError, match=r"The result of task a can't be sent back from its"):
            four.run(graph, ["a"])
    assert_next_is_right(four)


def test_an_argument_that_does_not_pickle(four: Executor) -> None:
    graph = {"ok": Task(int), "a": Task(str, (threading.Lock(),))}
    if four.describe().startswith(("sync", "threads")):  # type: ignore[attr-defined]
        four.run(graph, ["a"])
    else:
        with pytest.raises(TypeError, match=r"Task a can't be sent to another process, for its func"):
            four.run(graph, ["ok", "a"])
    assert_next_is_right(four)


def die_once(mark: str) -> str:
    """Kill the process that this runs in, the first time."""
    if not os.path.exists(mark):
        Path(mark).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "survived"


def test_a_worker_is_killed_in_mid_task(tmp_path: Path) -> None:
    processes = ProcessExecutor(2)
    assert_next_is_right(processes)
    begin = time.monotonic()
    graph = {"a": Task(die_once, (str(tmp_path / "mark"),), "x.csv bytes 10-20")}
    with pytest.raises(WorkerDiedError, match=r"process died while it ran a, x.csv bytes 10-20. The operating system"):
        processes.run(graph, ["a"])
    assert time.monotonic() - begin < 2  # most often a tenth of a second
    assert_next_is_right(processes)


def test_a_clusters_worker_is_killed_in_mid_task(tmp_path: Path, client: distributed.Client) -> None:
    cluster = executor.find(client)
    assert cluster.run({"a": Task(die_once, (str(tmp_path / "mark"),))}, ["a"]) == ["survived"]  # by another worker
    client.wait_for_workers(2)
    assert_next_is_right(cluster)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_task_that_kills_every_worker(client: distributed.Client) -> None:
    cluster = executor.find(client)
    with pytest.raises(WorkerDiedError, match=r"The workers that ran task .* died, one after another"):
        cluster.run({"deadly": Task(die)}, ["deadly"])
    client.wait_for_workers(2)
    assert_next_is_right(cluster)


def test_a_worker_is_killed_between_tasks(client: distributed.Client) -> None:
    processes = ProcessExecutor(2)
    os.kill(processes.run({"a": Task(os.getpid)}, ["a"])[0], signal.SIGKILL)
    time.sleep(0.5)
    assert_next_is_right(processes)
    cluster = executor.find(client)
    os.kill(cluster.run({"a": Task(os.getpid)}, ["a"])[0], signal.SIGKILL)
    assert_next_is_right(cluster)
    client.wait_for_workers(2)


def test_the_client_is_closed_in_mid_run() -> None:
    with distributed.LocalCluster(n_workers=1, processes=False, dashboard_address=":0") as cluster:
        client = distributed.Client(cluster, set_as_default=False)
        threading.Timer(0.5, client.close).start()
        with pytest.raises(RuntimeError, match=r"The client was closed while this ran."):
            executor.find(client).run({"a": Task(time.sleep, (2,))}, ["a"])
        with pytest.raises(RuntimeError, match=r"This client was closed. Make another: lf.Client\(\)"):
            executor.find(client).run(OUTPUT, ["b"])


def run_within(kind: str) -> Any:
    """What a task does that itself computes."""
    return executor.find(kind, 2).run(OUTPUT, ["b"])[0]


def test_a_run_within_a_task(four: Executor) -> None:
    kind = four.describe().split(",")[0]  # type: ignore[attr-defined]
    graph = {i: Task(run_within, (kind,)) for i in range(4)}
    assert four.run(graph, list(range(4))) == [9] * 4


def test_a_run_within_a_task_of_a_pool(pool: Any) -> None:
    inner = executor.find(pool)
    assert inner.run({i: Task(lambda: inner.run(OUTPUT, ["b"])[0]) for i in range(4)}, [0, 1, 2, 3]) == [9] * 4


def test_two_threads_that_compute_at_once(four: Executor) -> None:
    answers: list[Any] = []
    graph = {i: Task(time.sleep, (0.01,)) for i in range(20)} | {("n", i): Task(abs, (-i,)) for i in range(20)}
    threads = [
        threading.Thread(target=lambda: answers.append(four.run(graph, [("n", i) for i in range(20)] + [3])))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [[*range(20), None]] * 3


def test_two_threads_with_different_numbers_of_processes() -> None:
    answers: list[Any] = []
    graph = {i: Task(time.sleep, (0.05,)) for i in range(8)} | {"b": Task(abs, (-3,))}
    threads = [
        threading.Thread(target=lambda n=n: answers.append(ProcessExecutor(n).run(graph, [*range(8), "b"])[-1]))
        for n in (1, 2, 3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [3, 3, 3]


def compute_in_child(kind: str, connection: Any) -> None:
    """What a forked process does: compute, by the same executor, and without one named."""
    try:
        connection.send((executor.find(kind, 2).run(OUTPUT, ["b"]), executor.find().run(OUTPUT, ["b"])))
    except BaseException as error:
        connection.send(repr(error))


@pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")
@pytest.mark.parametrize("kind", ["sync", "threads", "processes"])
def test_a_fork_between_two_runs(kind: str) -> None:
    four = executor.find(kind, 2)
    assert_next_is_right(four)
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()
    child = context.Process(target=compute_in_child, args=(kind, there))
    child.start()
    assert here.poll(60)
    assert here.recv() == ([9], [9])
    child.join(10)
    assert child.exitcode == 0
    assert_next_is_right(four)


def with_inherited_client(client: Any, connection: Any) -> None:
    """What a forked process does with its parent's client."""
    try:
        executor.find(client).run(OUTPUT, ["b"])
    except RuntimeError as error:
        with client.as_current():
            connection.send((str(error), executor.find().run(OUTPUT, ["b"])))
    os._exit(0)  # the client's own end would wait for a thread that is not here


@pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")
def test_a_fork_between_two_runs_of_a_cluster(client: distributed.Client) -> None:
    cluster = executor.find(client)
    assert_next_is_right(cluster)
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()
    child = context.Process(target=with_inherited_client, args=(client, there))
    child.start()
    assert here.poll(30)
    message, answer = here.recv()
    assert message == (
        "This client belongs to the parent of this process: its thread stayed there. Make another: lf.Client()."
    )
    assert answer == [9]  # by threads: there is no client here
    child.join(10)
    assert_next_is_right(cluster)


def test_an_empty_graph(four: Executor) -> None:
    assert four.run({}, []) == []
    assert_next_is_right(four)


def test_the_pool_stays_warm_and_keeps_large_workers() -> None:
    pids = [
        set(ProcessExecutor(2).run({i: Task(pid_after, (0.05,)) for i in range(4)}, [0, 1, 2, 3])) for _ in range(2)
    ]
    assert pids[0] & pids[1]
    assert os.getpid() not in pids[0]
    assert ProcessExecutor(2).run({"a": Task(leak_size)}, ["a"]) == [
        "1e18"
    ]  # or loky would end a worker that holds a partition


def leak_size() -> str | None:
    return os.environ.get("LOKY_MAX_MEMORY_LEAK_SIZE")


def pid_after(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def test_the_task_whose_result_does_not_pickle_is_blamed() -> None:
    graph = {i: Task(lock_if, (i == 5,)) for i in range(8)}
    with pytest.raises(TypeError, match="The result of task 5 can't be sent back") as caught:
        ProcessExecutor(1).run(graph, list(range(8)))
    assert caught.value.__notes__ == ["raised in task 5"]


def lock_if(is_asked: bool) -> Any:
    return threading.Lock() if is_asked else 0


def test_a_failed_run_lets_its_results_go(four: Executor) -> None:
    if not four.describe().startswith(("sync", "threads")):  # type: ignore[attr-defined]
        pytest.skip("the results are in another process")
    alive: weakref.WeakSet[Any] = weakref.WeakSet()

    def make() -> Any:
        result = Unforeseen()
        alive.add(result)
        return result

    graph = {i: Task(make) for i in range(5)} | {"bad": Task(lambda *_: 1 / 0, tuple(Ref(i) for i in range(5)))}
    with pytest.raises(ZeroDivisionError):
        four.run(graph, ["bad"])
    deadline = time.monotonic() + 2
    while alive and time.monotonic() < deadline:
        gc.collect()
        time.sleep(0.01)
    assert not alive


def test_processes_end_with_their_parent() -> None:
    """Those of the pool are children of this process, and no others come to be."""
    ProcessExecutor(2).run(OUTPUT, ["b"])
    before = len(psutil.Process().children(recursive=True))
    for _ in range(3):
        ProcessExecutor(2).run(OUTPUT, ["b"])
    assert len(psutil.Process().children(recursive=True)) == before
