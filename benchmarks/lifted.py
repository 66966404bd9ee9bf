"""Questions for which rows are summed up in small states, looked at with their neighbours, or meet: beside Polars."""

from collections.abc import Callable
from typing import Any

from benchmarks.answers import Answer, Ask

QUESTIONS = {
    "median": "median of the departure delay",
    "quantiles": "five quantiles of the arrival delay",
    "describe": "count, mean, deviation, smallest, quartiles and largest of two delays and the distance",
    "value counts": "flights of each plane, the ten commonest",
    "largest": "the ten largest delays, with plane and target",
    "distinct": "number of distinct pairs of origin and target",
    "correlation": "of two delays and the distance",
    "skew": "skewness of the departure delay",
    "replaced": "flights of a carrier after two were renamed",
    "text": "flights to targets whose names begin with S, in lower case",
    "rolling": "largest of the rolling means of seven departure delays",
    "shift": "sum of the distances of flights later than the one before",
    "group median": "median delay of each origin and target, summed",
    "group deviation": "sum of the squares of the delays about the mean of their target",
    "sort": "the carrier of the thousandth flight by delay and plane",
    "join": "distances summed over flights joined with a table of carriers",
}


def lazyframe(question: str) -> Ask:
    import pandas as pd

    import lazyframe as lf

    def ask(pattern: str) -> Answer:
        df = lf.read_csv(pattern)
        names = ["DepDelay", "ArrDelay", "Distance"]
        match question:
            case "median":
                return {"": df.DepDelay.median().compute()}
            case "quantiles":
                return dict(zip("abcde", df.ArrDelay.quantile([0.05, 0.25, 0.5, 0.75, 0.95]).compute(), strict=True))
            case "describe":
                found = df[names].describe().compute()
                return {f"{row} {name}": found.loc[row, name] for row in found.index for name in names}
            case "value counts":
                return {"": int(df.TailNum.value_counts().head(10).sum())}
            case "largest":
                return {
                    "": float(df[["TailNum", "Dest", "DepDelay"]].nlargest(10, "DepDelay").compute().DepDelay.sum())
                }
            case "distinct":
                return {"": len(df[["Origin", "Dest"]].drop_duplicates())}
            case "correlation":
                found = df[names].corr().compute()
                return {f"{one} {other}": found.loc[one, other] for one in names for other in names}
            case "skew":
                return {"": df.DepDelay.dropna().skew().compute()}
            case "replaced":
                return {"": int((df.UniqueCarrier.replace({"EV": "XX", "MQ": "XX"}) == "XX").sum().compute())}
            case "text":
                return {"": int(df.Dest.str.lower().str.startswith("s").sum().compute())}
            case "rolling":
                return {"": df.Distance.rolling(7).mean().max().compute()}
            case "shift":
                return {"": int(df[df.DepDelay > df.DepDelay.shift(1)].Distance.sum().compute())}
            case "group median":
                return {"": df.groupby(["Origin", "Dest"]).DepDelay.median().sum().compute()}
            case "group deviation":
                mean = df.groupby("Dest").DepDelay.transform("mean")
                return {"": ((df.DepDelay - mean) ** 2).sum().compute()}
            case "sort":
                rows = df[["DepDelay", "TailNum", "UniqueCarrier"]].sort_values(["DepDelay", "TailNum"])
                return {"": float(rows.DepDelay.head(1000).iloc[-1])}
            case "join":
                carriers = pd.DataFrame({"UniqueCarrier": ["EV", "MQ", "UA", "DL"], "name": list("abcd")})
                return {"": int(df.merge(carriers, on="UniqueCarrier").Distance.sum().compute())}
        raise KeyError(question)

    return ask


def polars(question: str) -> Ask:
    import polars as pl

    def ask(pattern: str) -> Answer:
        schema: dict[str, Any] = {"CRSElapsedTime": pl.Float64, "TailNum": pl.String, "DepDelay": pl.Float64}
        df = pl.scan_csv(pattern, schema_overrides=schema | {"ArrDelay": pl.Float64}, null_values=["NA"])
        names = ["DepDelay", "ArrDelay", "Distance"]
        c = pl.col

        def one(expression: pl.Expr) -> Any:
            return df.select(expression).collect(engine="streaming").item()

        match question:
            case "median":
                return {"": one(c.DepDelay.median())}
            case "quantiles":
                shares = {"a": 0.05, "b": 0.25, "c": 0.5, "d": 0.75, "e": 0.95}
                asked = [c.ArrDelay.quantile(share, "linear").alias(name) for name, share in shares.items()]
                return df.select(asked).collect(engine="streaming").to_dicts()[0]
            case "describe":
                rows = {
                    "count": lambda e: e.count(), "mean": lambda e: e.mean(), "std": lambda e: e.std(),
                    "min": lambda e: e.min(), "25%": lambda e: e.quantile(0.25, "linear"),
                    "50%": lambda e: e.quantile(0.5, "linear"), "75%": lambda e: e.quantile(0.75, "linear"),
                    "max": lambda e: e.max(),
                }  # fmt: skip
                asked = [how(c(name)).alias(f"{row} {name}") for row, how in rows.items() for name in names]
                return df.select(asked).collect(engine="streaming").to_dicts()[0]
            case "value counts":
                counts = df.drop_nulls("TailNum").group_by("TailNum").len()
                return {"": counts.top_k(10, by="len").select(c.len.sum()).collect(engine="streaming").item()}
            case "largest":
                rows = df.select("TailNum", "Dest", "DepDelay").top_k(10, by="DepDelay")
                return {"": rows.select(c.DepDelay.sum()).collect(engine="streaming").item()}
            case "distinct":
                return {"": df.select("Origin", "Dest").unique().select(pl.len()).collect(engine="streaming").item()}
            case "correlation":
                asked = [pl.corr(a, b).alias(f"{a} {b}") for a in names for b in names]
                return df.select(asked).collect(engine="streaming").to_dicts()[0]
            case "skew":
                return {"": one(c.DepDelay.drop_nulls().skew(bias=False))}
            case "replaced":
                return {"": one((c.UniqueCarrier.replace({"EV": "XX", "MQ": "XX"}) == "XX").sum())}
            case "text":
                return {"": one(c.Dest.str.to_lowercase().str.starts_with("s").sum())}
            case "rolling":
                return {"": one(c.Distance.rolling_mean(7).max())}
            case "shift":
                return {"": one(c.Distance.filter(c.DepDelay > c.DepDelay.shift(1)).sum())}
            case "group median":
                groups = df.group_by("Origin", "Dest").agg(c.DepDelay.median())
                return {"": groups.select(c.DepDelay.sum()).collect(engine="streaming").item()}
            case "group deviation":
                return {"": one(((c.DepDelay - c.DepDelay.mean().over("Dest")) ** 2).sum())}
            case "sort":
                rows = df.select("DepDelay", "TailNum", "UniqueCarrier").sort("DepDelay", "TailNum", nulls_last=True)
                return {"": rows.slice(999, 1).select("DepDelay").collect(engine="streaming").item()}
            case "join":
                carriers = pl.LazyFrame({"UniqueCarrier": ["EV", "MQ", "UA", "DL"], "name": list("abcd")})
                return {
                    "": df.join(carriers, on="UniqueCarrier")
                    .select(c.Distance.sum())
                    .collect(engine="streaming")
                    .item()
                }
        raise KeyError(question)

    return ask


LIBRARIES: dict[str, Callable[[str], Ask]] = {"lazyframe": lazyframe, "Polars": polars}
