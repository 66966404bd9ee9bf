"""The flight questions, as a user asks them."""

from typing import Any

import pandas as pd
import pytest

import lazyframe as lf
from tests.assertions import assert_eq, assert_same


def test_schema_is_that_of_pandas(lazy_flights: lf.DataFrame, flights: pd.DataFrame) -> None:
    assert list(lazy_flights.columns) == list(flights.columns)
    pd.testing.assert_series_equal(lazy_flights.dtypes, flights.dtypes)


def test_whole_frame(lazy_flights: lf.DataFrame, flights: pd.DataFrame) -> None:
    assert_eq(lazy_flights, flights)


def test_largest_delay_under_every_name(lazy_flights: lf.DataFrame, flights: pd.DataFrame) -> None:
    largest = lazy_flights[~lazy_flights.Cancelled].DepDelay.max()
    expected = flights[~flights.Cancelled].DepDelay.max()
    for name in ["threading", "threads", "threaded", "sync", "synchronous", "single-threaded", "SYNC"]:
        assert largest.compute(scheduler=name) == expected
    assert_eq(largest, expected)


def test_lengths(lazy_flights: lf.DataFrame, flights: pd.DataFrame) -> None:
    assert len(lazy_flights) == len(flights)
    assert len(lazy_flights[~lazy_flights.Cancelled]) == (~flights.Cancelled).sum()


def test_groups(lazy_flights: lf.DataFrame, flights: pd.DataFrame) -> None:
    flown, expected = lazy_flights[~lazy_flights.Cancelled], flights[~flights.Cancelled]
    assert_eq(flown.groupby("Origin").Origin.count(), expected.groupby("Origin").Origin.count())
    assert_eq(flown.groupby("Origin").DepDelay.mean(), expected.groupby("Origin").DepDelay.mean())


def test_groups_by_part_of_date(lazy_flights: lf.DataFrame, flights: pd.DataFrame) -> None:
    expected = flights.groupby(flights.Date.dt.day_of_week).DepDelay.mean()
    assert_eq(lazy_flights.groupby(lazy_flights.Date.dt.dayofweek).DepDelay.mean(), expected)


def test_several_answers_in_one_run(lazy_flights: lf.DataFrame, flights: pd.DataFrame) -> None:
    flown, expected = lazy_flights[~lazy_flights.Cancelled], flights[~flights.Cancelled]
    mean, largest = lf.compute(flown.groupby("Origin").DepDelay.mean(), flown.DepDelay.max())
    assert_same(mean, expected.groupby("Origin").DepDelay.mean())
    assert largest == expected.DepDelay.max()


def test_filtered_rows_keep_their_numbers(lazy_flights: lf.DataFrame, flights: pd.DataFrame) -> None:
    assert_eq(lazy_flights[lazy_flights.DepDelay > 400], flights[flights.DepDelay > 400])
    assert_eq(lazy_flights[lazy_flights.Date.dt.hour > 0], flights[flights.Date.dt.hour > 0])


