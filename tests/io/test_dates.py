"""Dates that can't be read are named with their place, and each advice works; dates with time zones are read in UTC."""

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import lazyframe as lf
from tests.assertions import assert_same

MANY = "1/2/2020\n" * 40_000

ZONED = ["2020-01-01T00:00:00+01:00", "2020-03-01T00:00:00-0500", "2020-03-01", "", "2020-06-01 10:00:00.25Z"]


def write(folder: Path, *texts: str) -> Path:
    for number, text in enumerate(texts):
        (folder / f"{number}.csv").write_text(text)
    return folder


@pytest.mark.parametrize(
    ("text", "what", "advised"),
    [
        ("d\n2013.Q4\n", "has '2013.Q4', for which no date format can be guessed", {}),
        ("d\n\n\nnever\n", "line 4: column 'd' has 'never', for which no", {"na_values": {"d": ["never"]}}),
        ('d\n"2013,11,04"\n', "has '2013,11,04', for which no", {"date_format": "%Y,%m,%d"}),
        ("d\nJan 2020\n2/3/2020\n", "has 'Jan 2020', for which no", {"date_format": "mixed"}),
        ("d\n00/00/0000\n1/2/2020\n", "line 2: column 'd' has '00/00/0000', for", {"na_values": {"d": ["00/00/0000"]}}),
        ("d\n1/2/2020\n00/00/0000\n", "line 3: column 'd' has '00/00/0000', which is not a date like", None),
        ("d\n2020-01-02\n0000-00-00\n", "line 3: column 'd' has '0000-00-00', which is not a date", None),
        ("d\n0000-00-00\n2020-01-02\n", "line 2: column 'd' has '0000-00-00', which is not a date", None),
        ("d\n0000-00-00 00:00:00\n", "line 2: column 'd' has '0000-00-00 00:00:00', which is not a date", None),
        ("d\n2020-01-02\n-\n", "line 3: column 'd' has '-', ", None),
        (f"d\n{MANY}3/4/2020 1:02 PM\n", "line 40002: column 'd' has '3/4/2020 1:02 PM', which is not a date like", {}),
        (f"d\n{MANY}00/00/0000\n", "line 40002: column 'd' has '00/00/0000', which is not a date like", None),
        (
            "d\n2020-01-01 00:00:00.123456789\n",
            "line 2: column 'd' has '2020-01-01 00:00:00.123456789', which is f",
            {},
        ),
        ("d\n2020-01-01T00:00:00Z\n", "line 2: column 'd' has '2020-01-01T00:00:00Z', which has a t", {"utc": True}),
        (
            "d\n2020-01-01\n2020-01-01T00:00:00+01:00\n",
            "line 3: column 'd' has '2020-01-01T00:00:00+01:00'",
            {"utc": True},
        ),
        ("d\n1/2/2020 10:00 +0100\n", "line 2: column 'd' has '1/2/2020 10:00 +0100', which has a t", {"utc": True}),
        ("d\n2020-01-01 10:00:00 UTC\n", "line 2: column 'd' has '2020-01-01 10:00:00 UTC', which has", {"utc": True}),
        ("d\n2020-01-01T00:00:00.123456789Z\n", "line 2: column 'd' has '2020-01-01T00:00:00.123456789Z', which", {}),
    ],
)
def test_the_first_text_that_is_no_date_is_named_and_its_advice_works(
    text: str, what: str, advised: dict[str, Any] | None, tmp_path: Path
) -> None:
    folder = write(tmp_path, "d\n\n", text)
    with pytest.raises(lf.errors.CSVTypeError, match=rf"1\.csv.*{re.escape(what)}") as caught:
        lf.read_csv(folder, parse_dates=["d"], blocksize="50kB").compute()
    message = str(caught.value)
    assert "eave the column out of parse_dates." in message
    assert lf.read_csv(folder).d.count().compute() == pd.read_csv(tmp_path / "1.csv").d.count()
    if advised is None:
        found = re.search(r"na_values=(\{.*?\})", message)
        assert found, message
        column, (missing,) = next(iter(eval(found[1]).items()))
        advised = {"na_values": {column: [missing]}}
    for option in advised:
        assert f"{option}=" in message or option == "na_values"
    if advised:
        answer = lf.read_csv(folder, parse_dates=["d"], blocksize="50kB", **advised).d.compute()
        assert answer.dtype.kind == "M"
        missing = advised.get("na_values", {"d": []})["d"]
        assert answer.count() == pd.read_csv(tmp_path / "1.csv", na_values=missing).d.count() > 0 or missing


@pytest.mark.parametrize(
    ("text", "options", "advice"),
    [
        ("1577836800", {}, "Leave the column out of parse_dates; of an answer, pd.to_datetime(answer, unit='s') makes"),
        ("1577836800", {"date_format": "mixed"}, "Leave the column out of parse_dates; of an answer, pd.to_datetime("),
        ("2020-01-01T24:00:00Z", {"utc": True}, "which is not a date. Mend the line, or leave the column out"),
        ("2020-01-01 10:00:00.123456789Z", {"utc": True}, "finer than a microsecond. Leave the column out of parse_"),
        ("2020-W05", {"date_format": "mixed"}, "which is not a date. Mend the line, or leave the column out"),
        ("2020-01-01 10:00 EST", {"utc": True}, "which is not a date. Mend the line, or leave the column out"),
    ],
)
def test_nothing_is_advised_that_was_passed(text: str, options: dict[str, Any], advice: str, tmp_path: Path) -> None:
    folder = write(tmp_path, f"d\n{text}\n")
    with pytest.raises(lf.errors.CSVTypeError, match=re.escape(advice)):
        lf.read_csv(folder, parse_dates=["d"], **options).compute()
    if "unit" in advice:
        answer = pd.to_datetime(lf.read_csv(folder).d.max().compute(), unit="s")
        assert answer == pd.Timestamp("2020-01-01")


