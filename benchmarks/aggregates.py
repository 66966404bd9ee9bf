"""Aggregates of columns, perhaps by keys, in the words of each library."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from benchmarks.answers import Answer, Ask, frame, table


class Aggregates(NamedTuple):
    """Functions ("sum", "mean", "min", "max") of columns, of each group or of all rows (then one function for all).

    `names` are those of the columns in files without a header, and `texts` says which of these are text.
    """

    about: str
    by: list[str]
    wanted: dict[str, list[str]]
    sep: str = ","
    names: list[str] | None = None
    texts: tuple[str, ...] = ()
    folder: str = "*"
    """Which of the folders that the pattern leaves open."""

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The columns and functions, in order."""
        return [(name, function) for name, functions in self.wanted.items() for function in functions]

    @property
    def sql(self) -> str:
        """The question as SQL; the files stand for {t}."""
        values = [f'{function.replace("mean", "avg")}("{name}")' for name, function in self.pairs]
        return (
            f"SELECT {', '.join([*self.by, *values])} FROM {{t}}{' GROUP BY ' if self.by else ''}{', '.join(self.by)}"
        )

    def files(self, pattern: str) -> str:
        """The pattern of the question's own files."""
        return pattern.replace("/*/", f"/{self.folder}/")


def like_pandas(ask: Aggregates, df: Any) -> Answer:
    """The answer of a library that speaks pandas, lazily."""
    if ask.by:
        return frame(df.groupby(ask.by).agg(ask.wanted).compute())
    return table([tuple(getattr(df[list(ask.wanted)], ask.pairs[0][1])().compute())], 0)


def header_of(ask: Aggregates) -> dict[str, Any]:
    """What pandas' read_csv is told of a file without a header."""
    return {"sep": ask.sep} | ({"header": None, "names": ask.names} if ask.names else {})


def lazyframe(ask: Aggregates, scheduler: str = "threads") -> Ask:
    import lazyframe as lf

    def answer(pattern: str) -> Answer:
        lf.config.set(scheduler=scheduler)
        return like_pandas(ask, lf.read_csv(ask.files(pattern), **header_of(ask)))

    return answer


def one_thread(ask: Aggregates) -> Ask:
    return lazyframe(ask, scheduler="sync")


def polars(ask: Aggregates) -> Ask:
    import polars as pl

    def answer(pattern: str) -> Answer:
        new = {"has_header": False, "new_columns": ask.names} if ask.names else {}
        df = pl.scan_csv(ask.files(pattern), separator=ask.sep, **new)
        values = [getattr(pl.col(name), function)().alias(f"{name} {function}") for name, function in ask.pairs]
        found = df.group_by(ask.by).agg(values) if ask.by else df.select(values)
        return table(found.collect().rows(), len(ask.by))

    return answer


def duckdb(ask: Aggregates) -> Ask:
    import duckdb as db

    def answer(pattern: str) -> Answer:
        names = f", header=false, names={ask.names}" if ask.names else ""
        files = f"read_csv('{ask.files(pattern)}', delim='{ask.sep}'{names})"
        return table(db.sql(ask.sql.format(t=files)).fetchall(), len(ask.by))

    return answer


def datafusion(ask: Aggregates) -> Ask:
    import pyarrow as pa
    from datafusion import SessionContext

    def answer(pattern: str) -> Answer:
        context = SessionContext()
        types = [(name, pa.string() if name in ask.texts else pa.float64()) for name in ask.names or ()]
        new = {"schema": pa.schema(types), "has_header": False} if ask.names else {}
        context.register_csv("t", ask.files(pattern).rsplit("/", 1)[0] + "/", delimiter=ask.sep, **new)
        batches = context.sql(ask.sql.format(t="t")).collect()
        return table([tuple(row.values()) for batch in batches for row in batch.to_pylist()], len(ask.by))

    return answer


def dask(ask: Aggregates) -> Ask:
    import dask.dataframe as dd

    def answer(pattern: str) -> Answer:
        return like_pandas(ask, dd.read_csv(ask.files(pattern), **header_of(ask)))

    return answer


EACH: dict[str, Callable[[Aggregates], Ask]] = {
    "lazyframe": lazyframe,
    "1 thread": one_thread,
    "Polars": polars,
    "DataFusion": datafusion,
    "DuckDB": duckdb,
    "Dask": dask,
}


def libraries(questions: Mapping[str, Aggregates]) -> dict[str, Callable[[str], Ask]]:
    """Each library, as what takes the name of a question."""

    def by_name(words: Callable[[Aggregates], Ask]) -> Callable[[str], Ask]:
        return lambda question: words(questions[question])

    return {library: by_name(words) for library, words in EACH.items()}
