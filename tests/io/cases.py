"""Messy folders, a line each: what the files hold, the options, and what comes of it.

`expected` is "pandas" (what pandas gives for the files one by one, concatenated), a frame, or the text of an error, in
which PATH stands for the folder.
"""

import bz2
import csv
import gzip
import lzma
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

QUOTED = 'a,b\n1,"x\ny"\n2,"say ""so"", he said"\n3,\n4,"","\n'.replace(',"","\n', ',""\n')


@dataclass(frozen=True)
class Case:
    """One folder."""

    name: str
    files: dict[str, bytes]
    expected: Any = "pandas"
    options: dict[str, Any] = field(default_factory=dict)
    error: bool = False
    warning: str = ""


def one(name: str, text: str | bytes, expected: Any = "pandas", **options: Any) -> Case:
    """A folder of one file."""
    data = text.encode() if isinstance(text, str) else text
    return Case(name, {"x.csv": data}, expected, options)


def wrong(name: str, text: str | bytes, message: str, **options: Any) -> Case:
    """A folder of one file that can't be read as asked."""
    data = text.encode() if isinstance(text, str) else text
    return Case(name, {"x.csv": data}, message, options, error=True)


def many(name: str, *texts: str, expected: Any = "pandas", warning: str = "", **options: Any) -> Case:
    """A folder of several files."""
    files = {f"{number}.csv": text.encode() for number, text in enumerate(texts, start=1)}
    return Case(name, files, expected, options, warning=warning)


MEND = "Mend the line, or pass on_bad_lines='skip' or 'collect'."

