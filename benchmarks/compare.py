"""lazyframe beside other libraries: `make bench`, or `python -m benchmarks.compare SUITE ...`.

Each question is asked in a fresh process, the libraries in turn, several times; medians are printed, as seconds and as
ratios to the fastest other library, with the peak memory of the process. The answers are compared. `wc -l` on the same
files is the floor.
"""

import argparse
import importlib
import json
import os
import random
import statistics
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from glob import glob
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

from benchmarks import data
from benchmarks.answers import is_same

OURS = ("lazyframe", "1 thread", "bare scan")

Results = dict[tuple[str, str], list[dict[str, Any]]]


class Suite(NamedTuple):
    """Questions of a module, on some data; perhaps not all of them, with no more memory than so many MB, or with the
    files out of the page cache."""

    module: str
    pattern: Callable[[], str]
    questions: tuple[str, ...] = ()
    limit: int | None = None
    is_cold: bool = False


SUITES = {
    "flights": Suite("flights", lambda: data.flights(13)),
    "cold": Suite("flights", lambda: data.flights(13), ("mean", "kept"), is_cold=True),
    "big": Suite("flights", lambda: data.flights(130), ("mean", "kept")),
    "limited": Suite("flights", lambda: data.flights(130), ("mean", "kept"), 1000),
    "temperatures": Suite("temperatures", lambda: data.temperatures(100)),
    "db": Suite("db", lambda: data.db_benchmark(10)),
    "lifted": Suite("lifted", lambda: data.flights(13)),
    "shapes": Suite("shapes", lambda: data.shapes(200)),
}


def ask(suite: Suite, library: str, question: str, pattern: str) -> dict[str, Any]:
    """One question in a fresh process."""
    if suite.is_cold:
        evict(pattern)
    limit = [] if suite.limit is None else [str(suite.limit)]
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.ask", suite.module, library, question, pattern, *limit]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode and limit:
        return {"seconds": float("nan"), "peak_mb": float("nan"), "answer": None}
    if done.returncode:
        raise SystemExit(f"{library} failed on {question!r}:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def evict(pattern: str) -> None:
    """Have the operating system forget what it keeps of some files."""
    for path in glob(pattern):
        with open(path, "rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def count_lines(pattern: str) -> float:
    """Seconds that `wc -l` takes, one process a file, two at a time: nothing reads the files faster."""
    begin = perf_counter()
    subprocess.run(["xargs", "-P2", "-n1", "wc", "-l"], input="\n".join(glob(pattern)), text=True, capture_output=True)
    return perf_counter() - begin


def run(suite: Suite, pattern: str, libraries: list[str], questions: list[str], repeats: int) -> tuple[Results, float]:
    """All results, the libraries in another order in each turn, and the median seconds of the floor."""
    results: Results = defaultdict(list)
    floor = []
    for turn in range(repeats):
        if suite.is_cold:
            evict(pattern)
        floor.append(count_lines(pattern))
        order = random.Random(turn).sample(libraries, len(libraries))  # memory that was just in use is faster
        for question in questions:
            for library in order:
                results[question, library].append(ask(suite, library, question, pattern))
    return results, statistics.median(floor)


def check_answers(results: Results) -> None:
    """Refuse a table in which two libraries answered differently."""
    for (question, library), runs in results.items():
        expected = results[question, "lazyframe"][0]["answer"]
        for got in (one["answer"] for one in runs):
            if library != "bare scan" and None not in (got, expected) and not is_same(got, expected):
                raise SystemExit(f"{library} answered {question!r} with {got}, lazyframe with {expected}.")


def table(results: Results, libraries: list[str], questions: list[str]) -> list[str]:
    """The medians as a Markdown table."""
    peers = [library for library in libraries if library not in OURS]
    head = ["question", *libraries, "ours / fastest other", "1 thread / 2", "our peak MB", "fastest other's"]
    rows = [head, ["---"] * len(head)]
    for question in questions:
        seconds = {one: statistics.median(r["seconds"] for r in results[question, one]) for one in libraries}
        peaks = {one: statistics.median(r["peak_mb"] for r in results[question, one]) for one in libraries}
        done = [peer for peer in peers if seconds[peer] == seconds[peer]]
        best = min(done, key=seconds.__getitem__, default="lazyframe")
        ratio = f"{seconds['lazyframe'] / seconds[best]:.2f} ({best})"
        threads = f"{seconds['1 thread'] / seconds['lazyframe']:.2f}" if "1 thread" in seconds else ""
        figures = ["failed" if seconds[one] != seconds[one] else f"{seconds[one]:.3f}" for one in libraries]
        rows.append([question, *figures, ratio, threads, f"{peaks['lazyframe']:.0f}", f"{peaks[best]:.0f}"])
    return ["| " + " | ".join(row) + " |" for row in rows]


def compare(name: str, libraries: list[str], questions: list[str], repeats: int) -> None:
    """Run a suite and print its table."""
    suite = SUITES[name]
    module = importlib.import_module(f"benchmarks.{suite.module}")
    pattern = suite.pattern()
    asked = [one for one in suite.questions or module.QUESTIONS if not questions or one in questions]
    there = [one for one in module.LIBRARIES if not libraries or one in libraries]
    results, floor = run(suite, pattern, there, asked, repeats)
    size = sum(Path(path).stat().st_size for path in glob(pattern))
    limit = "" if suite.limit is None else f", no more than {suite.limit} MB of memory for each process"
    limit += ", the files out of the page cache" if suite.is_cold else ""
    print(f"{name}: {size / 1e6:,.0f} MB in {len(glob(pattern))} files, medians of {repeats}, seconds{limit}\n")
    print("\n".join(table(results, there, asked)))
    print(f"\nwc -l: {floor:.3f} s\n", flush=True)
    check_answers(results)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("suites", nargs="*", choices=[*SUITES, []], default=list(SUITES))
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--libraries", nargs="+", default=[])
    parser.add_argument("--questions", nargs="+", default=[])
    arguments = parser.parse_args()
    for name in arguments.suites:
        compare(name, arguments.libraries, arguments.questions, arguments.repeats)


if __name__ == "__main__":
    main()
