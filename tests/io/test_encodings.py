"""Texts that are not in the encoding they are read in: the error names the line, and an encoding that works."""

import gzip
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import lazyframe as lf
from tests.assertions import assert_same

WESTERN = "n;t\n1;caf\u00e9\n2;\u00fcber, na\u00efve\n" * 1
CYRILLIC = "n,t\n1,\u041f\u0440\u0438\u0432\u0435\u0442 \u043c\u0438\u0440\n2,\u0434\u0430\n"
JAPANESE = "n,t\n1,\u6771\u4eac\u90fd\n2,\u30dd\u30c6\u30c8\n"


@pytest.mark.parametrize(
    ("text", "encoding", "options"),
    [
        (WESTERN, "latin-1", {"sep": ";"}),
        (WESTERN.replace("na", "\u201cna\u201d"), "cp1252", {"sep": ";"}),
        (WESTERN.replace("n;", "\u00e9;"), "latin-1", {"sep": ";"}),
        (WESTERN, "latin-1", {"sep": ";", "escapechar": "!"}),
        (WESTERN, "latin-1", {"sep": ";", "comment": "#"}),
        (WESTERN, "utf-16", {"sep": ";"}),
        (WESTERN, "utf-16-le", {"sep": ";"}),
        (WESTERN, "utf-16-be", {"sep": ";"}),
        (WESTERN, "utf-32", {"sep": ";"}),
        (WESTERN, "utf-32-be", {"sep": ";"}),
        *(
            (f"n,t\n1,{word}\n2,plain\n", "latin-1", {})
            for word in ["gr\u00f6\u00dfe", "situa\u00e7\u00e3o", "cr\u00e9\u00e9e", "m\u00fc\u00dfig"]
        ),
        ("n,t\n1,abc\n2,def\n", "cp037", {}),
        (CYRILLIC, "cp1251", {}),
        (CYRILLIC, "utf-16-le", {}),
        (JAPANESE, "shift_jis", {}),
        (JAPANESE, "euc_jp", {}),
        (JAPANESE, "gb18030", {}),
    ],
)
@pytest.mark.filterwarnings("error")
def test_the_encoding_that_an_error_advises_works(
    text: str, encoding: str, options: dict[str, Any], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(text.encode(encoding))
    with pytest.raises(lf.errors.CSVError) as caught:
        lf.read_csv(path, **options).compute()
    assert capfd.readouterr().err == ""
    assert str(caught.value).startswith(str(path))
    advised = re.findall(r"'([\w-]+)'", str(caught.value).partition("ass ")[2])
    assert advised, caught.value
    expected = pd.read_csv(path, encoding=encoding, **options)
    if "Western" in str(caught.value):
        advised = advised[:1]
    answers = [lf.read_csv(path, encoding=one, **options).compute() for one in advised]
    assert any(answer.equals(expected) for answer in answers), caught.value


@pytest.mark.parametrize("encoding", ["ascii", "utf-16", "utf-16-le", "utf-32", "gbk", "big5", "euc_jp"])
def test_a_text_in_utf8_that_is_read_otherwise(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\ngr\u00f6\u00dfe\u00e9\u65e5,1\n", encoding="utf-8")
    with pytest.raises(lf.errors.CSVError, match=r"x.csv.* It looks like UTF-8: leave encoding= out\."):
        lf.read_csv(path, encoding=encoding).compute()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (gzip.compress(b"a,b\n1,2\n", mtime=0), r"looks like gzip: pass compression='gzip'\."),
        (b"PK\x03\x04\x14\x00\x00\x00", "looks like a ZIP archive, as Excel's workbooks are: pass compression='zip'"),
        (b"PAR1\x15\x04\x15", "looks like Parquet: read it with lf.read_parquet"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "looks like an image: leave it out"),
        (bytes([200, 3, 17, 250, 10, 44, 129, 7]) * 50, "It does not look like text; if it is none, leave it out"),
    ],
)
def test_what_is_no_text_is_named(data: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(data)
    with pytest.raises(lf.errors.CSVError, match=rf"x.csv.* {message}"):
        lf.read_csv(tmp_path / "x.csv").compute()


def test_headers_that_begin_as_other_files_do_are_read(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("PAR1,BZh\n1,2\n")
    assert_same(lf.read_csv(tmp_path / "x.csv").compute(), pd.read_csv(tmp_path / "x.csv"))


@pytest.mark.parametrize("options", [{}, {"escapechar": "!"}, {"thousands": "_"}])
def test_the_line_is_named_wherever_it_stands(options: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"n,t\n" + b"1,abc\n" * 300_000 + b"2,caf\xe9\n" + b"3,x\n" * 300_000)
    df = lf.read_csv(path, blocksize=1_000_000, **options)
    assert df.n.sum().compute() == 1_200_002
    with pytest.raises(lf.errors.CSVError, match=r"x.csv, line 300002: b'2,caf\\xe9' is not utf-8. It looks like West"):
        df.t.count().compute()


def test_a_wrong_separator_and_a_wrong_encoding_are_both_named(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x.csv").write_bytes("n;t\n1;\u00e9,5\n2;\u00fc,6\n".encode("latin-1"))
    with pytest.raises(lf.errors.CSVError, match=r"pass sep=';' .* Besides: .* line 2: .* pass encoding='latin-1'"):
        lf.read_csv(tmp_path / "x.csv").compute()
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("on_bad_lines", ["skip", "collect"])
@pytest.mark.filterwarnings("ignore::lazyframe.errors.BadLinesWarning")
def test_bad_records_in_another_encoding_are_left_out(
    on_bad_lines: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"n,m\n1,2\n3,\xe9\xe9,4\n5,6\n")
    for options in [{}, {"escapechar": "!"}, {"thousands": "_"}]:
        df = lf.read_csv(path, on_bad_lines=on_bad_lines, **options)
        assert_same(df.compute(), pd.DataFrame({"n": [1, 5], "m": [2, 6]}))
        if on_bad_lines == "collect":
            assert df.bad_lines().compute().line.tolist() == [3]
    assert capfd.readouterr().err == ""