CASES = [
    # the shape of the text
    one("plain", "a,b\n1,x\n2,y\n"),
    one("no newline at the end", "a,b\n1,x\n2,y"),
    one("CRLF", "a,b\r\n1,x\r\n2,y\r\n"),
    one("CR", "a,b\r1,x\r2,y\r"),
    one("CR without one at the end", "a,b\r1,x\r2,y"),
    one("CRLF and LF mixed", "a,b\r\n1,x\n2,y\r\n3,z\n"),
    one("byte order mark", "\ufeffa,b\n1,x\n"),
    one("byte order mark, no header", "\ufeff1,x\n2,y\n", header=None),
    one("byte order mark and quoted header", '\ufeff"a","b"\n1,x\n'),
    one("blank lines everywhere", "\n\na,b\n\n1,x\n\n\n2,y\n\n"),
    one("lines of spaces", "a,b\n1,x\n   \n2,y\n"),
    one("one column", "a\n1\n2\n"),
    one("one column, lines of spaces", "a\n1\n  \n2\n\t\n"),
    one("one column of texts, lines of spaces", "a\nx\n  \ny\n \n\nz\n  "),
    one("one column, a missing value", 'a\n1\n""\n2\n'),
    one("a header only", "a,b\n", pd.DataFrame({"a": pd.Series([], dtype=object), "b": pd.Series([], dtype=object)})),
    one("spaces around numbers", "a,b\n 1 , 2.5\n3, 4\n"),
    one("spaces around texts", "a,b\n x , y\n"),
    one("names that repeat", "a,a,b\n1,2,3\n"),
    one("names that are missing", "a,,b\n1,2,3\n"),
    one("numbers as names", "1,2\n3,4\n"),
    one("long fields", "a,b\n1," + "x" * 3_000_000 + "\n2,y\n"),
    one("three hundred columns", ",".join(f"c{i}" for i in range(300)) + "\n" + ",".join(map(str, range(300))) + "\n"),
    # quotes
    one("quoted newlines", QUOTED),
    one("quoted newlines, CRLF", QUOTED.replace("\n", "\r\n")),
    one("a quoted newline at each line", 'a,b\n"1\n",2\n"\n3",4\n"\n\n",6\n'),
    one("all quoted", '"a","b"\n"1","x"\n"2","y"\n'),
    one("quoted numbers and missing", 'a,b\n"1","x"\n"","y"\n'),
    one("a quote within a field", 'a,b\n1,5" pipe\n2,6"\n'),
    one("a quote within a field, and quoted newlines", 'a,b\n1,5" pipe\n2,"x\ny"\n3,"z"\n'),
    one("text behind a quote", 'a,b\n1,"x"y\n2,"p"q"r"\n'),
    one("single quotes", "a,b\n1,'x,y'\n2,'z'\n", quotechar="'"),
    one("quotes are no quotes", 'a,b\n1,"x\n2,y"\n', quoting=csv.QUOTE_NONE),
    one("quotes are not doubled", 'a,b\n1,"x""\n2,"y"\n', doublequote=False),
    one("escapes", 'a,b\n1,x\\,y\n2,"p\\"q"\n3,r\\\\s\n', escapechar="\\"),
    one("an escaped newline", "a,b\n1,x\\\ny\n2,z\n", escapechar="\\"),
    one("a quote after spaces", 'a,b\n1, "x,y"\n2, z\n', skipinitialspace=True),
    # other options of the dialect
    one("semicolons and decimal commas", "a;b\n1,5;x\n2,25;y\n", sep=";", decimal=","),
    one("thousands", 'a,b\n"1,234",x\n"5,678,901",y\n', thousands=","),
    one("thousands and decimals", "a;b\n1.234,5;x\n2.000,25;y\n", sep=";", decimal=",", thousands="."),
    one("tabs", "a\tb\n1\tx\n2\t\n", sep="\t"),
    one("comments", "# first\na,b\n1,x # note\n#2,y\n3,z\n", comment="#"),
    one("comments and quotes", 'a,b\n1,"x#y"\n2,z#"\n', comment="#"),
    one("line ends of one's own", "a,b;1,x;2,y;", lineterminator=";"),
    one("skipped lines", "made by\nsomeone\na,b\n1,x\n2,y\n", skiprows=2),
    one("skipped lines, one of them quoted", 'made,"by\nsomeone"\na,b\n1,x\n', skiprows=1),
    one("skipped lines and a header further down", "junk\n\nmore\na,b\n1,x\n", skiprows=1, header=1),
    one("a row of units", "a,b\nm,degC\n1,2\n3,4\n", skiprows=[1]),
    one("lines left out here and there", 'junk\na,b\n1,2\nx,"y\nz"\n3,4\n5,6\n', skiprows=[0, 3, 5]),
    one("lines left out by a function", "a,b\n1,2\nx,y\n3,4\nx,y\n5,6", skiprows=lambda number: number in (2, 4)),
    one("lines left out of one column", "a\n1\nx\n2\n", skiprows={2}),
    one("runs of blanks", "  a b\n1   x\n\t2 \t y \n \n3 z\n", sep=r"\s+"),
    one("runs of blanks and quotes", 'a b\n1  "x y"\n2 "p""q"\n3 "r\ns"\n', sep=r"\s+"),
    one("two bars", 'a||b\n1||"x\n2||\n3||z', sep=r"\|\|", engine="python"),
    one("either of two separators", "a,b;c\n1;x,2\n3,y;4\n", sep="[,;]", engine="python"),
    one("a letter that separates", 'a§b\n1§"x§y"\n2§é\n', sep="§", engine="python"),
    one(
        "a letter that separates, in latin-1",
        "a§b\n1§x\n2§é\n".encode("latin-1"),
        sep="§",
        encoding="latin-1",
        engine="python",
    ),
    wrong(
        "too few fields between blanks",
        "a b\n1 x\n 2 \n3 z\n",
        f"PATH/x.csv, line 3: expected 2 fields, found 1: ' 2 '. {MEND}",
        sep=r"\s+",
    ),
    wrong(
        "too many fields between expressions",
        "a::b\n1::x\n2::y::z\n",
        f"PATH/x.csv, line 3: expected 2 fields, found 3: '2::y::z'. {MEND}",
        sep="::",
    ),
    one("a footer", "a,b\n1,x\n2,y\ntotal: 2\n", skipfooter=1),
    one("a footer of two lines", "a,b\n1,x\n2,y\ntotal,\n2,rows", skipfooter=2),
    one("a separator too many in each line", "a,b\n1,x,\n2,y,\n", index_col=False),
    one("converters", "a,b\n1,x\n2,y\n", converters={"b": str.upper}),
    one("converters to numbers", "a,b\n1,x\n2,yy\n", converters={"b": len}),
    one("no header", "1,x\n2,y\n", header=None),
    one("names instead of the header", "a,b\n1,x\n", names=["p", "q"], header=0),
    one("no value is missing", "a,b\nNA,x\n,y\n", na_filter=False),
    one("missing values of one column", "a,b\n1,-\n-,2\n", na_values={"a": ["-"]}),
    one("a dtype for all", "a,b\n1,2\n3,4\n", dtype=str),
    one("a default dtype", "a,b,c\n1,2,3\n4,5,6\n", dtype=defaultdict(lambda: "float64", a="str")),
    # encodings
    one("latin-1", "a,b\né,1\nü,2\n".encode("latin-1"), encoding="latin-1"),
    one("UTF-16", "a,b\né,1\nü,2\n".encode("utf-16"), encoding="utf-16"),
    one("UTF-16, big end first", "a,b\né,1\n".encode("utf-16-be"), encoding="utf-16-be"),
    one("UTF-8 letters cut by blocks", "a,b\n" + "éüß€𝄞,1\n" * 5),
    wrong(
        "latin-1 that is said to be UTF-8",
        "a,b\né,1\n".encode("latin-1"),
        "PATH/x.csv, line 2: b'\\xe9,1' is not utf-8. It looks like Western European text: pass encoding='latin-1'.",
    ),
    Case("gzip", {"x.csv.gz": gzip.compress(QUOTED.encode())}),
    Case("bzip2", {"x.csv.bz2": bz2.compress(QUOTED.encode())}),
    Case("xz", {"x.csv.xz": lzma.compress(QUOTED.encode())}),
    Case(
        "gzip that is none",
        {"x.csv.gz": b"a,b\n1,2\n"},
        "PATH/x.csv.gz can't be read with compression='gzip': zlib inflate failed: incorrect header check. It is cut "
        "off or damaged, or not compressed so; compression=None reads it as it is.",
        error=True,
    ),
    # types
    many("integers, then fractions", "a\n1\n2\n", "a\n1.5\n"),
    many("integers, then missing values", "a,b\n1,x\n", "a,b\n,y\n"),
    many("numbers, then an empty column", "a,b\n1,2\n", "a,b\n3,\n"),
    many("numbers, then a header only", "a,b\n1,2\n", "a,b\n", expected=pd.DataFrame({"a": [1], "b": [2]})),
    many("numbers, then an empty file", "a,b\n1,2\n", "", expected=pd.DataFrame({"a": [1], "b": [2]})),
    many(
        "numbers, then text",
        "a\n1\n",
        "a\nx\n",
        expected=pd.DataFrame({"a": pd.Series(["1", "x"], dtype="str")}),
        warning="'a' has 'x' in .*2.csv, but numbers in .*1.csv: pass na_values={'a': .'x'.}",
    ),
    many("leading zeros as asked", "a\n007\n", "a\n08\n", dtype={"a": str}),
    one("large integers", "a,b\n9223372036854775807,1\n-9223372036854775808,2\n"),
    one("infinities and exponents", "a\n1e300\ninf\n-inf\n1E-5\n"),
    one("true and false", "a,b\nTrue,1\nfalse,2\nTRUE,3\n"),
    one("0 and 1 as bools", "a\n1\n0\n", pd.DataFrame({"a": [True, False]}), dtype={"a": bool}),
    one("words for true and false", "a\nyes\nno\n", true_values=["yes"], false_values=["no"]),
    one("texts for missing values", "a,b\nNA,x\nnull,y\n3,n/a\n"),
    wrong(
        "a bool that is missing",
        "a,b\n1,1\n2,\n",
        "PATH/x.csv, line 3: column 'b' has a missing value, which is not bool (as asked). "
        "Pass dtype={'b': 'boolean'}.",
        dtype={"b": bool},
    ),
    wrong(
        "a text that is no number",
        'a,b\n1,"x\ny"\n\n2,z\nthree,z\n',
        "PATH/x.csv, line 6: column 'a' has 'three', which is not int64 (as asked). Pass na_values={'a': ['three']} if "
        "that is a missing value, or dtype={'a': 'str'} if text is meant.",
        dtype={"a": int},
    ),
    # columns
    many("columns that move", "a,b\n1,x\n", "b,a\ny,2\n"),
    many("columns that are absent", "a,b\n1,x\n", "a\n2\n", warning="1 of 2 files lack columns.* 2.csv: b"),
    many(
        "columns of the first file",
        "a,b\n1,x\n",
        "a,b,c\n2,y,3\n",
        expected=pd.DataFrame({"a": [1, 2], "b": pd.Series(["x", "y"], dtype="str")}),
        columns="first",
    ),
    Case(
        "columns that must not differ",
        {"1.csv": b"a,b\n1,x\n", "2.csv": b"a,c\n2,y\n"},
        "PATH/2.csv has ['c'] more and lacks ['b'], compared with PATH/1.csv. Pass columns='union' to take all "
        "columns, or columns='first' to take those of the first file.",
        {"columns": "strict"},
        error=True,
    ),
    # bad records
    wrong("too few fields", 'a,b\n"x\n",2\n3\n', f"PATH/x.csv, line 4: expected 2 fields, found 1: '3'. {MEND}"),
    wrong("too many fields", "a,b\n1,2\n3,4,5\n", f"PATH/x.csv, line 3: expected 2 fields, found 3: '3,4,5'. {MEND}"),
    wrong(
        "a quote that is never closed",
        'a,b\n1,"x\ny"\n2,"z\n3,q\n',
        "PATH/x.csv, line 4: a quote opens here and is never closed. Mend the line, or pass quoting=csv.QUOTE_NONE.",
    ),
    many(
        "bad records left out",
        "a,b\n1,2\n3\n4,5\n",
        "a,b\n6,7,8\n9,10\n",
        expected=pd.DataFrame({"a": [1, 4, 9], "b": [2, 5, 10]}),
        on_bad_lines="collect",
    ),
    # dates
    one("dates", "d,x\n2020-02-29,1\n,2\n2021-12-31,3\n", parse_dates=["d"]),
    one("dates, the day first", "d,x\n28/02/2020,1\n01/12/2021,3\n", parse_dates=["d"], dayfirst=True),
    one(
        "dates of three columns",
        "y,m,d,x\n2020,2,29,1\n2021,12,31,2\n",
        pd.DataFrame({"D": pd.to_datetime(["2020-02-29", "2021-12-31"]).as_unit("us"), "x": [1, 2]}),
        parse_dates={"D": ["y", "m", "d"]},
    ),
    one(
        "dates of three columns, which stay",
        "y,m,d,x\n2020,2,29,1\n",
        pd.DataFrame(
            {"D": pd.to_datetime(["2020-02-29"]).as_unit("us"), "y": [2020], "m": [2], "d": [29], "x": [1]},
        ),
        parse_dates={"D": ["y", "m", "d"]},
        keep_date_col=True,
    ),
    one("tabs only, a header", "\t\t\n1\t2\t3\n", sep="\t"),
    one("tabs only, no header", "\t\t\n1\t2\t3\n4\t5\t6\n", sep="\t", header=None),
    one("tabs only, a record", "a\tb\tc\n1\t2\t3\n\t\t\n4\t5\t6\n", sep="\t"),
    one("spaces only, a record and a line of tabs", "a b c\n1 2 3\n  \n\t\n4 5 6\n", sep=" "),
    wrong(
        "tabs only, too few",
        "a\tb\tc\n1\t2\t3\n\t\n4\t5\t6\n",
        "PATH/x.csv, line 3: expected 3 fields, found 2: '\\t'. "
        "Mend the line, or pass on_bad_lines='skip' or 'collect'.",
        sep="\t",
    ),
    wrong(
        "another separator",
        "a;b\n1,5;2\n",
        "PATH/x.csv, line 2: expected 1 field, found 2: '1,5;2'. The header has ';' in it: pass sep=';' if that "
        "separates the fields.",
    ),
    one(
        "a date that stands for none", "d,x\n2020-02-29,1\n9999-12-31,2\n", parse_dates=["d"], na_values=["9999-12-31"]
    ),
    one("numbers that stand for none", "a,b\n-999,1\n2,-999\n", na_values=["-999"]),
    wrong(
        "a date that is no UTF-8",
        b"d,x\n2020-01-01,1\n\xe9x,5\n",
        "PATH/x.csv, line 3: b'\\xe9x,5' is not utf-8. It looks like Western European text: pass encoding='latin-1'.",
        parse_dates=["d"],
    ),
    wrong(
        "a date that is none",
        "d,x\n2020-01-01,1\n2021-02-29,2\n",
        "PATH/x.csv, line 3: column 'd' has '2021-02-29', which is not a date or a part of one. Pass "
        "na_values={'d': ['2021-02-29']} if that is a missing value, date_format= if it is a date, or leave the column "
        "out of parse_dates.",
        parse_dates=["d"],
    ),
    wrong(
        "a date in another format",
        "d,x\n01/02/2020,1\n2021-02-28,2\n",
        "PATH/x.csv, line 3: column 'd' has '2021-02-28', which is not a date like '%d/%m/%Y'. Pass date_format= as "
        "the dates are written, 'mixed' if in several ways, or leave the column out of parse_dates.",
        parse_dates=["d"],
        date_format="%d/%m/%Y",
    ),
]
