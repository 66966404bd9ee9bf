"""Blocks start and end at records: any file, any block size, quotes or not."""

import io
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import lazyframe as lf
from tests.assertions import assert_same

fields = st.text(st.sampled_from(list('ab1 \n",é\r')), max_size=5)
records = st.lists(st.tuples(fields, fields), min_size=1, max_size=15)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
        readers = lf.read_csv(path, blocksize=blocksize)._expr.source.readers  # type: ignore[attr-defined]
        assert readers[0].start == 4
        assert readers[-1].end == path.stat().st_size
        assert all(first.end == second.start for first, second in pairwise(readers))
        assert all(path.read_bytes()[reader.end - 1 : reader.end] == b"\n" for reader in readers)


def test_quotes_behind_the_sample_are_found(tmp_path: Path) -> None:
    """A cut within a quoted field that the sample did not announce is an error, not a wrong answer."""
    path = tmp_path / "x.csv"
    path.write_text("a,b\n" + "1,x\n" * 100_000 + '2,"' + "y\n" * 50_000 + '"\n')
    lazy = lf.read_csv(path, blocksize="100kB")
    with pytest.raises(lf.errors.CSVError, match=r"the quotes in this range don't pair up.* Pass blocksize=None"):
        lazy.a.sum().compute()
    assert lf.read_csv(path, blocksize=None).a.sum().compute() == 100_002
