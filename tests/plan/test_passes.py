"""Each pass alone: what it makes of a query, and that it keeps the schema and the answer."""

from typing import Any

import pandas as pd
import pytest

import lazyframe as lf
from executor import Watcher, available_cores
from lazyframe.accumulators import Accumulator
from lazyframe.io.csv.format import Format
from lazyframe.io.csv.sniff import reader_of
from lazyframe.io.scan import Call, Column, Literal
from lazyframe.plan.logical.join import Merged
from lazyframe.plan.logical.rowwise import Apply, Assign, Filter, Renumber
from lazyframe.plan.logical.sources import CountRows, ReduceRows, Scan
from lazyframe.plan.logical.together import Together
from lazyframe.plan.node import walk
from lazyframe.plan.passes.fuse import pipelines_of, stages_of
from lazyframe.plan.passes.optimize import PASSES
from lazyframe.plan.physical.fused import inputs_of
from tests.assertions import assert_same
from tests.conftest import FLIGHTS, OPTIONS


@pytest.fixture
def df() -> lf.DataFrame:
    return lf.read_csv(FLIGHTS / "*.csv", parse_dates={"Date": [0, 1, 2]}, **OPTIONS)


def after(lazy: Any, last: str) -> Any:
    """A query after the passes up to and with one."""
    root: Any = Together((lazy._plan,))
    for name, one in PASSES.items():
        root = one(root)
        if name == last:
            return root
    raise AssertionError(last)


def nodes(root: Any, kind: type) -> list[Any]:
    return [node for node in walk(root) if isinstance(node, kind)]


def queries(df: lf.DataFrame) -> dict[str, Any]:
    return {
        "mean": df[~df.Cancelled].groupby("Origin").DepDelay.mean(),
        "rows": df[df.DepDelay > 100].assign(Gain=df[df.DepDelay > 100].DepDelay)[["Gain", "Origin"]],
        "apart": df[df.DepDelay > df.DepDelay.mean()].groupby("Dest").TailNum.nunique(),
        "column": (df.ArrDelay - df.DepDelay).round(1),
    }


@pytest.mark.parametrize("name", ["mean", "rows", "apart", "column"])
def test_every_pass_keeps_kind_and_schema(df: lf.DataFrame, name: str) -> None:
    root: Any = Together((queries(df)[name]._plan,))
    before = root.children[0].schema
    for one in PASSES.values():
        root = one(root)
        now = root.children[0].schema
        assert now.kind == before.kind
        (pd.testing.assert_frame_equal if now.kind == "frame" else pd.testing.assert_series_equal)(
            now.empty, before.empty
        )


def test_push_makes_filters_and_partials_plain_values(df: lf.DataFrame) -> None:
    root = after(queries(df)["mean"], "push")
    assert not nodes(root, Filter) and not nodes(root, Apply) and not nodes(root, Scan)
    (reading,) = nodes(root, ReduceRows)
    assert reading.wanted.predicate == Call("invert", (Column("Cancelled"),))
    assert reading.wanted.values == (Column("DepDelay"),)
    assert reading.wanted.by == (Column("Origin"),)
    assert reading.wanted.accumulators == (Accumulator("total", 0), Accumulator("count", 0))


def test_push_joins_filters(df: lf.DataFrame) -> None:
    kept = df[df.Distance > 1000]
    (scan,) = nodes(after(kept[kept.Origin == "JFK"], "push"), Scan)
    assert scan.predicate == Call(
        "and",
        (
            Call("gt", (Column("Distance"), Literal(1000))),
            Call("eq", (Column("Origin"), Literal("JFK"))),
        ),
    )


def test_push_leaves_what_a_scan_can_not_compute(df: lf.DataFrame) -> None:
    root = after(df[df.DepDelay.round() > 3].DepDelay.sum(), "push")
    assert len(nodes(root, Filter)) == 1
    assert not nodes(root, ReduceRows)


def test_length_parses_nothing(df: lf.DataFrame) -> None:
    from lazyframe.plan.logical.aggregate import Length

    class Lazy:
        _plan = Length(df._plan)

    root = after(Lazy, "push")
    assert not nodes(root, Scan)
    (count,) = nodes(root, CountRows)
    assert count.predicate is None
    assert count.source.parsed(set()) == ([], 23)


