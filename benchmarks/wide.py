"""How the cost of a table of very many columns grows with them, beside pandas: a table.

    python -m benchmarks.wide

20 rows of whole numbers, as in tables of genes; seconds, medians of 3, taking turns. "pandas" is pandas' `read_csv`,
"read" ours alone; the others are ours with what is computed then.
"""

import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd

import lazyframe as lf

ROWS = 20
WIDTHS = (4_000, 16_000, 64_000, 200_000)
QUESTIONS: dict[str, Callable[[Path], object]] = {
    "pandas": lambda path: pd.read_csv(path),
    "read": lambda path: lf.read_csv(path),
    "mean of one": lambda path: lf.read_csv(path).g7.mean().compute(),
    "all": lambda path: lf.read_csv(path).compute(),
}


def write(path: Path, width: int) -> None:
    """A table of this many columns."""
    numbers = np.random.default_rng(0).integers(0, 1_000, (ROWS, width))
    names = ",".join(f"g{place}" for place in range(width))
    path.write_text("\n".join([names, *(",".join(map(str, row)) for row in numbers.tolist())]) + "\n")


def main() -> None:
    """Print the table."""
    print("| columns |", " | ".join(QUESTIONS), "|")
    print("| --- |" + " --- |" * len(QUESTIONS))
    for width in WIDTHS:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "wide.csv"
            write(path, width)
            assert lf.read_csv(path).compute().equals(pd.read_csv(path))
            taken: dict[str, list[float]] = {name: [] for name in QUESTIONS}
            for _ in range(3):
                for name, ask in QUESTIONS.items():
                    begin = perf_counter()
                    ask(path)
                    taken[name].append(perf_counter() - begin)
        print(f"| {width:,} |", " | ".join(f"{statistics.median(one):.2f}" for one in taken.values()), "|")


if __name__ == "__main__":
    main()
