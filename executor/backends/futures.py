"""The executor on any pool of `concurrent.futures`: threads as they are, all others by way of bytes."""

from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Future, ThreadPoolExecutor
from concurrent.futures import Executor as Pool
from contextlib import suppress
from contextvars import ContextVar, copy_context
from queue import Empty, SimpleQueue
from typing import Any

from executor.backends.sync import SyncExecutor
from executor.base import Watcher, WorkerDiedError, count, show_task, watching
from executor.batch import BatchTask, Report, run_batch
from executor.drive import LOOK_UP, drive
from executor.pickled import pack, run_packed, unpack_report
from executor.schedule import Schedule
from executor.task import Graph, Key

_at_work_in: ContextVar[frozenset[int]] = ContextVar("executor_pools_at_work", default=frozenset())


class FuturesExecutor:
    """Runs tasks on a pool that someone else made, and leaves it running.

    Parameters
    ----------
    pool
        A `concurrent.futures.Executor`, such as a ThreadPoolExecutor, or one of mpi4py, loky, distributed.
    workers
        How many batches are in flight; by default as many as the pool says that it has workers.
    memory_limit
        Bytes: while the kept results sum up to more, no task without inputs starts.
    """

    def __init__(self, pool: Pool, workers: int, memory_limit: int | None = None):
        self.pool = pool
        self.workers = workers
        self.memory_limit = memory_limit

    def __repr__(self) -> str:
        return f"FuturesExecutor({type(self.pool).__name__}, workers={self.workers})"

    def describe(self) -> str:
        """Kind and number of workers, for people."""
        return count(type(self.pool).__name__, self.workers)

    def run(self, graph: Graph, outputs: Sequence[Key], watchers: Sequence[Watcher] = ()) -> list[Any]:
        """See `executor.base.Executor.run`. A run that a task of the same pool starts stays in that task's thread."""
        if id(self.pool) in _at_work_in.get():  # it would wait for the very thread that it is in
            return SyncExecutor().run(graph, outputs, watchers)
        schedule = Schedule(graph, outputs, self.memory_limit)
        token = _at_work_in.set(_at_work_in.get() | {id(self.pool)})
        try:
            with watching(watchers, graph, schedule.order) as everyone:
                return drive(schedule, Futures(self.pool, self.workers, graph), everyone)
        finally:
            _at_work_in.reset(token)


class Futures:
    """A pool's workers for one run; see `drive.WorkerPool`.

    Parameters
    ----------
    pool
        Where batches are submitted.
    size
        How many at once.
    graph
        To name the tasks that were in flight when a worker died.
    renewed
        Gives another pool, should this one turn out to have broken before the run.
    end
        Ends the pool's work at once.
    """

    def __init__(
        self,
        pool: Pool,
        size: int,
        graph: Graph,
        renewed: Callable[[], Pool] | None = None,
        end: Callable[[], None] = lambda: None,
    ):
        self.size = size
        self._pool = pool
        self._graph = graph
        self._renewed = renewed
        self._end = end
        self._is_here = isinstance(pool, ThreadPoolExecutor)
        self._in_flight: dict[Future[Any], Sequence[BatchTask]] = {}
        self._over: SimpleQueue[Future[Any]] = SimpleQueue()

    def put(self, batch: Sequence[BatchTask]) -> None:
        """See `drive.WorkerPool`."""
        future = self._submitted(batch)
        self._in_flight[future] = batch
        future.add_done_callback(self._over.put)

    def next_report(self) -> tuple[Sequence[BatchTask], Report]:
        """See `drive.WorkerPool`."""
        while True:
            with suppress(Empty):
                future = self._over.get(timeout=LOOK_UP)
                break
        report = self._report(future)
        return self._in_flight.pop(future), report

    def interrupt(self) -> None:
        """See `drive.WorkerPool`."""
        for future in self._in_flight:
            future.cancel()
        self._end()

    def close(self) -> None:
        """See `drive.WorkerPool`: the pool goes on."""

    def _submitted(self, batch: Sequence[BatchTask]) -> Future[Any]:
        """The batch in the pool's hands; what hinders that is the batch's outcome."""
        try:
            if self._is_here:
                return self._pool.submit(copy_context().run, run_batch, batch)
            packed = pack(batch)
            try:
                return self._pool.submit(run_packed, packed)
            except BrokenExecutor:
                if self._in_flight or self._renewed is None:
                    raise
                self._pool = self._renewed()
                return self._pool.submit(run_packed, packed)
        except Exception as error:
            failed: Future[Any] = Future()
            failed.set_exception(error)
            return failed

    def _report(self, future: "Future[Any]") -> Report:
        """Return what became of a batch."""
        try:
            report = future.result()
        except BrokenExecutor as error:
            return Report(error=error if self._is_here else self._died(error))
        except BaseException as error:
            return Report(error=error)
        return report if self._is_here else unpack_report(report)

    def _died(self, error: BrokenExecutor) -> BaseException:
        """Return what to tell when a worker is gone."""
        self._end()
        running = [
            show_task(task.key, self._graph[task.key].about) for batch in self._in_flight.values() for task in batch
        ]
        died = WorkerDiedError(
            f"A worker process died while it ran {' or '.join(running)}. The operating system kills processes when "
            "memory runs out: try fewer workers (num_workers) or smaller blocks (blocksize)."
        )
        died.__cause__ = error
        return died
