"""The command line, called as a person calls it."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from lazyframe.__main__ import main
from tests.conftest import FLIGHTS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "1.csv").write_text("a,b\n1,x\n2,\n")
    (tmp_path / "2.csv").write_text("b,a\ny,3\n")
    return tmp_path


def test_it_is_a_module() -> None:
    command = [sys.executable, "-m", "lazyframe", "count", str(FLIGHTS)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "19811\n"
    shell = f"{sys.executable} -m lazyframe head -n 9999 {FLIGHTS} | head -2"
    done = subprocess.run(shell, shell=True, capture_output=True, text=True, check=True)
    assert done.stdout.count("\n") == 2
    assert done.stderr == ""


def test_info(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", str(folder)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "2 CSV files, 19 bytes, about 3 rows, 2 partitions",
        "column  dtype  missing",
        "a       int64        0",
        "b       str          1",
        "dtypes and missing values are those of samples",
    ]
    (folder / "3.csv").write_text("a,b\nn/k,z\n")
    assert main(["info", str(folder)]) == 0
    printed = capsys.readouterr()
    assert "a       str          0  int64, not str (in 2 of 3 files)" in printed.out
    assert printed.err.startswith("lazyframe: Columns that are numbers in some files and text in others")
    assert printed.err.count("\n") == 1


def test_count_and_head(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["count", str(folder / "1.csv"), str(folder / "2.csv")]) == 0
    assert main(["head", str(folder), "-n", "2"]) == 0
    assert capsys.readouterr().out == "3\n   a    b\n0  1    x\n1  2  NaN\n"
    (folder / "1.csv").write_text("a;b\n1;x\n")
    assert main(["head", "--sep", ";", str(folder / "1.csv")]) == 0
    assert capsys.readouterr().out == "   a  b\n0  1  x\n"


def test_convert(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", str(folder), str(folder / "out")]) == 0
    assert capsys.readouterr().out == f"2 files in {folder / 'out'}\n"
    assert pd.read_parquet(folder / "out").a.tolist() == [1, 2, 3]


def test_versions(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["versions"]) == 0
    assert capsys.readouterr().out.startswith("lazyframe ")


def test_what_goes_wrong_is_a_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["count", str(folder / "none.csv")]) == 1
    assert capsys.readouterr().err.startswith("lazyframe: There is no file ")
    (folder / "1.csv").write_text("a,b\n1,x\n1,2,3\n")
    assert main(["count", str(folder / "1.csv")]) == 1
    assert "line 3" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main([])
