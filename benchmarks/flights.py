"""The flight questions, in the words of each library.

Each library reads what its users would have it read: file names and, where it infers wrongly or not at all, dtypes.
The weekday is computed from year, month and day, for all.
"""

from collections.abc import Callable
from glob import glob
from typing import Any

from benchmarks.answers import Answer, Ask, frame, many, one, pairs, table

DTYPES = {"TailNum": object, "CRSElapsedTime": float, "Cancelled": bool}
DATE = ["Year", "Month", "DayofMonth"]

QUESTIONS = {
    "max": "largest delay of flights not cancelled",
    "len": "number of flights",
    "kept": "number of flights not cancelled",
    "count": "flights per airport, not cancelled",
    "mean": "mean delay per airport, not cancelled",
    "weekday": "mean delay per day of the week",
    "session": "max, kept, count, mean and weekday, one after another in one process",
    "wide": "mean, largest and standard deviation of the arrival delay, sum of distances; per origin, target, carrier",
    "nunique": "distinct tail numbers per carrier, of flights from JFK",
    "frame": "all columns of all rows in memory, as a frame of the library's own",
}
COLUMNS = {
    "max": ["DepDelay", "Cancelled"],
    "len": [],
    "kept": ["Cancelled"],
    "count": ["Origin", "Cancelled"],
    "mean": ["Origin", "DepDelay", "Cancelled"],
    "weekday": [*DATE, "DepDelay"],
    "wide": ["Origin", "Dest", "UniqueCarrier", "ArrDelay", "Distance"],
    "nunique": ["Origin", "UniqueCarrier", "TailNum"],
    "frame": [],
    "session": ["Origin", "DepDelay", "Cancelled", "Year", "Month", "DayofMonth"],
}
"""The columns that each question is about."""

FIVE = ("max", "kept", "count", "mean", "weekday")
WIDE = ["Origin", "Dest", "UniqueCarrier"]
SPREAD = ["mean", "max", "std"]


def in_turn(ask_of: Callable[[str], Ask]) -> Ask:
    """Five questions to one library, in one process."""

    def ask(pattern: str) -> Answer:
        return {f"{name} {key}": v for name in FIVE for key, v in ask_of(name)(pattern).items()}

    return ask


def lazyframe(question: str, scheduler: str = "threads") -> Ask:
    import lazyframe as lf

    if question == "session":
        return in_turn(lambda name: lazyframe(name, scheduler))

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
            "wide": lambda: frame(df.groupby(WIDE).agg({"ArrDelay": SPREAD, "Distance": ["sum"]}).compute()),
            "nunique": lambda: many(df[df.Origin == "JFK"].groupby("UniqueCarrier").TailNum.nunique().compute()),
            "frame": lambda: whole(df.compute()),
        }[question]()

    return ask


def whole(df: Any) -> Answer:
    """What shows that a frame is in memory."""
    return {"distance": float(df["Distance"].sum()), "carriers": float(df["UniqueCarrier"].count())}


def bare(question: str) -> Ask:
    """The kernel's scan of a question's columns, on two threads, to values that nobody takes: what is to be had."""
    from concurrent.futures import ThreadPoolExecutor
    from os.path import getsize

    from lazyframe.io.csv.kernel import ARCHITECTURE, _kernel

    types = {"Origin": "text", "Dest": "text", "UniqueCarrier": "text", "TailNum": "text", "Cancelled": "boolean"}

    def scan(path: str) -> int:
        with open(path, "rb") as file:
            header = file.readline()
        names = header.decode().strip().split(",")
        words = (["", "NA"], ["1"], ["0"])
        scan = _kernel.Scan(ARCHITECTURE, ",", '"', ".", len(names), *words)
        for name in names if question == "frame" else COLUMNS[question]:
            scan.column(names.index(name), types.get(name, "real"), True)
        scan.open(path, len(header), getsize(path))
        while not scan.advance(1.0):
            pass
        return scan.records

    def ask(pattern: str) -> Answer:
        with ThreadPoolExecutor(2) as pool:
            return {"records": float(sum(pool.map(scan, sorted(glob(pattern)))))}

    return ask


