"""The six flight questions against other libraries: `make bench`.

Each question is asked in a fresh process, the libraries in turn, several times; medians are printed, as seconds and as
ratios to the fastest other library, with the peak memory of the process. The answers are compared. `wc -l` on the same
files is the floor.
"""

import argparse
import json
import math
import statistics
import subprocess
import sys
from collections import defaultdict
from glob import glob
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.questions import LIBRARIES, QUESTIONS

DATA = Path(__file__).parent / "data"
MAKE_FLIGHTS = Path(__file__).parent.parent / "data" / "make_flights.py"
OURS = ("lazyframe", "1 thread")

Results = dict[tuple[str, str], list[dict[str, Any]]]


def flights(copies: int) -> str:
    """The pattern of the files of so many copies of the flights, made if they are not there."""
    folder = DATA / f"flights-{copies}"
    if not folder.exists():
        subprocess.run([sys.executable, MAKE_FLIGHTS, folder, "--copies", str(copies)], check=True)
    return str(folder / "*.csv")


def ask(library: str, question: str, pattern: str) -> dict[str, Any]:
    """One question in a fresh process."""
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.ask", library, question, pattern]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{library} failed on {question!r}:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def count_lines(pattern: str) -> float:
    """Seconds that `wc -l` takes, one process a file, two at a time: nothing reads the files faster."""
    begin = perf_counter()
    subprocess.run(["xargs", "-P2", "-n1", "wc", "-l"], input="\n".join(glob(pattern)), text=True, capture_output=True)
    return perf_counter() - begin


def run(pattern: str, libraries: list[str], questions: list[str], repeats: int) -> tuple[Results, list[float]]:
    """All results, the libraries in turn, and the seconds of the floor."""
    results: Results = defaultdict(list)
    floor = []
    for _ in range(repeats):
        floor.append(count_lines(pattern))
        for question in questions:
            for library in libraries:
                results[question, library].append(ask(library, question, pattern))
    return results, floor


def check_answers(results: Results) -> None:
    """Refuse a table in which two libraries answered differently."""
    for (question, library), runs in results.items():
        expected = results[question, OURS[0]][0]["answer"]
        for got in (one["answer"] for one in runs):
            is_same = got.keys() == expected.keys() and all(
                math.isclose(got[key], expected[key], rel_tol=1e-9) for key in expected
            )
            if not is_same:
                raise SystemExit(f"{library} answered {question!r} with {got}, lazyframe with {expected}.")


def table(results: Results, libraries: list[str], questions: list[str]) -> list[str]:
    """The medians as a Markdown table."""
    peers = [library for library in libraries if library not in OURS]
    head = ["question", *libraries, "ours / fastest other", "1 thread / 2", "our peak MB", "fastest other's"]
    rows = [head, ["---"] * len(head)]
    for question in questions:
        seconds = {one: statistics.median(r["seconds"] for r in results[question, one]) for one in libraries}
        peaks = {one: statistics.median(r["peak_mb"] for r in results[question, one]) for one in libraries}
        best = min(peers, key=seconds.__getitem__, default=OURS[0])
        ratio = f"{seconds['lazyframe'] / seconds[best]:.2f} ({best})"
        threads = f"{seconds['1 thread'] / seconds['lazyframe']:.2f}" if "1 thread" in seconds else ""
        figures = [f"{seconds[one]:.3f}" for one in libraries]
        rows.append([question, *figures, ratio, threads, f"{peaks['lazyframe']:.0f}", f"{peaks[best]:.0f}"])
    return ["| " + " | ".join(row) + " |" for row in rows]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--copies", type=int, default=13, help="of all flights of 2013, 26 MB each")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--libraries", nargs="+", default=list(LIBRARIES), choices=list(LIBRARIES))
    parser.add_argument("--questions", nargs="+", default=list(QUESTIONS), choices=list(QUESTIONS))
    arguments = parser.parse_args()
    pattern = flights(arguments.copies)
    results, floor = run(pattern, arguments.libraries, arguments.questions, arguments.repeats)
    check_answers(results)
    size = sum(Path(path).stat().st_size for path in glob(pattern))
    print(f"{size / 1e6:,.0f} MB in {arguments.copies} files, medians of {arguments.repeats}, seconds\n")
    print("\n".join(table(results, arguments.libraries, arguments.questions)))
    print(f"\nwc -l: {statistics.median(floor):.3f} s")


if __name__ == "__main__":
    main()
