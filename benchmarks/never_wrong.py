"""Messy folders, asked of every library: who answers as pandas does, who refuses, and who is wrong without a word.

python -m benchmarks.never_wrong > docs/never-wrong.md

Each case runs in a process of its own, for some crash. "as pandas": the same values after the numbers' types are set
aside; "error": it says that it can't; "WRONG": another answer, and no word about it.
"""

import json
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

LIBRARIES = ("lazyframe", "Dask", "Polars", "DuckDB")


class Case(NamedTuple):
    """A folder, and a question about column `column`: its values, as texts, in any order."""

    what: str
    files: dict[str, str]
    column: str


LATE = 30_000

CASES = [
    Case("columns stand in another order in the second file", {"1.csv": "a,b\n1,10\n", "2.csv": "b,a\n20,2\n"}, "a"),
    Case("the second file has a column more", {"1.csv": "a\n1\n", "2.csv": "a,b\n2,20\n"}, "b"),
    Case("the second file lacks a column", {"1.csv": "a,b\n1,10\n", "2.csv": "a\n2\n"}, "b"),
    Case("one file has only a header", {"1.csv": "a,b\n", "2.csv": "a,b\n1,10\n"}, "a"),
    Case("one file is empty", {"1.csv": "a,b\n1,10\n", "2.csv": ""}, "a"),
    Case("a column is empty in the first file", {"1.csv": "a,b\n1,\n", "2.csv": "a,b\n2,20\n"}, "b"),
    Case("a fraction after 30,000 integers", {"1.csv": "a\n" + "1\n" * LATE + "2.5\n"}, "a"),
    Case("a missing value after 30,000 integers", {"1.csv": "a,b\n" + "1,1\n" * LATE + ",1\n"}, "a"),
    Case("a text after 30,000 integers", {"1.csv": "a,b\n" + "1,1\n" * LATE + "n/k,1\n"}, "a"),
    Case("true and false, one missing in the second file", {"1.csv": "a,b\nTrue,1\n", "2.csv": "a,b\n,2\n"}, "a"),
    Case("newlines within quotes, in many blocks", {"1.csv": "a,b\n" + '1,"x\ny"\n' * 2_000}, "b"),
    Case("a quote within a field", {"1.csv": 'a,b\n1,5" pipe\n2,6"\n'}, "b"),
    Case("a quote that is never closed", {"1.csv": 'a,b\n1,"x\n2,y\n3,z\n'}, "a"),
    Case("a record with a field too many", {"1.csv": "a,b\n1,10\n2,20,200\n3,30\n"}, "a"),
    Case("a record with a field too few", {"1.csv": "a,b\n1,10\n2\n3,30\n"}, "b"),
    Case("lines that end with CR", {"1.csv": "a,b\r1,10\r2,20\r"}, "a"),
    Case("blank lines", {"1.csv": "a,b\n\n1,10\n\n2,20\n\n"}, "a"),
    Case("a byte order mark", {"1.csv": "\ufeffa,b\n1,10\n"}, "a"),
    Case("NA, null and nan", {"1.csv": "a,b\nNA,1\nnull,2\nnan,3\n4,4\n"}, "a"),
    Case("integers over 2**53", {"1.csv": "a\n9007199254740993\n1\n"}, "a"),
    Case("latin-1 that is taken for UTF-8", {}, "a"),
    Case("names that repeat", {"1.csv": "a,a\n1,10\n"}, "a.1"),
]


def pandas(folder: str, column: str) -> Any:
    import pandas as pd

    parts = []
    for path in sorted(Path(folder).iterdir()):
        try:
            parts.append(pd.read_csv(path))
        except pd.errors.EmptyDataError:
            continue
    return pd.concat(parts, ignore_index=True)[column].tolist()


def lazyframe(folder: str, column: str) -> Any:
    import warnings

    import lazyframe as lf

    warnings.simplefilter("ignore")
    return lf.read_csv(folder, blocksize=5_000)[column].compute().tolist()