def one_thread(question: str) -> Ask:
    return lazyframe(question, scheduler="sync")


def pandas_like(read: Callable[[str], Any], weekday: Callable[[Any], Any]) -> Callable[[str], Ask]:
    """The questions for libraries that speak pandas; `compute` what has it."""

    def done(result: Any) -> Any:
        return result.compute() if hasattr(result, "compute") else result

    def of(question: str) -> Ask:
        if question == "session":
            return in_turn(of)

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
                "wide": lambda: frame(done(df.groupby(WIDE).agg({"ArrDelay": SPREAD, "Distance": ["sum"]}))),
                "nunique": lambda: many(done(df[df.Origin == "JFK"].groupby("UniqueCarrier").TailNum.nunique())),
                "frame": lambda: whole(done(df)),
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

    if question == "session":
        return in_turn(polars)

    def ask(pattern: str) -> Answer:
        df = pl.scan_csv(pattern)
        flown = df.filter(pl.col("Cancelled") == 0)
        weekday = pl.date("Year", "Month", "DayofMonth").dt.weekday() - 1
        delay = pl.col("ArrDelay")
        spread = [delay.mean().alias("mean"), delay.max().alias("max"), delay.std().alias("std")]
        return {
            "max": lambda: one(flown.select(pl.col("DepDelay").max()).collect().item()),
            "len": lambda: one(df.select(pl.len()).collect().item()),
            "kept": lambda: one(flown.select(pl.len()).collect().item()),
            "count": lambda: pairs(flown.group_by("Origin").agg(pl.col("Origin").count().alias("n")).collect().rows()),
            "mean": lambda: pairs(flown.group_by("Origin").agg(pl.col("DepDelay").mean()).collect().rows()),
            "weekday": lambda: pairs(df.group_by(weekday.alias("w")).agg(pl.col("DepDelay").mean()).collect().rows()),
            "wide": lambda: table(df.group_by(WIDE).agg(*spread, pl.col("Distance").sum()).collect().rows(), 3),
            "nunique": lambda: pairs(
                df.filter(pl.col("Origin") == "JFK")
                .group_by("UniqueCarrier")
                .agg(pl.col("TailNum").drop_nulls().n_unique())
                .collect()
                .rows()
            ),
            "frame": lambda: whole(df.collect()),
        }[question]()

    return ask


SQL = {
    "max": 'SELECT max("DepDelay") FROM {t} WHERE "Cancelled" = 0',
    "len": "SELECT count(*) FROM {t}",
    "kept": 'SELECT count(*) FROM {t} WHERE "Cancelled" = 0',
    "count": 'SELECT "Origin", count("Origin") FROM {t} WHERE "Cancelled" = 0 GROUP BY 1',
    "mean": 'SELECT "Origin", avg("DepDelay") FROM {t} WHERE "Cancelled" = 0 GROUP BY 1',
    "weekday": 'SELECT {w}, avg("DepDelay") FROM {t} GROUP BY 1',
    "wide": 'SELECT "Origin", "Dest", "UniqueCarrier", avg("ArrDelay"), max("ArrDelay"), stddev_samp("ArrDelay"), '
    'sum("Distance") FROM {t} GROUP BY 1, 2, 3',
    "nunique": 'SELECT "UniqueCarrier", count(DISTINCT "TailNum") FROM {t} WHERE "Origin" = \'JFK\' GROUP BY 1',
    "frame": "SELECT * FROM {t}",
}
MADE_DATE = 'make_date("Year", "Month", "DayofMonth")'


def answer_of(question: str, rows: list[Any]) -> Answer:
    """The answer of a query's rows."""
    if question == "wide":
        return table(rows, 3)
    return one(rows[0][0]) if len(rows[0]) == 1 else pairs(rows)


