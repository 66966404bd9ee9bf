"""The questions of the db-benchmark, on CSV: ten groupbys of ten million rows, and five joins with ten million.

Of an answer its rows are counted and its numbers summed, column by column, by the library itself.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.answers import Answer, Ask

QUESTIONS = {
    "q1": "sum of v1 by id1",
    "q2": "sum of v1 by id1 and id2",
    "q3": "sum of v1 and mean of v3 by id3, 100,000 groups",
    "q4": "means of v1, v2 and v3 by id4",
    "q5": "sums of v1, v2 and v3 by id6, 100,000 groups",
    "q6": "median and deviation of v3 by id4 and id5",
    "q7": "largest v1 less smallest v2 by id3, 100,000 groups",
    "q8": "the two largest v3 of each id6",
    "q9": "square of the correlation of v1 and v2 by id2 and id4",
    "q10": "sum of v3 and rows by all six keys, 10 million groups",
    "j1": "joined with 10 rows: v1 and v2 summed",
    "j2": "joined with 10,000 rows: v1 and v2 summed",
    "j3": "left joined with 10,000 rows: v1 and v2 summed",
    "j4": "joined with 10,000 rows by text: v1 and v2 summed",
    "j5": "joined with 10,000,000 rows: v1 and v2 summed",
}
SIX = [f"id{i}" for i in range(1, 7)]
JOINS = {
    "j1": ("small", "id1", "inner"),
    "j2": ("medium", "id2", "inner"),
    "j3": ("medium", "id2", "left"),
    "j4": ("medium", "id5", "inner"),
    "j5": ("big", "id3", "inner"),
}
"""The other table of each join, its key, and which rows stay."""


def table(pattern: str, name: str) -> str:
    """The file of a table."""
    return str(Path(pattern).parent / f"{name}.csv")


def of_frame(found: Any) -> Answer:
    """The rows and sums of a pandas frame."""
    numbers = found.select_dtypes("number")
    return {"rows": float(len(found))} | {str(i): float(numbers.iloc[:, i].sum()) for i in range(numbers.shape[1])}


def lazyframe(question: str, scheduler: str = "threads") -> Ask:
    import lazyframe as lf

    def ask(pattern: str) -> Answer:
        lf.config.set(scheduler=scheduler)
        if question in JOINS:
            name, key, how = JOINS[question]
            joined = lf.read_csv(table(pattern, "x")).merge(lf.read_csv(table(pattern, name)), on=key, how=how)
            rows, one, other = lf.compute(joined.v1.size, joined.v1.sum(), joined.v2.sum())
            return {"rows": float(rows), "v1": float(one), "v2": float(other)}
        return of_frame(grouped(lf.read_csv(table(pattern, "groups"))).compute())

    def grouped(d: Any) -> Any:
        match question:
            case "q1":
                return d.groupby("id1").agg({"v1": "sum"})
            case "q2":
                return d.groupby(["id1", "id2"]).agg({"v1": "sum"})
            case "q3":
                return d.groupby("id3").agg({"v1": "sum", "v3": "mean"})
            case "q4":
                return d.groupby("id4").agg({"v1": "mean", "v2": "mean", "v3": "mean"})
            case "q5":
                return d.groupby("id6").agg({"v1": "sum", "v2": "sum", "v3": "sum"})
            case "q6":
                return d.groupby(["id4", "id5"]).v3.agg(["median", "std"])
            case "q7":
                found = d.groupby("id3").agg({"v1": "max", "v2": "min"})
                return (found.v1 - found.v2).to_frame("range")
            case "q8":
                return d[["id6", "v3"]].sort_values("v3", ascending=False).groupby("id6").head(2)[["v3"]]
            case "q9":
                pairs = d.groupby(["id2", "id4"])[["v1", "v2"]].corr()
                return pairs.xs("v1", level=2)[["v2"]] ** 2
        return d.groupby(SIX).agg({"v3": "sum", "v1": "count"})

    return ask


def one_thread(question: str) -> Ask:
    return lazyframe(question, scheduler="sync")


def polars(question: str) -> Ask:
    import polars as pl

    def ask(pattern: str) -> Answer:
        if question in JOINS:
            name, key, how = JOINS[question]
            joined = pl.scan_csv(table(pattern, "x")).join(pl.scan_csv(table(pattern, name)), on=key, how=how)
            found = joined.select(pl.len(), pl.col("v1").sum(), pl.col("v2").sum()).collect(engine="streaming")
            return dict(zip(("rows", "v1", "v2"), map(float, found.row(0)), strict=True))
        d, v1, v2, v3 = pl.scan_csv(table(pattern, "groups")), pl.col("v1"), pl.col("v2"), pl.col("v3")
        keys, wanted = {
            "q1": (["id1"], [v1.sum()]),
            "q2": (["id1", "id2"], [v1.sum()]),
            "q3": (["id3"], [v1.sum(), v3.mean()]),
            "q4": (["id4"], [v1.mean(), v2.mean(), v3.mean()]),
            "q5": (["id6"], [v1.sum(), v2.sum(), v3.sum()]),
            "q6": (["id4", "id5"], [v3.median(), v3.std().alias("std")]),
            "q7": (["id3"], [v1.max() - v2.min()]),
            "q8": (["id6"], [v3.top_k(2)]),
            "q9": (["id2", "id4"], [pl.corr("v1", "v2") ** 2]),
            "q10": (SIX, [v3.sum(), v1.count()]),
        }[question]
        found = d.group_by(keys).agg(wanted).collect().drop(keys)
        found = found.explode("v3") if question == "q8" else found
        return {"rows": float(found.height)} | {str(i): float(found.to_series(i).sum()) for i in range(found.width)}

    return ask


def duckdb(question: str) -> Ask:
    import duckdb as db

    def ask(pattern: str) -> Answer:
        if question in JOINS:
            name, key, how = JOINS[question]
            x, other = f"'{table(pattern, 'x')}'", f"'{table(pattern, name)}'"
            joined = f"FROM {x} x {how} JOIN {other} o ON x.{key} = o.{key}"
            (found,) = db.sql(f"SELECT count(*), sum(v1), sum(v2) {joined}").fetchall()
            return dict(zip(("rows", "v1", "v2"), map(float, found), strict=True))
        keys, wanted = {
            "q1": ("id1", "sum(v1)"),
            "q2": ("id1, id2", "sum(v1)"),
            "q3": ("id3", "sum(v1), avg(v3)"),
            "q4": ("id4", "avg(v1), avg(v2), avg(v3)"),
            "q5": ("id6", "sum(v1), sum(v2), sum(v3)"),
            "q6": ("id4, id5", "median(v3), stddev(v3)"),
            "q7": ("id3", "max(v1) - min(v2)"),
            "q8": ("id6", "unnest(max(v3, 2))"),
            "q9": ("id2, id4", "corr(v1, v2) ** 2"),
            "q10": (", ".join(SIX), "sum(v3), count(v1)"),
        }[question]
        found = db.sql(f"SELECT {wanted} FROM '{table(pattern, 'groups')}' GROUP BY {keys}").to_arrow_table()
        import pyarrow.compute as pc

        return {"rows": float(found.num_rows)} | {
            str(i): float(pc.sum(column).as_py()) for i, column in enumerate(found.columns)
        }

    return ask


LIBRARIES: dict[str, Callable[[str], Ask]] = {
    "lazyframe": lazyframe,
    "1 thread": one_thread,
    "Polars": polars,
    "DuckDB": duckdb,
}
