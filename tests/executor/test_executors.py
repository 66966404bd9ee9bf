"""One fixture over all executors, and what each must do with right and wrong graphs."""

import gc
import operator
import threading
import time
import weakref
from typing import Any

import pytest

import executor
from executor import Ref, SyncExecutor, Task, ThreadExecutor, Watcher


@pytest.fixture(params=["sync", "threads 1", "threads 2", "threads 7"])
def run(request: pytest.FixtureRequest) -> Any:
    """The `run` of every executor."""
    name, _, workers = request.param.partition(" ")
    return executor.find(name, int(workers or 1)).run


def add(*numbers: int) -> int:
    return sum(numbers)


def test_results_in_the_order_asked(run: Any) -> None:
    graph = {"a": Task(int, ("7",)), "b": Task(operator.neg, (Ref("a"),)), "c": Task(add, (Ref("a"), Ref("b"), 1))}
    assert run(graph, ["c", "a", "b", "a"]) == [1, 7, -7, 7]


def test_the_same_result_twice_as_an_argument(run: Any) -> None:
    assert run({"a": Task(int, (2,)), "b": Task(add, (Ref("a"), Ref("a")))}, ["b"]) == [4]


def test_nothing_to_do(run: Any) -> None:
    assert run({}, []) == []


def test_only_what_is_needed_runs(run: Any) -> None:
    graph = {"wanted": Task(int), "unwanted": Task(operator.truediv, (1, 0))}
    assert run(graph, ["wanted"]) == [0]


def test_ten_thousand_tasks_and_a_long_chain(run: Any) -> None:
    wide = {("x", i): Task(operator.neg, (i,)) for i in range(10_000)}
    wide["sum"] = Task(add, tuple(Ref(("x", i)) for i in range(10_000)))
    assert run(wide, ["sum"]) == [-sum(range(10_000))]
    chain = {0: Task(int)} | {i: Task(add, (Ref(i - 1), 1)) for i in range(1, 5_000)}
    assert run(chain, [4_999]) == [4_999]


def test_a_missing_task_is_named(run: Any) -> None:
    with pytest.raises(KeyError, match="The graph has no task 'gone', though one is asked for"):
        run({"a": Task(int, (Ref("gone"),))}, ["a"])


def test_a_cycle_is_named(run: Any) -> None:
    with pytest.raises(ValueError, match="The graph has a cycle through 'a'"):
        run({"a": Task(int, (Ref("b"),)), "b": Task(int, (Ref("a"),))}, ["a"])


class Unforeseen(Exception):
    """An exception that no executor knows."""


def fail() -> None:
    raise Unforeseen("what happened")


def test_an_exception_comes_as_it_is_with_a_note(run: Any) -> None:
    graph = {("read-x", 3): Task(fail, (), "x.csv bytes 10-20"), "b": Task(add, (Ref(("read-x", 3)),))}
    with pytest.raises(Unforeseen, match="what happened") as caught:
        run(graph, ["b"])
    assert caught.value.__notes__ == ["raised in task read-x[3], x.csv bytes 10-20"]
    assert caught.traceback[-1].name == "fail"


def test_an_exception_stops_new_tasks_and_waits_for_running_ones() -> None:
    ended: list[str] = []

    def slowly() -> None:
        time.sleep(0.2)
        ended.append("slow one")

    graph = {"slow": Task(slowly), "bad": Task(fail)} | {i: Task(ended.append, (i,)) for i in range(50)}
    with pytest.raises(Unforeseen):
        ThreadExecutor(2).run(graph, ["slow", "bad", *range(50)])
    assert ended == ["slow one"]


def test_no_thread_is_left() -> None:
    deadline = time.monotonic() + 5
    before = len(threading.enumerate())
    ThreadExecutor(7).run({i: Task(int) for i in range(20)}, list(range(20)))
    with pytest.raises(Unforeseen):
        ThreadExecutor(7).run({"bad": Task(fail)}, ["bad"])
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() <= before


