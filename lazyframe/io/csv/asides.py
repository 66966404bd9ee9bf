"""Where the kernel stepped aside, and why: for plans and profiles to tell."""

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
class Aside:
    """A part of a file was read without the kernel. Travels from the process that read to the one that asked."""

    path: str
    format: Format
    place: str
    reason: str
    process: int = field(default_factory=os.getpid)

    def __str__(self) -> str:
        return f"{self.place}: read without the kernel: {self.reason}"


_asides: Cache[tuple[str, Format], Counter[str]] = Cache(size=1 << 14)
"""How often the kernel stepped aside, by the file and the format, and by the reason."""


def remember(aside: Aside) -> None:
    """Keep in mind what happened in this process, or what another one has told it; not what the format says already."""
    if why_not(aside.format):
        return
    _asides.get_or_make((aside.path, aside.format), Counter)[aside.reason] += 1
    logger.info("%s", aside)


def asides(files: Iterable[tuple[str, Format]]) -> Counter[str]:
    """How often the kernel stepped aside in some files of some formats, by the reason."""
    return sum((_asides.get(file, Counter()) for file in files), Counter())
