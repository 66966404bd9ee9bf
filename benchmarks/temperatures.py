"""Lowest, mean and highest temperature per station: the question of the One Billion Row Challenge, for each library."""

from collections.abc import Callable

from benchmarks.answers import Answer, Ask, frame, table

QUESTIONS = {"stations": "lowest, mean and highest temperature per station"}
NAMES = ["station", "temperature"]
SQL = "SELECT station, min(temperature), avg(temperature), max(temperature) FROM {t} GROUP BY 1"


def lazyframe(question: str, scheduler: str = "threads") -> Ask:
    import lazyframe as lf

    def ask(pattern: str) -> Answer:
        lf.config.set(scheduler=scheduler)
        df = lf.read_csv(pattern, sep=";", header=None, names=NAMES)
        return frame(df.groupby("station").agg({"temperature": ["min", "mean", "max"]}).compute())

    return ask


def one_thread(question: str) -> Ask:
    return lazyframe(question, scheduler="sync")


def polars(question: str) -> Ask:
    import polars as pl

    def ask(pattern: str) -> Answer:
        df = pl.scan_csv(pattern, separator=";", has_header=False, new_columns=NAMES)
        t = pl.col("temperature")
        found = df.group_by("station").agg(t.min().alias("min"), t.mean().alias("mean"), t.max().alias("max"))
        return table(found.collect().rows(), 1)

    return ask


def duckdb(question: str) -> Ask:
    import duckdb as db

    def ask(pattern: str) -> Answer:
        files = f"read_csv('{pattern}', delim=';', header=false, names={NAMES})"
        return table(db.sql(SQL.format(t=files)).fetchall(), 1)

    return ask


def datafusion(question: str) -> Ask:
    import pyarrow as pa
    from datafusion import SessionContext

    def ask(pattern: str) -> Answer:
        context = SessionContext()
        schema = pa.schema([("station", pa.string()), ("temperature", pa.float64())])
        folder = pattern.rsplit("/", 1)[0] + "/"
        context.register_csv("t", folder, schema=schema, has_header=False, delimiter=";")
        batches = context.sql(SQL.format(t="t")).collect()
        return table([tuple(row.values()) for batch in batches for row in batch.to_pylist()], 1)

    return ask


def dask(question: str) -> Ask:
    import dask.dataframe as dd

    def ask(pattern: str) -> Answer:
        df = dd.read_csv(pattern, sep=";", header=None, names=NAMES)
        return frame(df.groupby("station").agg({"temperature": ["min", "mean", "max"]}).compute())

    return ask


LIBRARIES: dict[str, Callable[[str], Ask]] = {
    "lazyframe": lazyframe,
    "1 thread": one_thread,
    "Polars": polars,
    "DataFusion": datafusion,
    "DuckDB": duckdb,
    "Dask": dask,
}
