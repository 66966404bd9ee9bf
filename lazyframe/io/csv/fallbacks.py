"""Where the kernel fell back, and why: for plans and profiles to tell."""

import logging
import os
from collections import Counter
from collections.abc import Iterable

from lazyframe.cache import Cache
from lazyframe.io.csv.format import Format
from lazyframe.io.csv.sniff import why_not
from lazyframe.record import field, record

logger = logging.getLogger("lazyframe")


@record(slots=True)
class Fallback:
    """A part of a file was read without the kernel. Travels from the process that read to the one that asked."""

    path: str
    format: Format
    place: str
    reason: str
    process: int = field(default_factory=os.getpid)

    def __str__(self) -> str:
        return f"{self.place}: read without the kernel: {self.reason}"


_fallbacks: Cache[tuple[str, Format], Counter[str]] = Cache(size=1 << 14)
"""How often the kernel fell back, by the file and the format, and by the reason."""


def remember(fallback: Fallback) -> None:
    """Keep in mind what happened in this process, or what another one has told it; not what the format says already."""
    if why_not(fallback.format):
        return
    _fallbacks.get_or_make((fallback.path, fallback.format), Counter)[fallback.reason] += 1
    logger.info("%s", fallback)


def fallbacks(files: Iterable[tuple[str, Format]]) -> Counter[str]:
    """Return how often the kernel fell back in some files of some formats, by the reason."""
    return sum((_fallbacks.get(file, Counter()) for file in files), Counter())
