"""What a small question costs beside its data: imports, and planning, beside pandas, Polars and Dask.

    python -m benchmarks.startup

Seconds of processor time to import each library beyond what `python -c pass` takes, and milliseconds for the mean delay
per airport of three files of 100 rows, asked again and again in one process. The libraries take turns; medians.
"""

import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

IMPORTS = {
    "nothing": "pass",
    "pandas, pyarrow": "import pandas, pyarrow",
    "lazyframe": "import lazyframe",
    "Polars": "import polars",
    "Dask": "import dask.dataframe",
}

ASK = """
import sys, statistics
from time import perf_counter
{prepare}
def seconds():
    begin = perf_counter()
    {question}
    return perf_counter() - begin
seconds()
print(statistics.median(seconds() for _ in range({times})))
"""

QUESTIONS = {
    "pandas": (
        "import glob, pandas as pd\npaths = glob.glob(sys.argv[1] + '/*.csv')",
        "df = pd.concat(map(pd.read_csv, paths)); df[df.Cancelled == 0].groupby('Origin').DepDelay.mean()",
    ),
    "lazyframe": (
        "import lazyframe as lf\ndf = lf.read_csv(sys.argv[1], dtype={'Cancelled': bool})",
        "df[~df.Cancelled].groupby('Origin').DepDelay.mean().compute(scheduler='sync')",
    ),
    "Polars": (
        "import polars as pl\ndf = pl.scan_csv(sys.argv[1] + '/*.csv')",
        "df.filter(pl.col('Cancelled') == 0).group_by('Origin').agg(pl.col('DepDelay').mean()).collect()",
    ),
    "Dask": (
        "import dask.dataframe as dd\ndf = dd.read_csv(sys.argv[1] + '/*.csv')",
        "df[df.Cancelled == 0].groupby('Origin').DepDelay.mean().compute(scheduler='sync')",
    ),
}


def import_seconds(code: str) -> float:
    """Return the processor time of a process that runs some code."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def ask_seconds(library: str, folder: str) -> float:
    """Return what the question costs a library, asked again."""
    prepare, question = QUESTIONS[library]
    code = ASK.format(prepare=prepare, question=question, times=30)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, folder], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def main() -> None:
    """Print both tables."""
    imports: dict[str, list[float]] = {name: [] for name in IMPORTS}
    for _ in range(9):
        for name, code in IMPORTS.items():
            imports[name].append(import_seconds(code))
    nothing = statistics.median(imports.pop("nothing"))
    base = statistics.median(imports["pandas, pyarrow"]) - nothing
    print("| import | seconds | to pandas and pyarrow |\n| --- | --- | --- |")
    for name, found in imports.items():
        own = statistics.median(found) - nothing
        print(f"| {name} | {own:.3f} | {own / base:.2f} |")
    with tempfile.TemporaryDirectory() as folder:
        for number in range(3):
            rows = "".join(f"{('EWR', 'LGA', 'JFK')[i % 3]},{i % 7}.0,{i % 2}\n" for i in range(100))
            Path(folder, f"{number}.csv").write_text(f"Origin,DepDelay,Cancelled\n{rows}")
        asked: dict[str, list[float]] = {name: [] for name in QUESTIONS}
        for _ in range(5):
            for name in QUESTIONS:
                asked[name].append(ask_seconds(name, folder))
    print("\n| three tiny files | milliseconds |\n| --- | --- |")
    for name, found in asked.items():
        print(f"| {name} | {1000 * statistics.median(found):.1f} |")


if __name__ == "__main__":
    main()
