"""What many tests share: the flights, as files and as pandas reads them; a cluster for the session."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import settings

import lazyframe as lf
from lazyframe.plan import buckets

buckets.LEAST_BYTES = 1  # else the rows of small tables would all meet in one bucket, and little would be tried

settings.register_profile("ci", derandomize=True)  # what a run finds new is for who sits before it
if os.environ.get("CI"):
    settings.load_profile("ci")

ALL = bool(os.environ.get("LAZYFRAME_TEST_ALL"))
"""Whether every combination is tried and many random ones, as `make test-all` does."""


def examples(number: int) -> int:
    """Return how many random examples a test tries that tries so many where all is tested."""
    return number if ALL else max(number // 6, 8)


FLIGHTS = Path(__file__).parent.parent / "data" / "nycflights"
OPTIONS: dict[str, Any] = {"dtype": {"TailNum": object, "CRSElapsedTime": float, "Cancelled": bool}}


@pytest.fixture(scope="session")
def flights() -> pd.DataFrame:
    """The flights as pandas reads and concatenates them, with the date made as pandas did before 3.0."""
    whole = pd.concat(
        [
            pd.read_csv(path, dtype={"TailNum": object, "CRSElapsedTime": float})
            for path in sorted(FLIGHTS.glob("*.csv"))
        ],
        ignore_index=True,
    ).astype({"Cancelled": bool})
    dates = pd.to_datetime(whole[["Year", "Month", "DayofMonth"]].set_axis(["year", "month", "day"], axis=1))
    whole.insert(0, "Date", dates)
    return whole.drop(columns=["Year", "Month", "DayofMonth"])


@pytest.fixture(params=["64MiB", "50kB"])
def lazy_flights(request: pytest.FixtureRequest) -> lf.DataFrame:
    """The same, lazily: a partition a file, and several."""
    return lf.read_csv(FLIGHTS / "*.csv", parse_dates={"Date": [0, 1, 2]}, blocksize=request.param, **OPTIONS)


@pytest.fixture(scope="session")
def client() -> Iterator[Any]:
    """A cluster of two worker processes, not the default."""
    with lf.Client(n_workers=2, threads_per_worker=1, dashboard_address=":0", set_as_default=False) as made:
        yield made