def dask(folder: str, column: str) -> Any:
    import dask.dataframe as dd

    return dd.read_csv(f"{folder}/*.csv", blocksize=5_000)[column].compute(scheduler="sync").tolist()


def polars(folder: str, column: str) -> Any:
    import polars as pl

    name = "a_duplicated_0" if column == "a.1" else column
    return pl.scan_csv(f"{folder}/*.csv").select(name).collect()[name].to_list()


def duckdb(folder: str, column: str) -> Any:
    import duckdb

    name = "a_1" if column == "a.1" else column
    return [row[0] for row in duckdb.sql(f"select \"{name}\" from '{folder}/*.csv'").fetchall()]


ASK: dict[str, Callable[[str, str], Any]] = {
    "pandas": pandas,
    "lazyframe": lazyframe,
    "Dask": dask,
    "Polars": polars,
    "DuckDB": duckdb,
}


def shown(value: Any) -> str:
    """A value as a text that does not depend on how a library types it."""
    if value is None or (isinstance(value, float) and math.isnan(value)) or str(value) in ("nan", "<NA>", "None"):
        return "missing"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(int(value)) if float(value).is_integer() else repr(float(value))
    text = str(value)
    return text if text in ("True", "False") else numeral(text)


def numeral(text: str) -> str:
    """A text that is a number, as that number."""
    try:
        number = float(text)
    except ValueError:
        return text
    return str(int(text)) if text.lstrip("-").isdigit() else str(int(number)) if number.is_integer() else repr(number)


def outcome(library: str, number: int, folder: str) -> tuple[str, Any]:
    """What a library makes of a case: the sorted values, or the error's first line."""
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.never_wrong", library, str(number), folder]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode:
        return "error", (done.stderr.strip().splitlines() or ["it crashed"])[-1]
    return "answer", json.loads(done.stdout.splitlines()[-1])


def write(case: Case, folder: str) -> None:
    for name, text in case.files.items():
        Path(folder, name).write_bytes(text.encode())
    if not case.files:
        Path(folder, "1.csv").write_bytes("a,b\né,1\nü,2\n".encode("latin-1"))


def main() -> None:
    if len(sys.argv) == 4:
        library, number, folder = sys.argv[1:]
        values = ASK[library](folder, CASES[int(number)].column)
        print(json.dumps(sorted(map(shown, values))))
        return
    print(HEAD)
    print("| folder | pandas | " + " | ".join(LIBRARIES) + " |")
    print("| --- | --- |" + " --- |" * len(LIBRARIES))
    for number, case in enumerate(CASES):
        with tempfile.TemporaryDirectory() as folder:
            write(case, folder)
            expected = outcome("pandas", number, folder)
            cells = ["error" if expected[0] == "error" else "answers"]
            for library in LIBRARIES:
                kind, found = outcome(library, number, folder)
                if kind == "error":
                    cells.append("error")
                elif expected[0] == "error":
                    cells.append("WRONG" if library != "lazyframe" else "answers")
                else:
                    cells.append("as pandas" if found == expected[1] else "WRONG")
            print(f"| {case.what} | " + " | ".join(cells) + " |", flush=True)
    print(f"\n{', '.join(f'{name} {version(name)}' for name in ('pandas', 'dask', 'polars', 'duckdb'))}.")


def version(name: str) -> str:
    from importlib.metadata import version

    return version(name)


HEAD = """# Messy folders, and who answers how

Made by `python -m benchmarks.never_wrong > docs/never-wrong.md`: a column of each folder is asked for. "as pandas" is
the answer that pandas gives on the files read one by one and concatenated by column name; "error" is a refusal; "WRONG"
is another answer without a word (or, where pandas refuses, any answer). Values are compared as texts: 1 and 1.0 are the
same. Where pandas fills a record that has too few fields, lazyframe refuses it, with file and line; so with true and
false that are missing in some file. That `NA` is a missing value is pandas' convention, which others do not share.
"""


if __name__ == "__main__":
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    main()