def test_a_day_where_months_were_is_advised_by_dayfirst(tmp_path: Path) -> None:
    folder = write(tmp_path, "d\n05/03/2023\n06/04/2023\n24/01/2023\n")
    with pytest.raises(
        lf.errors.CSVTypeError, match=r"line 4: column 'd' has '24/01/2023'.* Pass dayfirst=True if day"
    ):
        lf.read_csv(folder, parse_dates=["d"]).compute()
    days = lf.read_csv(folder, parse_dates=["d"], dayfirst=True).d.compute()
    assert days.tolist() == [pd.Timestamp(day) for day in ("2023-03-05", "2023-04-06", "2023-01-24")]
    folder = write(tmp_path, "d\n05/03/2023\n06/24/2023\n")
    with pytest.raises(lf.errors.CSVTypeError, match=r"line 3: column 'd' has '06/24/2023'.* Pass dayfirst=False if"):
        lf.read_csv(folder, parse_dates=["d"], dayfirst=True).compute()


@pytest.mark.parametrize("blocksize", [None, 40])
def test_dates_in_utc(blocksize: int | None, tmp_path: Path) -> None:
    texts = pd.Series(ZONED)
    folder = write(tmp_path, "x,d\n" + "".join(f"{n},{one}\n" for n, one in enumerate(ZONED)), "x,d\n", "d,x\n,7\n")
    df = lf.read_csv(folder, parse_dates=["d"], utc=True, blocksize=blocksize)
    dates = pd.to_datetime(
        pd.concat([texts, pd.Series([None], dtype=object)], ignore_index=True), format="ISO8601", utc=True
    )
    expected = pd.DataFrame({"x": [0, 1, 2, 3, 4, 7], "d": dates})
    assert df.d.dtype == expected.d.dtype
    assert_same(df.compute().reset_index(drop=True), expected)
    since = pd.Timestamp("2020-03-01", tz="UTC")
    assert_same(
        df[df.d >= since].x.compute().reset_index(drop=True), expected[expected.d >= since].x.reset_index(drop=True)
    )
    assert df.d.max().compute() == expected.d.max()
    assert df.d.min().compute() == expected.d.min()
    assert_same(df.groupby("d").x.sum().compute(), expected.groupby("d").x.sum())
    assert_same(df.groupby("x").d.max().compute(), expected.groupby("x").d.max())
    assert_same(df.d.dt.hour.compute().reset_index(drop=True), expected.d.dt.hour)


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("y,m,d\n2020,2,29\n,,\n", {"parse_dates": {"at": [0, 1, 2]}}),
        ("day,time\n2020-02-29,10:00\n2020-03-29,12:00\n", {"parse_dates": {"at": [0, 1]}}),
        ("day,time\n29.2.2020,10:00+0100\n", {"parse_dates": {"at": [0, 1]}, "date_format": "%d.%m.%Y %H:%M%z"}),
        ("at\n29/02/2020 10:00 +02:00\n", {"parse_dates": ["at"], "dayfirst": True}),
    ],
)
def test_dates_made_of_several_columns_in_utc(text: str, options: dict[str, Any], tmp_path: Path) -> None:
    df = lf.read_csv(write(tmp_path, text), utc=True, **options)
    found = df["at"].compute()
    assert found.dtype == df["at"].dtype == pd.DatetimeTZDtype("us", "UTC")
    assert found[0].date() == pd.Timestamp("2020-02-29").date()


@pytest.mark.parametrize("date_format", ["%Y-%m-%dT%H:%M%z", {"d": "%Y-%m-%d %Z"}])
def test_a_format_with_a_time_zone_wants_utc(date_format: Any, tmp_path: Path) -> None:
    with pytest.raises(lf.errors.UnsupportedError, match="pass utc=True too, dates with a time zone are read in UTC"):
        lf.read_csv(write(tmp_path, "d\n2020-01-01T00:00+01:00\n"), parse_dates=["d"], date_format=date_format)


def test_one_format_for_all_in_several_ways_heeds_time_zones(tmp_path: Path) -> None:
    folder = write(tmp_path, "d\n2020-01-01\n2020-01-01T00:00+01:00\n")
    for date_format in ["mixed", "ISO8601"]:
        with pytest.raises(lf.errors.CSVTypeError, match=r"line 3: .* which has a time zone. Pass utc=True"):
            lf.read_csv(folder, parse_dates=["d"], date_format=date_format).compute()
        found = lf.read_csv(folder, parse_dates=["d"], date_format=date_format, utc=True).d.compute()
        assert found.tolist() == [pd.Timestamp("2020-01-01", tz="UTC"), pd.Timestamp("2019-12-31 23:00", tz="UTC")]
