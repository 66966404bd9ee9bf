"""What is gathered in one place is estimated before it is read, watched while it grows, and refused in time."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import lazyframe as lf
from lazyframe.collections.collection import wrap
from lazyframe.session import estimate, guard, memory
from lazyframe.session.guard import gatherings

COUNT = 30_000
TABLE = pd.DataFrame(
    {
        "k": np.resize(["one", "two", "a much longer text than the others are"], COUNT),
        "x": np.arange(COUNT),
        "y": np.linspace(0, 1, COUNT).round(4),
    }
)


@pytest.fixture
def files(tmp_path: Path) -> lf.DataFrame:
    """The table in three files, in blocks."""
    for number in range(3):
        TABLE.iloc[number::3].to_csv(tmp_path / f"{number}.csv", index=False)
    return lf.read_csv(tmp_path / "*.csv", blocksize="100kB")


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sizes at which estimates are made and people are told, as small as the table."""
    monkeypatch.setattr(estimate, "SMALL", 0)
    monkeypatch.setattr(guard, "SILENT", 100_000)


ASKED = {
    "a pivot": (lambda d: d.pivot_table(values="y", index="k", columns="x", aggfunc="median"), ["k", "x", "y"]),
    "a column": (lambda d: d.x.argsort(), ["x"]),
    "texts": (lambda d: d.k.take([3, 1]), ["k"]),
    "a filter": (lambda d: d[d.x % 10 == 0].rank(), ["k", "x", "y"]),
    "made of rows": (lambda d: d.assign(z=d.x * 2)[["z"]].ewm(2).mean(), ["z"]),
    "groups": (lambda d: d.groupby("k").y.ohlc(), ["k", "y"]),
}


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("what", ASKED)
def test_estimates_are_near(what: str, files: lf.DataFrame) -> None:
    question, columns = ASKED[what]
    (found,) = gatherings([question(files)._plan])
    assert found.rows == pytest.approx(COUNT, rel=0.1)
    assert list(found.columns) == columns
    (frame,) = found.node.gathered
    assert found.nbytes == pytest.approx(sys.getsizeof(wrap(frame).compute()), rel=0.3)


def test_rows_in_memory_are_counted() -> None:
    (found,) = gatherings([lf.from_pandas(TABLE, npartitions=3).rank()._plan])
    assert found.rows == COUNT


@pytest.mark.usefixtures("small")
def test_what_would_not_fit_is_refused_before_it_is_read(files: lf.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    message = (
        r"pivot_table gathers 3 columns \('k', 'x', 'y'\) of about 30,000 rows in one place: about 1.\d* MB, [3-9].\d* "
        r"MB at its peak, and the limit is 2 MB \(gather_limit, with lf.config.set\). Choose fewer columns or filter "
        r"rows first; or raise it with lf.config.set\(gather_limit=...\); or run it on a cluster"
    )
    question = files.pivot_table(values="y", index="k", columns="x", aggfunc="median")
    with lf.config.set(gather_limit="2MB"):
        with pytest.raises(MemoryError, match=message):
            question.compute()
        with pytest.raises(lf.errors.GatherError):
            repr(question)
        with pytest.raises(lf.errors.GatherError):
            files.to_dict()
        few = files[files.x < 50]
        assert few.pivot_table(values="y", index="k", columns="x", aggfunc="median").shape == (3, 50)  # fewer rows
        assert files.x.mode().compute()[0] == TABLE.x.mode()[0]  # fewer columns
        assert files.groupby("k").x.sum().sort_values().compute().iloc[0] > 0  # an answer is small
    monkeypatch.setattr(guard, "available", lambda: 4_000_000)
    with pytest.raises(lf.errors.GatherError, match=r"the limit is 2 MB \(half of the memory that is available\)"):
        question.compute()
    monkeypatch.setattr(guard, "available", lambda: None)
    assert question.compute().shape == (3, COUNT)


@pytest.mark.usefixtures("small")
def test_who_wants_to_know_is_told(files: lf.DataFrame) -> None:
    with (
        lf.config.set(on_gather="warn"),
        pytest.warns(lf.errors.GatherWarning, match=r"argsort gathers 1 column \('x'\)"),
    ):
        files.x.argsort().compute()
    with lf.config.set(on_gather="error"):
        with pytest.raises(lf.errors.GatherError, match=r"argsort gathers 1 column .*, and on_gather is 'error'"):
            files.x.argsort().compute()
        assert len(lf.from_pandas(TABLE.head(10)).x.argsort()) == 10  # too small to speak of
    with pytest.raises(ValueError, match="on_gather='never' is not known"):
        lf.config.set(on_gather="never")
    with pytest.raises(ValueError, match="gather_limit='much' is no number of bytes"):
        lf.config.set(gather_limit="much")


@pytest.mark.parametrize("scheduler", ["sync", "threads", "processes"])
def test_a_wrong_estimate_ends_the_run_in_time(
    scheduler: str, files: lf.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "size_of", lambda frame: 10.0)
    message = r"argsort has gathered [\d.]+ kB so far, and needs 6.2 times as much at its peak; the limit is 300 kB."
    with lf.config.set(gather_limit="300kB"), pytest.raises(lf.errors.GatherError, match=message):
        files.x.argsort().compute(scheduler=scheduler)


def test_explain_says_what_is_gathered(files: lf.DataFrame) -> None:
    text = str(files.groupby("k").y.ohlc().explain())
    assert "ohlc gathers 2 columns ('k', 'y') of about 30,000 rows in one place: about" in text
    assert "because all rows of a group have to meet" in text
    assert "because pandas looks at all rows" in str(files.x.argsort().explain())
    assert "because with these parameters" in str(files.x.replace(1, "one").explain())
    assert "gathers" not in str(files.groupby("k").y.mean().rank().explain())


def test_a_users_function_is_not_asked_of_samples(files: lf.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimate, "SMALL", 0)
    calls: list[int] = []

    def noted(part: Any) -> Any:
        calls.append(len(part))
        return part

    mapped = files.map_partitions(noted, meta=files.head(0))
    (found,) = gatherings([mapped.rank()._plan])
    assert not calls
    assert found.nbytes > COUNT * 16


def test_memory_that_is_free(tmp_path: Path) -> None:
    assert (memory.available() or 0) > 1_000_000
    own, group = tmp_path / "cgroup", tmp_path / "fs" / "service" / "inner"
    group.mkdir(parents=True)
    own.write_text("0::/service/inner\n")
    (group / "memory.max").write_text("max\n")
    (group / "memory.current").write_text("10\n")
    (group.parent / "memory.max").write_text("5000\n")
    (group.parent / "memory.current").write_text("1000\n")
    assert list(memory.control_groups(tmp_path / "fs", own)) == [4000]
    first = tmp_path / "fs" / "memory" / "old"
    first.mkdir(parents=True)
    own.write_text("4:cpu:/old\n9:memory:/old\n")
    (first / "memory.limit_in_bytes").write_text("300\n")
    (first / "memory.usage_in_bytes").write_text("400\n")
    assert list(memory.control_groups(tmp_path / "fs", own)) == [0]
    assert list(memory.control_groups(tmp_path, tmp_path / "nothing")) == []
