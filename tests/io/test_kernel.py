"""The kernel against the reference readers: the same answers, or it steps aside; and which one runs."""

import math
import os
import re
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import lazyframe as lf
from lazyframe.io import native, reference
from lazyframe.io.block import CSVReader
from lazyframe.io.files import find
from lazyframe.io.format import Format
from lazyframe.io.kernel import _kernel
from lazyframe.io.options import NULL_TEXTS
from lazyframe.io.scan import Call, Column, Count, Literal, Partial, Reduce, Request, Rows
from tests.assertions import assert_same
from tests.conftest import FLIGHTS, OPTIONS
from tests.io.kernels import ARCHITECTURES

pytestmark = pytest.mark.skipif(not ARCHITECTURES, reason="the kernel is not built here")

slow = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(params=ARCHITECTURES)
def architecture(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each architecture in turn."""
    monkeypatch.setattr(native, "ARCHITECTURE", request.param)
    return str(request.param)


def scan(architecture: str, text: bytes, columns: list[str], piece: int = 1 << 18, **options: Any) -> Any:
    """The columns of a text, as the kernel reads them as some types, as Arrow arrays."""
    words = {"missing": list(NULL_TEXTS), "trues": ["1", "True"], "falses": ["0", "False"]} | options
    one = _kernel.Scan(architecture, words.pop("sep", ","), '"', words.pop("decimal", "."), len(columns), **words)
    one.piece = piece
    one.rows([one.column(i, kind, True) for i, kind in enumerate(columns)], [False] * len(columns), -1, -1)
    one.feed(text)
    one.finish()
    ((found, _, _),) = one.answers()
    return [pa.array(column) for column in found]


# which kernel


@pytest.mark.parametrize("forced", [*ARCHITECTURES, "off"])
def test_a_forced_kernel_is_the_one_that_runs(forced: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a\n1\n2\n")
    code = (
        f"import lazyframe as lf; df = lf.read_csv({str(path)!r}); lf.show_versions(); "
        "print(df.a.sum().compute(), df.a.sum().explain())"
    )
    environment = os.environ | {"LAZYFRAME_KERNEL": forced}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert f"LAZYFRAME_KERNEL={forced}" in done.stdout
    reader = "pyarrow (no kernel, LAZYFRAME_KERNEL=off)" if forced == "off" else f"the kernel ({forced})"
    assert f"a, by {reader}" in done.stdout


def test_a_kernel_that_is_not_there_is_an_error() -> None:
    environment = os.environ | {"LAZYFRAME_KERNEL": "sse9"}
    done = subprocess.run([sys.executable, "-c", "import lazyframe"], env=environment, capture_output=True, text=True)
    assert f"LAZYFRAME_KERNEL='sse9': there is {', '.join([*ARCHITECTURES, 'off'])} here." in done.stderr


def test_the_flight_questions_need_no_other_reader(monkeypatch: pytest.MonkeyPatch, architecture: str) -> None:
    monkeypatch.setattr(reference, "answers", lambda *_: pytest.fail("the kernel stepped aside"))
    df = lf.read_csv(FLIGHTS / "*.csv", parse_dates={"Date": [0, 1, 2]}, **OPTIONS)
    flown = df[~df.Cancelled]
    assert len(df) > len(flown) > 0
    answers = lf.compute(
        flown.DepDelay.max(),
        flown.groupby("Origin").DepDelay.mean(),
        df.groupby(df.Date.dt.dayofweek).DepDelay.mean(),
        df.groupby("UniqueCarrier").TailNum.nunique(),
        df,
    )
    assert len(answers[-1]) == len(df)


# where it steps aside

ASIDE = {
    'a,b\n1,5" pipe\n': "a quote within a field",
    'a,b\n1,"x"y\n': "a quote within a field",
    "a,b\r1,2\r3,4\r": "a carriage return without a newline",
    "a,b\n1,2\n   \n": "a record with another number of fields",
    "a\n1\n\n2\n": "a blank line in a file of one column",
}


@pytest.mark.parametrize("text", ASIDE)
def test_it_says_why_it_steps_aside(text: str, architecture: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(text, newline="")
    df = lf.read_csv(path, blocksize=None)
    assert_same(df.compute(scheduler="sync"), pd.read_csv(path))
    told = repr(df.a.count().explain())
    assert f"by the kernel ({architecture}); 1 block so far without it: {ASIDE[text]}" in told


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"encoding": "latin-1"}, "pyarrow (encoding='iso8859-1')"),
        ({"escapechar": "\\"}, "pyarrow (escapechar)"),
        ({"doublequote": False}, "pyarrow (doublequote=False)"),
        ({"comment": "#"}, "pandas (for comment)"),
    ],
)
def test_plans_say_what_it_has_not(options: dict[str, Any], reason: str, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b\n1,x\n")
    assert f"1 of 2 columns: a, by {reason}" in repr(lf.read_csv(tmp_path, **options).a.sum().explain())


def test_late_fractions_and_missing_values_are_read_as_floats_by_the_kernel(
    architecture: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reference, "answers", lambda *_: pytest.fail("the kernel stepped aside"))
    path = tmp_path / "x.csv"
    for late in ("1.5", "", "1e3", "inf"):
        path.write_text("a,b\n" + "1,2\n" * 200_000 + f"{late},2\n" + "1,2\n" * 300_000)
        lazy, expected = lf.read_csv(path), pd.read_csv(path)
        assert lazy.dtypes["a"] == np.int64
        assert_same(lazy.a.sum().compute(), expected.a.sum())
        assert_same(lazy.groupby("a").b.sum().compute(), expected.groupby("a").b.sum())


def test_a_file_that_ends_early_is_an_error(architecture: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n")
    reader = reader_of(path, Format(("a", "b"), null_texts=NULL_TEXTS), {"a": np.dtype(np.int64), "b": np.dtype(float)})
    with pytest.raises(
        lf.errors.CSVError, match=r"x.csv ends at byte 8; it was cut off while it was read. Call read_csv"
    ):
        native.answers([(reader, 4, 100)], [Count()])


def test_rows_of_bad_lines_are_none_where_nothing_is_bad(architecture: str, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    bad = lf.read_csv(tmp_path, on_bad_lines="collect").bad_lines().compute()
    assert list(bad.columns) == ["file", "line", "text", "reason"]
    assert len(bad) == 0


# values


@slow
@given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=30), st.integers(1, 40))
def test_integers(values: list[int], piece: int) -> None:
    text = "".join(f"{value},{value}\n" for value in values).encode()
    for name in ARCHITECTURES:
        first, last = scan(name, text, ["integer", "integer"], piece)
        assert first.to_pylist() == last.to_pylist() == values


@slow
@given(
    st.lists(
        st.one_of(
            st.floats(allow_nan=False),
            st.decimals(-10_000, 10_000, places=2).map(float),
            st.integers(-(10**7), 10**7).map(float),
        ),
        min_size=1,
        max_size=30,
    ),
    st.sampled_from(["{!r}", "{:.3f}", "{:.17g}", "{:e}", "{:.0f}"]),
    st.sampled_from(".,"),
)
def test_reals_are_correctly_rounded(values: list[float], form: str, decimal: str) -> None:
    texts = [form.format(value) for value in values]
    text = "".join(f"{one};{one}\n" for one in texts).replace(".", decimal).encode()
    expected = [float(one) for one in texts]
    for name in ARCHITECTURES:
        for column in scan(name, text, ["real", "real"], sep=";", decimal=decimal):
            assert column.to_pylist() == expected
            assert [math.copysign(1, one) for one in column.to_pylist()] == [math.copysign(1, one) for one in expected]


@pytest.mark.parametrize(
    "text", [".5", "5.", "-.5", "-5.", "00012.50", "1234567.", ".1234567", "99999999", "-0", "-0.0"]
)
def test_short_reals(text: str, architecture: str) -> None:
    (column,) = scan(architecture, (text + "\n").encode() * 9, ["real"])
    assert [struct.pack("d", one) for one in column.to_pylist()] == [struct.pack("d", float(text))] * 9


@pytest.mark.parametrize(
    "text", [".", "-", "-.", "1.2.3", "1-2", "--1", "1e", "+5", "0x10", "1_000", "1 2", "nan!", "."]
)
@pytest.mark.parametrize("kind", ["integer", "real"])
def test_what_is_no_number_makes_it_step_aside(text: str, kind: str, architecture: str) -> None:
    with pytest.raises(_kernel.StepAside) as caught:
        scan(architecture, b"1\n" * 20 + text.encode() + b"\n", [kind])
    assert caught.value.args[:2] == ("a text that does not fit its column", 0)


@pytest.mark.parametrize(
    "day",
    pd.date_range("1599-12-20", "1600-03-10", freq="13h").union(pd.date_range("2099-02-20", "2101-03-10", freq="7D1h")),
)
def test_dates(day: pd.Timestamp, architecture: str) -> None:
    forms = ["%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S.%f"]
    texts = [day.strftime(form) for form in forms]
    (column,) = scan(architecture, "".join(text + "\n" for text in texts).encode(), ["date"])
    assert column.to_pylist() == [pd.Timestamp(text).to_pydatetime() for text in texts]


@pytest.mark.parametrize(
    "text", ["2020-02-30", "2020-13-01", "2020-1-1", "2020-01-01 24:00", "2020-01-01 1:00", "20200101"]
)
def test_what_is_no_date_makes_it_step_aside(text: str, architecture: str) -> None:
    with pytest.raises(_kernel.StepAside):
        scan(architecture, text.encode() + b"\n", ["date"])


def test_text_that_is_no_utf8_makes_it_step_aside(architecture: str) -> None:
    (column,) = scan(architecture, "é𝄞\n".encode() * 20, ["text"])
    assert column.to_pylist() == ["é𝄞"] * 20
    for wrong in (b"\xe9", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xf0\x9d\x84"):
        with pytest.raises(_kernel.StepAside):
            scan(architecture, b"x\n" * 100 + wrong + b"\n", ["text"])


def test_sums_of_floats_are_at_least_as_accurate_as_those_of_numpy(architecture: str, tmp_path: Path) -> None:
    random = np.random.default_rng(5)
    values = np.concatenate(
        [random.normal(1e6, 1e-3, 100_000), random.normal(0, 1e12, 1000), random.normal(0, 1, 99_000)]
    )
    random.shuffle(values)
    path = tmp_path / "x.csv"
    pd.DataFrame({"x": values, "k": 0}).to_csv(path, index=False)
    exact = math.fsum(values)
    df = lf.read_csv(path)
    for ours in (df.x.sum().compute(), df.groupby("k").x.sum().compute()[0], df.x.mean().compute() * len(values)):
        assert abs(ours - exact) <= max(abs(values.sum() - exact), abs(exact) * 4e-16)


@pytest.mark.parametrize("offset", [0.0, 1e6, 1e9, 1e12])
def test_variances_far_from_zero(offset: float, architecture: str, tmp_path: Path) -> None:
    values = np.random.default_rng(7).normal(size=20_000) + offset
    path = tmp_path / "x.csv"
    pd.DataFrame({"x": values, "k": 1}).to_csv(path, index=False)
    moved = values - values[0]  # exact
    mean = math.fsum(moved) / len(moved)
    exact = math.fsum((value - mean) ** 2 for value in moved) / (len(moved) - 1)
    df = lf.read_csv(path)
    assert df.x.var().compute() == pytest.approx(exact, rel=1e-9)
    assert df.groupby("k").x.var().compute()[1] == pytest.approx(exact, rel=1e-9)


def test_a_group_of_zeros_is_called_as_the_first_of_them(architecture: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("x,y\n-0.0,1\n0.0,2\n-0.0,3\n1.5,4\n")
    answer = lf.read_csv(path).groupby("x").y.sum().compute()
    expected = pd.read_csv(path).groupby("x").y.sum()
    assert_same(answer, expected)
    assert np.signbit(answer.index[0]) == np.signbit(expected.index[0])


def test_records_longer_than_many_pieces(architecture: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native, "PIECE", 64)
    path = tmp_path / "x.csv"
    path.write_text('a,b\n1,"' + "line\n" * 100_000 + '"\n2,y\n')
    monkeypatch.setattr(reference, "answers", lambda *_: pytest.fail("the kernel stepped aside"))
    assert_same(lf.read_csv(path, blocksize=None).compute(), pd.read_csv(path))


# the kernel and the reference, request by request


def reader_of(path: Path, form: Format, dtypes: dict[str, Any]) -> CSVReader:
    """A reader of a whole file without a header."""
    (file,) = find(path, None)
    return CSVReader(file, 0, file.size, None, 0, form, True, dtypes, frozenset(), ())


VALUES: list[Request] = [
    Rows(("a", "b")),
    Rows(("b",), Call("gt", (Column("a"), Literal(1))), 3),
    Count(),
    Count(Call("notna", (Column("b"),))),
    Reduce((Column("a"), Column("b")), (), (Partial("sum", 0), Partial("count", 1))),
    Reduce((Column("a"),), (Column("b"), Column("a")), (Partial("max", 0), Partial("total", 0)), None, False),
    Reduce((Column("a"), Column("b")), (Column("b"),), (Partial("first", 0), Partial("last", 0), Partial("last", 1))),
    Reduce((Column("a"), Column("b")), (), (Partial("first", 0), Partial("first", 1), Partial("last", 1))),
    Reduce(
        (Column("a"),), (Column("b"),), (Partial("size", 0), Partial("min", 0), Partial("m2", 0)), None, False, (0,)
    ),
]


def by_text(one: Any) -> Any:
    """An answer whose groups are in a known order."""
    if isinstance(one, tuple):
        state, distinct = one
        tables = [table.sort_values(list(table.columns)).reset_index(drop=True) for table in distinct]
        return [state.sort_index(), *tables]
    return [one]


@slow
@given(
    st.lists(
        st.tuples(
            st.one_of(
                st.sampled_from(["", "NA", "1", "-2.5", "1e3", "x", " 3", "inf", "007"]),
                st.integers(-(10**9), 10**9).map(str),  # larger ones have variances that Arrow rounds more
            ),
            st.text(st.sampled_from('ab",\n\ré '), max_size=4),
            st.booleans(),
        ),
        max_size=80,
    ),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([1, 5, 64, 1 << 18]),
    st.booleans(),
)
@example([("1", "a", False)] * 70, "\n", 64, True)
def test_random_records(
    tmp_path: Path, records: list[tuple[str, str, bool]], newline: str, piece: int, ends: bool
) -> None:
    """Random fields, quoted where they must be and sometimes where not: the kernel's answer is the reference's."""

    def field(text: str, is_quoted: bool) -> str:
        must = re.search('[",\n\r]', text) is not None
        return '"' + text.replace('"', '""') + '"' if must or is_quoted else text

    lines = [f"{field(first, quoted)},{field(second, quoted)}" for first, second, quoted in records]
    data = newline.join(lines) + (newline if ends and lines else "")
    path = tmp_path / "x.csv"
    path.write_bytes(data.encode())
    form = Format(("a", "b"), null_texts=NULL_TEXTS)
    reader = reader_of(path, form, {"a": np.dtype(float), "b": pd.StringDtype(na_value=np.nan)})
    found = {}
    for name in ARCHITECTURES:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(native, "ARCHITECTURE", name)
            patched.setattr(native, "PIECE", piece)
            try:
                found[name] = native.answers([(reader, 0, reader.end)], VALUES)
            except native.StepAside as reason:
                found[name] = str(reason)
    if len({one if isinstance(one, str) else "" for one in found.values()}) > 1:
        raise AssertionError(found)
    if isinstance(found[ARCHITECTURES[0]], str):
        return
    others = reference.answers([(reader, 0, reader.end)], VALUES)
    for answers in found.values():
        for ours, expected in zip(answers, others, strict=True):
            for one, other in zip(by_text(ours), by_text(expected), strict=True):
                assert_same(one, other)
