"""Blocks start and end at records: any file, any block size, quotes or not."""

import io
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import lazyframe as lf
from tests.assertions import assert_same
from tests.conftest import examples

fields = st.text(st.sampled_from(list('ab1 \n",é\r')), max_size=5)
records = st.lists(st.tuples(fields, fields), min_size=1, max_size=15)


@settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records, st.integers(1, 40), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_every_block_size_gives_the_whole(
    tmp_path: Path, rows: list[tuple[str, str]], blocksize: int, newline: str, ends: bool
) -> None:
    text = io.StringIO(newline="")
    pd.DataFrame(rows, columns=["x", "y"]).to_csv(text, index=False, quoting=1, lineterminator=newline)
    data = text.getvalue() if ends else text.getvalue().removesuffix(newline)
    (tmp_path / "x.csv").write_bytes(data.encode())
    expected = pd.read_csv(tmp_path / "x.csv", dtype=str)
    lazy = lf.read_csv(tmp_path / "x.csv", blocksize=blocksize, dtype=str)
    assert_same(lazy.compute(), expected)
    assert len(lazy) == len(expected)


def test_blocks_cover_the_file(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n" + "".join(f"{i},{i * i}\n" for i in range(1000)))
    for blocksize in [1, 7, 100, 5_000]:
        bounds = [reader.bounds() for reader in lf.read_csv(path, blocksize=blocksize)._plan.source.readers]
        assert len(bounds) == -(-(path.stat().st_size - 4) // blocksize)
        assert bounds[0][0] == 4
        assert bounds[-1][1] == path.stat().st_size
        assert all(first[1] == second[0] for first, second in pairwise(bounds))
        assert all(path.read_bytes()[end - 1 : end] == b"\n" for _, end in bounds)


def test_planning_reads_no_more_than_samples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n" + '1,"x\ny"\n' * 500_000)
    read = []

    class Spy(io.FileIO):
        def __init__(self, file: Any):
            super().__init__(file.path)

        def read(self, size: int = -1) -> bytes:
            read.append(size)
            return super().read(size)

    monkeypatch.setattr("lazyframe.io.csv.split.open_file", Spy)
    lazy = lf.read_csv(path, blocksize="100kB")
    assert lazy.npartitions == 40
    assert len(lazy._plan.source.readers) == 40
    assert read == []
    lazy._plan.source.readers[2].bounds()
    assert 0 < sum(read) < 1_000_000  # the blocks before, twice, and a window behind each; not the file


def test_a_cut_within_a_quoted_field_that_no_sample_showed(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n" + "1,x\n" * 100_000 + '2,"' + "y\n" * 50_000 + '"\n' + "3,z\n" * 200_000)
    for blocksize in ["100kB", "433kB", None]:
        lazy = lf.read_csv(path, blocksize=blocksize)
        assert lazy.a.sum().compute() == 700_002
        assert len(lazy) == 300_001