@pytest.mark.parametrize(
    "ask",
    [
        lambda df: df.groupby(["Origin", "UniqueCarrier"]).agg({"ArrDelay": ["mean", "max", "std"], "Distance": "sum"}),
        lambda df: df.groupby("UniqueCarrier").TailNum.nunique(),
        lambda df: df.groupby("Origin").agg(flights=("FlightNum", "size"), worst=("ArrDelay", "max")),
        lambda df: df.groupby("TailNum").DepDelay.count(),
        lambda df: df.groupby("TailNum", dropna=False).DepDelay.count(),
        lambda df: df.groupby("TailNum", sort=False, dropna=False).size(),
        lambda df: df.groupby(["Cancelled", "DayOfWeek"]).Distance.var(),
        lambda df: df.groupby(["TailNum", "Origin"], dropna=False).size(),
        lambda df: df.groupby(["TailNum", "Origin"]).Distance.max(),
        lambda df: df.groupby("Origin").first(),
        lambda df: df[df.Cancelled].groupby("Dest")[["TailNum", "Date", "DepDelay", "Cancelled", "FlightNum"]].last(),
        lambda df: df.groupby("FlightNum").TailNum.agg(["first", "last"]),
        lambda df: df.groupby("TailNum", dropna=False).agg(
            {"AirTime": "first", "Date": "last", "UniqueCarrier": "last"}
        ),
        lambda df: df.groupby(["Origin", "TailNum"], sort=False, dropna=False).AirTime.mean(),
        lambda df: df.groupby(["DepDelay", "Dest"], sort=False).TailNum.nunique(),
        lambda df: df.groupby("Dest")[["Origin", "UniqueCarrier", "AirTime"]].agg(["min", "max"]),
        lambda df: df.groupby("TailNum", sort=False)[["Origin", "Date"]].max(),
        lambda df: df[~df.Cancelled].Dest.max(),
        lambda df: df[df.Distance > 1e9].Dest.min(),
        lambda df: df[["DepDelay", "ArrDelay", "Distance"]].mean(),
        lambda df: df[df.Dest == "LAX"].DepDelay.std(),
        lambda df: df[df.TailNum != "N14228"].Distance.sum(),
        lambda df: df[(df.Distance / df.AirTime > 8) & df.UniqueCarrier.isin(["AA", "DL"])].DepDelay.mean(),
        lambda df: df.assign(Gain=df.DepDelay - df.ArrDelay).groupby("Dest").Gain.mean(),
        lambda df: (df.DepDelay - df.DepDelay.mean()).abs().max(),
        lambda df: df[df.DepDelay > df.DepDelay.mean()].groupby("Origin").DepDelay.count(),
        lambda df: df.isna().sum(),
        lambda df: df.TaxiIn.sum(),
        lambda df: df.TaxiIn.max(),
        lambda df: df.Date.max(),
    ],
)
def test_more_questions(ask: Any, lazy_flights: lf.DataFrame, flights: pd.DataFrame) -> None:
    assert_eq(ask(lazy_flights), ask(flights))


def test_head_reads_what_it_needs(lazy_flights: lf.DataFrame, flights: pd.DataFrame) -> None:
    assert_same(lazy_flights.head(), flights.head())
    assert_same(lazy_flights.head(0), flights.head(0))
    assert_same(lazy_flights.head(3000), flights.head(3000))
    rare = lazy_flights[lazy_flights.DepDelay > 400]
    assert_same(rare.head(10), flights[flights.DepDelay > 400].head(10))
    assert_same(rare.Distance.head(3), flights[flights.DepDelay > 400].Distance.head(3))
    assert_same(lazy_flights.head(-19_000), flights.head(-19_000))


def test_the_mean_parses_three_columns_and_len_none(lazy_flights: lf.DataFrame) -> None:
    mean = lazy_flights[~lazy_flights.Cancelled].groupby("Origin").DepDelay.mean()
    assert "3 of 23 columns: DepDelay, Origin, Cancelled" in repr(mean.explain())


def test_map_partitions_sees_the_rows_of_the_whole_folder(lazy_flights: lf.DataFrame, flights: pd.DataFrame) -> None:
    def numbered(part: pd.DataFrame, add: int) -> pd.Series:
        return pd.Series(part.index + add, index=part.index, name="row")

    result = lazy_flights.map_partitions(numbered, add=1)
    assert_eq(result, pd.Series(flights.index + 1, index=flights.index, name="row"))


def test_persist(lazy_flights: lf.DataFrame, flights: pd.DataFrame) -> None:
    kept = lazy_flights[lazy_flights.Origin == "JFK"].persist()
    assert_eq(kept, flights[flights.Origin == "JFK"])
    assert_eq(kept.DepDelay.mean(), flights[flights.Origin == "JFK"].DepDelay.mean())
    assert_eq(lazy_flights.DepDelay.persist().max(), flights.DepDelay.max())
