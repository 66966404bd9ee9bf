"""A cluster as the default executor: the client of dask.distributed."""

import logging
import os
import signal
from typing import Any

from lazyframe.session import config
from lazyframe.session.worker import is_news


def Client(*args: Any, **options: Any) -> Any:
    """A client of a cluster, which is the default executor from now on, until it is closed.

    Without an address it starts a cluster on this machine. Then a script needs no ``if __name__ == "__main__"``.

    Parameters
    ----------
    *args, **options
        As for `distributed.Client`: an address, ``n_workers=``, ``threads_per_worker=``, ``memory_limit=`` (of a
        worker), ``processes=False`` (workers are threads of this process), ``scheduler_file=``, ``security=``,
        ``set_as_default=False`` (it is used only where it is named: ``compute(scheduler=client)``), ...

    Returns
    -------
    distributed.Client
        ``client.cluster``, ``client.dashboard_link``, ``client.close()``; it is also a context manager.

    Raises
    ------
    ImportError
        Without dask.distributed.

    Examples
    --------
    >>> import lazyframe as lf
    >>> with lf.Client(processes=False, dashboard_address=":0") as client:
    ...     lf.delayed(sum)([1, 2]).compute()
    3
    """
    try:
        import dask
        import distributed
    except ImportError:
        raise ImportError('A cluster needs dask.distributed: pip install "distributed>=2026.8" "bokeh>=3.1"') from None
    address = args[0] if args else options.get("address")
    if address is None and options.get("scheduler_file") is None and dask.config.get("scheduler-address", None) is None:
        options = local_options(options.get("processes", True)) | options
    logging.getLogger("distributed.worker").addFilter(is_news)  # of workers that are threads of this process
    client = distributed.Client(*args, **options)  # type: ignore[no-untyped-call]
    if options.get("set_as_default", True):
        config.set_while(lambda: client.status not in ("closing", "closed"), "lf.Client", scheduler="distributed")
    return client


def local_options(processes: bool) -> dict[str, Any]:
    """Return what the settings say of a cluster on this machine."""
    start_workers_afresh()
    chosen: dict[str, Any] = {
        "local_directory": config.get("temporary_directory"),
        "n_workers": config.get("num_workers"),
    }
    if processes:
        chosen["preload"] = "lazyframe.session.worker"
    return {name: value for name, value in chosen.items() if value is not None}


def start_workers_afresh() -> None:
    """Have distributed start processes as loky does: they do not import the script that starts them."""
    import dask
    import loky.backend.context  # the start method "loky" is known from now on
    from loky.backend.popen_loky_posix import Popen

    assert loky.backend.context
    if not hasattr(Popen, "kill"):  # multiprocessing's have it; distributed ends by it workers that do not answer
        Popen.kill = kill
    if dask.config.get("distributed.worker.multiprocessing-method") == "spawn":
        dask.config.set({"distributed.worker.multiprocessing-method": "loky"})


def kill(process: Any) -> None:
    """End a process at once, unless it has ended."""
    if process.poll() is None:
        os.kill(process.pid, signal.SIGKILL)
