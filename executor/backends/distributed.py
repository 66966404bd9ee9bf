"""The executor of a cluster, by dask.distributed: the whole graph goes to its scheduler, results stay on its workers.

This module, and no other, needs `distributed`; it is imported when there is a client.
"""

import sys
import threading
import uuid
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from queue import Empty, SimpleQueue
from time import perf_counter, time
from typing import Any, Self
from weakref import WeakKeyDictionary

import cloudpickle
import distributed
from dask._task_spec import Task as DaskTask
from distributed.client import FutureCancelledError
from distributed.scheduler import KilledWorker

from executor.base import ELSEWHERE, TOKEN, Watcher, WorkerDiedError, count, show_key, watching
from executor.dask_graph import dask_args
from executor.drive import LOOK_UP
from executor.pickled import refusal
from executor.remote import Carried, pack_call, run_task
from executor.schedule import Schedule, ranked
from executor.task import Graph, Key, Ref, Task

IDLE = 10.0
"""Seconds without a worker in the cluster after which a waiting run says so."""

GONE = "This was kept on a cluster whose client is closed, or which is another. Keep it again, with persist()."
"""What to say of results that are in no reach."""


class ClusterExecutor:
    """Runs graphs on a cluster.

    Keys are global there: one whose name ends in a token of 32 hexadecimal digits is taken to stand for its content,
    and is shared with other runs; all others are made different in each run.

    Parameters
    ----------
    client
        A `distributed.Client` that is not asynchronous.
    """

    def __init__(self, client: Any):
        self.client = client

    def __repr__(self) -> str:
        return f"ClusterExecutor({self.client!r})"

    def describe(self) -> str:
        """Kind and number of workers, for people."""
        return count("distributed", len(self.client.nthreads())) + f" at {self.client.scheduler.address}"

    def run(self, graph: Graph, outputs: Sequence[Key], watchers: Sequence[Watcher] = ()) -> list[Any]:
        """See `executor.base.Executor.run`; but what runs when a task fails is dropped rather than waited for."""
        schedule = Schedule(graph, outputs)
        with watching(watchers, graph, schedule.order) as everyone, usable(self.client) as client:
            if not outputs:
                return []
            check(client, graph)
            times = Times(client, everyone, schedule) if everyone else None
            with times or nullcontext():
                futures = submit(client, graph, schedule.order, outputs, times.topic if times else "")
                return gathered(client, futures, times)

    def persist(self, graph: Graph, outputs: Sequence[Key]) -> list[Any]:
        """Start a graph and return at once: futures of the outputs, which stay on the workers."""
        with usable(self.client) as client:
            check(client, graph)
            return submit(client, graph, ranked(graph, outputs), outputs)


def active_client() -> distributed.Client | None:
    """The client that is active here: the current one, or within a task that of its worker."""
    try:
        client = distributed.get_client()
    except ValueError:
        return None
    return None if fault_of(client) else client


def fault_of(client: Any) -> str:
    """Return why a client can't be used; empty if it can."""
    if client.status != "running":
        return "This client was closed."
    loop_thread = getattr(client.loop.asyncio_loop, "_thread_id", None)
    if loop_thread is not None and loop_thread not in {thread.ident for thread in threading.enumerate()}:
        return "This client belongs to the parent of this process: its thread stayed there."
    return ""


@contextmanager
def usable(client: distributed.Client) -> Iterator[distributed.Client]:
    """The client; within a task of the cluster one that leaves the worker's thread to others while it waits."""
    if client.asynchronous:
        raise RuntimeError(
            "This client is asynchronous (asynchronous=True), and compute() waits for its answer. "
            "Make a client without it, or await client.compute(x)."
        )
    if fault := fault_of(client):
        raise RuntimeError(f"{fault} Make another: lf.Client().")
    try:
        distributed.get_worker()
    except ValueError:
        yield client
    else:
        with distributed.worker_client() as own:
            yield own


