"""Bars and profilers, on all four executors."""

import io
import re
import sys
import time
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pandas as pd
import pytest

import lazyframe as lf
from executor import Task
from executor.watchers.profile import TaskData
from executor.watchers.timeline import lanes_of
from lazyframe.diagnostics import CacheProfiler, Profiler, ProgressBar, ResourceProfiler
from lazyframe.plan.physical.shapes import FAN_IN
from lazyframe.session import watchers

FOUR = ["sync", "threads", "processes", "distributed"]


def on(name: str, client: Any) -> Any:
    """What `scheduler=` takes for a name; the session's cluster is not the default."""
    return client if name == "distributed" else name


@pytest.fixture
def mean(lazy_flights: lf.DataFrame) -> Any:
    return lazy_flights[~lazy_flights.Cancelled].groupby("Origin").DepDelay.mean()


@pytest.mark.parametrize("name", FOUR)
def test_a_bar_counts_the_bytes_read(name: str, mean: Any, lazy_flights: lf.DataFrame, client: Any) -> None:
    out = io.StringIO()
    with ProgressBar(file=out, mininterval=0, miniters=1, desc="flights") as bar:
        mean.compute(scheduler=on(name, client))
    text = out.getvalue()
    assert text.count("\r") > 3  # it moved
    assert re.search(r"flights: 100%\|.*\| 1\.6\dM/1\.6\dM \[00:0\d<00:00, +[\d.]+[kM]?B/s\]", text), text
    total = sum(reader.nbytes for reader in lazy_flights._plan.source.readers)
    assert sum(bar._sizes.values()) == total


@pytest.mark.parametrize("name", FOUR)
def test_a_bar_counts_tasks_where_nothing_is_read(name: str, client: Any) -> None:
    out = io.StringIO()
    total = lf.from_pandas(pd.DataFrame({"x": [1, 2]}), npartitions=2).x.sum()
    with ProgressBar(file=out, mininterval=0):
        total.compute(scheduler=on(name, client))
    assert "3/3" in out.getvalue()
    assert "tasks/s" in out.getvalue() or "s/ tasks" in out.getvalue()


def test_a_bar_of_a_failed_run_stays_where_it_was() -> None:
    out = io.StringIO()
    df = lf.from_pandas(pd.DataFrame({"x": [1, 0]}), npartitions=2)
    bad = df.map_partitions(lambda part: 1 / 0, meta={"x": "int64"})
    with ProgressBar(file=out, mininterval=0), pytest.raises(ZeroDivisionError):
        bad.compute()
    assert "100%" not in out.getvalue()


class Displayed:
    """What a notebook shows in one place; the updates of it."""

    def __init__(self, data: dict[str, str]):
        self.lines = [data]

    def update(self, data: dict[str, str], raw: bool) -> None:
        self.lines.append(data)


@pytest.fixture
def displays(monkeypatch: pytest.MonkeyPatch) -> list[Displayed]:
    """What is displayed in a notebook that shows no widgets."""
    found: list[Displayed] = []

    def display(data: dict[str, str], raw: bool, display_id: bool) -> Displayed:
        assert raw
        assert display_id
        found.append(Displayed(data))
        return found[-1]

    shell = SimpleNamespace(kernel=None)
    fake = SimpleNamespace(get_ipython=lambda: shell, display=SimpleNamespace(display=display))
    monkeypatch.setitem(sys.modules, "ipykernel", ModuleType("ipykernel"))
    monkeypatch.setitem(sys.modules, "IPython", fake)
    return found


