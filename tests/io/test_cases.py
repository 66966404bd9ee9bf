"""The table of messy folders: each by every reader that can, at several block sizes, here and on processes."""

import warnings
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import lazyframe as lf
from lazyframe.io.csv import sniff
from lazyframe.io.csv.format import Format
from lazyframe.io.csv.readers import compiled
from tests.assertions import assert_same
from tests.conftest import ALL
from tests.io.cases import CASES, Case
from tests.io.kernels import ARCHITECTURES


def write(case: Case, folder: Path) -> None:
    for name, data in case.files.items():
        (folder / name).write_bytes(data)


def by_pandas(case: Case, folder: Path) -> pd.DataFrame:
    """What pandas gives for the files one by one, concatenated."""
    parts = []
    for name in sorted(case.files):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that skipfooter needs the python engine
            parts.append(pd.read_csv(folder / name, **case.options))
    return pd.concat(parts, ignore_index=True)


def read(case: Case, folder: Path, blocksize: Any) -> lf.DataFrame:
    if case.warning:
        kinds = (lf.errors.MissingColumnsWarning, lf.errors.MixedColumnsWarning)
        with pytest.warns(kinds, match=case.warning):
            return lf.read_csv(folder, blocksize=blocksize, **case.options)
    return lf.read_csv(folder, blocksize=blocksize, **case.options)


@pytest.fixture(params=["pyarrow", "pandas", *ARCHITECTURES])
def reader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Which reader reads: pandas can read everything; the kernel falls back where it can't."""
    monkeypatch.setattr(sniff, "ARCHITECTURE", request.param if request.param in ARCHITECTURES else "")
    if request.param == "pandas":
        monkeypatch.setattr(Format, "why_pandas", property(lambda self: "this test"))
    return str(request.param)


@pytest.mark.parametrize("blocksize", [1, 7, 64, None] if ALL else [1, 7, None])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case, blocksize: int | None, reader: str, tmp_path: Path) -> None:
    write(case, tmp_path)
    longest = max(map(len, case.files.values()))
    if blocksize is not None and longest > 1_000:
        blocksize *= longest // 50
    if case.error:
        with pytest.raises(lf.errors.CSVError) as caught:
            read(case, tmp_path, blocksize).compute(scheduler="sync")
        assert str(caught.value) == case.expected.replace("PATH", str(tmp_path))
        return
    lazy = read(case, tmp_path, blocksize)
    expected = by_pandas(case, tmp_path) if isinstance(case.expected, str) else case.expected
    assert_same(lazy.compute(scheduler="sync"), expected)
    assert len(lazy) == len(expected)
    for column in expected.columns[:3]:
        assert_same(lazy[column].count().compute(scheduler="sync"), expected[column].count())


@pytest.mark.parametrize("blocksize", [1, 7, 64, None] if ALL else [7])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case_on_processes(case: Case, blocksize: int | None, tmp_path: Path) -> None:
    write(case, tmp_path)
    if blocksize is not None and max(map(len, case.files.values())) > 1_000:
        blocksize *= 50_000
    if case.error:
        with pytest.raises(lf.errors.CSVError) as caught:
            read(case, tmp_path, blocksize).compute(scheduler="processes", num_workers=1)
        assert str(caught.value) == case.expected.replace("PATH", str(tmp_path))
        return
    expected = by_pandas(case, tmp_path) if isinstance(case.expected, str) else case.expected
    assert_same(read(case, tmp_path, blocksize).compute(scheduler="processes", num_workers=1), expected)


@pytest.mark.parametrize("piece", [1, 7, 64])
@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case_in_pieces(
    case: Case, architecture: str, piece: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernel gives the same, wherever what it reads in one go ends: with pieces of one byte, at every byte."""
    if max(map(len, case.files.values())) > 5_000:
        piece *= 20_000
    monkeypatch.setattr(sniff, "ARCHITECTURE", architecture)
    monkeypatch.setattr(compiled, "PIECE", piece)
    test_case(case, None, architecture, tmp_path)


def test_there_are_enough_cases() -> None:
    names = [case.name for case in CASES]
    assert len(names) == len(set(names)) >= 60
