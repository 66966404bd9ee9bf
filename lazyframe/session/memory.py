"""How much memory this process may still use: of the machine, or of the control group that it runs in."""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

try:
    import resource
except ImportError:  # Windows has no such limits
    resource = None  # type: ignore[assignment]

LIMITS = (("memory.max", "memory.current"), ("memory.limit_in_bytes", "memory.usage_in_bytes"))
"""Files of a control group's limit and use, of its second version and of its first."""


def available() -> int | None:
    """Return how many bytes are free for this process; None where that can't be told.

    What a file cache holds counts as free, as the kernel says it (`MemAvailable` of /proc/meminfo). Of control groups
    (https://docs.kernel.org/admin-guide/cgroup-v2.html) the tightest counts.
    """
    found = [*machine(), *control_groups(), *address_space()]
    return min(found) if found else None


def machine() -> Iterator[int]:
    """Return what is free on the machine."""
    with suppress(OSError):
        if match := re.search(r"MemAvailable:\s*(\d+) kB", Path("/proc/meminfo").read_text()):
            yield int(match[1]) << 10
            return
    with suppress(OSError, ValueError, AttributeError):  # macOS: of what is free nothing is said
        yield os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def address_space(own: Path = Path("/proc/self/statm")) -> Iterator[int]:
    """Return what is free below this process's own limit (`ulimit -v`), if it has one."""
    with suppress(OSError, ValueError, AttributeError):
        limit, _ = resource.getrlimit(resource.RLIMIT_AS)
        if limit != resource.RLIM_INFINITY:
            yield max(limit - int(own.read_text().split()[0]) * resource.getpagesize(), 0)


def control_groups(root: Path = Path("/sys/fs/cgroup"), own: Path = Path("/proc/self/cgroup")) -> Iterator[int]:
    """Return what is free in the control groups that this process is in, from its own to the outermost."""
    with suppress(OSError):
        for line in own.read_text().splitlines():
            _, controllers, path = line.split(":", 2)
            if controllers and "memory" not in controllers.split(","):
                continue
            top = root / "memory" if controllers else root
            group = top / path.lstrip("/")
            for folder in (group, *group.parents):
                yield from free_in(folder)
                if folder == top:
                    break


def free_in(folder: Path) -> Iterator[int]:
    """Return what is free in a control group, if it has a limit."""
    for limit, used in LIMITS:
        with suppress(OSError, ValueError):  # "max" is no number: there is no limit
            yield max(int((folder / limit).read_text()) - int((folder / used).read_text()), 0)
