"""Files of which each line is a row: JSON lines and fields of fixed widths, equal to pandas' reading of each file."""

import gzip
import io
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import lazyframe as lf
from lazyframe.errors import CSVTypeError, UnsupportedError
from tests.assertions import assert_same

ROWS = [
    {"id": i, "x": i / 4, "name": f"n{i % 3}" if i % 5 else None, "ok": i % 2 == 0, "note": 'é, "q" \\n' * (i % 4)}
    for i in range(60)
]


def lines_of(rows: list[dict[str, Any]]) -> str:
    """The rows as JSON lines."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


@pytest.mark.parametrize("blocksize", [None, 40, 1000, 1_000_000])
def test_json_lines_are_those_of_pandas(blocksize: int | None, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(lines_of(ROWS[:25]))
    (tmp_path / "b.json").write_text(lines_of(ROWS[25:]).rstrip("\n"))
    parts = [pd.read_json(tmp_path / name, lines=True) for name in ("a.json", "b.json")]
    expected = pd.concat(parts, ignore_index=True)
    lazy = lf.read_json(tmp_path / "*.json", lines=True, blocksize=blocksize)
    assert_same(lazy.compute(), expected)
    assert_same(lazy[lazy.x > 5].groupby("name").x.sum().compute(), expected[expected.x > 5].groupby("name").x.sum())
    assert len(lazy) == 60
    assert "pandas, for JSON-lines" in str(lazy.explain())


def test_json_lines_compressed_and_from_an_open_file(tmp_path: Path) -> None:
    text = lines_of(ROWS)
    with gzip.open(tmp_path / "a.json.gz", "wt") as packed:
        packed.write(text)
    expected = pd.read_json(io.StringIO(text), lines=True)
    assert_same(lf.read_json(tmp_path / "a.json.gz", lines=True, blocksize=100).compute(), expected)
    assert_same(lf.read_json(io.StringIO(text), lines=True, blocksize=100).compute(), expected)


def test_json_of_other_forms_is_read_at_once(tmp_path: Path) -> None:
    expected = pd.DataFrame({"x": [1, 2], "y": ["a", "b"]})
    expected.to_json(tmp_path / "a.json", orient="records")
    assert_same(lf.read_json(tmp_path / "a.json").compute(), expected)


def test_a_late_missing_value_makes_json_integers_floats(tmp_path: Path) -> None:
    rows = [{"x": i, "s": "a" * 50} for i in range(8000)] + [{"x": None, "s": "a"}]
    (tmp_path / "a.json").write_text(lines_of(rows))
    lazy = lf.read_json(tmp_path / "a.json", lines=True, blocksize=50_000)
    assert lazy.dtypes["x"] == "int64"
    assert_same(lazy.compute(), pd.read_json(tmp_path / "a.json", lines=True))


def test_late_text_among_json_numbers_is_an_error(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [{"x": i / 2, "s": "a" * 50} for i in range(8000)] + [{"x": "seven", "s": "a"}]
    (tmp_path / "a.json").write_text(lines_of(rows))
    lazy = lf.read_json(tmp_path / "a.json", lines=True, blocksize=50_000)
    with pytest.raises(CSVTypeError, match=r"a\.json, bytes .*column 'x' has 'seven', which is not float64"):
        lazy.x.sum().compute()
    text = lf.read_json(tmp_path / "a.json", lines=True, blocksize=50_000, dtype={"x": str})
    assert text.x.tail(1).tolist() == ["seven"]


def test_lines_that_are_no_records_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"x": 1}\n{"x": \n')
    with pytest.raises(CSVTypeError, match=r"a\.json: .*Each line must be a row"):
        lf.read_json(tmp_path / "a.json", lines=True)


def test_a_column_that_only_some_json_files_have(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"x": 1}\n{"x": 2}\n')
    (tmp_path / "b.json").write_text('{"x": 3, "y": 4}\n')
    expected = pd.DataFrame({"x": [1, 2, 3], "y": [None, None, 4.0]}).astype({"y": "float64"})
    assert_same(lf.read_json(tmp_path / "*.json", lines=True).compute(), expected)


WIDE = "".join(f"{i:<6}{i / 3:>8.2f}{'ab' * (i % 3):>7}\n" for i in range(1, 41))
HEADED = f"{'id':<6}{'x':>8}{'t':>7}\n{WIDE}"


@pytest.mark.parametrize("blocksize", [None, 30, 200])
@pytest.mark.parametrize(
    ("text", "options"),
    [
        (HEADED, {}),
        (HEADED, {"widths": [6, 8, 7]}),
        (WIDE, {"header": None, "widths": [6, 8, 7]}),
        (WIDE, {"colspecs": [(0, 6), (6, 14)], "names": ["id", "x"]}),
        (f"note\n{HEADED}", {"skiprows": 1}),
        (HEADED, {"dtype": {"id": str}, "na_values": ["ab"]}),
    ],
)
def test_fixed_widths_are_those_of_pandas(
    text: str, options: dict[str, Any], blocksize: int | None, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text(text)
    expected = pd.read_fwf(tmp_path / "a.txt", **options)
    lazy = lf.read_fwf(tmp_path / "a.txt", blocksize=blocksize, **options)
    assert_same(lazy.compute(), expected)
    assert len(lazy) == len(expected)


def test_fixed_widths_refuse_what_needs_all_lines(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(HEADED)
    with pytest.raises(UnsupportedError, match=r"read_fwf\(nrows=...\) is not supported"):
        lf.read_fwf(tmp_path / "a.txt", nrows=3)


@pytest.mark.parametrize("made", [io.StringIO, lambda text: io.BytesIO(text.encode())])
def test_buffers_are_read_as_files_are(made: Callable[[str], Any], tmp_path: Path) -> None:
    text = "a,b\n" + "".join(f"{i},é{i}\n" for i in range(50))
    expected = pd.read_csv(io.StringIO(text))
    assert_same(lf.read_csv(made(text), blocksize=100).compute(), expected)
    two = lf.read_csv([made(text), made(text)]).compute()
    assert_same(two, pd.concat([expected, expected], ignore_index=True))
    (tmp_path / "a.csv").write_text(text)
    with open(tmp_path / "a.csv") as file:
        assert_same(lf.read_csv(file).compute(), expected)
    assert os.path.exists(tmp_path / "a.csv")


def test_what_is_unpacked_on_the_way_is_read_and_not_what_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text("x\n1\n")
    with zipfile.ZipFile("packed.zip", "w") as archive:
        archive.writestr("a.csv", "x\n2\n3\n")
    with zipfile.ZipFile("packed.zip") as archive, archive.open("a.csv") as member:
        assert_same(lf.read_csv(member).compute(), pd.DataFrame({"x": [2, 3]}))
    with gzip.open("packed", "wt") as packed:
        packed.write("x\n4\n")
    with gzip.open("packed") as unpacked, gzip.open("packed", "rt") as text:
        assert_same(lf.read_csv(unpacked).compute(), pd.DataFrame({"x": [4]}))
        assert_same(lf.read_csv(text).compute(), pd.DataFrame({"x": [4]}))
    with open("a.csv") as file:
        file.readline()
        assert_same(lf.read_csv(file, names=["x"]).compute(), pd.DataFrame({"x": [1]}))


def test_tables_have_tabs() -> None:
    text = "a\tb\n1\t2\n"
    assert_same(lf.read_table(io.StringIO(text)).compute(), pd.read_table(io.StringIO(text)))
    assert_same(lf.read_table(io.StringIO("a|b\n1|2\n"), sep="|").compute(), pd.DataFrame({"a": [1], "b": [2]}))
    assert_same(lf.read_table(io.StringIO("a;b\n1;2\n"), delimiter=";").compute(), pd.DataFrame({"a": [1], "b": [2]}))