def test_in_a_notebook_a_bar_is_a_display_that_is_empty_at_the_end(
    mean: Any, displays: list[Displayed], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(watchers, "BAR_AFTER", 0.0)
    mean.compute()
    (shown,) = displays
    assert any("100%" in line["text/plain"] and "<pre" in line["text/html"] for line in shown.lines)
    assert shown.lines[-1] == {"text/plain": "", "text/html": ""}
    with lf.diagnostics.ProgressBar(desc="a < b"):
        mean.compute()
    assert displays[1].lines[-1]["text/plain"].startswith("a < b: 100%|")
    assert "a &lt; b: 100%" in displays[1].lines[-1]["text/html"]
    monkeypatch.setattr(watchers, "BAR_AFTER", 60.0)
    mean.compute()
    assert len(displays) == 2  # what is quick has no bar
    assert capsys.readouterr().err == ""


def test_no_bar_without_tqdm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    with pytest.raises(ImportError, match=r"A progress bar needs tqdm: pip install tqdm"):
        ProgressBar()


@pytest.mark.parametrize("name", FOUR)
def test_a_profile_has_every_task_and_its_times(name: str, mean: Any, client: Any) -> None:
    begin = time.perf_counter()
    with Profiler() as profile:
        mean.compute(scheduler=on(name, client))
    end = time.perf_counter()
    labels = [one.key[0].rpartition("-")[0] for one in profile.results]
    assert labels.count("read-nycflights") == mean._plan.children[0].npartitions
    assert "groupby-mean" in {label.rpartition("-")[0] or label for label in labels} | set(labels)
    assert all(begin - 0.1 < one.start_time <= one.end_time < end + 0.1 for one in profile.results)
    assert any("bytes" in one.task.about for one in profile.results)
    before = len(profile.results)
    mean.compute(scheduler=on(name, client))
    assert len(profile.results) == before  # the block is over
    profile.clear()
    assert profile.results == []


@pytest.mark.parametrize("name", FOUR)
def test_plans_and_profiles_say_where_the_kernel_stepped_aside(name: str, client: Any, tmp_path: Path) -> None:
    for number, text in enumerate(["1,x\n", '1,x"y\n', "1,x\n"]):
        (tmp_path / f"{number}.csv").write_text("a,b\n" + text + "2,y\n")
    total = lf.read_csv(tmp_path / "*.csv").a.sum()
    with Profiler() as profile:
        assert total.compute(scheduler=on(name, client)) == 9
    events = [str(event) for one in profile.results for event in one.events]
    assert events == [f"{tmp_path}/1.csv bytes 4-14: read without the kernel: a quote within a field"]
    assert events[0] in repr(profile)
    assert "; 1 block so far without it: a quote within a field" in repr(total.explain())


def test_profiles_say_why_a_format_is_not_for_the_kernel(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a\n1\n")
    df = lf.read_csv(tmp_path / "x.csv", escapechar="!")
    with Profiler() as profile:
        df.compute()
    assert [str(event) for one in profile.results for event in one.events] == [
        f"{tmp_path}/x.csv bytes 2-4: read without the kernel: escapechar"
    ]
    assert "so far" not in repr(df.explain())  # it says so without having read


def test_plans_say_that_pandas_reads(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a\n1\n")
    with lf.config.set(scheduler="threads"):
        told = repr(lf.read_csv(tmp_path / "x.csv", comment="#").a.sum().explain())
    assert told.endswith(": pandas reads, and holds the GIL for much of it; processes may be faster")


def test_registered_profilers_see_every_computation(mean: Any) -> None:
    profile = Profiler()
    profile.register()
    try:
        mean.compute()
        once = len(profile.results)
        mean.compute()
        assert len(profile.results) == 2 * once > 0
    finally:
        profile.unregister()
    mean.compute()
    assert len(profile.results) == 2 * once


def test_watchers_can_be_handed_over(mean: Any) -> None:
    first, second = Profiler(), Profiler()
    mean.compute(watchers=[first, first])
    lf.compute(mean, mean, watchers=[second])
    assert len(first.results) == len(second.results) > 0


def nap(part: pd.DataFrame) -> pd.DataFrame:
    time.sleep(0.2)
    return part


@pytest.mark.parametrize("name", FOUR)
def test_resources_of_this_process_and_its_children(name: str, client: Any) -> None:
    lazy = lf.from_pandas(pd.DataFrame({"x": [1, 2]}), npartitions=2).map_partitions(nap, meta={"x": "int64"})
    with ResourceProfiler(dt=0.05) as resources:
        lazy.compute(scheduler=on(name, client))
    assert len(resources.results) >= 3
    assert all(one.mem > 10 and one.cpu >= 0 for one in resources.results)
    times = [one.time for one in resources.results]
    assert times == sorted(times)


def test_no_resources_without_psutil(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psutil", None)
    with pytest.raises(ImportError, match=r"ResourceProfiler needs psutil: pip install psutil"):
        ResourceProfiler()


@pytest.mark.parametrize("name", FOUR)
def test_how_long_results_are_kept(name: str, mean: Any, client: Any) -> None:
    with CacheProfiler() as cache:
        mean.compute(scheduler=on(name, client))
    assert cache.results
    assert all(one.cache_time <= one.free_time and one.metric == 1.0 for one in cache.results)


def test_the_size_of_kept_results(mean: Any, client: Any) -> None:
    with CacheProfiler(metric=sys.getsizeof) as cache:
        mean.compute(scheduler="threads")
    assert all(one.metric > 10 for one in cache.results)
    with (
        CacheProfiler(metric=sys.getsizeof),
        pytest.raises(ValueError, match=r"CacheProfiler\(metric=...\) measures results, and a cluster's stay there"),
    ):
        mean.compute(scheduler=client)


def peak_of_kept_results(partitions: int, scheduler: str) -> int:
    """How many results a real query, a tree of merges, keeps at most at a time."""

    class Peak(lf.diagnostics.Watcher):
        def __init__(self) -> None:
            self.now = self.peak = 0

        def result_kept(self, key: Any, result: Any) -> None:
            self.now += 1
            self.peak = max(self.peak, self.now)

        def result_dropped(self, key: Any) -> None:
            self.now -= 1

    df = lf.from_pandas(pd.DataFrame({"x": range(2048), "y": 1.0}), npartitions=partitions)
    peak = Peak()
    df.groupby("x").y.mean().compute(scheduler=scheduler, num_workers=2, watchers=[peak])
    return peak.peak


def test_peak_of_kept_results_does_not_grow_with_partitions() -> None:
    few, many = (peak_of_kept_results(partitions, "sync") for partitions in (64, 1024))
    assert few <= 2 * FAN_IN  # two levels of merges
    assert many == few + FAN_IN - 1  # a level more, of which one result is not there yet


def test_threads_run_little_ahead_of_merges() -> None:
    """While one thread merges, the other reads on, by as much as it is faster."""
    assert peak_of_kept_results(1024, "threads") <= 5 * FAN_IN


@pytest.mark.parametrize("name", FOUR)
def test_a_summary_of_steps(name: str, mean: Any, lazy_flights: lf.DataFrame, client: Any) -> None:
    with Profiler() as profile:
        mean.compute(scheduler=on(name, client))
    steps = profile.summary()
    assert list(steps.columns) == ["count", "seconds", "rows", "bytes", "share"]
    assert steps["count"].sum() == len(profile.results)
    assert steps.loc["read-nycflights", "bytes"] == sum(one.nbytes for one in lazy_flights._plan.source.readers)
    assert steps.share.sum() == pytest.approx(1)
    assert steps.seconds.is_monotonic_decreasing
    if name != "distributed":
        assert steps.loc["groupby-mean", "rows"] == 3
    assert len(Profiler().summary()) == 0


def test_a_page_of_profiles(mean: Any, tmp_path: Path) -> None:
    watchers = profile, resources, kept = Profiler(), ResourceProfiler(0.01), CacheProfiler()
    mean.compute(watchers=watchers, scheduler="threads")
    page = lf.diagnostics.visualize(watchers, tmp_path / "profile.html")
    text = (tmp_path / "profile.html").read_text()
    assert text == page.text
    tasks = f"{len(profile.results)} tasks in"
    for shown in (tasks, "read-nycflights", "2013-01.csv", "percent of one", "Results kept"):
        assert shown in text
    assert "<script src=" not in text and "<link" not in text  # it works offline
    for one in watchers:
        assert "seconds since the start" in one.visualize().text
    assert page._repr_html_().startswith('<iframe srcdoc="')
    assert ".save('profile.html')" in repr(page)
    assert re.fullmatch(r"ResourceProfiler: [\d,]+ looks, up to [\d,]+ MB and \d+ % of one processor", repr(resources))
    assert re.fullmatch(r"CacheProfiler: \d+ results, kept for [\d.e-]+ s in all", repr(kept))
    assert repr(ResourceProfiler()) == "ResourceProfiler: no run yet"
    with pytest.raises(ValueError, match="There is nothing to show: the profilers have seen no run yet"):
        Profiler().visualize()


def test_tasks_that_run_at_a_time_stand_one_above_another() -> None:
    spans = [(0, 4), (1, 2), (2, 3), (2.5, 6), (4, 5)]
    results = [TaskData(f"a-{i}", Task(int), begin, end) for i, (begin, end) in enumerate(spans)]
    assert lanes_of(results) == [0, 1, 1, 2, 0]


def test_no_page_without_bokeh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "bokeh.embed", None)
    with pytest.raises(ImportError, match=r"A page of profiles needs bokeh: pip install bokeh"):
        Profiler().visualize()


@pytest.mark.parametrize("name", FOUR)
def test_an_analyzed_plan_says_what_ran(name: str, mean: Any, lazy_flights: lf.DataFrame, client: Any) -> None:
    asked = [mean, lazy_flights.sort_values("DepDelay").DepDelay, lazy_flights.groupby("Dest").ArrDelay.median()]
    with lf.config.set(scheduler=on(name, client)):
        for lazy in asked:
            text = str(lazy.explain(analyze=True))
            ran = re.findall(r"\[(\d+) tasks?, (\d+\.\d{3}) s(?:, read ([\d.]+) MB)?(?:, gave ([\d,]+) rows)?\]", text)
            each = [float(read) for _, _, read, _ in ran if read]  # a sort reads twice: samples of the keys first
            assert each == pytest.approx([1.6] * (2 if lazy is asked[1] else 1), abs=0.1)
            assert re.search(r"took \d+\.\d{3} s, and \d+\.\d{3} s in tasks; the slowest:\n  \d", text)
            count = re.search(r"(\d+) tasks\n", text)
            assert count and sum(int(number) for number, *_ in ran) <= int(count[1])
            if name != "distributed":
                rows = [int(given.replace(",", "")) for *_, given in ran if given]
                assert rows[0] == len(lazy.compute())
            plain = re.sub(r"  \[\d.*?\]", "", text.partition("took ")[0])
            assert lines_of_plan(plain) == lines_of_plan(str(lazy.explain()))


def lines_of_plan(text: str) -> list[str]:
    """The lines of a plan that do not say how fallbacks went."""
    return [line for line in text.strip().splitlines() if "columns" not in line]
