"""The groupby questions q1 to q5 and q7 of the db-benchmark, on CSV, for each library."""

from collections.abc import Callable
from typing import Any

from benchmarks.answers import Answer, Ask, frame, table

QUESTIONS = {
    "q1": "sum of v1 by id1",
    "q2": "sum of v1 by id1 and id2",
    "q3": "sum of v1 and mean of v3 by id3",
    "q4": "means of v1, v2 and v3 by id4",
    "q5": "sums of v1, v2 and v3 by id6",
    "q7": "largest v1 less smallest v2 by id3",
}
KEYS = {"q1": ["id1"], "q2": ["id1", "id2"], "q3": ["id3"], "q4": ["id4"], "q5": ["id6"], "q7": ["id3"]}
WANTED = {
    "q1": {"v1": "sum"},
    "q2": {"v1": "sum"},
    "q3": {"v1": "sum", "v3": "mean"},
    "q4": {"v1": "mean", "v2": "mean", "v3": "mean"},
    "q5": {"v1": "sum", "v2": "sum", "v3": "sum"},
    "q7": {"v1": "max", "v2": "min"},
}


def with_difference(question: str, found: Any) -> Any:
    """The answer of q7 is a difference."""
    return (found["v1"] - found["v2"]).to_frame() if question == "q7" else found


def lazyframe(question: str, scheduler: str = "threads") -> Ask:
    import lazyframe as lf

    def ask(pattern: str) -> Answer:
        lf.config.set(scheduler=scheduler)
        found = lf.read_csv(pattern).groupby(KEYS[question]).agg(WANTED[question]).compute()
        return frame(with_difference(question, found))

    return ask


def one_thread(question: str) -> Ask:
    return lazyframe(question, scheduler="sync")


def polars(question: str) -> Ask:
    import polars as pl

    def ask(pattern: str) -> Answer:
        wanted = [getattr(pl.col(name), function)() for name, function in WANTED[question].items()]
        found = pl.scan_csv(pattern).group_by(KEYS[question]).agg(wanted)
        if question == "q7":
            found = found.select("id3", pl.col("v1") - pl.col("v2"))
        return table(found.collect().rows(), len(KEYS[question]))

    return ask


def sql(question: str, files: str) -> str:
    """The question as SQL."""
    keys = ", ".join(KEYS[question])
    wanted = [f"{function.replace('mean', 'avg')}({name})" for name, function in WANTED[question].items()]
    return (
        f"SELECT {keys}, {' - '.join(wanted) if question == 'q7' else ', '.join(wanted)} FROM {files} GROUP BY {keys}"
    )


def duckdb(question: str) -> Ask:
    import duckdb as db

    def ask(pattern: str) -> Answer:
        return table(db.sql(sql(question, f"read_csv('{pattern}')")).fetchall(), len(KEYS[question]))

    return ask


def datafusion(question: str) -> Ask:
    from datafusion import SessionContext

    def ask(pattern: str) -> Answer:
        context = SessionContext()
        context.register_csv("t", pattern.rsplit("/", 1)[0] + "/")
        batches = context.sql(sql(question, "t")).collect()
        return table([tuple(row.values()) for batch in batches for row in batch.to_pylist()], len(KEYS[question]))

    return ask


def dask(question: str) -> Ask:
    import dask.dataframe as dd

    def ask(pattern: str) -> Answer:
        found = dd.read_csv(pattern).groupby(KEYS[question]).agg(WANTED[question]).compute()
        return frame(with_difference(question, found))

    return ask


LIBRARIES: dict[str, Callable[[str], Ask]] = {
    "lazyframe": lazyframe,
    "1 thread": one_thread,
    "Polars": polars,
    "DataFusion": datafusion,
    "DuckDB": duckdb,
    "Dask": dask,
}
