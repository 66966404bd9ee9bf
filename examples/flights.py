"""The flight questions on the sample in data/nycflights: each answer and the time that it took."""

from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import lazyframe as lf

FILES = Path(__file__).parent.parent / "data" / "nycflights" / "*.csv"


def show(question: str, ask: Callable[[], Any]) -> None:
    """Print a question, its answer, and how long it took."""
    begin = perf_counter()
    answer = ask()
    milliseconds = (perf_counter() - begin) * 1000
    print(f"{question}   [{milliseconds:.0f} ms]")
    print("   ", str(answer).replace("\n", "\n    "), end="\n\n")


def main() -> None:
    df = lf.read_csv(
        FILES,
        parse_dates={"Date": [0, 1, 2]},
        dtype={"TailNum": object, "CRSElapsedTime": float, "Cancelled": bool},
    )
    print(df, end="\n\n")

    flown = df[~df.Cancelled]
    largest_delay = flown.DepDelay.max()
    for scheduler in ["threading", "sync"]:
        show(f"The largest delay ({scheduler})", lambda s=scheduler: largest_delay.compute(scheduler=s))
    show("How many flights?", lambda: len(df))
    show("How many were not cancelled?", lambda: len(flown))
    show("How many of these from each airport?", flown.groupby("Origin").Origin.count().compute)
    mean_delay = flown.groupby("Origin").DepDelay.mean()
    show("The mean delay at each airport", mean_delay.compute)
    show("The mean delay on each day of the week", df.groupby(df.Date.dt.dayofweek).DepDelay.mean().compute)
    with lf.config.set(scheduler="sync"):
        show("Two answers, one reading", lambda: lf.compute(mean_delay, largest_delay))

    print("The plan of the mean:")
    print(mean_delay.explain())


if __name__ == "__main__":
    main()
