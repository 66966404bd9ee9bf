"""What each executor must do with right and wrong graphs."""

import io
import operator
import re
import threading
import time
import traceback
import weakref
from typing import Any

import pytest

from executor import ProcessExecutor, Ref, SyncExecutor, Task, ThreadExecutor, Watcher
from executor.batch import MOST, BatchTask, Report, run_batch
from executor.events import emit
from executor.schedule import Schedule
from executor.watchers.profile import CacheProfiler, Profiler
from executor.watchers.progress import ProgressBar


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


def test_ten_thousand_tasks(run: Any) -> None:
    wide = {("x", i): Task(operator.neg, (i,)) for i in range(10_000)}
    wide["sum"] = Task(add, tuple(Ref(("x", i)) for i in range(10_000)))
    assert run(wide, ["sum"]) == [-sum(range(10_000))]


def test_a_chain_longer_than_the_stack(run: Any) -> None:
    chain = {0: Task(int)} | {i: Task(add, (Ref(i - 1), 1)) for i in range(1, 2_000)}
    assert run(chain, [1_999]) == [1_999]


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
    assert "in fail" in "".join(traceback.format_exception(caught.value))


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


def test_results_are_dropped_at_their_last_use(here: Any) -> None:
    alive: weakref.WeakSet[Result] = weakref.WeakSet()
    peak = []

    def make() -> Result:
        result = Result()
        alive.add(result)
        peak.append(len(alive))
        return result

    def use(*results: Result) -> None:
        pass

    def peak_of(leaves: int) -> int:
        peak.clear()
        graph: dict[Any, Task] = {("leaf", i): Task(make) for i in range(leaves)}
        graph |= {("pair", i): Task(use, (Ref(("leaf", 2 * i)), Ref(("leaf", 2 * i + 1)))) for i in range(leaves // 2)}
        graph["end"] = Task(use, tuple(Ref(("pair", i)) for i in range(leaves // 2)))
        here(graph, ["end"])
        return max(peak)

    assert peak_of(1600) <= 40  # some for each worker, however many there are in all


class Log(Watcher):
    """Remembers the events of a run."""

    def __init__(self) -> None:
        self.events: list[Any] = []
        self.times: list[tuple[float, float]] = []

    def start(self, graph: Any, keys: Any) -> None:
        self.events.append(("start", sorted(keys)))

    def task_started(self, key: Any) -> None:
        self.events.append(("started", key))

    def task_done(self, key: Any, begin: float, end: float) -> None:
        self.events.append(("done", key))
        self.times.append((begin, end))

    def finish(self, error: BaseException | None) -> None:
        self.events.append(("finish", type(error)))


def test_watchers_see_every_event(run: Any) -> None:
    log = Log()
    begin = time.perf_counter()
    run({"a": Task(time.sleep, (0.02,)), "b": Task(add, ()), "c": Task(id, (Ref("a"),))}, ["c"], [log])
    end = time.perf_counter()
    assert log.events[0] == ("start", ["a", "c"])
    assert log.events[-1] == ("finish", type(None))
    assert sorted(log.events[1:-1]) == [("done", "a"), ("done", "c"), ("started", "a"), ("started", "c")]
    assert log.events.index(("done", "a")) < log.events.index(("done", "c"))
    assert begin - 0.01 < log.times[0][0] < log.times[0][1] < log.times[1][1] < end + 0.01
    assert log.times[0][1] - log.times[0][0] >= 0.02
    with pytest.raises(Unforeseen):
        run({"bad": Task(fail)}, ["bad"], [log])
    assert log.events[-1] == ("finish", Unforeseen)


def noticed(*inputs: Any) -> int:
    """A task that emits what it was given."""
    emit(f"given {len(inputs)}")
    emit(len(inputs))
    return len(inputs)


def test_watchers_are_told_what_tasks_note(run: Any) -> None:
    emit("of no task")
    with Profiler() as profile:
        graph = {"a": Task(noticed), "b": Task(int, ()), "c": Task(noticed, (Ref("a"), Ref("b")))}
        assert run(graph, ["a", "c"]) == [0, 2]
    assert {one.key: one.events for one in profile.results} == {"a": ("given 0", 0), "b": (), "c": ("given 2", 2)}
    first, *times, last = repr(profile).splitlines()
    assert first == "Profiler: 3 tasks"
    assert sorted(re.sub(r" +[\d.]+ s +", "", line) for line in times[:3]) == ["1 x  a", "1 x  b", "1 x  c"]
    assert [*times[3:], last] == ["given 0", "0", "given 2", "2"]


def test_notes_that_do_not_pickle_travel_as_texts(run: Any) -> None:
    with Profiler() as profile:
        assert run({"a": Task(note_a_lock)}, ["a"]) == [1]
    ((emitted,),) = [one.events for one in profile.results]
    assert "lock" in str(emitted)


def note_a_lock() -> int:
    emit(threading.Lock())
    return 1


def test_a_profile_does_not_show_a_thousand_notes(here: Any) -> None:
    with Profiler() as profile:
        here({("note-" + 32 * "a", i): Task(noticed) for i in range(20)}, [("note-" + 32 * "a", 0)])
        here({("note-" + 32 * "b", i): Task(noticed) for i in range(20)}, [("note-" + 32 * "b", i) for i in range(20)])
    assert "21 x  note\n" in repr(profile)
    assert repr(profile).endswith("\nand 32 events more, see .results")


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


def test_two_threads_run_at_once() -> None:
    meet = threading.Barrier(2, timeout=10)
    assert len(ThreadExecutor(2).run({"a": Task(meet.wait), "b": Task(meet.wait)}, ["a", "b"])) == 2


def test_watchers_do_not_see_the_run_that_a_task_starts(here: Any) -> None:
    log = Log()
    inner = {"inner": Task(int)}
    with log:
        here({"outer": Task(lambda: here(inner, ["inner"]))}, ["outer"])
    assert [event for event in log.events if "inner" in event] == []
    here({"outer": Task(int)}, ["outer"])  # the block is over
    assert len(log.events) == 4


def test_registered_watchers_see_every_run(here: Any) -> None:
    log = Log()
    log.register()
    try:
        here({"a": Task(int)}, ["a"])
        here({"a": Task(int)}, ["a"])
    finally:
        log.unregister()
    here({"a": Task(int)}, ["a"])
    assert [event[0] for event in log.events] == ["start", "started", "done", "finish"] * 2


def test_a_watcher_that_raises_ends_the_run(here: Any) -> None:
    class Bad(Watcher):
        def start(self, graph: Any, keys: Any) -> None:
            raise Unforeseen

    with pytest.raises(Unforeseen):
        here({"a": Task(int)}, ["a"], [Bad()])
    assert here({"a": Task(int)}, ["a"]) == [0]


def test_every_watcher_is_told_of_the_end_and_none_that_was_not_told_of_the_start(here: Any) -> None:
    told = []

    class Named(Watcher):
        def __init__(self, name: str, at: str = ""):
            self.name, self.at = name, at

        def start(self, graph: Any, keys: Any) -> None:
            if self.at == "start":
                raise Unforeseen("start")

        def finish(self, error: BaseException | None) -> None:
            told.append((self.name, type(error)))
            if self.at == "finish":
                raise Unforeseen("finish")

    with pytest.raises(Unforeseen, match="start"):
        here({"a": Task(int)}, ["a"], [Named("first"), Named("bad", "start"), Named("last")])
    assert told == [("first", Unforeseen)]
    told.clear()
    with pytest.raises(Unforeseen, match="finish"):
        here({"a": Task(int)}, ["a"], [Named("bad", "finish"), Named("last")])
    assert told == [("bad", type(None)), ("last", type(None))]
    told.clear()
    with pytest.raises(ZeroDivisionError):
        here({"a": Task(operator.truediv, (1, 0))}, ["a"], [Named("bad", "finish")])
    assert told == [("bad", ZeroDivisionError)]
    told.clear()
    try:
        raise KeyError
    except KeyError:
        here({"a": Task(int)}, ["a"], [Named("first")])
    assert told == [("first", type(None))]


@pytest.mark.parametrize("watcher", [Profiler, CacheProfiler, ProgressBar])
def test_a_watcher_of_several_runs_at_once(watcher: Any) -> None:
    shared = watcher(file=io.StringIO()) if watcher is ProgressBar else watcher()
    wrong: list[BaseException] = []

    def compute(number: int) -> None:
        graph = {(number, i): Task(time.sleep, (0.002,)) for i in range(20)}
        try:
            ThreadExecutor(2).run(graph, list(graph), [shared])
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=compute, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    if watcher is Profiler:
        assert len(shared.results) == 80


def test_short_tasks_travel_together_and_long_ones_do_not() -> None:
    graph: dict[Any, Task] = {i: Task(operator.neg, (i,)) for i in range(1000)}
    schedule = Schedule(graph, list(range(1000)))
    sizes = []
    while batch := schedule.batch(2, True):
        sizes.append(len(batch))
        seconds = 1e-6 if sum(sizes) < 500 else 1.0
        times = [(0.0, seconds)] * len(batch)
        schedule.reported(batch, Report(times, {task.key: -task.key for task in batch}))
    assert sizes[0] == 1  # nothing is known yet
    assert max(sizes) == MOST
    assert sizes[-1] == 1
    assert schedule.answers() == [-i for i in range(1000)]


def test_a_batch_that_takes_too_long_is_broken_off(run: Any) -> None:
    naps = {i: Task(time.sleep, (0.0,)) for i in range(30)} | {i: Task(time.sleep, (0.01,)) for i in range(30, 60)}
    chain = {("c", 0): Task(int)} | {("c", i): Task(add, (Ref(("c", i - 1)), 1)) for i in range(1, 200)}
    outputs = [*range(60), ("c", 199)]
    assert run(naps | chain, outputs) == [None] * 60 + [199]


def test_a_batch_keeps_what_others_need() -> None:
    batch = [
        BatchTask("a", int, ()),
        BatchTask("b", add, (Ref("a"), 1)),
        BatchTask("c", add, (Ref("a"), Ref("b")), ("a",)),
    ]
    report = run_batch(batch)
    assert report.results == {"b": 1, "c": 1}
    assert len(report.times) == 3


@pytest.mark.parametrize("kind", [ThreadExecutor, ProcessExecutor])
def test_reads_wait_while_results_exceed_the_memory_limit(kind: Any) -> None:
    """With a limit of three results, merges make room before more is read; without one, all is read at once."""
    peaks = {}
    for limit in (None, 3_000_000):
        kept = Kept()
        size = 64  # wide merges: without a limit, nothing stops the reading
        graph: dict[Any, Task] = {("read", i): Task(bytes, (1_000_000,)) for i in range(size)}
        for i in range(size // 2):
            graph["pair", i] = Task(length, (Ref(("read", i)), Ref(("read", i + size // 2))))
        order = [*(("read", i) for i in range(size)), *(("pair", i) for i in range(size // 2))]
        kind(2, limit).run(graph, order[size:], [kept])
        peaks[limit] = kept.peak
    assert peaks[3_000_000] <= 6


def test_with_a_memory_limit_a_batch_reads_once() -> None:
    """Short tasks travel together, but what each of them keeps is only known when it is there."""
    graph: dict[Any, Task] = {("read", i): Task(bytes, (10,)) for i in range(30)}
    for limit, most in ((None, 9), (1_000_000, 1)):
        schedule = Schedule(graph, list(graph), limit)
        batch = schedule.batch(2, is_idle=True)
        schedule.reported(batch, run_batch(batch))  # now they are known to be short
        assert len(schedule.batch(2, is_idle=True)) == most


class Kept(Watcher):
    """How many large results were kept at a time."""

    def __init__(self) -> None:
        self.now: set[Any] = set()
        self.peak = 0

    def result_kept(self, key: Any, result: Any) -> None:
        if isinstance(result, bytes):
            self.now.add(key)
            self.peak = max(self.peak, len(self.now))

    def result_dropped(self, key: Any) -> None:
        self.now.discard(key)


def length(*parts: bytes) -> int:
    return sum(map(len, parts))


def test_a_run_within_a_task(here: Any) -> None:
    inner = {"x": Task(add, (1, 2))}
    assert here({"a": Task(lambda: here(inner, ["x"])[0])}, ["a"]) == [3]
