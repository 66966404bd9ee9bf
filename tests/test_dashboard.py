"""The cluster's dashboard in a real browser: our tasks are on it, under their names.

The picture in docs/ is what the first test leaves: pytest tests/test_dashboard.py --basetemp=/tmp/pictures
"""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

import lazyframe as lf
from tests.conftest import FLIGHTS

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")

pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="there is no Chromium: apt-get install chromium chromium-driver"
)

OFFLINE = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --hide-scrollbars --window-size=1400,1020"
)
"""Chromium asks nobody but the dashboard."""

NAMES = """
const found = new Set();
for (const page of (window.Bokeh ?? {documents: []}).documents)
  for (const model of page._all_models.values())
    for (const column of ["name", "names", "all", "key"])
      for (const name of model.type == "ColumnDataSource" ? model.data[column] ?? [] : []) found.add(String(name));
return [...found];
"""
"""The names of all tasks that the page's plots hold."""


@pytest.fixture
def browser() -> Iterator[Any]:
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM or ""
    for argument in OFFLINE.split():
        options.add_argument(argument)
    with webdriver.Chrome(options=options, service=Service(DRIVER)) as made:
        yield made


def names_on(browser: Any, wanted: set[str]) -> set[str]:
    """The names of tasks on the page, once those wanted are among them, or after a while."""
    deadline = time.monotonic() + 20
    while True:
        found = {name.partition(",")[0] for name in browser.execute_script(NAMES)}
        found |= {name.rpartition("-")[0] for name in found}
        if wanted <= found or time.monotonic() > deadline:
            return found
        time.sleep(0.2)


def test_tasks_are_on_the_dashboard(browser: Any, tmp_path: Path) -> None:
    with lf.Client(n_workers=2, threads_per_worker=1, dashboard_address=":0") as client:
        browser.get(client.dashboard_link)
        assert names_on(browser, set()) is not None  # the page is there before the tasks
        df = lf.read_csv(FLIGHTS / "*.csv", blocksize="20kB", dtype={"Cancelled": bool})
        flown = df[~df.Cancelled]
        kept = flown.persist()
        kept.groupby("Origin").DepDelay.mean().compute()
        flown.groupby("Origin").DepDelay.mean().compute()
        wanted = {"read-nycflights", "groupby-mean"}
        assert wanted <= names_on(browser, wanted)
        time.sleep(1)  # the plots are drawn
        browser.save_screenshot(str(tmp_path / "dashboard.png"))
        for page in ("tasks", "graph", "groups"):
            browser.get(client.dashboard_link.replace("/status", f"/{page}"))
            assert "read-nycflights" in names_on(browser, {"read-nycflights"}), page
        browser.get(client.dashboard_link.replace("/status", "/profile"))
        assert browser.title.startswith("Dask")
    assert (tmp_path / "dashboard.png").stat().st_size > 20_000
