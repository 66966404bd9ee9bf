"""Broken and hostile files: bounded memory, an error that names the line, nothing that a terminal would obey."""

import gzip
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

import lazyframe as lf
from lazyframe.io.csv import longest
from lazyframe.io.csv.format import Format
from lazyframe.io.csv.records import LINE_END
from lazyframe.io.files import File
from tests.conftest import ALL

MIB = 1 << 20

ASK = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
import lazyframe as lf
for ask in (len, lambda df: df.compute(scheduler="sync"), lambda df: df.head(), lambda df: df.a.count().compute()):
    try:
        print(ask(lf.read_csv(sys.argv[1])))
    except lf.errors.CSVError as error:
        print(error)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Some large files, which are removed when they are not needed any more."""
    path = tmp_path_factory.mktemp("hostile")
    rows = b"2,text without any quote in it\n" * 10_000
    fillings = {
        "open.csv": (b'a,b\n1,"never closed\n', rows, 200 * MIB // len(rows)),
        "open_late.csv": (b"a,b\n" + rows * 300 + b'1,"closed much later\n', rows, 200 * MIB // len(rows)),
        "field.csv": (b"a,b\n1,x\n2,", b"y" * MIB, 400),
        "quoted.csv": (b'a,b\n1,x\n2,"', b"y" * MIB, 400),
        "header.csv": (b"a,", b"b" * MIB, 100),
    }
    for name, (start, filling, times) in fillings.items():
        with (path / name).open("wb") as out:
            out.write(start)
            for _ in range(times):
                out.write(filling)
            out.write(b'"\n3,z\n' if name in ("quoted.csv", "open_late.csv") else b"\n3,z\n")
    with gzip.open(path / "line.csv.gz", "wb", compresslevel=1) as packed:
        for _ in range(1024):
            packed.write(b"y" * MIB)
    yield path
    for file in path.iterdir():
        file.unlink()


QUOTE = "Mend the line, or pass quoting=csv.QUOTE_NONE."
LINE = "Mend the line; or if other characters than newlines end the lines, pass lineterminator=."


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("open.csv", f", line 2: a quote opens here and is never closed. {QUOTE}"),
        ("open_late.csv", f", line 3000002: a quote opens here and is not closed within 32 MB. {QUOTE}"),
        ("field.csv", f", line 3: the line is longer than 32 MB, more than is read: b'2,{'y' * 38}'... {LINE}"),
        ("quoted.csv", f", line 3: a quote opens here and is not closed within 32 MB. {QUOTE}"),
        ("header.csv", f", line 1: the line is longer than 32 MB, more than is read: b'a,{'b' * 38}'... {LINE}"),
        ("line.csv.gz", f", line 1: the line is longer than 32 MB, more than is read: b'{'y' * 40}'... {LINE}"),
    ],
)
def test_a_gigabyte_is_enough_to_name_the_line(name: str, message: str, folder: Path) -> None:
    done = subprocess.run([sys.executable, "-c", ASK, folder / name], capture_output=True, text=True, timeout=300)
    found = [line for line in done.stdout.splitlines() if line.startswith(str(folder))]
    assert set(found) == {f"{folder / name}{message}"}, (done.stdout, done.stderr)
    assert len(found) >= 3  # the first rows may be there before the line is
    assert done.returncode == 0, done.stderr


OPTIONS = ["{'comment': '#'}", "{'escapechar': '^'}", "{'sep': '[,;]'}", "{'skiprows': [9]}", "{'blocksize': None}"]


@pytest.mark.parametrize("options", OPTIONS if ALL else OPTIONS[:1])
def test_so_it_is_with_every_reader(options: str, folder: Path) -> None:
    ask = ASK.replace("sys.argv[1]", f"sys.argv[1], **{options}")
    done = subprocess.run(
        [sys.executable, "-c", ask, folder / "field.csv"], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(f"{folder / 'field.csv'}, line 3: the line is longer than 32 MB") >= 3, done.stdout


def test_long_records_are_read(tmp_path: Path) -> None:
    text = "".join(f'{place},"{"x" * (place * MIB)}"\n' for place in (1, 9, 20))
    (tmp_path / "x.csv").write_text("a,b\n" + text)
    answer = lf.read_csv(tmp_path, blocksize=MIB).compute(scheduler="sync")
    assert answer.b.str.len().to_list() == [MIB, 9 * MIB, 20 * MIB]


@pytest.mark.parametrize("window", [1, 2, 3, 100])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_lines_are_counted_in_windows(window: int, ends: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(longest, "WINDOW", window)
    data = ends.join(["a", "bb", "", "ccc", ""]).encode()
    (tmp_path / "x.csv").write_bytes(data)
    file = File(str(tmp_path / "x.csv"), len(data), 0)
    for start in range(len(data) + 1):
        assert longest.lines_before(file, start, Format(())) == len(LINE_END.findall(data[:start]))


NAME = "a\x1b[31mred\x9b\x07"


def test_a_terminal_obeys_no_name(tmp_path: Path) -> None:
    path = tmp_path / "\x1b[2Jx.csv"
    path.write_text(f"{NAME},b\n1,2\n")
    other = tmp_path / "y.csv"
    other.write_text("b\n1\n")
    with pytest.warns(lf.errors.MissingColumnsWarning) as caught:
        df = lf.read_csv(tmp_path)
    texts = [str(one.message) for one in caught]
    texts += [repr(df), df._repr_html_().replace("<", ""), repr(df[NAME]), repr(df.groupby(NAME)), repr(df[NAME].sum())]
    texts += [str(df[df[NAME] > 1].explain()), str(df.groupby(NAME).b.sum().explain())]
    for ask in (
        lambda: df["c"],
        lambda: df.nothing,
        lambda: lf.read_csv(tmp_path, usecols=["z"]),
        lambda: lf.read_csv(tmp_path, columns="strict"),
        lambda: lf.read_csv(path, dtype={NAME: "int64"}, na_values=["1"]).compute(),
        lambda: lf.read_csv(path, include_path_column=NAME),
        lambda: lf.read_csv(path, parse_dates=[NAME]).compute(),
        lambda: df.map_partitions(lambda part: 1 / 0, meta={"x": int}).compute(),
    ):
        with pytest.raises(Exception) as error:
            ask()
        texts += [str(error.value), *getattr(error.value, "__notes__", [])]
    for text in texts:
        assert text
        assert not [one for one in text if not one.isprintable() and one not in "\n\t"], repr(text)
    assert "a\\x1b[31mred\\x9b\\x07" in repr(df)
    assert df.columns[0] == NAME  # shown only; the name stays
    pd.testing.assert_frame_equal(df.compute(), pd.DataFrame({NAME: [1.0, None], "b": [2, 1]}), check_index_type=False)


def test_a_name_of_two_lines_is_shown_in_one(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text('"two\nlines",b\n1,2\n')
    assert "  two\\nlines" in repr(lf.read_csv(tmp_path)).splitlines()[1]