def duckdb(question: str) -> Ask:
    import duckdb as db

    if question == "session":
        return in_turn(duckdb)

    def ask(pattern: str) -> Answer:
        weekday = f"isodow({MADE_DATE}) - 1"
        found = db.sql(SQL[question].format(t=f"read_csv('{pattern}')", w=weekday))
        return whole(found.df()) if question == "frame" else answer_of(question, found.fetchall())

    return ask


def datafusion(question: str) -> Ask:
    from datafusion import SessionContext

    if question == "session":
        return in_turn(datafusion)

    def ask(pattern: str) -> Answer:
        context = SessionContext()
        context.register_csv("flights", pattern.rsplit("/", 1)[0] + "/")
        weekday = f"(date_part('dow', {MADE_DATE}) + 6) % 7"
        found = context.sql(SQL[question].format(t="flights", w=weekday))
        if question == "frame":
            return whole(found.to_pandas())
        rows = [tuple(row.values()) for batch in found.collect() for row in batch.to_pylist()]
        return answer_of(question, rows)

    return ask


def by_hand(question: str) -> Ask:
    """pyarrow.csv and pyarrow.compute, a call a file on two threads: what one writes who wants no library."""
    from concurrent.futures import ThreadPoolExecutor

    import pyarrow as pa
    import pyarrow.compute as pc
    from pyarrow import csv

    if question == "session":
        return in_turn(by_hand)

    def read(path: str) -> Any:
        wanted = csv.ConvertOptions(
            strings_can_be_null=True, include_columns=["Year"] if question == "len" else COLUMNS[question] or None
        )
        table = csv.read_csv(path, csv.ReadOptions(use_threads=False), convert_options=wanted)
        if "Cancelled" in COLUMNS[question]:
            table = table.filter(pc.equal(table["Cancelled"], 0))
        return table.filter(pc.equal(table["Origin"], "JFK")) if question == "nunique" else table

    def ask(pattern: str) -> Answer:
        with ThreadPoolExecutor(2) as pool:
            found = pa.concat_tables(pool.map(read, sorted(glob(pattern))), promote_options="permissive")
        if question in ("len", "kept"):
            return one(found.num_rows)
        if question == "max":
            return one(pc.max(found["DepDelay"]).as_py())
        if question == "frame":
            return whole(found.to_pandas())
        if question == "weekday":
            texts = [pc.utf8_lpad(pc.cast(found[name], "string"), 2, "0") for name in DATE]
            dates = pc.strptime(pc.binary_join_element_wise(*texts, "-"), "%Y-%m-%d", "s")
            found = found.append_column("weekday", pc.day_of_week(dates))
        keys = {"weekday": ["weekday"], "nunique": ["UniqueCarrier"], "wide": WIDE}.get(question, ["Origin"])
        spread = [("ArrDelay", "mean"), ("ArrDelay", "max"), ("ArrDelay", "stddev", pc.VarianceOptions(ddof=1))]
        wanted = {
            "count": [("Origin", "count")],
            "nunique": [("TailNum", "count_distinct")],
            "wide": [*spread, ("Distance", "sum")],
        }.get(question, [("DepDelay", "mean")])
        groups = found.group_by(keys).aggregate(wanted)
        names = [*keys, *(name for name in groups.column_names if name not in keys)]
        rows = list(zip(*(groups[name].to_pylist() for name in names), strict=True))
        return answer_of(question, rows)

    return ask


LIBRARIES: dict[str, Callable[[str], Ask]] = {
    "bare scan": bare,
    "lazyframe": lazyframe,
    "1 thread": one_thread,
    "Polars": polars,
    "DataFusion": datafusion,
    "DuckDB": duckdb,
    "by hand": by_hand,
    "Dask": dask,
    "pandas": pandas,
}
