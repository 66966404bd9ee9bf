"""The flight questions on threads, processes and in one thread, in one process, interleaved: what a pool costs.

python -m benchmarks.executors

Seconds, medians of 5 after a first time, which is shown too: processes pay their start then.
"""

import statistics
from time import perf_counter

import pandas as pd

import lazyframe as lf
from benchmarks.data import flights
from benchmarks.flights import lazyframe

SCHEDULERS = ("threads", "processes", "sync")
QUESTIONS = ("max", "count", "mean", "weekday")


def main() -> None:
    pattern = flights(13)
    begin = perf_counter()
    lf.from_pandas(pd.DataFrame({"x": [1, 2]}), npartitions=2).x.sum().compute(scheduler="processes")
    print(f"start of the processes: {perf_counter() - begin:.2f} s\n")
    print(f"| question | {' | '.join(SCHEDULERS)} | processes / threads |\n| --- | --- | --- | --- | --- |")
    for question in QUESTIONS:
        ask = {scheduler: lazyframe(question, scheduler) for scheduler in SCHEDULERS}
        times: dict[str, list[float]] = {scheduler: [] for scheduler in SCHEDULERS}
        answers = []
        for _ in range(6):
            for scheduler in SCHEDULERS:
                begin = perf_counter()
                answers.append(ask[scheduler](pattern))
                times[scheduler].append(perf_counter() - begin)
        for answer in answers:
            pd.testing.assert_series_equal(pd.Series(answer), pd.Series(answers[0]), rtol=1e-9)
        median = {scheduler: statistics.median(found[1:]) for scheduler, found in times.items()}
        cells = " | ".join(f"{median[one]:.3f} (first {times[one][0]:.3f})" for one in SCHEDULERS)
        print(f"| {question} | {cells} | {median['processes'] / median['threads']:.2f} |", flush=True)


if __name__ == "__main__":
    main()
