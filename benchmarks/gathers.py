"""What calls that gather need at their peak, beside what was estimated before: each in a process of its own.

    python -m benchmarks.gathers [rows]

Prints, for each call, the estimate of its peak in MB, the growth of the process's memory from before the call to its
peak, and the first by the second.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

CALLS = [
    "d.x.rank()", "d[['x', 'y']].rank()", "d.y.interpolate()", "d.y.ewm(span=5).mean()", "d.y.expanding().sum()",
    "d.s.str.split('-', expand=True)", "d.groupby('k').apply(lambda g: g.y.max())", "d.groupby('k').y.ohlc()",
    "d.groupby('k').y.rolling(3).mean()", "d.pivot_table(values='y', index='k', columns='c')",
    "d.merge(m, on='k', how='outer')", "d.s.map({'a': 1})", "d.x.to_numpy()", "d[['x', 's']].to_dict('list')",
    "d.reset_index()", "d.x.apply(lambda x: x + 1)", "d.s.factorize()", "d.x.argsort()", "d.y.convert_dtypes()",
    "d[['x', 'y']].transform('cumsum')", "d[['x', 'y']].mode()", "d.take([1, 2, 3])",
    "d.sample(1_000_000, random_state=1)",
    "d.replace({'k': {1: 2.5}})",
]  # fmt: skip
"""`d` is the folder, `m` a small table."""

ONE = """
import json, resource, sys, threading, time
import lazyframe as lf, pandas as pd
from lazyframe.session.guard import gatherings, in_words
import lazyframe.session.guard as guard
d = lf.read_csv(sys.argv[1] + "/*.csv")
m = pd.DataFrame({"k": range(1000), "w": 1.0})
seen = []
check = guard.check
guard.check = lambda gathering, runner: (seen.append(gathering.peak), check(gathering, runner))
len(d), d.x.sum().compute()

def memory():
    return int(open("/proc/self/statm").read().split()[1]) * 4096

before, most, over = memory(), 0, False

def watch():
    global most
    while not over:
        most = max(most, memory())
        time.sleep(0.002)

watcher = threading.Thread(target=watch)
watcher.start()
answer = eval(sys.argv[2])
answer = answer.compute() if hasattr(answer, "compute") else answer
over = True
watcher.join()
print(json.dumps([max(seen) / 1e6, (most - before) / 1e6]))
"""


def table(rows: int, seed: int) -> pd.DataFrame:
    """Random rows: integers, floats with missing ones, texts, keys."""
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "k": random.integers(0, 1000, rows),
            "c": random.choice(["red", "green", "blue"], rows),
            "x": random.integers(0, 10**9, rows),
            "y": np.where(random.random(rows) < 0.1, np.nan, random.normal(size=rows).round(6)),
            "s": [f"item-{number}" for number in random.integers(0, 10**6, rows)],
        }
    )


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 4_000_000
    with tempfile.TemporaryDirectory() as folder:
        for number in range(4):
            table(rows // 4, number).to_csv(Path(folder, f"{number}.csv"), index=False)
        print(f"{'call':44} {'estimate':>9} {'peak':>9} {'ratio':>6}")
        for call in CALLS:
            done = subprocess.run([sys.executable, "-c", ONE, folder, call], capture_output=True, text=True)
            if done.returncode:
                print(f"{call:44} {done.stderr.strip().splitlines()[-1]}")
                continue
            estimate, peak = json.loads(done.stdout)
            print(f"{call:44} {estimate:9.0f} {peak:9.0f} {estimate / peak:6.2f}", flush=True)


if __name__ == "__main__":
    main()
