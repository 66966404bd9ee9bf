"""What runs here, for reports of bugs: versions, the machine, and the kernel."""

import platform

from executor import available_cores
from lazyframe.io.csv.kernel import ARCHITECTURE, REASON
from lazyframe.lazy_imports import metadata
from lazyframe.version import __version__

PACKAGES = ("pandas", "numpy", "pyarrow", "cloudpickle", "loky", "dask", "distributed", "fsspec", "psutil", "tqdm")


def show_versions() -> None:
    """Print the versions of lazyframe and of what it works with, and which kernel reads CSV files, and why that one.

    Examples
    --------
    >>> import lazyframe as lf
    >>> lf.show_versions()  # doctest: +ELLIPSIS
    lazyframe    ...
    kernel       ...
    """
    kernel = f"{ARCHITECTURE}: {REASON}" if ARCHITECTURE else f"none: {REASON}"
    machine = f"{platform.system()} {platform.machine()}, {available_cores()} cores"
    rows = {"lazyframe": __version__, "kernel": kernel, "Python": platform.python_version(), "machine": machine}
    for name, found in (rows | {name: installed(name) for name in PACKAGES}).items():
        print(f"{name:<12} {found}")


def installed(package: str) -> str:
    """The version of a package that is there."""
    try:
        return str(metadata().version(package))
    except ModuleNotFoundError:
        return "not installed"