def test_prune_reads_only_what_is_needed(df: lf.DataFrame) -> None:
    root = after(df.assign(Gain=df.DepDelay - df.ArrDelay)[["Gain", "Origin"]], "prune")
    (scan,) = nodes(root, Scan)
    assert scan.columns == ("ArrDelay", "DepDelay", "Origin")
    root = after(df.assign(Gain=df.DepDelay - df.ArrDelay).Origin, "prune")
    assert not nodes(root, Assign)
    assert nodes(root, Scan)[0].columns == ("Origin",)


def test_simplify_finds_a_column_through_an_assignment(df: lf.DataFrame) -> None:
    root = after(df.assign(Gain=df.DepDelay - df.ArrDelay).Gain.mean(), "push")
    assert nodes(root, Scan)  # the Series has another name than the column: it stays an assignment
    df["DepDelay"] = df.DepDelay * 2
    (reading,) = nodes(after(df.DepDelay.mean(), "push"), ReduceRows)
    assert reading.wanted.values == (Call("mul", (Column("DepDelay"), Literal(2))),)


JOINED = {
    "m[m.x > 4].y.sum()": ["left"],
    "m[(m.x > 4) & (m.z < 5)].groupby('k').y.sum()": ["left", "right"],
    "m[m.x > 4][m[m.x > 4].y < 3].z.max()": ["left", "left"],
    "m[m.k > 3].z.sum()": ["left"],
    "m[m.x > m.z].y.sum()": [],
    "m[(m.x > 4) | (m.z < 5)].y.sum()": [],
    "m[m.x > m.x.mean()].y.sum()": [],
    "m[m.x > 4].y.sum() / m.y.sum()": [],
    "m[m.x > 4].y.cumsum()": [],
}


@pytest.mark.parametrize("text", JOINED)
def test_filters_of_one_tables_columns_go_below_a_join(text: str) -> None:
    frames = [
        pd.DataFrame({"k": [1, 2, 3, 4, 5, 5], "x": [6, 4, 5, 7, 9, 1], "y": [1.0, 2, 3, 4, 0, 5]}),
        pd.DataFrame({"k": [1, 3, 4, 5], "z": [4, 6, 1, 2]}),
    ]
    lazy = [lf.from_pandas(frame, npartitions=2) for frame in frames]
    asked = eval(text, {"m": lazy[0].merge(lazy[1], on="k", broadcast=False)})
    assert_same(asked.compute(), eval(text, {"m": frames[0].merge(frames[1], on="k")}))
    root = after(asked, "below joins")
    merges = nodes(root, Merged)
    sides = [side for one in merges for side in ("left", "right") for _ in nodes(getattr(one, side), Filter)]
    assert sides == JOINED[text]
    assert len(merges) == 1


@pytest.mark.parametrize("broadcast", [True, False])
def test_dtypes_of_a_filtered_join_do_not_depend_on_the_rows_left_out(broadcast: bool) -> None:
    left = pd.DataFrame({"k": [1, 2, 3], "x": [1, 5, 6]})
    for right in (pd.DataFrame({"k": [2, 3], "z": [4, 6]}), pd.DataFrame({"k": [2, 3], "z": [0.5, 6]})):
        joined = lf.from_pandas(left, 2).merge(lf.from_pandas(right, 2), on="k", how="left", broadcast=broadcast)
        expected = left.merge(right, on="k", how="left")
        for _ in range(2):  # the second run knows of rows without a match
            assert_same(joined[joined.x > 4].z.sum().compute(), expected[expected.x > 4].z.sum())
            assert_same(
                joined[joined.x > 4].groupby("x").z.max().compute(), expected[expected.x > 4].groupby("x").z.max()
            )
        is_pushed = right.z.dtype == float
        assert (
            bool(nodes(nodes(after(joined[joined.x > 4].z.sum(), "below joins"), Merged)[0].left, Filter)) == is_pushed
        )


def test_rows_of_an_aggregate_are_not_numbered_through(df: lf.DataFrame) -> None:
    kept = df[df.Distance > 1000].reset_index(drop=True)
    root = after(kept.groupby("Origin").DepDelay.mean(), "push")
    assert nodes(root, ReduceRows) and not nodes(root, Renumber)
    assert nodes(after(kept.DepDelay, "push"), Renumber)


class Counter(Watcher):
    """Counts tasks by the first word of their keys."""

    def __init__(self) -> None:
        self.tasks: dict[str, int] = {}

    def task_done(self, key: Any, begin: float, end: float) -> None:
        word = key[0].split("-")[0]
        self.tasks[word] = self.tasks.get(word, 0) + 1