def submit(client: Any, graph: Graph, order: Sequence[Key], outputs: Sequence[Key], topic: str = "") -> list[Any]:
    """The futures of the outputs."""
    run = uuid.uuid4().hex
    names = {key: name_of(key, run, rank) for rank, key in enumerate(order)}
    tasks = {}
    for key in order:
        call, inputs = packed(key, graph[key])
        args = dask_args(inputs, names)
        tasks[names[key]] = DaskTask(names[key], run_task, call, key, graph[key].about, topic, *args)
    return list(client.get(tasks, [names[key] for key in outputs], sync=False))


def packed(key: Key, task: Task) -> tuple[bytes, list[Any]]:
    """A task's call as bytes, and what the scheduler must know of its arguments: results of tasks, and futures."""
    inputs: list[Any] = []
    args: list[Any] = []
    for arg in task.args:
        is_input = isinstance(arg, Ref | distributed.Future)
        if isinstance(arg, distributed.Future) and arg.status in ("cancelled", "lost"):
            raise RuntimeError(GONE)
        args.append(Ref(len(inputs)) if is_input else arg)
        if is_input:
            inputs.append(arg)
    try:
        return pack_call(task.func, tuple(args)), inputs
    except Exception as error:
        raise refusal(key, error) from error


def name_of(key: Key, run: str, rank: int) -> Any:
    """A key's name on the cluster: itself, if it says what it computes; else one with the token of this run."""
    label = key[0] if isinstance(key, tuple) and key else key
    if isinstance(label, str) and TOKEN.search(label):
        return key
    readable = label if isinstance(label, str) and label.isidentifier() else "task"
    return (f"{readable}-{run}", rank)


def gathered(client: Any, futures: Sequence[Any], times: "Times | None") -> list[Any]:
    """Wait for futures, and give their results; the first failure is raised. The futures are released then."""
    news: SimpleQueue[Any] = times.news if times else SimpleQueue()
    waiting = {future.key for future in futures}
    try:
        for future in {future.key: future for future in futures}.values():
            future.add_done_callback(news.put)
        patience = Patience(client)
        while waiting:
            try:
                item = news.get(timeout=LOOK_UP)
            except Empty:
                patience.look()
                continue
            patience.reset()
            if isinstance(item, distributed.Future):
                waiting.discard(item.key)
                raise_failure(client, item)
            elif times:
                times.take(item)
        return fetched(client, futures)
    except FutureCancelledError as error:
        raise RuntimeError(cancelled(client)) from error
    finally:
        for future in futures:  # the error's traceback would hold them, and they the cluster's memory
            future.release()


def fetched(client: Any, futures: Sequence[Any]) -> list[Any]:
    """The results of futures that are finished."""
    try:
        return list(client.gather(list(futures)))
    except TypeError as error:
        if "serialize" not in str(error):
            raise
        for future in futures:
            try:
                future.result()
            except TypeError:
                key = future.key[0].rpartition("-")[0] if isinstance(future.key, tuple) else future.key
                raise TypeError(
                    f"The result of task {key} can't be sent back from its worker, for it doesn't pickle. "
                    'Run it with scheduler="threads".'
                ) from error
        raise


def raise_failure(client: Any, future: Any) -> None:
    """Raise what a future ended with, unless that is a result."""
    if future.status == "error":
        error = future.exception()
        if isinstance(error, Carried):
            raise error.unpacked()
        if isinstance(error, KilledWorker):
            raise WorkerDiedError(
                f"The workers that ran task {show_key(error.task)} died, one after another. A worker is ended when its "
                "memory runs out: try a larger memory_limit of the cluster, fewer threads a worker "
                "(threads_per_worker), or smaller blocks (blocksize)."
            ) from error
        if isinstance(error, ModuleNotFoundError) and error.name:
            missing = ModuleNotFoundError(
                f"The cluster has no module {error.name!r}. What tasks are made of must be installed where they run: "
                "install it on every worker, with the version that this process has.",
                name=error.name,
            )
            for note in getattr(error, "__notes__", ()):
                missing.add_note(note)
            raise missing from error
        raise error.with_traceback(future.traceback())
    if future.status != "finished":
        raise RuntimeError(cancelled(client))


