"""How the cost of one question grows with the files and with the partitions: a table, and docs/growth.png.

    python -m benchmarks.growth

The mean delay per airport of 1, 10 and 100 files of 27 MB (one file under several names, so that all are in the page
cache), and of 354 MB in 13 to 10,000 partitions; seconds, medians of 3.
"""

import os
import statistics
import tempfile
from collections.abc import Callable
from glob import glob
from pathlib import Path
from time import perf_counter

import matplotlib as mpl

import lazyframe as lf
from benchmarks.data import flights

PICTURE = Path(__file__).parent.parent / "docs" / "growth.png"


def mean(pattern: str, blocksize: int | None = None) -> int:
    """Ask for the mean; returns the number of partitions."""
    df = lf.read_csv(pattern, dtype={"TailNum": object, "Cancelled": bool}, blocksize=blocksize)
    df[~df.Cancelled].groupby("Origin").DepDelay.mean().compute()
    return df.npartitions


def seconds(ask: Callable[[], int]) -> float:
    """What a question takes."""
    taken = []
    for _ in range(3):
        begin = perf_counter()
        ask()
        taken.append(perf_counter() - begin)
    return statistics.median(taken)


def by_files() -> list[tuple[int, float]]:
    """Numbers of files, and seconds."""
    (one, *_) = sorted(glob(flights(13)))
    found = []
    for count in (1, 10, 100):
        with tempfile.TemporaryDirectory(dir=Path(one).parent.parent) as folder:
            for number in range(count):
                os.link(one, f"{folder}/{number}.csv")
            found.append((count, seconds(lambda folder=folder: mean(f"{folder}/*.csv"))))
    return found


def by_partitions() -> list[tuple[int, float]]:
    """Numbers of partitions, and seconds."""
    pattern = flights(13)
    size = sum(map(os.path.getsize, glob(pattern)))
    found = []
    for wanted in (13, 100, 1_000, 10_000):
        blocksize = None if wanted == 13 else size // wanted
        found.append((mean(pattern, blocksize), seconds(lambda blocksize=blocksize: mean(pattern, blocksize))))
    return found


def main() -> None:
    mpl.use("agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    for axis, name, found in zip(
        axes, ("files of 27 MB", "partitions of 354 MB"), (by_files(), by_partitions()), strict=True
    ):
        for count, taken in found:
            print(f"{count:>7,} {name}: {taken:.3f} s")
        axis.loglog(*zip(*found, strict=True), "o-")
        axis.set(xlabel=name, ylabel="seconds", ylim=(0.01, 30))
        axis.grid(which="both", alpha=0.3)
    figure.savefig(PICTURE, dpi=110)


if __name__ == "__main__":
    main()