class Result:
    """Something that can be counted while it lives."""


def test_results_are_dropped_at_their_last_use(run: Any) -> None:
    alive: weakref.WeakSet[Result] = weakref.WeakSet()
    peak = []

    def make() -> Result:
        result = Result()
        alive.add(result)
        peak.append(len(alive))
        return result

    def use(*results: Result) -> None:
        gc.collect()

    def peak_of(leaves: int) -> int:
        peak.clear()
        graph: dict[Any, Task] = {("leaf", i): Task(make) for i in range(leaves)}
        graph |= {("pair", i): Task(use, (Ref(("leaf", 2 * i)), Ref(("leaf", 2 * i + 1)))) for i in range(leaves // 2)}
        graph["end"] = Task(use, tuple(Ref(("pair", i)) for i in range(leaves // 2)))
        run(graph, ["end"])
        return max(peak)

    few = peak_of(16)
    assert peak_of(160) <= max(few, 16)


class Log(Watcher):
    """Remembers the events of a run."""

    def __init__(self) -> None:
        self.events: list[Any] = []
        self.times: list[float] = []

    def start(self, graph: Any) -> None:
        self.events.append(("start", len(graph)))

    def task_started(self, key: Any) -> None:
        self.events.append(("started", key))

    def task_done(self, key: Any, begin: float, end: float) -> None:
        self.events.append(("done", key))
        self.times.append(end - begin)

    def finish(self, error: BaseException | None) -> None:
        self.events.append(("finish", type(error)))


def test_watchers_see_every_event(run: Any) -> None:
    log = Log()
    run({"a": Task(time.sleep, (0.02,)), "b": Task(add, ()), "c": Task(id, (Ref("a"),))}, ["c"], [log])
    assert log.events[0] == ("start", 3)
    assert log.events[-1] == ("finish", type(None))
    assert sorted(log.events[1:-1]) == [("done", "a"), ("done", "c"), ("started", "a"), ("started", "c")]
    assert 0.02 <= log.times[0] < 1
    with pytest.raises(Unforeseen):
        run({"bad": Task(fail)}, ["bad"], [log])
    assert log.events[-1] == ("finish", Unforeseen)


def test_depth_first() -> None:
    order: list[Any] = []
    graph: dict[Any, Task] = {("read", i): Task(order.append, (("read", i),)) for i in range(6)}
    for i in range(3):
        graph["merge", i] = Task(
            lambda *parts, i=i: order.append(("merge", i)), (Ref(("read", 2 * i)), Ref(("read", 2 * i + 1)))
        )
    SyncExecutor().run(graph, [("merge", i) for i in range(3)])
    assert order[:3] == [("read", 0), ("read", 1), ("merge", 0)]
    assert order[-1] == ("merge", 2)


def test_names() -> None:
    for name in ["sync", "synchronous", "single-threaded", "SYNC"]:
        assert isinstance(executor.find(name), SyncExecutor)
    for name in ["threads", "threaded", "threading", "Threads"]:
        assert isinstance(executor.find(name, 3), ThreadExecutor)
    own = ThreadExecutor(3)
    assert executor.find(own) is own
    with pytest.raises(ValueError, match=r"no scheduler 'thread'. Did you mean 'threads'\? Accepted: 'sync', "):
        executor.find("thread")
    with pytest.raises(ValueError, match="num_workers must be at least 1, not 0"):
        executor.find("threads", 0)


def test_two_threads_run_at_once() -> None:
    meet = threading.Barrier(2, timeout=10)
    assert len(ThreadExecutor(2).run({"a": Task(meet.wait), "b": Task(meet.wait)}, ["a", "b"])) == 2


def test_a_run_within_a_task(run: Any) -> None:
    inner = {"x": Task(add, (1, 2))}
    assert run({"a": Task(lambda: run(inner, ["x"])[0])}, ["a"]) == [3]