def cancelled(client: Any) -> str:
    """Return why futures have neither a result nor an error."""
    if client.status != "running":
        return "The client was closed while this ran."
    return "The cluster cancelled this: its scheduler restarted, or lost what was computed. Run it again."


class Patience:
    """Says so when a cluster has had no workers for a while, and that its client was closed."""

    def __init__(self, client: Any):
        self._client = client
        self._since = perf_counter()

    def reset(self) -> None:
        """Something happened."""
        self._since = perf_counter()

    def look(self) -> None:
        """Nothing happened for a moment."""
        if self._client.status != "running":
            raise RuntimeError(cancelled(self._client))
        if perf_counter() - self._since > IDLE:
            if not self._client.nthreads():
                warnings.warn(f"The cluster has no workers since {IDLE:g} seconds; waiting for one.", stacklevel=2)
            self.reset()


class Times:
    """What watchers are told of a run on a cluster: its workers log the times and events of every task."""

    def __init__(self, client: Any, watchers: Sequence[Watcher], schedule: Schedule):
        self.topic = "executor-tasks"  # one for all runs: two that share a task are both told of it
        self.news: SimpleQueue[Any] = SimpleQueue()
        self._client = client
        self._watchers = watchers
        self._schedule = schedule
        self._waiting = {repr(key): key for key in schedule.order}
        self._clock = perf_counter() - time()

    def __enter__(self) -> Self:
        self._client.subscribe_topic(self.topic, self.news.put)
        for watcher in self._watchers:
            for key in self._schedule.order:
                watcher.task_started(key)
        return self

    def __exit__(self, *error: object) -> None:
        if self._client.status == "running":
            self._client.unsubscribe_topic(self.topic)

    def take(self, event: tuple[float, dict[str, Any]]) -> None:
        """Pass on that a task has run; a second time, after a worker was lost, it is no news."""
        _, message = event
        key = self._waiting.pop(message["key"], None)
        if key is None:
            return
        dropped = self._schedule.done(key, ELSEWHERE)
        events = cloudpickle.loads(message["events"]) if message["events"] else ()
        for watcher in self._watchers:
            for event in events:
                watcher.task_emitted(key, event)
            watcher.task_done(key, message["begin"] + self._clock, message["end"] + self._clock)
            watcher.result_kept(key, ELSEWHERE)
            for gone in dropped:
                watcher.result_dropped(gone)


DISTRIBUTION = "lazyframe"
"""What this package is installed with."""

_checked: WeakKeyDictionary[Any, set[tuple[str, str]]] = WeakKeyDictionary()


def check(client: Any, graph: Graph) -> None:
    """Refuse a cluster that lacks the packages that the tasks come from, or has them in another version."""
    seen = _checked.setdefault(client, set())
    wanted = packages_of(graph) | {DISTRIBUTION}
    looked_at = {(worker, package) for worker in client.nthreads() for package in wanted}
    if looked_at <= seen:
        return
    versions = client.get_versions(packages=sorted(wanted))
    own = versions["client"]["packages"]
    packages = [name for name in sorted(wanted) if own.get(name)]
    places = {f"Worker {address}": found for address, found in versions["workers"].items()}
    for place, found in {"The scheduler": versions["scheduler"], **places}.items():
        for package in packages:
            theirs = found["packages"].get(package)
            if theirs is None:
                raise RuntimeError(
                    f"{place} has no package {package!r}. Install version {own[package]} on every machine of the "
                    f"cluster: pip install {package}=={own[package]}."
                )
            if theirs != own[package]:
                raise RuntimeError(
                    f"{place} has {package} {theirs}, and this process {own[package]}. Install the same version on "
                    f"both: pip install {package}=={own[package]}."
                )
    seen |= looked_at


def packages_of(graph: Graph) -> set[str]:
    """The packages that the tasks' functions come from."""
    names = {str(task.func.__module__).partition(".")[0] for task in graph.values()}
    return names - {"__main__", "builtins", *sys.stdlib_module_names}
