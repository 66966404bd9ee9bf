"""The six flight questions, in the words of each library; every answer as a dict, so that they can be compared.

Each library reads what its users would have it read: file names and, where it infers wrongly or not at all, dtypes.
The weekday is computed from year, month and day, for all.
"""

from collections.abc import Callable
from glob import glob
from typing import Any

Answer = dict[str, float]
Ask = Callable[[str], Answer]

QUESTIONS = {
    "max": "largest delay of flights not cancelled",
    "len": "number of flights",
    "kept": "number of flights not cancelled",
    "count": "flights per airport, not cancelled",
    "mean": "mean delay per airport, not cancelled",
    "weekday": "mean delay per day of the week",
}

DTYPES = {"TailNum": object, "CRSElapsedTime": float, "Cancelled": bool}
DATE = ["Year", "Month", "DayofMonth"]


def one(value: Any) -> Answer:
    """A number as an answer."""
    return {"": float(value)}


def many(series: Any) -> Answer:
    """A pandas Series as an answer."""
    return {str(key): float(value) for key, value in series.items()}


def pairs(rows: Any) -> Answer:
    """Rows of a key and a number as an answer."""
    return {str(key): float(value) for key, value in rows}


def lazyframe(question: str, scheduler: str = "threads") -> Ask:
    import lazyframe as lf

    def ask(pattern: str) -> Answer:
        lf.config.set(scheduler=scheduler)
        df = lf.read_csv(pattern, parse_dates={"Date": [0, 1, 2]}, dtype=DTYPES)
        flown = df[~df.Cancelled]
        return {
            "max": lambda: one(flown.DepDelay.max().compute()),
            "len": lambda: one(len(df)),
            "kept": lambda: one(len(flown)),
            "count": lambda: many(flown.groupby("Origin").Origin.count().compute()),
            "mean": lambda: many(flown.groupby("Origin").DepDelay.mean().compute()),
            "weekday": lambda: many(df.groupby(df.Date.dt.dayofweek).DepDelay.mean().compute()),
        }[question]()

    return ask


def one_thread(question: str) -> Ask:
    return lazyframe(question, scheduler="sync")


def pandas_like(read: Callable[[str], Any], weekday: Callable[[Any], Any]) -> Callable[[str], Ask]:
    """The questions for libraries that speak pandas; `compute` what has it."""

    def done(result: Any) -> Any:
        return result.compute() if hasattr(result, "compute") else result

    def of(question: str) -> Ask:
        def ask(pattern: str) -> Answer:
            df = read(pattern)
            flown = df[~df.Cancelled]
            return {
                "max": lambda: one(done(flown.DepDelay.max())),
                "len": lambda: one(len(df)),
                "kept": lambda: one(len(flown)),
                "count": lambda: many(done(flown.groupby("Origin").Origin.count())),
                "mean": lambda: many(done(flown.groupby("Origin").DepDelay.mean())),
                "weekday": lambda: many(done(df.groupby(weekday(df)).DepDelay.mean())),
            }[question]()

        return ask

    return of


def pandas(question: str) -> Ask:
    import pandas as pd

    def read(pattern: str) -> Any:
        dtypes = {"TailNum": object, "CRSElapsedTime": float}
        frames = [pd.read_csv(path, dtype=dtypes) for path in sorted(glob(pattern))]
        return pd.concat(frames, ignore_index=True).astype({"Cancelled": bool})

    def weekday(df: Any) -> Any:
        return pd.to_datetime(df[DATE].set_axis(["year", "month", "day"], axis=1)).dt.day_of_week

    return pandas_like(read, weekday)(question)


def dask(question: str) -> Ask:
    import dask.dataframe as dd
    import pandas as pd

    def weekday_of(part: Any) -> Any:
        return pd.to_datetime(part[DATE].set_axis(["year", "month", "day"], axis=1)).dt.day_of_week

    def read(pattern: str) -> Any:
        floats = dict.fromkeys(["DepTime", "ArrTime", "ActualElapsedTime", "AirTime", "ArrDelay", "DepDelay"], float)
        return dd.read_csv(pattern, dtype=DTYPES | floats | {"TaxiIn": float, "TaxiOut": float})

    return pandas_like(read, lambda df: df.map_partitions(weekday_of, meta=("weekday", "int32")))(question)


def polars(question: str) -> Ask:
    import polars as pl

    def ask(pattern: str) -> Answer:
        df = pl.scan_csv(pattern)
        flown = df.filter(pl.col("Cancelled") == 0)
        weekday = pl.date("Year", "Month", "DayofMonth").dt.weekday() - 1
        return {
            "max": lambda: one(flown.select(pl.col("DepDelay").max()).collect().item()),
            "len": lambda: one(df.select(pl.len()).collect().item()),
            "kept": lambda: one(flown.select(pl.len()).collect().item()),
            "count": lambda: pairs(flown.group_by("Origin").agg(pl.col("Origin").count().alias("n")).collect().rows()),
            "mean": lambda: pairs(flown.group_by("Origin").agg(pl.col("DepDelay").mean()).collect().rows()),
            "weekday": lambda: pairs(df.group_by(weekday.alias("w")).agg(pl.col("DepDelay").mean()).collect().rows()),
        }[question]()

    return ask


SQL = {
    "max": 'SELECT max("DepDelay") FROM {t} WHERE "Cancelled" = 0',
    "len": "SELECT count(*) FROM {t}",
    "kept": 'SELECT count(*) FROM {t} WHERE "Cancelled" = 0',
    "count": 'SELECT "Origin", count("Origin") FROM {t} WHERE "Cancelled" = 0 GROUP BY 1',
    "mean": 'SELECT "Origin", avg("DepDelay") FROM {t} WHERE "Cancelled" = 0 GROUP BY 1',
    "weekday": 'SELECT {w}, avg("DepDelay") FROM {t} GROUP BY 1',
}
MADE_DATE = 'make_date("Year", "Month", "DayofMonth")'


def duckdb(question: str) -> Ask:
    import duckdb as db

    def ask(pattern: str) -> Answer:
        weekday = f"isodow({MADE_DATE}) - 1"
        rows = db.sql(SQL[question].format(t=f"read_csv('{pattern}')", w=weekday)).fetchall()
        return one(rows[0][0]) if len(rows[0]) == 1 else pairs(rows)

    return ask


def datafusion(question: str) -> Ask:
    from datafusion import SessionContext

    def ask(pattern: str) -> Answer:
        context = SessionContext()
        context.register_csv("flights", pattern.rsplit("/", 1)[0] + "/")
        weekday = f"(date_part('dow', {MADE_DATE}) + 6) % 7"
        batches = context.sql(SQL[question].format(t="flights", w=weekday)).collect()
        rows = [tuple(row.values()) for batch in batches for row in batch.to_pylist()]
        return one(rows[0][0]) if len(rows[0]) == 1 else pairs(rows)

    return ask


LIBRARIES: dict[str, Callable[[str], Ask]] = {
    "lazyframe": lazyframe,
    "1 thread": one_thread,
    "Polars": polars,
    "DataFusion": datafusion,
    "DuckDB": duckdb,
    "Dask": dask,
    "pandas": pandas,
}
