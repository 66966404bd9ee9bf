"""The kernel: C++ that scans, converts, filters and reduces the text of CSV files. Which one runs here, and why.

The sources stand beside this file; README.md there is the map. `pip install` builds them, with a C++ compiler from PyPI
if there is no other; without the kernel every answer is the same, and slower.
"""

import os
from pathlib import Path
from typing import Any

VARIABLE = "LAZYFRAME_KERNEL"
"""The environment's variable that forces "avx512", "avx2", "avx2-no-pdep", "neon" or "scalar", or turns all "off"."""

try:
    from lazyframe.io.csv.kernel import _kernel  # type: ignore[attr-defined]
except ImportError:
    _kernel: Any = None  # type: ignore[no-redef]


def missing() -> str:
    """Return why there is no kernel. Only a source tree has its sources."""
    folder = Path(__file__).parent
    if not (folder / "CMakeLists.txt").exists():
        return "it was not built with this installation; pip install -v says why"
    root = folder.parents[3]
    return (
        f"Python took the source tree {root}, where none is built, in the place of an installed lazyframe; "
        f"start Python in another folder, or run: pip install -v -e {root}"
    )


def chosen(asked: str) -> tuple[str, str]:
    """The instruction set that runs, empty for none, and why that one.

    Raises
    ------
    ValueError
        If `asked` is none that this machine and this build have.
    """
    if asked == "off":
        return "", f"{VARIABLE}=off"
    there = _kernel.architectures() if _kernel else []
    if asked and asked not in there:
        raise ValueError(f"{VARIABLE}={asked!r}: there is {', '.join([*there, 'off'])} here.")
    if not there:
        return "", missing()
    return asked or there[0], f"{VARIABLE}={asked}" if asked else "the fastest that this processor has"


__all__ = ["ARCHITECTURE", "REASON", "VARIABLE", "_kernel"]

ARCHITECTURE, REASON = chosen(os.environ.get(VARIABLE, ""))