def test_one_task_a_partition(df: lf.DataFrame) -> None:
    for name, query in queries(df).items():
        counter = Counter()
        query.compute(watchers=[counter])
        assert counter.tasks["read"] == (24 if name == "apart" else 12)
        assert set(counter.tasks) <= {"read", "groupby", "mean", "nunique", "collect", "pick", "states"}


def test_several_queries_share_one_reading(df: lf.DataFrame) -> None:
    counter = Counter()
    flown = df[~df.Cancelled]
    lf.compute(
        flown.DepDelay.max(),
        flown.groupby("Origin").DepDelay.mean(),
        df.Distance,
        df.TailNum.nunique(),
        watchers=[counter],
    )
    assert counter.tasks["read"] == 12


def test_a_mean_that_rows_are_compared_with_reads_twice_and_keeps_nothing(df: lf.DataFrame) -> None:
    counter = Counter()
    queries(df)["apart"].compute(watchers=[counter])
    assert counter.tasks["read"] == 24


class Forbidden:
    """An executor that must not be asked."""

    def run(self, graph: Any, outputs: Any, watchers: Any = ()) -> Any:
        raise AssertionError("something ran")


def test_nothing_runs_before_compute(df: lf.DataFrame) -> None:
    with lf.config.set(scheduler=Forbidden()):
        for query in queries(df).values():
            repr(query)
            query.explain()
        with pytest.raises(AssertionError, match="something ran"):
            df.DepDelay.max().compute()


def test_explain(df: lf.DataFrame) -> None:
    assert repr(queries(df)["mean"].explain("simplify")).splitlines()[2:] == [
        "Aggregate(mean(DepDelay) by Origin)",
        "  Filter",
        "    Take(column='DepDelay')",
        "      Scan(nycflights: rows of 21 columns (Date, DayOfWeek, DepTime, CRSDepTime, ArrTime, CRSArrTime, "
        "UniqueCarrier, ...))",
        "    Apply invert(.)",
        "      Take(column='Cancelled')",
        "        Scan(nycflights: rows of 21 columns (Date, DayOfWeek, DepTime, CRSDepTime, ArrTime, CRSArrTime, "
        "UniqueCarrier, ...)) (as above)",
        "  Filter",
        "    Take(column='Origin')",
        "      Scan(nycflights: rows of 21 columns (Date, DayOfWeek, DepTime, CRSDepTime, ArrTime, CRSArrTime, "
        "UniqueCarrier, ...)) (as above)",
        "    Apply invert(.) (as above)",
    ]
    assert repr(queries(df)["mean"].explain()).splitlines() == [
        "asks  Aggregate(mean(DepDelay) by Origin) of Take(column='DepDelay') of Filter of Scan(nycflights)",
        "reads 12 CSV files, 1.6 MB, about 20,000 rows in 12 partitions",
        f"      3 of 23 columns: DepDelay, Origin, Cancelled, by {reader_of(Format(('a',)))}",
        "all partitions as one",
        "  groupby-mean: a tree of merges over 12 partitions",
        "    read-nycflights: one task a partition, 12 in all",
        "      | ReduceRows(nycflights: total(DepDelay), count(DepDelay) by Origin where invert(Cancelled))",
        "14 tasks",
        f"threads, {available_cores()} worker{'s' * (available_cores() > 1)}: every task reads without the GIL",
    ]
    seconds = df.explain().seconds
    assert list(seconds) == ["query", *PASSES]
    assert all(seconds[name] > 0 for name in PASSES)
    with pytest.raises(ValueError, match="There is no stage 'end'; there are 'query', 'share', 'unlabel', "):
        df.explain("end")


def test_a_pipeline_runs_after_all_those_that_it_takes() -> None:
    table = pd.DataFrame({"k": ["a", None, "b", "a"], "x": [5, 1, 2, 4], "y": [1.5, 2, 3, 4]})

    def chain(d: Any) -> Any:
        d = d.assign(y=d.groupby("k").x.transform("sum"))
        d = d.assign(y=d.y.fillna(d.y.mean()))
        d = d.assign(y=d.y.rank(method="dense"))
        return d.assign(y=d.y.bfill()).groupby("k").y.median()

    lazy = chain(lf.from_pandas(table, npartitions=3))
    pipelines = pipelines_of(after(lazy, "lower"))
    stages = stages_of(pipelines)
    for pipeline in pipelines:
        below = {id(node) for needed in inputs_of((pipeline,)) for node in walk(needed)}
        assert all(stages[id(one)] < stages[id(pipeline)] for one in pipelines if id(one) in below)
    assert_same(lazy.compute(), chain(table))
